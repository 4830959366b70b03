//! The steps of a launch script: the one that reads it, and those that it registers.

use std::path::PathBuf;

use hotload_core::running::step::{Started, Step, StepContext};
use hotload_core::running::step_name::{StepKind, StepName};
use hotload_core::watching::change_set::{ChangeKind, ChangeSet};

use crate::interpreter::Interpreter;
use crate::outcome::failure::Failure;
use crate::path::text;
use crate::protocol::message::Request;
use crate::steps;
use crate::targets::launch_script::LaunchScript;

/// `launch:FILE`: runs a launch script up to its call of `hotload`.
pub struct ReadScript {
    name: StepName,
    file: PathBuf,
    request: Request,
}

impl ReadScript {
    /// The step that reads this script: the first of its plan.
    #[must_use]
    pub fn new(script: &LaunchScript) -> Self {
        Self {
            name: StepName::new(StepKind::Launch, script.spelled.as_str()),
            file: script.file.clone(),
            request: Request::Launch {
                file: text(&script.file),
                spelled: script.spelled.clone(),
            },
        }
    }
}

impl Step<Interpreter> for ReadScript {
    fn name(&self) -> StepName {
        self.name.clone()
    }

    /// It was edited, or this interpreter has not read it yet.
    fn is_due(&self, worker: &Interpreter, changes: &ChangeSet) -> bool {
        let is_saved = |(path, kind)| path == self.file && kind != ChangeKind::Removed;
        !worker.has_plan() || changes.iter().any(is_saved)
    }

    fn start(&mut self, context: &mut StepContext<'_, Interpreter>) -> Started<Failure> {
        steps::start(&self.request, context)
    }
}

/// A step of a launch script that runs in Python.
pub struct RegisteredStep {
    name: StepName,
    request: Request,
}

impl RegisteredStep {
    /// The step at this index of what the script has registered.
    pub fn new(index: usize, name: impl Into<String>) -> Self {
        Self {
            name: StepName::new(StepKind::Named, name),
            request: Request::Step { place: index },
        }
    }
}

impl Step<Interpreter> for RegisteredStep {
    fn name(&self) -> StepName {
        self.name.clone()
    }

    fn start(&mut self, context: &mut StepContext<'_, Interpreter>) -> Started<Failure> {
        steps::start(&self.request, context)
    }
}
