//! Lines whose first words may start or announce something.

use super::lines::decoded;
use super::{grammar, log};

/// The first words of lines that may start or announce something.
#[rustfmt::skip]
pub(super) const STARTS: [&str; 18] = [
    "Exception ", "Error in ", "Original ", "Task exc", "Future exc", "--- Logg", "Call stack:",
    "Fatal Python", "Windows fatal", "Thread 0x", "Current thread 0x", "Stack (most",
    "The above ", "During handling", "SyntaxError: ", "IndentationError: ", "TabError: ", "MemoryError",
];

/// Whether a line may start or announce something. A quick check, because most lines do not.
pub(super) fn may_start(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'-' | b'C'..=b'W'))
        && STARTS
            .iter()
            .any(|start| bytes.starts_with(start.as_bytes()))
}

/// Whether a line ends a message because it starts something else.
pub(super) fn ends_message(bytes: &[u8]) -> bool {
    if grammar::is_header(bytes) || log::is_around(bytes) {
        return true;
    }
    if !may_start(bytes) {
        return false;
    }
    let text = decoded(bytes).0;
    grammar::announcement(&text).is_some()
        || grammar::ignored(&text).is_some()
        || grammar::fatal(&text).is_some()
        || grammar::thread_header(&text).is_some()
}
