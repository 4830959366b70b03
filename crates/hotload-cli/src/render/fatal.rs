//! The error that ends hotload.

use std::error::Error;
use std::fmt::Write;

use super::causes::causes;
use super::line::{BAD, HINT};
use super::plain::plain_line;

/// The error that ends hotload, its causes, and how to avoid it.
pub(crate) fn error(error: &(dyn Error + 'static), hint: Option<&str>) -> String {
    let mut text = format!("{BAD}error{BAD:#}: {}\n", plain_line(&error.to_string()));
    for cause in causes(error) {
        let _ = writeln!(text, "  caused by: {}", plain_line(&cause.to_string()));
    }
    if let Some(hint) = hint {
        let _ = write!(text, "\n{HINT}hint{HINT:#}: {}\n", plain_line(hint));
    }
    text
}
