//! The ordered list of steps that each save runs.

use crate::running::step::Step;
use crate::running::worker::Worker;
use crate::watching::change_set::ChangeSet;

/// The ordered list of steps.
pub struct Plan<W: Worker> {
    /// The steps.
    pub steps: Vec<PlannedStep<W>>,
    /// The steps that each new worker runs once, before the first of those.
    pub warm_up: Vec<PlannedStep<W>>,
    /// Whether a failed step ends the cycle.
    pub fail_fast: bool,
}

/// A step and its dependency in the plan.
pub struct PlannedStep<W: Worker> {
    /// The step.
    pub step: Box<dyn Step<W>>,
    /// The index of an earlier step without which this one makes no sense: the reload before a call.
    pub needs: Option<usize>,
    /// Whether it is left out for now: a part of the warm-up that ended its worker.
    pub(crate) is_left_out: bool,
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
    /// A step that makes sense only after the one at the index that it `needs`.
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
    /// Adds a step to the end; returns its index.
    pub fn add(&mut self, step: impl Step<W> + 'static, needs: Option<usize>) -> usize {
        self.steps.push(PlannedStep::new(Box::new(step), needs));
        self.steps.len() - 1
    }

    /// Adds a step to the end of the warm-up.
    pub fn add_warm_up(&mut self, step: impl Step<W> + 'static) {
        self.warm_up.push(PlannedStep::new(Box::new(step), None));
    }

    /// Replaces the steps after `index`.
    pub(crate) fn replace_after(&mut self, index: usize, steps: Vec<PlannedStep<W>>) {
        self.steps.truncate(index + 1);
        self.steps.extend(steps);
    }

    /// Leaves a step of the warm-up out from now on.
    pub(crate) fn leave_out(&mut self, index: usize) {
        self.warm_up[index].is_left_out = true;
    }

    /// Takes back the steps of the warm-up that were left out: those that these changes touch, or
    /// all of them without any changes. Returns whether there was one.
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
