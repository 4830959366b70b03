//! The steps that run in the interpreter: reload, call, execute.

use hotload_core::plan::{Started, Step, StepContext};
use hotload_core::report::Outcome;

use crate::failure::Failure;
use crate::interpreter::Interpreter;
use crate::message::Request;
use crate::setup::text;
use crate::target::Target;

/// One step in the interpreter.
pub struct PythonStep {
    name: String,
    request: Request,
}

impl PythonStep {
    /// `reload:TARGET`: runs the module, with the names that it has from before.
    #[must_use]
    pub fn reload(target: &Target) -> Self {
        Self {
            name: format!("reload:{}", target.spelled),
            request: Request::Reload {
                module: target.module.clone(),
                folder: text(&target.folder),
            },
        }
    }

    /// `call:TARGET:FUNCTION`: calls a function, a dotted name, without arguments.
    #[must_use]
    pub fn call(target: &Target, function: &str) -> Self {
        Self {
            name: format!("call:{}:{function}", target.spelled),
            request: Request::Call {
                module: target.module.clone(),
                folder: text(&target.folder),
                function: function.into(),
            },
        }
    }

    /// `preload:TARGET`: imports a module, or runs a file as one. In a warm-up only.
    #[must_use]
    pub fn preload(target: &Target) -> Self {
        let location = target.location.as_ref();
        Self {
            name: format!("preload:{}", target.spelled),
            request: Request::Preload {
                module: target.module.clone(),
                folder: text(&target.folder),
                file: location.map(|location| text(&location.file)),
                package: location.and_then(|location| location.package.as_deref().map(text)),
            },
        }
    }

    /// `exec:CODE`: runs statements in the target's namespace.
    #[must_use]
    pub fn exec(target: &Target, code: &str) -> Self {
        Self {
            name: format!("exec:{code}"),
            request: Request::Exec {
                module: target.module.clone(),
                folder: text(&target.folder),
                code: code.into(),
            },
        }
    }
}

impl Step<Interpreter> for PythonStep {
    fn name(&self) -> String {
        self.name.clone()
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
        Started::Running
    } else {
        // It has died in this cycle: what was saved has not run.
        Started::Ended(Outcome::Failed(Failure::InterpreterDied))
    }
}
