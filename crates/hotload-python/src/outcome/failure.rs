//! What failed in a step, as data.

use std::path::{Path, PathBuf};

use crate::start::error::StartError;
use crate::targets::launch_script::LaunchScript;
use crate::traceback::report::ErrorReport;
use hotload_core::running::report::StepFailure;
use hotload_core::running::run_command::CommandFailure;

/// What failed in a step.
#[derive(Debug, Clone)]
pub enum Failure {
    /// User code raised.
    Error(Box<UserError>),
    /// User code ended itself: `sys.exit(3)`.
    Exited(String),
    /// An interrupt, or a debugger that was left.
    Stopped {
        /// What it was.
        what: String,
        /// Whether a person did that at the terminal and so wants to end everything.
        at_terminal: bool,
        /// Where it happened, as an error; `None` if that is not known.
        location: Option<Box<UserError>>,
    },
    /// The interpreter died in the step. How is told by itself.
    InterpreterDied,
    /// A launch script asks for something that cannot be done.
    Unusable(String),
    /// A shell command.
    Command(CommandFailure),
}

/// An error of user code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError {
    /// Its normal form.
    pub report: ErrorReport,
    /// What the interpreter itself would print, if that was asked for.
    pub native: Option<String>,
    /// What to do about it, in words.
    pub help: Vec<String>,
    /// The file that did not compile, if it was one that hotload had compiled.
    pub half_written: Option<PathBuf>,
}

impl Failure {
    /// Why a launch script whose first run failed like this cannot be used.
    pub(crate) fn start_error(&self, script: &LaunchScript) -> StartError {
        let problem = match self {
            Self::Unusable(problem) => problem.clone(),
            Self::Error(_) => "it failed before it called hotload.hotload".into(),
            Self::Exited(what) => {
                format!("{what} ended it before it called hotload.hotload")
            }
            _ => "it ended before it called hotload.hotload".into(),
        };
        StartError::Launch {
            script: script.spelled.clone(),
            problem,
        }
    }
}

impl StepFailure for Failure {
    fn half_written(&self) -> Option<&Path> {
        match self {
            Self::Error(error) => error.half_written.as_deref(),
            _ => None,
        }
    }

    fn is_interrupt(&self) -> bool {
        match self {
            Self::Stopped { at_terminal, .. } => *at_terminal,
            Self::Command(failure) => failure.is_interrupt(),
            _ => false,
        }
    }
}

impl From<CommandFailure> for Failure {
    fn from(failure: CommandFailure) -> Self {
        Self::Command(failure)
    }
}
