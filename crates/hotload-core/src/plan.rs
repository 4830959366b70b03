//! The ordered list of steps that each save runs, and what a step is.

use crate::busy::Measure;
use crate::change_set::ChangeSet;
use crate::cycle::Cycle;
use crate::input::Inbox;
use crate::report::Outcome;
use crate::worker::Worker;

/// What a step can use while it starts.
pub struct StepContext<'a, W: Worker> {
    /// What carries out steps.
    pub worker: &'a mut W,
    /// Where the outcome of a step that does not run in the worker is sent.
    pub inbox: &'a Inbox<W>,
    /// What has caused the cycle.
    pub changes: &'a ChangeSet,
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

    /// Whether it belongs to the cycle that these changes have caused. One that does not is passed
    /// over without a word.
    fn is_due(&self, _worker: &W, _changes: &ChangeSet) -> bool {
        true
    }

    /// Starts it. It must not block: saves, signals and keys are seen while it runs.
    fn start(&mut self, context: &mut StepContext<'_, W>) -> Started<W::Failure>;

    /// Whether it has the terminal: somebody sits at a prompt or in a debugger.
    fn owns_terminal(&self, worker: &W) -> bool {
        worker.owns_terminal()
    }

    /// Sends it what Ctrl-C sends; false where nothing can.
    fn interrupt(&mut self, worker: &mut W) -> bool {
        worker.interrupt()
    }

    /// Ends it at once, in a session that goes on.
    fn force(&mut self, worker: &mut W) -> Measure {
        worker.restart();
        Measure::NewWorker
    }

    /// Ends it at once, and the session with it.
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
    /// The steps that each new worker runs once, before the first of those.
    pub warm_up: Vec<PlannedStep<W>>,
    /// Whether a failed step ends the cycle.
    pub fail_fast: bool,
}

impl<W: Worker> Default for Plan<W> {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            warm_up: Vec::new(),
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

    /// Puts these steps in place of those behind `place`.
    pub(crate) fn replace_behind(&mut self, place: usize, steps: Vec<PlannedStep<W>>) {
        self.steps.truncate(place + 1);
        self.steps.extend(steps);
    }

    /// Adds a step to the end of the warm-up.
    pub fn add_warm_up(&mut self, step: impl Step<W> + 'static) {
        self.warm_up.push(PlannedStep {
            step: Box::new(step),
            needs: None,
        });
    }

    /// The steps that a cycle runs.
    pub(crate) fn steps_of<F>(&self, cycle: &Cycle<F>) -> &[PlannedStep<W>] {
        if cycle.is_warm_up() {
            &self.warm_up
        } else {
            &self.steps
        }
    }

    /// A step of a cycle.
    pub(crate) fn step<F>(&mut self, cycle: &Cycle<F>, place: usize) -> &mut dyn Step<W> {
        let steps = if cycle.is_warm_up() {
            &mut self.warm_up
        } else {
            &mut self.steps
        };
        &mut *steps[place].step
    }
}
