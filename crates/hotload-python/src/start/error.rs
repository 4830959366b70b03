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
use crate::ownership::Distrust;
use crate::version::{Version, VersionPrefix};

/// The exit status of shells and pyenv's stubs for a program that does not exist, and that of `cmd` and
/// the stubs of the Microsoft Store.
const NOT_THERE: [i32; 2] = [127, 9009];

/// Why a program that was started did not become an interpreter.
#[derive(Debug, Clone)]
pub enum StartError {
    /// hotload could not prepare the start: a private folder, a socket, a thread.
    Preparation(Arc<io::Error>),
    /// The program could not be started.
    Spawn(Candidate, Arc<io::Error>),
    /// Another user may have put it where it was found.
    Distrusted(Candidate, Arc<Distrust>),
    /// A version manager's stub has no Python to start; what it said about that.
    Stub(Box<Candidate>, ExitStatus, String),
    /// An alias of the Microsoft Store, from which no Python was installed.
    StoreAlias(Box<Candidate>),
    /// It ended without a hello.
    Ended(Candidate, ExitStatus),
    /// It did not say hello in time.
    TimedOut(Candidate, Duration),
    /// It did not say hello in time, but something else connected with a wrong token.
    Stranger(Candidate, Duration),
    /// It is a Python that there is no driver for.
    TooOld(Candidate, Version),
    /// It is a Python, but not of the version that was asked for.
    OtherVersion(Candidate, Version),
    /// No candidate has the version that was asked for.
    NoVersion {
        /// What was asked for.
        version: VersionPrefix,
        /// The versions that there are.
        known: KnownVersions,
    },
    /// It said hello, and then closed the connection or sent something else than messages.
    Disconnected(Candidate),
    /// A target that it cannot find.
    NoTarget {
        /// The target as given.
        target: String,
        /// The interpreter that cannot find it.
        candidate: Box<Candidate>,
        /// What may have been meant.
        hint: String,
    },
    /// A launch script that has not registered a plan.
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
            Self::Distrusted(candidate, why) => write!(
                f,
                "{} is not started: {}",
                from(candidate),
                why.about(&candidate.program)
            ),
            Self::Stub(candidate, status, _) => {
                write!(f, "{} has no Python to start ({status})", from(candidate))
            }
            Self::StoreAlias(candidate) => {
                write!(f, "{} only opens the Microsoft Store", from(candidate))
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
                "{} did not answer within {} s, and something else connected with a wrong token",
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
                let from = from(candidate);
                write!(f, "{from} answered and then closed the connection")
            }
            Self::NoTarget {
                target, candidate, ..
            } => write!(
                f,
                "there is no module `{target}` in the current folder, and `{candidate}` finds no source for it either"
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

    /// Whether what was started is a stub, which only says that there is no Python.
    pub(crate) fn is_stub(&self) -> bool {
        if matches!(self, Self::StoreAlias(_)) {
            return true;
        }
        let (Self::Ended(_, status) | Self::Stub(_, status, _)) = self else {
            return false;
        };
        status.code().is_some_and(|code| NOT_THERE.contains(&code))
    }

    /// Whether what was started cannot be used, whatever it is asked to do, and another may do.
    pub(crate) fn is_of_program(&self) -> bool {
        matches!(
            self,
            Self::Spawn(..)
                | Self::Stub(..)
                | Self::StoreAlias(_)
                | Self::Ended(..)
                | Self::TooOld(..)
        )
    }

    /// What a stub has said, which was held back.
    #[must_use]
    pub fn printed(&self) -> Option<&str> {
        match self {
            Self::Stub(_, _, printed) if !printed.is_empty() => Some(printed),
            _ => None,
        }
    }

    /// What the user can do about it, if anything.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Preparation(_)
            | Self::Disconnected(_)
            | Self::OtherVersion(..)
            | Self::Launch { .. } => return None,
            Self::Distrusted(..) => {
                "if you trust it all the same, name it with `--python PATH`".into()
            }
            Self::Spawn(candidate, error) => why_not_spawned(candidate, error),
            Self::Stub(..) | Self::Ended(..) if self.is_stub() => {
                "this is how a version manager's stub ends when its Python is not selected; \
                 `hotload --list-pythons` shows the Pythons that work"
                    .into()
            }
            Self::StoreAlias(_) => {
                "Windows has put it there; install Python from python.org or from the Store, or name \
                 one with `--python PATH`"
                    .into()
            }
            Self::Stub(candidate, status, _) => why_ended(candidate, *status),
            Self::Ended(candidate, status) => why_ended(candidate, *status),
            Self::TimedOut(candidate, _) => why_silent(candidate),
            Self::Stranger(..) => {
                "another program on this machine connects to local ports; hotload has ignored it"
                    .into()
            }
            Self::TooOld(..) => "name a newer one with `--python PATH`".into(),
            Self::NoVersion { known, .. } => known.hint(),
            Self::NoTarget { hint, .. } => hint.clone(),
        })
    }
}

fn why_not_spawned(candidate: &Candidate, error: &io::Error) -> String {
    let is_batch = candidate.program.extension().is_some_and(|ending| {
        ending.eq_ignore_ascii_case("bat") || ending.eq_ignore_ascii_case("cmd")
    });
    if is_batch && error.kind() == io::ErrorKind::InvalidInput {
        return "a batch file cannot be started with the path of the temporary folder as an argument; \
                set TMP to a folder whose path has no special characters"
            .into();
    }
    "name another interpreter with `--python PATH`".into()
}

/// hotload does not know what the program printed, because that went straight to the terminal.
fn why_ended(candidate: &Candidate, status: ExitStatus) -> String {
    let mut reasons = Vec::new();
    if let Some(host) = &candidate.host {
        // Some print nothing then.
        let printed = format!("see above what {host} printed, if anything");
        reasons.push(match (&host.refusal, &host.needs) {
            (Some(refusal), _) => format!("{printed}; `{refusal}` means that it got no licence"),
            (None, Some(needs)) => format!("it needs {needs}"),
            (None, None) => printed,
        });
    } else if status.success() {
        reasons.push(format!(
            "it is not a Python, or it did not run the script (where does `{SHIM_PLACEHOLDER}` belong?), \
             or it started Python in the background: a wrapper has to wait for it or `exec` it"
        ));
    } else {
        reasons
            .push("it is not a Python, or what it printed, if anything, says why it failed".into());
    }
    reasons.extend(misleading_environment(candidate));
    reasons.join("; ")
}

/// A variable of the environment that may be meant for another Python.
fn misleading_environment(candidate: &Candidate) -> Option<String> {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let keeps_home = candidate
        .host
        .as_ref()
        .is_some_and(|host| host.keep.iter().any(|name| name == "PYTHONHOME"));
    if keeps_home && is_set("PYTHONHOME") {
        return Some(
            "`No module named site` or `encodings` means that PYTHONHOME is set for another Python"
                .into(),
        );
    }
    is_set("PYTHONPATH").then(|| "PYTHONPATH is set, perhaps for another Python".into())
}

fn why_silent(candidate: &Candidate) -> String {
    let longer = "give it more time with `--start-timeout SECONDS`";
    let Some(host) = &candidate.host else {
        return format!("is it a Python? If so, {longer}");
    };
    let licence = if host.licence {
        ", or waiting for a licence"
    } else {
        ""
    };
    format!("{host} may be slow{licence}; {longer}")
}
