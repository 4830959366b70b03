//! The ordered list of steps that each save runs, and what a step is.

use crate::input::Inbox;
use crate::report::Outcome;
use crate::worker::Worker;

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
