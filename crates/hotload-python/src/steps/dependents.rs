//! The step before the first reload of a cycle: the modules that changed, and those that import them.

use hotload_core::running::report::{Outcome, Skip};
use hotload_core::running::step::{Started, Step, StepContext};
use hotload_core::running::step_name::{StepKind, StepName};

use crate::interpreter::Interpreter;
use crate::outcome::failure::Failure;
use crate::path::text;
use crate::protocol::message::Request;
use crate::steps;
use crate::targets::reach::Reach;

/// `dependents`: runs the modules that changed and those that import them, dependencies first.
pub struct ReloadDependents {
    reach: Reach,
    /// The modules of the targets, in the order of their reloads.
    targets: Vec<String>,
}

impl ReloadDependents {
    /// The step before the reloads of these targets' modules.
    #[must_use]
    pub fn new(reach: Reach, targets: Vec<String>) -> Self {
        Self { reach, targets }
    }
}

impl Step<Interpreter> for ReloadDependents {
    fn name(&self) -> StepName {
        StepName::new(StepKind::Dependents, "")
    }

    fn start(&mut self, context: &mut StepContext<'_, Interpreter>) -> Started<Failure> {
        if context.worker.has_loaded_nothing() {
            // The first run need not wait for what this compiles.
            return Started::Ended(Outcome::Skipped(Skip::unmentioned("nothing is loaded")));
        }
        let Reach {
            level,
            keep,
            fresh,
            only_affected,
        } = self.reach.clone();
        let request = Request::Dependents {
            level,
            targets: self.targets.clone(),
            removed: context.changes.removed().map(text).collect(),
            keep,
            only_affected,
            fresh,
        };
        steps::start(&request, context)
    }
}
