//! What does a person, or a program that reads events, see of a session?

pub(crate) mod display;
pub(crate) mod editor;
pub(crate) mod event_file;
pub(crate) mod events;
mod header;
pub(crate) mod key_commands;
pub(crate) mod terminal;

use std::cell::RefCell;

use crate::arguments::Color;
use crate::config::Volume;
use crate::screen::header::Header;
use crate::screen::terminal::Terminal;

/// The screen of a session: the terminal, what is on top of it, and how much is said.
pub(crate) struct Screen {
    terminal: Terminal,
    volume: Volume,
    top: RefCell<Top>,
}

/// What is on the screen, as far as it matters for clearing it.
#[derive(Default)]
struct Top {
    header: Header,
    /// Whether something below the header should not be cleared before it was read.
    is_unread: bool,
}

impl Screen {
    pub(crate) fn new(color: Color, volume: Volume) -> Self {
        Self {
            terminal: Terminal::new(color),
            volume,
            top: RefCell::default(),
        }
    }

    /// Shows what has to be seen even with `-q`: errors.
    pub(crate) fn show(&self, text: &str) {
        self.terminal.write(text);
    }

    /// Shows what is left out with `-q`.
    pub(crate) fn say(&self, text: &str) {
        if self.volume >= Volume::Normal {
            self.show(text);
        }
    }

    /// Shows what is wanted with `-v` only.
    pub(crate) fn detail(&self, text: &str) {
        if self.is_verbose() {
            self.show(text);
        }
    }

    pub(crate) fn is_verbose(&self) -> bool {
        self.volume >= Volume::Verbose
    }

    /// Prints what user code has printed where it cannot be seen.
    pub(crate) fn print(&self, text: &str) {
        self.terminal.print(text);
    }

    /// Whether a person sees at once what is shown.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal.is_screen()
    }

    /// The number of columns, where there is one.
    pub(crate) fn columns(&self) -> Option<usize> {
        self.terminal.columns()
    }

    /// Leaves a line that another program has begun.
    pub(crate) fn start_line(&self) {
        self.terminal.start_line();
    }

    /// Has another title on top. Returns whether it differs from the one before.
    pub(crate) fn set_title(&self, title: String) -> bool {
        self.volume >= Volume::Normal && self.top.borrow_mut().header.replace(title)
    }

    /// Shows a line that is part of the header.
    pub(crate) fn add_to_header(&self, line: &str) {
        if self.volume >= Volume::Normal {
            self.show(line);
            self.top.borrow_mut().header.add(line);
        }
    }

    pub(crate) fn show_header(&self) {
        self.show(&self.top.borrow().header.text());
    }

    /// Keeps what is on the screen from being cleared the next time.
    pub(crate) fn keep(&self) {
        self.top.borrow_mut().is_unread = true;
    }

    /// Clears the screen down to the header.
    pub(crate) fn clear(&self) {
        let is_unread = std::mem::take(&mut self.top.borrow_mut().is_unread);
        if !is_unread && self.terminal.clear() {
            self.show_header();
        }
    }
}
