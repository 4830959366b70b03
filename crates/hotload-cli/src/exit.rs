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
    /// The way out.
    pub(crate) hint: Option<String>,
}

impl Exit {
    /// Something in the arguments cannot be used.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            status: USAGE,
            error: Box::new(Message(message.into())),
            hint: None,
        }
    }

    /// What was looked for is not there.
    pub(crate) fn nothing_found(message: impl Into<String>) -> Self {
        Self {
            status: NOTHING_FOUND,
            ..Self::usage(message)
        }
    }

    /// As `usage`, with the cause that the system gave.
    pub(crate) fn usage_because(message: impl Into<String>, cause: std::io::Error) -> Self {
        Self {
            status: USAGE,
            error: Box::new(Because(message.into(), cause)),
            hint: None,
        }
    }

    /// Adds the way out.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

#[derive(Debug)]
struct Message(String);

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Message {}

#[derive(Debug)]
struct Because(String, std::io::Error);

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Because {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.1)
    }
}

impl From<TargetError> for Exit {
    fn from(error: TargetError) -> Self {
        Self {
            status: USAGE,
            hint: error.hint(),
            error: Box::new(error),
        }
    }
}

impl From<RequestError> for Exit {
    fn from(error: RequestError) -> Self {
        Self {
            status: USAGE,
            hint: Some(error.hint()),
            error: Box::new(error),
        }
    }
}

impl From<CandidateError> for Exit {
    fn from(error: CandidateError) -> Self {
        Self {
            status: NO_INTERPRETER,
            hint: Some(error.hint()),
            error: Box::new(error),
        }
    }
}

impl From<ConfigError> for Exit {
    fn from(error: ConfigError) -> Self {
        Self {
            status: USAGE,
            hint: Some(match error.hint() {
                Some(hint) => format!("{hint} (`--no-config` leaves the file out)"),
                None => "`--no-config` leaves the file out".into(),
            }),
            error: Box::new(error),
        }
    }
}

impl From<StartError> for Exit {
    fn from(error: StartError) -> Self {
        Self {
            status: status_of_failed_start(&error),
            hint: error.hint(),
            error: Box::new(error),
        }
    }
}
