//! What `--explain` says besides the errors that it shows.

use super::line::note;

/// `--explain -` waits for input at a terminal.
pub(crate) fn paste_here() -> String {
    let end = if cfg!(windows) {
        "Ctrl-Z and Enter"
    } else {
        "Ctrl-D"
    };
    note(&format!("paste a traceback, then press {end}"))
}

/// The error above occurs several times in a row.
pub(crate) fn repeated(times: u64) -> String {
    match times {
        1 => note("(the same error once more)"),
        times => note(&format!("(the same error {times} more times)")),
    }
}

/// Errors that were found and are not shown: `again` were shown before, `others` are too many.
pub(crate) fn not_shown(again: u64, others: u64) -> String {
    let mut text = String::new();
    if again > 0 {
        let are = if again == 1 { "error is" } else { "errors are" };
        text.push('\n');
        text.push_str(&note(&format!("{again} more {are} the same as one above")));
    }
    if others > 0 {
        let are = if others == 1 {
            "error is"
        } else {
            "errors are"
        };
        text.push('\n');
        text.push_str(&note(&format!(
            "{others} more {are} not shown; `--traceback full` shows all of them"
        )));
    }
    text
}
