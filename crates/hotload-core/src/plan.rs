//! The ordered list of steps that each save runs, and what a step is.

use crate::report::{Outcome, StepFailure};
use crate::session::Inbox;

/// What carries out steps outside of the loop and answers through its inbox: an interpreter.
pub trait Worker: Sized {
    /// What failed in a step.
    type Failure: StepFailure;
    /// What comes in for it from outside: a frame, the end of a process.
    type Event;
    /// What it has to tell that concerns no step.
    type Notice;
    /// Why it cannot go on.
    type Error;

    /// Whether a step can be started.
    fn is_ready(&self) -> bool;

    /// Takes what came in and says what that means.
    fn receive(&mut self, event: Self::Event) -> Vec<News<Self>>;

    /// Called at every tick, for its own time limits.
    fn tick(&mut self, now: std::time::Instant) -> Vec<News<Self>>;

    /// Interrupts the step that is running in it.
    fn interrupt(&mut self);

    /// Asks it to end by itself.
    fn quit(&mut self);

    /// Ends it at once.
    fn kill(&mut self);

    /// Whether it has ended and left nothing behind.
    fn is_gone(&self) -> bool;
}

/// What a worker has to say.
pub enum News<W: Worker> {
    /// The running step ended.
    StepEnded(Outcome<W::Failure>),
    /// It has read a source and run it, or tried to.
    SourceRead(crate::poller::SourceRead),
    /// A file is in use: it is watched from now on, wherever it lies.
    InUse(std::path::PathBuf),
    /// Something that concerns no step.
    Notice(W::Notice),
    /// It cannot go on.
    Fatal(W::Error),
    /// Nobody reads what the steps print any more.
    OutputClosed,
    /// A person has ended it at the terminal.
    Interrupted,
}

/// What a step can use while it starts.
pub struct StepContext<'a, W: Worker> {
    /// What carries out steps.
    pub worker: &'a mut W,
    /// Where the outcome of a step that does not run in the worker is sent.
    pub inbox: &'a Inbox<W>,
}

/// What became of a step that was started.
pub enum Started<F> {
    /// It goes on; its outcome comes in as an input.
    Running,
    /// It has ended.
    Ended(Outcome<F>),
}

/// One thing to do after a save.
pub trait Step<W: Worker> {
    /// The step as `--step` spells it.
    fn name(&self) -> String;

    /// Starts it. It must not block: saves, signals and keys are seen while it runs.
    fn start(&mut self, context: &mut StepContext<'_, W>) -> Started<W::Failure>;

    /// Sends it what Ctrl-C sends.
    fn interrupt(&mut self, worker: &mut W) {
        worker.interrupt();
    }

    /// Ends it at once.
    fn kill(&mut self, worker: &mut W) {
        worker.kill();
    }
}

/// A step in its place in the plan.
pub struct PlannedStep<W: Worker> {
    /// The step.
    pub step: Box<dyn Step<W>>,
    /// An earlier step of the plan without which this one makes no sense: the reload before a call.
    pub needs: Option<usize>,
}

/// The ordered list of steps.
pub struct Plan<W: Worker> {
    /// The steps.
    pub steps: Vec<PlannedStep<W>>,
    /// Whether a failed step ends the cycle.
    pub fail_fast: bool,
}

impl<W: Worker> Default for Plan<W> {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            fail_fast: false,
        }
    }
}

impl<W: Worker> Plan<W> {
    /// Adds a step to the end; returns its place.
    pub fn add(&mut self, step: impl Step<W> + 'static, needs: Option<usize>) -> usize {
        self.steps.push(PlannedStep {
            step: Box::new(step),
            needs,
        });
        self.steps.len() - 1
    }
}
