//! The only file that writes to the terminal.

use std::borrow::Cow;
use std::cell::Cell;
use std::env;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::process::Stdio;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use crossterm::cursor::MoveTo;
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType, size};

use crate::arguments::{Alert, Color};
use crate::screen::links::Links;
use crate::screen::{color, wrap};
use crate::system::output::{self, NO_PROGRESS, Traces};

/// Standard error, and the screen.
///
/// Errors are ignored: if a write fails, there is no terminal on which to report it.
pub(crate) struct Terminal {
    choice: ColorChoice,
    /// What it shows beside the text.
    traces: Cell<Traces>,
}

/// What a session is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State<'t> {
    /// A cycle is running.
    Running,
    /// It has ended: `ok lib #7`.
    Ended { title: &'t str, failed: bool },
    /// The session is over: everything as it was.
    Over,
}

/// Puts the terminal's title on its stack.
const SAVE_TITLE: &str = "\x1b[22;2t";

impl Terminal {
    pub(crate) fn new(color: Color) -> Self {
        let choice = color::choice(color, &io::stderr());
        Self {
            choice,
            traces: Cell::default(),
        }
    }

    /// Whether it is a terminal that a person looks at.
    pub(crate) fn is_screen(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// The screen's width, where there is one.
    pub(crate) fn columns(&self) -> Option<usize> {
        self.is_screen().then(screen_columns)?
    }

    /// Writes lines that may contain colours. One write, because other programs write here, too.
    pub(crate) fn write(&self, text: &str) {
        self.write_all(&self.colored(text));
    }

    /// As `write`, with links around the places of files.
    pub(crate) fn write_linked(&self, text: &str, links: &Links) {
        self.write_all(&links.add(&self.colored(text)));
    }

    /// The text with or without its colours.
    fn colored<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.choice {
            ColorChoice::Never => strip_str(text).to_string().into(),
            _ => text.into(),
        }
    }

    fn write_all(&self, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = &format!("{}{text}", new_line_if_needed());
        let stream = io::stderr().lock();
        let _ = match self.choice {
            // A console may need other calls for colours.
            choice if cfg!(windows) && choice != ColorChoice::Never => {
                AutoStream::new(stream, choice).write_all(text.as_bytes())
            }
            _ => output::write_all(stream, text.as_bytes()),
        };
    }

    /// Shows a state in the title, and in the taskbar where terminals are known to do that. Returns what has
    /// to be taken back from now on.
    pub(crate) fn show_state(&self, state: State<'_>) -> Traces {
        if !self.is_screen() || is_dumb() {
            return Traces::default();
        }
        let mut traces = self.traces.get();
        let mut text = String::new();
        if let State::Ended { title, .. } = state {
            if !traces.title {
                text.push_str(SAVE_TITLE);
            }
            traces.title = true;
            let _ = write!(text, "\x1b]2;{title}\x1b\\");
        }
        if shows_progress() {
            traces.progress = true;
            text.push_str(match state {
                State::Running => "\x1b]9;4;3;0\x1b\\",
                State::Ended { failed: true, .. } => "\x1b]9;4;2;100\x1b\\",
                State::Ended { .. } => NO_PROGRESS,
                State::Over => "",
            });
        }
        if state == State::Over {
            text.push_str(&traces.undo());
            traces = Traces::default();
        }
        let _ = output::write_all(io::stderr().lock(), text.as_bytes());
        self.traces.set(traces);
        traces
    }

    /// Writes lines of prose, broken between words where the screen is too narrow.
    pub(crate) fn write_words(&self, text: &str) {
        match self.columns() {
            Some(columns) => self.write(&wrap::at_words(text, columns)),
            None => self.write(text),
        }
    }

    /// Goes to a new line if another program has begun one.
    pub(crate) fn start_line(&self) {
        let _ = output::write_all(io::stderr().lock(), new_line_if_needed().as_bytes());
    }

    /// Draws a person's attention, on a terminal that knows how.
    pub(crate) fn alert(&self, how: Alert, message: &str) {
        let text = match how {
            Alert::Off => return,
            Alert::Bell => "\x07".to_owned(),
            Alert::Osc => format!("\x1b]9;{message}\x07"),
        };
        if self.is_screen() && !is_dumb() {
            let _ = output::write_all(io::stderr().lock(), text.as_bytes());
        }
    }

    /// Prints output of user code that has come by the connection.
    pub(crate) fn print(&self, text: &str, is_error: bool) {
        let _ = if is_error {
            output::write_all(io::stderr().lock(), text.as_bytes())
        } else {
            pass_on(text.as_bytes())
        };
    }

    /// Clears the screen, but not the scroll-back. Returns false if there is no screen.
    pub(crate) fn clear(&self) -> bool {
        if !io::stderr().is_terminal() || is_dumb() {
            return false;
        }
        let mut clearing = Vec::new();
        let _ = queue!(clearing, Clear(ClearType::All), MoveTo(0, 0));
        let _ = output::write_all(io::stderr().lock(), &clearing);
        true
    }
}

/// Passes on output of a program whose standard output hotload holds, without delay.
pub(crate) fn pass_on(bytes: &[u8]) -> io::Result<()> {
    if output::is_taken() {
        return output::write_all(io::stderr().lock(), bytes);
    }
    output::write_all(io::stdout().lock(), bytes)
}

/// Whether the terminal shows progress in the taskbar, as far as cargo knows.
fn shows_progress() -> bool {
    let is = |name: &str, value: &str| env::var_os(name).is_some_and(|found| found == value);
    let programs = ["WezTerm", "ghostty", "iTerm.app"];
    env::var_os("WT_SESSION").is_some_and(|value| !value.is_empty())
        || is("ConEmuANSI", "ON")
        || programs.iter().any(|program| is("TERM_PROGRAM", program))
}

/// Whether standard error is a terminal that knows escape sequences.
pub(crate) fn knows_escapes() -> bool {
    io::stderr().is_terminal() && !is_dumb()
}

/// Standard error, for a program whose standard output is not user code's.
pub(crate) fn standard_error() -> Stdio {
    Stdio::from(io::stderr())
}

/// Moves the cursor to a new line, unless it is in the first column already: user code may not have ended
/// its last line.
///
/// One space less than the screen has columns reaches the next line from every column but the first.
/// The terminal cannot be asked for the cursor's position, because the answer arrives on the keyboard.
fn new_line_if_needed() -> String {
    // Only on a screen: elsewhere, finding out the width would start another program.
    match (is_dashboard() && !is_dumb())
        .then(screen_columns)
        .flatten()
    {
        Some(columns) => format!("{:1$}\r", "", columns - 1),
        None => String::new(),
    }
}

/// Whether the terminal knows no codes: a shell in an editor. It may not even go back to the first column.
fn is_dumb() -> bool {
    cfg!(unix) && env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// The width of the screen that shows standard output, if there is one.
pub(crate) fn columns_of_output() -> Option<usize> {
    io::stdout().is_terminal().then(screen_columns)?
}

fn screen_columns() -> Option<usize> {
    let (columns, _) = size().ok()?;
    // A terminal that does not know its width says 0.
    Some(usize::from(columns)).filter(|columns| *columns > 0)
}

/// Whether a screen shows both user code's output and hotload's, so that a person expects it to be
/// cleared before a run.
pub(crate) fn is_dashboard() -> bool {
    io::stdout().is_terminal() && io::stderr().is_terminal()
}
