//! What keys do, and when they do not work.

use std::fmt::Write;

use super::line::{HINT, note};

/// The keys that work between two cycles, each with what it does.
pub(crate) fn list<'k>(keys: impl Iterator<Item = (&'k str, &'k str)>) -> String {
    let mut text = String::new();
    for (names, meaning) in keys {
        let _ = writeln!(text, "  {HINT}{names:8}{HINT:#}  {meaning}");
    }
    text
}

/// How to find out about keys.
pub(crate) fn how_to_list() -> String {
    note("? keys")
}

/// The same where a key needs Enter.
pub(crate) fn how_to_list_with_enter() -> String {
    note("? keys (each followed by Enter)")
}

/// Keys do not work, because what was typed is for user code; or they work again.
pub(crate) fn typed_ahead(is_held: bool) -> String {
    note(if is_held {
        "what you typed is kept for `input()`; keys do not work until it is read"
    } else {
        "nothing asked for what you typed, so it was discarded; keys work again"
    })
}

/// A new interpreter was asked for.
pub(crate) fn restarted() -> String {
    note("restarting the interpreter")
}

/// Whether saves wait from now on.
pub(crate) fn paused(is_paused: bool) -> String {
    note(if is_paused {
        "paused: saves wait; p resumes, r runs once"
    } else {
        "no longer paused"
    })
}

/// There was no error yet.
pub(crate) fn no_error() -> String {
    note("there is no error to show")
}
