//! The error that ends hotload.

use std::fmt::Write;

use super::causes::causes;
use super::line::{BAD, HINT};
use super::plain::plain_line;
use crate::exit::Exit;

/// The error that ends hotload, its causes, what there is instead, and how to avoid it.
pub(crate) fn error(exit: &Exit) -> String {
    let error = &*exit.error;
    let mut text = format!("{BAD}error{BAD:#}: {}\n", plain_line(&error.to_string()));
    for cause in causes(error) {
        let _ = writeln!(text, "  caused by: {}", plain_line(&cause.to_string()));
    }
    if let Some((heading, lines)) = &exit.list {
        let _ = write!(text, "\n{heading}\n");
        for line in lines {
            let _ = writeln!(text, "  {}", plain_line(line));
        }
    }
    if let Some(hint) = &exit.hint {
        let _ = write!(text, "\n{HINT}hint{HINT:#}: {}\n", plain_line(hint));
    }
    text
}
