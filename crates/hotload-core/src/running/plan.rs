//! The ordered list of steps that each save runs, and what a step is.

use crate::running::cut::Measure;
use crate::running::input::Inbox;
use crate::running::report::Outcome;
use crate::running::worker::Worker;
use crate::watching::change_set::ChangeSet;

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

    /// Its process, if a signal has stopped that.
    fn stopped(&self, worker: &W) -> Option<u32> {
        worker.stopped()
    }

    /// Whether these changes touch what it runs, so that it may turn out otherwise.
    fn is_changed_by(&self, _changes: &ChangeSet) -> bool {
        false
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
    /// Whether it is left out for now: a part of the warm-up that has ended its worker.
    pub(crate) is_left_out: bool,
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

impl<W: Worker> PlannedStep<W> {
    /// A step that makes sense only behind the one at the place that it `needs`.
    #[must_use]
    pub fn new(step: Box<dyn Step<W>>, needs: Option<usize>) -> Self {
        Self {
            step,
            needs,
            is_left_out: false,
        }
    }
}

impl<W: Worker> Plan<W> {
    /// Adds a step to the end; returns its place.
    pub fn add(&mut self, step: impl Step<W> + 'static, needs: Option<usize>) -> usize {
        self.steps.push(PlannedStep::new(Box::new(step), needs));
        self.steps.len() - 1
    }

    /// Puts these steps in place of those behind `place`.
    pub(crate) fn replace_behind(&mut self, place: usize, steps: Vec<PlannedStep<W>>) {
        self.steps.truncate(place + 1);
        self.steps.extend(steps);
    }

    /// Adds a step to the end of the warm-up.
    pub fn add_warm_up(&mut self, step: impl Step<W> + 'static) {
        self.warm_up.push(PlannedStep::new(Box::new(step), None));
    }

    /// Has a step of the warm-up left out from now on.
    pub(crate) fn leave_out(&mut self, place: usize) {
        self.warm_up[place].is_left_out = true;
    }

    /// Has the steps that were left out tried again, if these changes touch one, or, without any,
    /// in any case. Returns whether there is one to be tried.
    pub(crate) fn try_again(&mut self, changes: Option<&ChangeSet>) -> bool {
        let left_out = self.warm_up.iter_mut().filter(|step| step.is_left_out);
        let mut tried = left_out
            .filter(|left_out| changes.is_none_or(|changes| left_out.step.is_changed_by(changes)))
            .peekable();
        let is_any = tried.peek().is_some();
        tried.for_each(|step| step.is_left_out = false);
        is_any
    }
}
