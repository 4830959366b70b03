//! The only file that writes to the terminal.

use std::io::{self, IsTerminal, Write};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType, size};

use crate::arguments::Color;

/// Standard error, and the screen.
///
/// A write that fails has nobody to be told to: the terminal is what is gone.
pub(crate) struct Terminal {
    choice: ColorChoice,
}

impl Terminal {
    pub(crate) fn new(color: Color) -> Self {
        let choice = match color {
            Color::Auto => AutoStream::choice(&io::stderr()),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { choice }
    }

    /// Whether a person sees at once what is written here.
    pub(crate) fn is_screen(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// The screen's width, where there is one.
    pub(crate) fn columns(&self) -> Option<usize> {
        self.is_screen().then(screen_columns)?
    }

    /// Writes lines that may hold colours, in one write: other programs may write to the same place.
    pub(crate) fn write(&self, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = &format!("{}{text}", new_line_if_needed());
        let mut stream = io::stderr().lock();
        let _ = match self.choice {
            ColorChoice::Never => stream.write_all(strip_str(text).to_string().as_bytes()),
            choice => AutoStream::new(stream, choice).write_all(text.as_bytes()),
        };
    }

    /// Leaves a line that somebody else has begun.
    pub(crate) fn start_line(&self) {
        let _ = io::stderr().write_all(new_line_if_needed().as_bytes());
    }

    /// Prints what user code has printed where nobody sees it.
    pub(crate) fn print(&self, text: &str) {
        let mut stream = io::stdout().lock();
        let _ = stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush());
    }

    /// Empties the screen, not the scroll-back; false where there is none.
    pub(crate) fn clear(&self) -> bool {
        let mut screen = io::stderr();
        if !screen.is_terminal() {
            return false;
        }
        let _ = queue!(screen, Clear(ClearType::All), MoveTo(0, 0));
        let _ = screen.flush();
        true
    }
}

/// Passes on at once what a program prints whose standard output hotload holds.
pub(crate) fn pass_on(bytes: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    output.flush()
}

/// What brings the cursor to the next line if it is within one, and leaves it where it is if not:
/// user code need not end its last line.
///
/// Spaces to the margin, one less than the screen has columns, run over the margin from anywhere but
/// the first column. Where the cursor is cannot be asked without reading the keyboard.
fn new_line_if_needed() -> String {
    // Asked for on a screen alone: elsewhere the answer takes another program.
    match is_dashboard().then(screen_columns).flatten() {
        Some(columns) => format!("{:1$}\r", "", columns - 1),
        None => String::new(),
    }
}

/// The width of the screen that standard output is shown on, if it is.
pub(crate) fn columns_of_output() -> Option<usize> {
    io::stdout().is_terminal().then(screen_columns)?
}

fn screen_columns() -> Option<usize> {
    let (columns, _) = size().ok()?;
    // A terminal that does not know says 0.
    Some(usize::from(columns)).filter(|columns| *columns > 0)
}

/// Whether user code's output and hotload's are both seen on a screen, so that clearing it first
/// is what a person expects.
pub(crate) fn is_dashboard() -> bool {
    io::stdout().is_terminal() && io::stderr().is_terminal()
}
