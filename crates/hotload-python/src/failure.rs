//! What failed in a step, as data.

use std::path::{Path, PathBuf};

use hotload_core::report::StepFailure;
use hotload_core::run_command::CommandFailure;
use serde::Deserialize;

/// What failed in a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// User code raised.
    Error(PythonError),
    /// User code ended itself: `sys.exit(3)`.
    Exited(String),
    /// An interrupt, or a debugger that was left.
    Stopped {
        /// What it was.
        what: String,
        /// Whether a person did that at the terminal and so wants to end everything.
        at_terminal: bool,
    },
    /// The interpreter died in the step. How is told by itself.
    InterpreterDied,
    /// A shell command.
    Command(CommandFailure),
}

/// An exception as the driver describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PythonError {
    /// Module and name; the module left out where it is Python's own.
    #[serde(rename = "type")]
    pub type_name: String,
    /// `str()` of the exception.
    pub message: String,
    /// Outermost first, without those of the driver and of importing.
    pub frames: Vec<Frame>,
    /// The traceback as that Python prints it, without those frames.
    pub text: String,
    /// The file that did not compile, if it was one that hotload had compiled.
    #[serde(skip)]
    pub half_written: Option<PathBuf>,
}

/// One entry of a traceback.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Frame {
    /// The file as its code names it.
    pub file: String,
    /// Counted from 1; `None` where the interpreter has lost it.
    pub line: Option<u64>,
    /// The function's name, or `<module>`.
    pub function: String,
    /// The line's text, if it is known.
    pub source: Option<String>,
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
