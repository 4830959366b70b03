//! A worker and steps that do what a test has written down for them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use hotload_core::running::input::StepReply;
use hotload_core::running::report::{Outcome, StepFailure};
use hotload_core::running::run_command::CommandFailure;
use hotload_core::running::step::{RunsIn, Started, Step, StepContext};
use hotload_core::running::step_name::{StepKind, StepName};
use hotload_core::running::worker::{News, Worker};
use hotload_core::watching::change_set::ChangeSet;
use hotload_core::watching::watch_set::{NewFiles, WatchSet};

use crate::fake_disk::path;
use crate::rehearsal::Stage;

/// Why a scripted step failed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failure {
    half_written: Option<PathBuf>,
    by_a_person: bool,
    /// What a command said; empty for other steps.
    pub(crate) message: String,
}

impl From<CommandFailure> for Failure {
    fn from(failure: CommandFailure) -> Self {
        Self {
            half_written: None,
            by_a_person: failure.is_interrupt(),
            message: match failure.source() {
                Some(cause) => format!("{failure}: {cause}"),
                None => failure.to_string(),
            },
        }
    }
}

impl StepFailure for Failure {
    fn half_written(&self) -> Option<&Path> {
        self.half_written.as_deref()
    }

    fn is_interrupt(&self) -> bool {
        self.by_a_person
    }
}

pub(crate) type StepOutcome = Outcome<Failure>;

pub(crate) fn failed() -> StepOutcome {
    Outcome::Failed(Failure::default())
}

/// The failure of a step whose file does not compile.
pub(crate) fn half_written(name: &str) -> StepOutcome {
    Outcome::Failed(Failure {
        half_written: Some(path(name)),
        ..Failure::default()
    })
}

/// What becomes of a step that was stopped from outside.
pub(crate) fn interrupted() -> StepOutcome {
    Outcome::Interrupted(Failure::default())
}

/// What becomes of a step whose program got Ctrl-C at the terminal.
pub(crate) fn interrupted_by_a_person() -> StepOutcome {
    Outcome::Interrupted(Failure {
        by_a_person: true,
        ..Failure::default()
    })
}

/// What a step does when it is started.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// It ends while it starts.
    Ends(StepOutcome),
    /// It ends after this many milliseconds.
    Takes(u64, StepOutcome),
    /// Like `Takes`, and its source is read after the first time.
    ReadsAfter(u64, &'static str, u64),
    /// It runs until it is interrupted.
    RunsOn,
    /// It runs until it is killed.
    HearsNothing,
}

/// A step that acts from a list; the last act is repeated.
pub(crate) struct ScriptedStep {
    pub(crate) name: &'static str,
    pub(crate) acts: VecDeque<Act>,
    /// The file whose change it is for; `None`: for every cycle.
    pub(crate) due: Option<&'static str>,
    pub(crate) stage: Stage,
}

/// The reply of a step that waits for its interrupt, or for its worker's end.
pub(crate) type WaitingStep = Rc<RefCell<Option<StepReply<ScriptedWorker>>>>;

impl Step<ScriptedWorker> for ScriptedStep {
    fn name(&self) -> StepName {
        StepName::new(StepKind::Named, self.name)
    }

    fn is_due(&self, _worker: &ScriptedWorker, changes: &ChangeSet) -> bool {
        let file = self.due.map(path);
        file.is_none_or(|file| changes.iter().any(|(changed, _)| changed == file))
    }

    fn is_changed_by(&self, changes: &ChangeSet) -> bool {
        let file = path(self.name);
        changes.iter().any(|(changed, _)| changed == file)
    }

    fn start(&mut self, context: &mut StepContext<'_, ScriptedWorker>) -> Started<Failure> {
        let act = match self.acts.len() {
            1 => self.acts[0].clone(),
            _ => self.acts.pop_front().expect("a step has an act"),
        };
        let reply = context.inbox.reply_for_step();
        match act {
            Act::Ends(outcome) => return Started::Ended(outcome),
            Act::Takes(millis, outcome) => self.stage.after(millis, |_| reply.send(outcome)),
            Act::ReadsAfter(read, name, millis) => {
                self.stage.after(read, move |stage| {
                    stage.says(News::SourceRead(stage.disk.source(name)));
                });
                self.stage.after(millis, |_| reply.send(Outcome::Ok));
            }
            Act::RunsOn => *self.stage.waiting_step.borrow_mut() = Some(reply),
            Act::HearsNothing => *self.stage.running_step.borrow_mut() = Some(reply),
        }
        Started::Running(RunsIn::Worker)
    }
}

/// What the scripted worker registers.
#[derive(Default)]
pub(crate) struct Registered {
    /// The names of steps.
    pub(crate) steps: Option<Vec<&'static str>>,
    pub(crate) watch_set: Option<(WatchSet, NewFiles)>,
}

/// What comes in for the scripted worker.
pub(crate) enum Event {
    /// Steps can be started from now on.
    Ready,
    /// It starts anew.
    Restarts,
    /// It says what is next in its script.
    Says,
}

/// How the worker behaves when it is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtTheEnd {
    Quits,
    HasToBeKilled,
    Survives,
}

/// A worker that writes down what is asked of it.
pub(crate) struct ScriptedWorker {
    pub(crate) stage: Stage,
    pub(crate) ready: bool,
    pub(crate) can_interrupt: bool,
    pub(crate) is_replaceable: bool,
    pub(crate) at_the_end: AtTheEnd,
    pub(crate) gone: bool,
}

impl Worker for ScriptedWorker {
    type Failure = Failure;
    type Event = Event;
    type Notice = &'static str;
    type Registered = Registered;
    type Error = &'static str;

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn receive(&mut self, event: Event) -> Vec<News<Self>> {
        match event {
            Event::Ready => self.ready = true,
            Event::Restarts => self.ready = false,
            Event::Says => return self.stage.news.take().into(),
        }
        Vec::new()
    }

    fn tick(&mut self, _now: Instant) -> Vec<News<Self>> {
        Vec::new()
    }

    fn wakes_at(&self) -> Option<Instant> {
        None
    }

    fn owns_terminal(&self) -> bool {
        self.stage.owns_terminal.get()
    }

    fn is_replaceable(&self) -> bool {
        self.is_replaceable
    }

    fn interrupt(&mut self) -> bool {
        if !self.can_interrupt {
            return false;
        }
        self.stage.note("interrupt");
        if let Some(reply) = self.stage.waiting_step.take() {
            reply.send(interrupted());
        }
        true
    }

    /// Is back 100 ms later; a step that was running in it ends at once.
    fn restart(&mut self) {
        self.stage.note("restart");
        self.ready = false;
        if let Some(reply) = self.stage.running_step.take() {
            reply.send(interrupted());
        }
        self.stage.after(100, |stage| {
            stage.says(News::Fresh);
            stage.tells(Event::Ready);
        });
    }

    fn do_not_replace(&mut self) {}

    fn quit(&mut self) {
        self.gone |= self.at_the_end == AtTheEnd::Quits;
    }

    fn kill(&mut self) {
        if !self.gone {
            self.stage.note("kill");
        }
        self.gone |= self.at_the_end != AtTheEnd::Survives;
    }

    fn is_gone(&self) -> bool {
        self.gone
    }
}
