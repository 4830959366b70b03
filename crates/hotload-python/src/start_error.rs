//! Why a session has no interpreter.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use crate::candidate::Candidate;
use crate::driver::Version;

/// Why a program that was started did not become an interpreter.
#[derive(Debug)]
pub enum StartError {
    /// hotload could not prepare the start: a private folder, a socket, a thread.
    Preparation(io::Error),
    /// The program could not be started.
    Spawn(Candidate, io::Error),
    /// It ended without a hello.
    Ended(Candidate, ExitStatus),
    /// It gave no hello in time.
    TimedOut(Candidate, Duration),
    /// It is a Python that the driver is not for.
    TooOld(Candidate, Version),
    /// It said hello and then nothing that could be understood.
    Disconnected(Candidate),
    /// A target that it cannot find.
    NoTarget {
        /// The target as given.
        target: String,
        /// What does not have it.
        candidate: Candidate,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Preparation(_) => f.write_str("cannot prepare the start of Python"),
            Self::Spawn(candidate, _) => write!(
                f,
                "cannot start Python interpreter `{candidate}` ({})",
                candidate.source
            ),
            Self::Ended(candidate, status) => write!(
                f,
                "`{candidate}` ({}) ended before it answered ({status})",
                candidate.source
            ),
            Self::TimedOut(candidate, limit) => write!(
                f,
                "`{candidate}` ({}) did not answer within {} s",
                candidate.source,
                limit.as_secs_f64()
            ),
            Self::TooOld(candidate, version) => write!(
                f,
                "`{candidate}` ({}) is Python {version}; hotload needs 2.7, or 3.4 or newer",
                candidate.source
            ),
            Self::Disconnected(candidate) => write!(
                f,
                "`{candidate}` ({}) answered and then closed the connection",
                candidate.source
            ),
            Self::NoTarget { target, candidate } => write!(
                f,
                "no module `{target}` in the current folder, and `{candidate}` finds no source of one"
            ),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Preparation(error) | Self::Spawn(_, error) => Some(error),
            _ => None,
        }
    }
}

impl StartError {
    /// The way out, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Preparation(_) | Self::Disconnected(_) => return None,
            Self::Spawn(..) => "name another interpreter with `--python PATH`".into(),
            Self::Ended(_, status) if status.code() == Some(127) => {
                "127 is what version managers answer for a Python that is not selected".into()
            }
            Self::Ended(..) => "it is no Python, or what it printed above says why".into(),
            Self::TimedOut(..) => {
                "is it a Python? A slow host can have more time with `--start-timeout SECONDS`"
                    .into()
            }
            Self::TooOld(..) => "name a newer one with `--python PATH`".into(),
            Self::NoTarget { target, .. } => {
                format!("a file is named with its folder and ending, as in `src/{target}.py`")
            }
        })
    }
}
