//! Why there is no candidate for a request.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::discovery::environments::in_environment;
use crate::discovery::hosts::{Host, Hosts, System};
use crate::discovery::versions::KnownVersions;

/// A request for which this machine has no candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CandidateError {
    /// No such file or name.
    NotFound(String),
    /// There is neither a program nor a host of this name.
    Unknown {
        /// The name.
        name: String,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// It is a folder.
    IsFolder(PathBuf),
    /// It is a file that cannot be run.
    NotExecutable(PathBuf),
    /// Nothing was asked for, and there is no Python where one usually is.
    NoPython,
    /// There is no Python of this version.
    NoVersion {
        /// The version that was asked for.
        version: String,
        /// The versions that there are, as far as they are known.
        known: KnownVersions,
    },
    /// A host that was not found.
    NoHost {
        /// Its name.
        host: String,
        /// The systems that it runs on, unless this is one of them.
        systems: Vec<System>,
        /// The names that were looked for on PATH.
        programs: Vec<String>,
        /// The places that were looked at.
        places: Vec<String>,
    },
}

impl CandidateError {
    pub(super) fn no_host(host: &Host, places: &[String]) -> Self {
        let systems = host.systems.clone();
        Self::NoHost {
            host: host.to_string(),
            systems: systems
                .into_iter()
                .filter(|_| !host.is_for_this_system())
                .collect(),
            programs: host.looked_for().to_vec(),
            places: places.to_vec(),
        }
    }

    /// A program that was not found: mistyped, or a path with spaces that needs quotes.
    pub(super) fn unknown(program: &str, arguments: &[String], hosts: &Hosts) -> Self {
        let mut words = vec![program];
        words.extend(arguments.iter().map(String::as_str));
        let meant = hosts
            .similar(&words.join(" "))
            .or_else(|| hosts.similar(program));
        Self::Unknown {
            name: program.into(),
            meant: meant.map(String::from),
        }
    }
}

impl fmt::Display for CandidateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(name) | Self::Unknown { name, .. } => {
                write!(
                    f,
                    "cannot find Python interpreter `{name}` (from `--python`)"
                )
            }
            Self::IsFolder(path) => write!(
                f,
                "`{}` (from `--python`) is a folder, not a Python interpreter",
                path.display()
            ),
            Self::NotExecutable(path) => {
                write!(
                    f,
                    "`{}` (from `--python`) is not executable",
                    path.display()
                )
            }
            Self::NoPython => f.write_str("cannot find a Python interpreter"),
            Self::NoVersion { version, .. } => {
                write!(f, "cannot find Python {version} (from `--python`)")
            }
            Self::NoHost { host, systems, .. } if !systems.is_empty() => {
                let systems: Vec<String> = systems.iter().map(System::to_string).collect();
                let here = System::current();
                let systems = systems.join(" and ");
                write!(
                    f,
                    "{host} (from `--python`) runs on {systems}, and this is {here}"
                )
            }
            Self::NoHost { host, .. } => write!(f, "cannot find {host} (from `--python`)"),
        }
    }
}

impl Error for CandidateError {}

impl CandidateError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotFound(name) => quotes_needed(name).unwrap_or_else(|| {
                "name an interpreter that exists with `--python PATH`; \
                     `hotload --list-pythons` shows those that were found"
                    .into()
            }),
            Self::Unknown {
                meant: Some(meant), ..
            } => format!("did you mean `{meant}`?"),
            Self::Unknown { .. } => {
                "no file, program on PATH or host has this name; give the full path, or choose one \
                 from `hotload --list-pythons`"
                    .into()
            }
            Self::IsFolder(path) => match path.join(in_environment()) {
                program if program.is_file() => format!("name `{}`", program.display()),
                _ => "give the path of the program in it".into(),
            },
            Self::NotExecutable(path) => {
                format!(
                    "make it executable with `chmod +x {0}`, or use `--python 'python {0}'`",
                    path.display()
                )
            }
            Self::NoPython if cfg!(windows) => {
                "there is no active environment, no `.venv`, no Python on PATH, and none that its \
                 installer has registered; install one from python.org, or name one with `--python PATH`"
                    .into()
            }
            Self::NoPython => "there is no active environment, no `.venv`, and no `python3` or \
                               `python` on PATH; name one with `--python PATH`"
                .into(),
            Self::NoVersion { known, .. } => known.hint(),
            Self::NoHost { systems, .. } if !systems.is_empty() => {
                "if it is installed here nevertheless, give its full path with `--python PATH`"
                    .into()
            }
            Self::NoHost {
                programs, places, ..
            } => looked_for(programs, places),
        }
    }
}

fn looked_for(programs: &[String], places: &[String]) -> String {
    let mut looked = Vec::new();
    if !programs.is_empty() {
        looked.push(format!("for `{}` on PATH", programs.join("`, `")));
    }
    if !places.is_empty() {
        looked.push(format!("for {}", places.join(", ")));
    }
    if looked.is_empty() {
        return "give its full path with `--python PATH`".into();
    }
    let looked = looked.join(" and ");
    format!("looked {looked}; if it is elsewhere, give its full path with `--python PATH`")
}

/// `/opt/my python/bin/python -S`: the first word of a path with spaces is not a program.
fn quotes_needed(first: &str) -> Option<String> {
    let path = Path::new(first);
    let (folder, start) = (path.parent()?, path.file_name()?.to_str()?);
    let start = format!("{start} ");
    let mut entries = std::fs::read_dir(folder).ok()?.flatten();
    let whole = entries.find(|entry| entry.file_name().to_string_lossy().starts_with(&start))?;
    let whole = whole.path();
    Some(format!(
        "a path with spaces needs quotes in a command: `\"{}...\"`",
        whole.display()
    ))
}
