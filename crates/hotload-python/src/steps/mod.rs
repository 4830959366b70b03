//! The steps that run in the interpreter: reload, call, execute.

pub mod dependents;
pub mod launch_script;

use std::path::PathBuf;

use hotload_core::running::report::Outcome;
use hotload_core::running::step::{RunsIn, Started, Step, StepContext};
use hotload_core::running::step_name::{StepKind, StepName};
use hotload_core::watching::change_set::ChangeSet;

use crate::interpreter::Interpreter;
use crate::outcome::failure::Failure;
use crate::path::text;
use crate::protocol::message::Request;
use crate::targets::Target;

/// One step in the interpreter.
pub struct PythonStep {
    name: StepName,
    request: Request,
    /// What a preload runs, where that is known.
    file: Option<PathBuf>,
}

impl PythonStep {
    fn new(name: StepName, request: Request) -> Self {
        Self {
            name,
            request,
            file: None,
        }
    }

    /// `reload:TARGET`: runs the module, with the names that it has from before.
    #[must_use]
    pub fn reload(target: &Target) -> Self {
        let request = Request::Reload {
            module: target.module.clone(),
            folder: text(&target.folder),
        };
        Self::new(
            StepName::new(StepKind::Reload, target.spelled.as_str()),
            request,
        )
    }

    /// `call:TARGET:FUNCTION`: calls a function, a dotted name, without arguments.
    #[must_use]
    pub fn call(target: &Target, function: &str) -> Self {
        let request = Request::Call {
            module: target.module.clone(),
            folder: text(&target.folder),
            function: function.into(),
        };
        Self::new(
            StepName::new(StepKind::Call, format!("{}:{function}", target.spelled)),
            request,
        )
    }

    /// `preload:TARGET`: imports a module, or runs a file as one. In a warm-up only.
    #[must_use]
    pub fn preload(target: &Target) -> Self {
        let location = target.location.as_ref();
        let request = Request::Preload {
            module: target.module.clone(),
            folder: text(&target.folder),
            file: location.map(|location| text(&location.file)),
            package: location.and_then(|location| location.package.as_deref().map(text)),
        };
        Self {
            file: location.map(|location| location.file.clone()),
            ..Self::new(
                StepName::new(StepKind::Preload, target.spelled.as_str()),
                request,
            )
        }
    }

    /// `graph`: asks who imports whom.
    #[must_use]
    pub fn graph() -> Self {
        Self::new(StepName::new(StepKind::Named, "graph"), Request::Graph)
    }

    /// `exec:CODE`: runs statements in the target's namespace.
    #[must_use]
    pub fn exec(target: &Target, code: &str) -> Self {
        let request = Request::Exec {
            module: target.module.clone(),
            folder: text(&target.folder),
            code: code.into(),
        };
        Self::new(StepName::new(StepKind::Exec, code), request)
    }
}

impl Step<Interpreter> for PythonStep {
    fn name(&self) -> StepName {
        self.name.clone()
    }

    fn is_changed_by(&self, changes: &ChangeSet) -> bool {
        changes
            .iter()
            .any(|(file, _)| self.file.as_deref() == Some(file))
    }

    fn start(&mut self, context: &mut StepContext<'_, Interpreter>) -> Started<Failure> {
        start(&self.request, context)
    }
}

/// Starts a step that a request stands for.
pub(crate) fn start(
    request: &Request,
    context: &mut StepContext<'_, Interpreter>,
) -> Started<Failure> {
    if context.worker.run(request, context.changes) {
        Started::Running(RunsIn::Worker)
    } else {
        // It died in this cycle: what was saved has not run.
        Started::Ended(Outcome::Failed(Failure::InterpreterDied))
    }
}
