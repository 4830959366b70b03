//! Prints answers on standard output.

use std::fs::File;
use std::io::{self, Write};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};

use crate::arguments::Color;
use crate::exit::Exit;
use crate::screen::color;

/// Prints an answer at once.
pub(super) fn print(answer: &[u8]) -> Result<ExitCode, Exit> {
    print_to(None, answer)
}

/// Prints an answer at once; `taken` is what has been standard output.
pub(crate) fn print_to(taken: Option<File>, answer: &[u8]) -> Result<ExitCode, Exit> {
    let mut output: Box<dyn Write> = match taken {
        Some(taken) => Box::new(taken),
        None => Box::new(io::stdout().lock()),
    };
    let written = output.write_all(answer).and_then(|()| output.flush());
    is_reader_gone(written)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether the reader of standard output has gone, as `head` does when it has seen enough.
fn is_reader_gone(written: io::Result<()>) -> Result<bool, Exit> {
    match written {
        Ok(()) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(true),
        Err(error) => Err(Exit::usage_because(
            "cannot write to standard output",
            error,
        )),
    }
}

/// An answer that is printed part by part, in colour if wanted.
pub(crate) struct Answer {
    output: AutoStream<io::StdoutLock<'static>>,
    is_wanted: bool,
}

impl Answer {
    pub(crate) fn new(color: Color) -> Self {
        let output = io::stdout().lock();
        let choice = match color {
            Color::Always => ColorChoice::AlwaysAnsi,
            color => color::choice(color, &output),
        };
        Self {
            output: AutoStream::new(output, choice),
            is_wanted: true,
        }
    }

    /// False once the reader of standard output has gone.
    pub(crate) fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    /// Prints the next part, and flushes it.
    pub(crate) fn print(&mut self, part: &str) -> Result<(), Exit> {
        let written = self.output.write_all(part.as_bytes());
        let written = written.and_then(|()| self.output.flush());
        self.is_wanted &= !is_reader_gone(written)?;
        Ok(())
    }
}
