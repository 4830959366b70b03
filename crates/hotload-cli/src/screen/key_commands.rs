//! Answers the keys that change nothing in the session: the last error, its place in an editor, the
//! list of keys.

use std::process::ExitStatus;
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, Sender};

use hotload_core::running::input::{Inbox, Input, KeyCommand};
use hotload_core::running::process::{ProcessGroup, Processes};
use hotload_core::running::report::{Outcome, StepReport};
use hotload_python::interpreter::Interpreter;
use hotload_python::outcome::failure::Failure;

use crate::arguments::TracebackStyle;
use crate::render;
use crate::render::error::Look;
use crate::screen::editor::{Editor, Place};
use crate::system::keys;

/// What a person at the keyboard can ask hotload itself for.
pub(crate) struct Wishes {
    editor: Option<Editor>,
    processes: Rc<dyn Processes>,
    inbox: Inbox<Interpreter>,
    last_error: Option<LastError>,
    /// The editor that was opened, while it runs.
    open: Option<Box<dyn ProcessGroup>>,
    ended: (Sender<ExitStatus>, Receiver<ExitStatus>),
}

/// The first failed step of the last cycle that had one.
struct LastError {
    cycle: u64,
    step: StepReport<Failure>,
}

impl Wishes {
    pub(crate) fn new(
        editor: Option<Editor>,
        processes: Rc<dyn Processes>,
        inbox: Inbox<Interpreter>,
    ) -> Self {
        Self {
            editor,
            processes,
            inbox,
            last_error: None,
            open: None,
            ended: mpsc::channel(),
        }
    }

    /// Keeps the error of a step that has failed.
    pub(crate) fn step_ended(&mut self, cycle: u64, step: &StepReport<Failure>) {
        let is_known = |error: &LastError| error.cycle == cycle;
        if matches!(step.outcome, Outcome::Failed(_))
            && !self.last_error.as_ref().is_some_and(is_known)
        {
            let step = step.clone();
            self.last_error = Some(LastError { cycle, step });
        }
    }

    /// Whether an editor is open: it may ask for the terminal at any moment.
    pub(crate) fn is_editor_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether an editor is open in the terminal: a run would write into it.
    pub(crate) fn is_editor_in_front(&self) -> bool {
        self.open
            .as_ref()
            .is_some_and(|editor| editor.owns_terminal())
    }

    /// What there is to say to a wish.
    pub(crate) fn answer(&mut self, wish: KeyCommand, paused: bool, look: Look) -> String {
        match wish {
            KeyCommand::Restart => render::note("the interpreter is started anew"),
            KeyCommand::Pause if paused => {
                render::note("paused: saves wait; p goes on, r runs once")
            }
            KeyCommand::Pause => render::note("not paused any more"),
            KeyCommand::ShowError => self.last_error_in_full(look),
            KeyCommand::OpenError => self.open_error().map_or_else(|why| why, |()| String::new()),
            KeyCommand::ListKeys => render::keys(keys::list()),
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
        let text = last.map(|error| render::step(&error.step, true, look));
        text.filter(|text| !text.is_empty())
            .unwrap_or_else(|| render::note("no error to show"))
    }

    /// Opens the editor, or says why not.
    fn open_error(&mut self) -> Result<(), String> {
        if self.open.is_some() {
            return Err(render::note("the editor is open already"));
        }
        let failure = self
            .last_error
            .as_ref()
            .and_then(|error| error.step.outcome.failure());
        let place = failure
            .and_then(place)
            .ok_or_else(|| render::note("no place of an error to open"))?;
        let editor = self.editor.as_ref().ok_or_else(|| {
            render::note(&format!(
                "the error is at {}:{}; set VISUAL or EDITOR to have it opened",
                place.file, place.line
            ))
        })?;
        let refused = |why: &str| {
            let Editor { command, variable } = editor;
            render::warning(&format!("cannot open `{command}` (from {variable}): {why}"))
        };
        let command = editor.open(&place).map_err(|why| refused(&why))?;
        let (ended, inbox) = (self.ended.0.clone(), self.inbox.clone());
        let group = self.processes.spawn(
            command,
            Box::new(move |end| {
                // Nobody is there any more when the session has ended.
                let _ = ended.send(end.status);
                inbox.send(Input::Key(KeyCommand::EditorEnded));
            }),
        );
        self.open = Some(group.map_err(|error| refused(&error.to_string()))?);
        Ok(())
    }

    fn editor_ended(&mut self) -> String {
        self.open = None;
        match (self.ended.1.try_recv(), &self.editor) {
            (Ok(status), Some(Editor { command, variable })) if !status.success() => {
                render::warning(&format!(
                    "`{command}` (from {variable}) ended with {status}"
                ))
            }
            _ => String::new(),
        }
    }
}

/// Where to look first.
fn place(failure: &Failure) -> Option<Place> {
    let Failure::Error(error) = failure else {
        return None;
    };
    let place = error.report.primary.as_ref()?;
    Some(Place {
        file: place.abs.clone()?,
        line: place.line?,
        column: place.col,
    })
}
