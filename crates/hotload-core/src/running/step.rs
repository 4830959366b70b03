//! What a step is, and where it runs.

use crate::running::cut::CutBy;
use crate::running::input::Inbox;
use crate::running::process::ProcessGroup;
use crate::running::report::Outcome;
use crate::running::step_name::StepName;
use crate::running::worker::Worker;
use crate::watching::change_set::ChangeSet;

/// One thing to do after a save.
pub trait Step<W: Worker> {
    /// What it is called.
    fn name(&self) -> StepName;

    /// Whether it belongs to the cycle that these changes caused. One that does not is passed over
    /// silently.
    fn is_due(&self, _worker: &W, _changes: &ChangeSet) -> bool {
        true
    }

    /// Starts it. It must not block: saves, signals and keys are noticed while it runs.
    fn start(&mut self, context: &mut StepContext<'_, W>) -> Started<W::Failure>;

    /// Whether these changes touch what it runs, so that the result may be different.
    fn is_changed_by(&self, _changes: &ChangeSet) -> bool {
        false
    }
}

/// What a step can use while it starts.
pub struct StepContext<'a, W: Worker> {
    /// What carries out steps.
    pub worker: &'a mut W,
    /// Where the outcome of a step that does not run in the worker is sent.
    pub inbox: &'a Inbox<W>,
    /// What caused the cycle.
    pub changes: &'a ChangeSet,
}

/// What became of a step that was started.
pub enum Started<F> {
    /// It is running; its outcome arrives as an input.
    Running(RunsIn),
    /// It has ended.
    Ended(Outcome<F>),
}

/// Where a step runs.
pub enum RunsIn {
    /// In the worker.
    Worker,
    /// In a process group of its own.
    Process(Box<dyn ProcessGroup>),
}

impl RunsIn {
    /// Whether the step has the terminal: a person is at a prompt or in a debugger.
    pub(crate) fn owns_terminal<W: Worker>(&self, worker: &W) -> bool {
        match self {
            Self::Worker => worker.owns_terminal(),
            Self::Process(group) => group.owns_terminal(),
        }
    }

    /// The step's process, if a signal has stopped it.
    pub(crate) fn stopped<W: Worker>(&self, worker: &W) -> Option<u32> {
        match self {
            Self::Worker => worker.stopped(),
            Self::Process(group) => group.is_stopped().then(|| group.id()),
        }
    }

    /// Sends the step what Ctrl-C sends; false where that is not possible.
    pub(crate) fn interrupt<W: Worker>(&self, worker: &mut W) -> bool {
        match self {
            Self::Worker => worker.interrupt(),
            Self::Process(group) => group.interrupt(),
        }
    }

    /// Ends the step at once, in a session that goes on.
    pub(crate) fn force<W: Worker>(&self, worker: &mut W) -> CutBy {
        match self {
            Self::Worker => {
                worker.restart();
                CutBy::NewWorker
            }
            Self::Process(group) => {
                group.kill();
                CutBy::Kill
            }
        }
    }

    /// Ends the step at once, in a session that ends with it.
    pub(crate) fn kill<W: Worker>(&self, worker: &mut W) {
        match self {
            Self::Worker => worker.kill(),
            Self::Process(group) => group.kill(),
        }
    }
}
