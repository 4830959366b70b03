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
    /// What became of it, as a part of the warm-up.
    pub(crate) trial: Trial,
}

/// What became of a step of the warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    /// It has not run, or nothing went wrong.
    Fine,
    /// It has failed.
    Failed,
    /// It has ended its worker, and is left out.
    LeftOut,
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
            trial: Trial::Fine,
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
        self.warm_up[index].trial = Trial::LeftOut;
    }

    /// A step of the warm-up has ended.
    pub(crate) fn warmed_up(&mut self, index: usize, is_bad: bool) {
        let step = &mut self.warm_up[index];
        if step.trial != Trial::LeftOut {
            step.trial = if is_bad { Trial::Failed } else { Trial::Fine };
        }
    }

    /// Whether another worker may do better: these changes touch steps of the warm-up that have failed or
    /// were left out. Without any changes, all of them are given another try.
    pub(crate) fn try_again(&mut self, changes: Option<&ChangeSet>) -> bool {
        let bad = self
            .warm_up
            .iter_mut()
            .filter(|step| step.trial != Trial::Fine);
        let mut tried = bad
            .filter(|bad| changes.is_none_or(|changes| bad.step.is_changed_by(changes)))
            .peekable();
        let is_any = tried.peek().is_some();
        tried.for_each(|step| step.trial = Trial::Fine);
        is_any
    }
}
