//! The cycle that is running, and what its step is doing.

use std::time::Instant;

use crate::running::cut::Cut;
use crate::running::cycle::Cycle;
use crate::running::plan::Plan;
use crate::running::step::{RunsIn, Step};
use crate::running::worker::Worker;

/// The cycle that is running.
pub(super) struct Current<F> {
    pub(super) cycle: Cycle<F>,
    pub(super) step: StepState<F>,
}

/// What the step of a running cycle is doing.
pub(super) enum StepState<F> {
    /// The cycle is between two steps.
    Between,
    /// It is running.
    Running(RunningStep),
    /// It has failed, perhaps because it read half a save. The failure is held back until the rest
    /// arrives or is given up on.
    Held(HeldFailure<F>),
}

/// A step that is running.
pub(super) struct RunningStep {
    /// Its index in the plan.
    pub(super) index: usize,
    pub(super) runs_in: RunsIn,
    pub(super) cutting: Option<Cutting>,
}

/// Why and how a running step is being cut short.
#[derive(Clone, Copy)]
pub(super) struct Cutting {
    pub(super) cut: Cut,
    pub(super) since: Instant,
    /// When it is ended by force; `None` once it has been.
    pub(super) force_at: Option<Instant>,
}

/// A failure that may come from half a save.
pub(super) struct HeldFailure<F> {
    /// The step's index in the plan.
    pub(super) index: usize,
    pub(super) failure: F,
    /// Why the step was cut short, if it was.
    pub(super) cut: Option<Cut>,
    pub(super) ended: Instant,
    /// When the failure is reported if the rest of the file has not arrived.
    pub(super) until: Instant,
}

impl<F> Current<F> {
    pub(super) fn new(cycle: Cycle<F>) -> Self {
        Self {
            cycle,
            step: StepState::Between,
        }
    }

    pub(super) fn running(&self) -> Option<&RunningStep> {
        match &self.step {
            StepState::Running(running) => Some(running),
            StepState::Between | StepState::Held(_) => None,
        }
    }

    pub(super) fn running_mut(&mut self) -> Option<&mut RunningStep> {
        match &mut self.step {
            StepState::Running(running) => Some(running),
            StepState::Between | StepState::Held(_) => None,
        }
    }

    /// Takes the held failure, if there is one. The cycle is between two steps then.
    pub(super) fn take_held(&mut self) -> Option<HeldFailure<F>> {
        match std::mem::replace(&mut self.step, StepState::Between) {
            StepState::Held(held) => Some(held),
            other => {
                self.step = other;
                None
            }
        }
    }

    /// The step at this index of the plan.
    pub(super) fn planned<'p, W: Worker>(
        &self,
        plan: &'p mut Plan<W>,
        index: usize,
    ) -> &'p mut dyn Step<W> {
        self.cycle.step(plan, index)
    }
}
