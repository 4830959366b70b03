//! What keys do that leave the session as it is: show the last error, open its location in an editor,
//! list the keys.

use std::error::Error;
use std::fmt;
use std::process::ExitStatus;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};

use hotload_core::running::input::{Inbox, Input, KeyCommand};
use hotload_core::running::process::{ProcessGroup, Processes};
use hotload_core::running::report::{Outcome, StepReport};
use hotload_core::running::worker::Worker;
use hotload_python::outcome::failure::Failure;

use crate::arguments::TracebackStyle;
use crate::render;
use crate::render::error::Look;
use crate::screen::editor::{Editor, EditorError, Location};
use crate::system::keys;

/// Carries out the commands of keys, as far as they concern only what is displayed.
pub(crate) struct KeyCommands {
    editor: Option<Editor>,
    processes: Rc<dyn Processes>,
    /// Called when the editor has ended.
    when_ended: Arc<dyn Fn() + Send + Sync>,
    last_error: Option<LastError>,
    /// The editor that was started, while it runs.
    open: Option<Box<dyn ProcessGroup>>,
    ended: (Sender<ExitStatus>, Receiver<ExitStatus>),
}

/// The first failed step of the last cycle in which one failed.
struct LastError {
    cycle: u64,
    step: StepReport<Failure>,
}

impl KeyCommands {
    pub(crate) fn new<W: Worker + 'static>(
        editor: Option<Editor>,
        processes: Rc<dyn Processes>,
        inbox: Inbox<W>,
    ) -> Self
    where
        Inbox<W>: Send + Sync,
    {
        Self {
            editor,
            processes,
            when_ended: Arc::new(move || inbox.send(Input::Key(KeyCommand::EditorEnded))),
            last_error: None,
            open: None,
            ended: mpsc::channel(),
        }
    }

    /// Keeps the error of a step that failed.
    pub(crate) fn step_ended(&mut self, cycle: u64, step: &StepReport<Failure>) {
        let is_known = |error: &LastError| error.cycle == cycle;
        if matches!(step.outcome, Outcome::Failed(_))
            && !self.last_error.as_ref().is_some_and(is_known)
        {
            let step = step.clone();
            self.last_error = Some(LastError { cycle, step });
        }
    }

    /// Whether an editor is running. It may ask for the terminal at any moment.
    pub(crate) fn is_editor_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether an editor has the terminal. A run would write into its screen.
    pub(crate) fn is_editor_in_front(&self) -> bool {
        self.open
            .as_ref()
            .is_some_and(|editor| editor.owns_terminal())
    }

    /// Carries out a command. Returns what there is to show.
    pub(crate) fn answer(&mut self, command: KeyCommand, paused: bool, look: Look) -> String {
        match command {
            KeyCommand::Restart => render::keys::restarted(),
            KeyCommand::Pause => render::keys::paused(paused),
            KeyCommand::ShowError => self.last_error_in_full(look),
            KeyCommand::OpenError => match self.open_error() {
                Ok(()) => String::new(),
                Err(why) => why.text(),
            },
            KeyCommand::ListKeys => render::keys::list(keys::list()),
            KeyCommand::EditorEnded => self.editor_ended(),
            KeyCommand::RunAgain | KeyCommand::Quit => String::new(),
        }
    }

    fn last_error_in_full(&self, look: Look) -> String {
        let style = match look.style {
            TracebackStyle::Native => TracebackStyle::Native,
            TracebackStyle::Short | TracebackStyle::Full => TracebackStyle::Full,
        };
        let look = Look { style, ..look };
        let last = self.last_error.as_ref();
        let text = last.map(|error| render::step::step(&error.step, true, look));
        text.filter(|text| !text.is_empty())
            .unwrap_or_else(render::keys::no_error)
    }

    /// Starts the editor at the last error.
    fn open_error(&mut self) -> Result<(), NotOpened> {
        if self.open.is_some() {
            return Err(NotOpened::AlreadyOpen);
        }
        let location = self.last_location().ok_or(NotOpened::NoLocation)?;
        let Some(editor) = &self.editor else {
            return Err(NotOpened::NoEditor(location));
        };
        let command = editor.open(&location).map_err(NotOpened::Failed)?;
        let (ended, when_ended) = (self.ended.0.clone(), Arc::clone(&self.when_ended));
        let group = self.processes.spawn(
            command,
            Box::new(move |end| {
                // The session may have ended by now.
                let _ = ended.send(end.status);
                when_ended();
            }),
        );
        let failed = |error| NotOpened::Failed(editor.not_started(error));
        self.open = Some(group.map_err(failed)?);
        Ok(())
    }

    /// Where to look first for the last error.
    fn last_location(&self) -> Option<Location> {
        let last_error = self.last_error.as_ref()?;
        let Some(Failure::Error(error)) = last_error.step.outcome.failure() else {
            return None;
        };
        let place = error.report.primary.as_ref()?;
        Some(Location {
            file: place.abs.clone()?,
            line: place.line?,
            column: place.col,
        })
    }

    fn editor_ended(&mut self) -> String {
        self.open = None;
        match (self.ended.1.try_recv(), &self.editor) {
            (Ok(status), Some(Editor { command, variable })) if !status.success() => {
                render::warning(&format!("`{command}` (from {variable}) failed ({status})"))
            }
            _ => String::new(),
        }
    }
}

/// Why no editor was opened.
#[derive(Debug)]
enum NotOpened {
    /// The last one is still open.
    AlreadyOpen,
    /// There is no error with a location.
    NoLocation,
    /// The environment names no editor.
    NoEditor(Location),
    /// It could not be started.
    Failed(EditorError),
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyOpen => f.write_str("the editor is already open"),
            Self::NoLocation => f.write_str("there is no error to open"),
            Self::NoEditor(Location { file, line, .. }) => write!(
                f,
                "the error is at {file}:{line}; to open it with this key, set VISUAL or EDITOR"
            ),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl Error for NotOpened {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(),
            _ => None,
        }
    }
}

impl NotOpened {
    fn text(&self) -> String {
        let text = render::with_causes(self);
        match self {
            Self::Failed(_) => render::warning(&text),
            _ => render::note(&text),
        }
    }
}
