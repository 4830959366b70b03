//! Why a session has no interpreter.

use std::env;
use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use crate::discovery::KnownVersions;
use crate::discovery::candidate::Candidate;
use crate::discovery::request::SHIM_PLACEHOLDER;
use crate::version::{Version, VersionPrefix};

/// What shells and pyenv's stubs answer for a program that is not there, and what `cmd` and the
/// stubs of Microsoft's store do.
const NOT_THERE: [i32; 2] = [127, 9009];

/// Why a program that was started did not become an interpreter.
#[derive(Debug, Clone)]
pub enum StartError {
    /// hotload could not prepare the start: a private folder, a socket, a thread.
    Preparation(Arc<io::Error>),
    /// The program could not be started.
    Spawn(Candidate, Arc<io::Error>),
    /// It ended without a hello.
    Ended(Candidate, ExitStatus),
    /// It gave no hello in time.
    TimedOut(Candidate, Duration),
    /// Somebody else spoke in its place, and it gave no hello in time.
    Stranger(Candidate, Duration),
    /// It is a Python that the driver is not for.
    TooOld(Candidate, Version),
    /// It is a Python of another version than was asked for.
    OtherVersion(Candidate, Version),
    /// Nothing that was tried is of the version that was asked for.
    NoVersion {
        /// What was asked for.
        version: VersionPrefix,
        /// What there is.
        known: KnownVersions,
    },
    /// It said hello and then nothing that could be understood.
    Disconnected(Candidate),
    /// A target that it cannot find.
    NoTarget {
        /// The target as given.
        target: String,
        /// What does not have it.
        candidate: Box<Candidate>,
    },
    /// A launch script that registers nothing to be done.
    Launch {
        /// As given.
        script: String,
        /// Why.
        problem: String,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = |candidate: &Candidate| format!("`{candidate}` ({})", candidate.source);
        match self {
            Self::Preparation(_) => f.write_str("cannot prepare the start of Python"),
            Self::Spawn(candidate, _) => {
                write!(f, "cannot start Python interpreter {}", from(candidate))
            }
            Self::Ended(candidate, status) => {
                write!(f, "{} ended before it answered ({status})", from(candidate))
            }
            Self::TimedOut(candidate, limit) => {
                let limit = limit.as_secs_f64();
                write!(f, "{} did not answer within {limit} s", from(candidate))
            }
            Self::Stranger(candidate, limit) => write!(
                f,
                "{} did not answer within {} s, and somebody else tried to in its place",
                from(candidate),
                limit.as_secs_f64()
            ),
            Self::TooOld(candidate, version) => write!(
                f,
                "{} is Python {version}; hotload needs 2.7, or 3.4 or newer",
                from(candidate)
            ),
            Self::OtherVersion(candidate, version) => {
                write!(f, "{} is Python {version}", from(candidate))
            }
            Self::NoVersion { version, .. } => {
                write!(f, "cannot find Python {version} (from `--python`)")
            }
            Self::Disconnected(candidate) => {
                write!(
                    f,
                    "{} answered and then closed the connection",
                    from(candidate)
                )
            }
            Self::NoTarget { target, candidate } => write!(
                f,
                "no module `{target}` in the current folder, and `{candidate}` finds no source of one"
            ),
            Self::Launch { script, problem } => {
                write!(f, "launch script `{script}` cannot be used: {problem}")
            }
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Preparation(error) | Self::Spawn(_, error) => Some(&**error),
            _ => None,
        }
    }
}

impl StartError {
    pub(crate) fn preparation(error: io::Error) -> Self {
        Self::Preparation(Arc::new(error))
    }

    pub(crate) fn spawn(candidate: &Candidate, error: io::Error) -> Self {
        Self::Spawn(candidate.clone(), Arc::new(error))
    }

    /// Whether what was started is there only to say that there is no Python.
    pub(crate) fn is_stub(&self) -> bool {
        let Self::Ended(_, status) = self else {
            return false;
        };
        status.code().is_some_and(|code| NOT_THERE.contains(&code))
    }

    /// The way out, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Preparation(_)
            | Self::Disconnected(_)
            | Self::OtherVersion(..)
            | Self::Launch { .. } => return None,
            Self::Spawn(candidate, error) => why_not_spawned(candidate, error),
            Self::Ended(..) if self.is_stub() => {
                "127 is what version managers answer for a Python that is not selected; \
                 `hotload --list-pythons` shows those that answer"
                    .into()
            }
            Self::Ended(candidate, status) => why_ended(candidate, *status),
            Self::TimedOut(candidate, _) => why_silent(candidate),
            Self::Stranger(..) => {
                "it had a wrong token; what else on this machine connects to local ports?".into()
            }
            Self::TooOld(..) => "name a newer one with `--python PATH`".into(),
            Self::NoVersion { known, .. } => known.hint(),
            Self::NoTarget { target, .. } => {
                format!("a file is named with its folder and ending, as in `src/{target}.py`")
            }
        })
    }
}

fn why_not_spawned(candidate: &Candidate, error: &io::Error) -> String {
    let is_batch = candidate.program.extension().is_some_and(|ending| {
        ending.eq_ignore_ascii_case("bat") || ending.eq_ignore_ascii_case("cmd")
    });
    if is_batch && error.kind() == io::ErrorKind::InvalidInput {
        return "a batch file takes no path like that of the temporary folder; let TMP name a \
                folder with a plain one"
            .into();
    }
    "name another interpreter with `--python PATH`".into()
}

/// hotload cannot read what was printed: it went straight to the terminal.
fn why_ended(candidate: &Candidate, status: ExitStatus) -> String {
    let mut reasons = Vec::new();
    if let Some(host) = &candidate.host {
        reasons.push(match &host.refusal {
            Some(refusal) => format!(
                "what {host} printed stands above; a refused licence looks like `{refusal}`"
            ),
            None => format!("what {host} printed stands above"),
        });
    } else if status.success() {
        reasons.push(format!(
            "it is no Python, or never ran the script (where does `{SHIM_PLACEHOLDER}` belong?), or has \
             started Python in the background and left: a wrapper has to wait for it, or `exec` it"
        ));
    } else {
        reasons.push("it is no Python, or what it printed above says why".into());
    }
    reasons.extend(misleading_environment(candidate));
    reasons.join("; ")
}

/// What the environment holds that another Python was set up for.
fn misleading_environment(candidate: &Candidate) -> Option<String> {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let keeps_home = candidate
        .host
        .as_ref()
        .is_some_and(|host| host.keep.iter().any(|name| name == "PYTHONHOME"));
    if keeps_home && is_set("PYTHONHOME") {
        return Some(
            "`No module named site` or `encodings` means that PYTHONHOME is for another Python"
                .into(),
        );
    }
    is_set("PYTHONPATH").then(|| "PYTHONPATH is set: is it for this Python?".into())
}

fn why_silent(candidate: &Candidate) -> String {
    let longer = "a slow host can have more time with `--start-timeout SECONDS`";
    let Some(host) = &candidate.host else {
        return format!("is it a Python? If so, {longer}");
    };
    let licence = if host.licence {
        ", or it waits for a licence"
    } else {
        ""
    };
    format!("{host} may be slow to start{licence}; {longer}")
}
