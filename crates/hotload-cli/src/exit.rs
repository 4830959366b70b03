//! Why hotload ends, and with which status. No other file knows the numbers.

use std::error::Error;
use std::fmt;

use hotload_core::running::input::StopReason;
use hotload_core::running::report::CycleOutcome;
use hotload_core::session::Ending;
use hotload_python::discovery::CandidateError;
use hotload_python::discovery::hosts::ConfigError;
use hotload_python::discovery::request::RequestError;
use hotload_python::start::error::StartError;
use hotload_python::targets::TargetError;

/// Everything went well.
const SUCCESS: u8 = 0;

/// A step of the one cycle of `--once` failed.
const STEP_FAILED: u8 = 1;

/// `--explain` found no traceback.
const NOTHING_FOUND: u8 = 1;

/// Wrong arguments, or something they name cannot be used.
const USAGE: u8 = 2;

/// There is no interpreter, or no longer.
const NO_INTERPRETER: u8 = 3;

/// The status that a session ends with.
pub(crate) fn status_of_ending(ending: &Ending<StartError>) -> u8 {
    match ending {
        Ending::Once(CycleOutcome::Ok) | Ending::OutputClosed => SUCCESS,
        Ending::Once(CycleOutcome::Failed | CycleOutcome::Interrupted) => STEP_FAILED,
        Ending::Stopped(reason) => status_of(*reason),
        Ending::WorkerDied => NO_INTERPRETER,
        Ending::Fatal(error) => status_of_failed_start(error),
    }
}

/// A signal gives what a shell reports for a death by it: 128 and its number.
pub(crate) fn status_of(reason: StopReason) -> u8 {
    match reason {
        StopReason::Quit => SUCCESS,
        StopReason::HangUp => 129,
        StopReason::Interrupt => 130,
        StopReason::Terminate => 143,
    }
}

fn status_of_failed_start(error: &StartError) -> u8 {
    match error {
        StartError::NoTarget { .. } | StartError::Launch { .. } => USAGE,
        _ => NO_INTERPRETER,
    }
}

/// An error that ends hotload.
#[derive(Debug)]
pub(crate) struct Exit {
    /// The exit status.
    pub(crate) status: u8,
    /// What failed; its sources say why.
    pub(crate) error: Box<dyn Error>,
    /// A heading and lines below it: what there is instead.
    pub(crate) list: Option<(&'static str, Vec<String>)>,
    /// What the user can do about it.
    pub(crate) hint: Option<String>,
}

impl Exit {
    /// Something that was given cannot be used.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(USAGE, message.into(), None)
    }

    /// There is nothing to reload.
    pub(crate) fn no_target() -> Self {
        Self::usage("no target").hint(
            "name a module or file to reload, as in `hotload lib` or `hotload src/lib.py:main`",
        )
    }

    /// As `usage`, with its cause.
    pub(crate) fn usage_because(
        message: impl Into<String>,
        cause: impl Into<Box<dyn Error>>,
    ) -> Self {
        Self::new(USAGE, message.into(), Some(cause.into()))
    }

    /// What was looked for was not found.
    pub(crate) fn nothing_found(message: impl Into<String>) -> Self {
        Self::new(NOTHING_FOUND, message.into(), None)
    }

    /// Adds what the user can do about it.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Adds what there is instead.
    pub(crate) fn list(self, heading: &'static str, lines: Vec<String>) -> Self {
        Self {
            list: Some((heading, lines)),
            ..self
        }
    }

    /// The same error, as the cause of what this message says.
    pub(crate) fn because_of(self, message: String) -> Self {
        Self {
            hint: self.hint,
            list: self.list,
            ..Self::new(self.status, message, Some(self.error))
        }
    }

    fn new(status: u8, message: String, cause: Option<Box<dyn Error>>) -> Self {
        Self {
            status,
            error: Box::new(Message { message, cause }),
            list: None,
            hint: None,
        }
    }
}

/// What failed, in words, and its cause.
#[derive(Debug)]
struct Message {
    message: String,
    cause: Option<Box<dyn Error>>,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Message {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref()
    }
}

impl From<TargetError> for Exit {
    fn from(error: TargetError) -> Self {
        Self {
            status: USAGE,
            hint: error.hint(),
            error: Box::new(error),
            list: None,
        }
    }
}

impl From<RequestError> for Exit {
    fn from(error: RequestError) -> Self {
        Self {
            status: USAGE,
            hint: Some(error.hint()),
            error: Box::new(error),
            list: None,
        }
    }
}

impl From<CandidateError> for Exit {
    fn from(error: CandidateError) -> Self {
        Self {
            status: NO_INTERPRETER,
            hint: Some(error.hint()),
            error: Box::new(error),
            list: None,
        }
    }
}

impl From<ConfigError> for Exit {
    fn from(error: ConfigError) -> Self {
        Self {
            status: USAGE,
            hint: Some(match error.hint() {
                Some(hint) => format!("{hint} (`--no-config` ignores the file)"),
                None => "`--no-config` ignores the file".into(),
            }),
            error: Box::new(error),
            list: None,
        }
    }
}

impl From<StartError> for Exit {
    fn from(error: StartError) -> Self {
        Self {
            status: status_of_failed_start(&error),
            hint: error.hint(),
            error: Box::new(error),
            list: None,
        }
    }
}
