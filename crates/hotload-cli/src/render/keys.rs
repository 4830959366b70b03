//! What the keys do, and when they do not.

use std::fmt::Write;

use super::line::{HINT, note};

/// The keys that can be pressed between two cycles.
pub(crate) fn list<'k>(keys: impl Iterator<Item = (&'k str, &'k str)>) -> String {
    let mut text = String::new();
    for (names, meaning) in keys {
        let _ = writeln!(text, "  {HINT}{names:8}{HINT:#}  {meaning}");
    }
    text
}

/// Keys that are not read, since what was typed is for user code; or that are read again.
pub(crate) fn typed_ahead(is_held: bool) -> String {
    note(if is_held {
        "what you have typed is left for `input()`; keys are off until it is read"
    } else {
        "what you had typed was not asked for, and is dropped; keys are on again"
    })
}

/// A new interpreter, as asked for.
pub(crate) fn restarted() -> String {
    note("the interpreter is started anew")
}

/// Whether saves wait from now on.
pub(crate) fn paused(is_paused: bool) -> String {
    note(if is_paused {
        "paused: saves wait; p goes on, r runs once"
    } else {
        "not paused any more"
    })
}

/// There was no error.
pub(crate) fn no_error() -> String {
    note("no error to show")
}
