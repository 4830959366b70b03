//! What does a person, or a program that reads events, see of a session?

pub(crate) mod alerts;
pub(crate) mod appearance;
pub(crate) mod color;
pub(crate) mod display;
pub(crate) mod editor;
pub(crate) mod event_file;
pub(crate) mod events;
mod header;
pub(crate) mod key_commands;
pub(crate) mod links;
pub(crate) mod location_file;
pub(crate) mod status;
pub(crate) mod terminal;
mod wrap;

use std::cell::RefCell;
use std::fmt::Display;

use crate::arguments::{Alert, Color, TracebackStyle, Volume};
use crate::render;
use crate::screen::appearance::{Appearance, OutcomeCommands};
use crate::screen::header::Header;
use crate::screen::terminal::{State, Terminal};
use crate::system::output::Traces;

/// The screen of a session: the terminal, the header, and how much is shown. Shared by everything that
/// writes during a session.
pub(crate) struct Screen {
    terminal: Terminal,
    appearance: RefCell<Appearance>,
    /// Whether the terminal's title shows the state. One cycle is over before it is read.
    has_state: bool,
    /// What runs on each save.
    names: RefCell<String>,
    top: RefCell<Top>,
}

/// What is on the screen and outlives a clearing.
#[derive(Default)]
struct Top {
    header: Header,
    /// Whether something below the header has to be read before it may be cleared.
    is_unread: bool,
}

impl Screen {
    pub(crate) fn new(color: Color, appearance: Appearance) -> Self {
        Self {
            terminal: Terminal::new(color),
            appearance: RefCell::new(appearance),
            has_state: false,
            names: RefCell::default(),
            top: RefCell::default(),
        }
    }

    /// Shows the state of the session in the title, where that is wanted.
    pub(crate) fn with_state(self, has_state: bool) -> Self {
        Self { has_state, ..self }
    }

    /// From now on, the session is shown like this.
    pub(crate) fn set_appearance(&self, appearance: Appearance) {
        self.appearance.replace(appearance);
    }

    /// From now on, these targets or commands run on each save.
    pub(crate) fn set_names(&self, names: &[String]) {
        let names = render::header::names(names.iter().map(String::as_str));
        self.names.replace(names);
    }

    /// What runs on each save: the targets as they were given, or the commands if there are no targets.
    pub(crate) fn names(&self) -> String {
        self.names.borrow().clone()
    }

    /// How errors are shown.
    pub(crate) fn traceback(&self) -> TracebackStyle {
        self.appearance.borrow().traceback
    }

    /// Whether each cycle starts with a line for programs.
    pub(crate) fn has_marks(&self) -> bool {
        self.appearance.borrow().marks
    }

    /// What happens when the outcome changes.
    pub(crate) fn alerts(&self) -> (Alert, OutcomeCommands) {
        let appearance = self.appearance.borrow();
        (appearance.alert, appearance.outcome_commands.clone())
    }

    fn volume(&self) -> Volume {
        self.appearance.borrow().volume
    }

    /// Shows errors, even with `-q`.
    pub(crate) fn show(&self, text: &str) {
        match &self.appearance.borrow().links {
            Some(links) => self.terminal.write_linked(text, links),
            None => self.terminal.write(text),
        }
    }

    /// Shows the state of the session where the terminal has a place for it: in its title, and for the
    /// duration of a run in the taskbar. Returns what has to be taken back from now on.
    pub(crate) fn show_state(&self, state: State<'_>) -> Traces {
        if self.has_state {
            self.terminal.show_state(state)
        } else {
            Traces::default()
        }
    }

    /// Shows what `-q` leaves out.
    pub(crate) fn say(&self, text: &str) {
        if self.volume() >= Volume::Normal {
            self.terminal.write_words(text);
        }
    }

    /// Shows warnings, except with `-q`.
    pub(crate) fn warn(&self, warnings: &[impl Display]) {
        for warning in warnings {
            self.say(&render::warning(&warning.to_string()));
        }
    }

    /// Shows what only `-v` asks for.
    pub(crate) fn detail(&self, text: &str) {
        if self.is_verbose() {
            self.terminal.write_words(text);
        }
    }

    pub(crate) fn is_verbose(&self) -> bool {
        self.volume() >= Volume::Verbose
    }

    /// Prints output of user code that has come by the connection.
    pub(crate) fn print(&self, text: &str, is_error: bool) {
        self.terminal.print(text, is_error);
    }

    /// Whether it is a terminal that a person looks at.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal.is_screen()
    }

    /// The number of columns, where there is one.
    pub(crate) fn columns(&self) -> Option<usize> {
        self.terminal.columns()
    }

    /// Goes to a new line if another program has begun one.
    pub(crate) fn start_line(&self) {
        self.terminal.start_line();
    }

    /// Replaces the header. Returns whether its title was a different one.
    pub(crate) fn set_title(&self, title: String) -> bool {
        self.volume() >= Volume::Normal && self.top.borrow_mut().header.replace(title)
    }

    /// Shows a line that is part of the header.
    pub(crate) fn add_to_header(&self, line: &str) {
        if self.volume() >= Volume::Normal {
            self.show(line);
            self.top.borrow_mut().header.add(line);
        }
    }

    pub(crate) fn show_header(&self) {
        self.show(&self.top.borrow().header.text());
    }

    /// Leaves out the next clearing, so that what is on the screen can be read.
    pub(crate) fn keep(&self) {
        self.top.borrow_mut().is_unread = true;
    }

    /// Clears the screen and shows the header on it.
    pub(crate) fn clear(&self) {
        let is_unread = std::mem::take(&mut self.top.borrow_mut().is_unread);
        if !is_unread && self.terminal.clear() {
            self.show_header();
        }
    }
}
