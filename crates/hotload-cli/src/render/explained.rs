//! What `--explain` says beside the errors that it shows.

use super::line::note;

/// What `--explain -` waits for at a terminal.
pub(crate) fn paste_here() -> String {
    let end = if cfg!(windows) {
        "Ctrl-Z and Enter"
    } else {
        "Ctrl-D"
    };
    note(&format!("paste a traceback, then {end}"))
}

/// An error that a text has again and again.
pub(crate) fn repeated(times: u64) -> String {
    match times {
        1 => note("(and the same once more)"),
        times => note(&format!("(and the same {times} more times)")),
    }
}

/// What `--explain` has found and not shown: errors that were shown before, and too many others.
pub(crate) fn not_shown(again: u64, others: u64) -> String {
    let mut text = String::new();
    if again > 0 {
        let are = if again == 1 { "is" } else { "are" };
        text.push('\n');
        text.push_str(&note(&format!(
            "{again} more {are} the same as one of these"
        )));
    }
    if others > 0 {
        text.push('\n');
        text.push_str(&note(&format!(
            "{others} more, the same or others, are not shown: `--traceback full` shows all"
        )));
    }
    text
}
