//! The locale that the environment asks for.

use std::env;

/// The locale that decides how text is encoded; `None` if no variable sets one.
#[must_use]
pub fn of_text() -> Option<String> {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty())
}
