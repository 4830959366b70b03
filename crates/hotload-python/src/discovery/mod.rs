//! From a request to the candidates that may answer it, in the order in which they are tried.
//!
//! Nothing is started here.

pub mod candidate;
mod environments;
mod error;
pub mod hosts;
mod installed;
mod named;
pub mod request;
mod search_path;
mod stores;
mod versions;
#[cfg(windows)]
mod windows;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

pub(crate) use environments::identity;
pub use error::CandidateError;
pub use versions::KnownVersions;

use self::named::{find_command, given};
use crate::discovery::candidate::Candidate;
use crate::discovery::hosts::Hosts;
use crate::discovery::request::PythonRequest;
use crate::version::VersionPrefix;

/// The candidates for a request, best first; never none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    /// What is tried, in this order.
    pub list: Vec<Candidate>,
    /// The version that was asked for: what says another one is not taken.
    pub version: Option<VersionPrefix>,
    /// What else is there, to be named when none of the list answers.
    pub others: Vec<Candidate>,
}

impl From<Vec<Candidate>> for Candidates {
    fn from(list: Vec<Candidate>) -> Self {
        Self {
            list,
            version: None,
            others: Vec::new(),
        }
    }
}

impl Candidates {
    /// These, with others in front of them.
    fn behind(mut self, mut first: Vec<Candidate>) -> Self {
        self.list
            .retain(|known| first.iter().all(|first| first.program != known.program));
        first.append(&mut self.list);
        Self {
            list: first,
            ..self
        }
    }
}

/// A candidate, and further ways to the same file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The first way to it.
    pub candidate: Candidate,
    /// `python3` beside `python3.11`, say.
    pub also: Vec<Candidate>,
}

/// The candidates for a request. `folder` is where the search for a `.venv` starts.
///
/// # Errors
///
/// When nothing on this machine may answer, or what was asked for cannot be run.
pub fn find(
    request: &PythonRequest,
    folder: &Path,
    hosts: &Hosts,
) -> Result<Candidates, CandidateError> {
    match request {
        PythonRequest::Default => find_default(folder),
        PythonRequest::Path(path) => Ok(vec![given(installed::check(path)?, &[], hosts)].into()),
        PythonRequest::Version(version, arguments) => find_version(version, arguments, folder),
        PythonRequest::Command { program, arguments } => {
            find_command(program, arguments, folder, hosts)
        }
    }
}

/// Each `.venv` above the target that a request is not answered with, since another user has put it
/// there.
#[must_use]
pub fn left_out(request: &PythonRequest, folder: &Path) -> Vec<PathBuf> {
    match request {
        PythonRequest::Path(_) | PythonRequest::Command { .. } => Vec::new(),
        PythonRequest::Default if !environments::active().is_empty() => Vec::new(),
        PythonRequest::Default | PythonRequest::Version(..) => environments::of_strangers(folder),
    }
}

/// Everything that may be a Python, each once, plain ones first.
#[must_use]
pub fn find_all(folder: &Path, hosts: &Hosts) -> Vec<Found> {
    let mut all = pythons(folder);
    all.extend(installed::hosts(hosts));
    grouped(all)
}

/// The plain Pythons, in the documented order.
fn pythons(folder: &Path) -> Vec<Candidate> {
    let mut all = environments::active();
    all.extend(environments::of_project(folder));
    all.extend(search_path::pythons());
    all.extend(stores::pyenv());
    all.extend(environments::conda());
    all.extend(stores::uv());
    #[cfg(windows)]
    all.extend(windows::registry().into_iter().chain(windows::launcher()));
    #[cfg(target_os = "macos")]
    all.extend(stores::frameworks());
    all.retain(|candidate| !environments::is_own(&candidate.program));
    all
}

/// One file may be reached in several ways: `python`, `python3` and `python3.11` are often links to
/// one. Links from an environment to its base stay apart.
fn grouped(all: Vec<Candidate>) -> Vec<Found> {
    let mut places: HashMap<(PathBuf, Vec<String>), usize> = HashMap::new();
    let mut found: Vec<Found> = Vec::new();
    for candidate in all {
        let identity = identity(&candidate.program);
        match places.entry((identity, candidate.arguments.clone())) {
            Entry::Occupied(place) => found[*place.get()].also.push(candidate),
            Entry::Vacant(place) => {
                place.insert(found.len());
                found.push(Found {
                    candidate,
                    also: Vec::new(),
                });
            }
        }
    }
    found
}

/// The first way to each file.
fn each_once(all: Vec<Candidate>) -> Vec<Candidate> {
    let found = grouped(all).into_iter();
    found.map(|found| found.candidate).collect()
}

/// An active environment, a `.venv`, `python3`, `python`, in this order; never the environment that
/// hotload's own program was installed into as a tool.
fn find_default(folder: &Path) -> Result<Candidates, CandidateError> {
    let usable = |mut found: Vec<Candidate>| {
        found.retain(|candidate| !environments::is_own(&candidate.program));
        Some(found).filter(|found| !found.is_empty())
    };
    // Only on PATH there may be stubs, so that the next one is tried when one is none: another
    // Python in place of an environment's would be a surprise.
    let list = usable(environments::active())
        .or_else(|| usable(environments::of_project(folder)))
        .map(|found| found[..1].to_vec())
        .or_else(|| usable(search_path::default()))
        .ok_or(CandidateError::NoPython)?;
    Ok(list.into())
}

/// What says by its name that it is of this version, then what does not say its version at all;
/// of the former, what may be a stub comes last.
fn find_version(
    version: &VersionPrefix,
    arguments: &[String],
    folder: &Path,
) -> Result<Candidates, CandidateError> {
    let known = |candidate: &Candidate, is: fn(&VersionPrefix, &VersionPrefix) -> bool| {
        candidate
            .version
            .as_ref()
            .is_some_and(|known| is(version, known))
    };
    let all = each_once(pythons(folder));
    let (certain, rest): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|candidate| known(candidate, VersionPrefix::is_certainly));
    let (possible, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|candidate| {
        candidate.version.is_none() || known(candidate, VersionPrefix::may_be)
    });
    let mut list: Vec<Candidate> = certain;
    list.sort_by_key(search_path::is_stub);
    list.extend(possible);
    if list.is_empty() {
        return Err(CandidateError::NoVersion {
            version: version.to_string(),
            known: KnownVersions::of(&others),
        });
    }
    for candidate in &mut list {
        candidate.arguments = arguments.to_vec();
    }
    Ok(Candidates {
        list,
        version: Some(version.clone()),
        others,
    })
}
