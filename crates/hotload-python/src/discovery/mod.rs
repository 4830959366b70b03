//! From a request to the candidates that may answer it, in the order in which they are tried.
//!
//! Nothing is started here.

mod environments;
mod error;
mod installed;
mod search_path;
mod stores;
#[cfg(windows)]
mod windows;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use error::CandidateError;
pub(crate) use error::known_versions;

use crate::candidate::{Candidate, Source};
use crate::hosts::{Host, Hosts};
use crate::request::{Request, SHIM_PLACE, VersionPrefix};

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

impl From<Candidate> for Candidates {
    fn from(candidate: Candidate) -> Self {
        Self {
            list: vec![candidate],
            version: None,
            others: Vec::new(),
        }
    }
}

/// The candidates for a request. `folder` is where the search for a `.venv` starts.
///
/// # Errors
///
/// When nothing on this machine may answer, or what was asked for cannot be run.
pub fn find(request: &Request, folder: &Path, hosts: &Hosts) -> Result<Candidates, CandidateError> {
    match request {
        Request::Default => find_default(folder),
        Request::Path(path) => Ok(given(installed::check(path)?, &[], hosts).into()),
        Request::Version(version) => find_version(version, folder),
        Request::Command { program, arguments } => find_command(program, arguments, folder, hosts),
    }
}

/// Everything that may be a Python, each once, plain ones first.
#[must_use]
pub fn find_all(folder: &Path, hosts: &Hosts) -> Vec<Candidate> {
    let mut all = pythons(folder);
    all.extend(installed::hosts(hosts));
    each_once(all)
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
fn each_once(all: Vec<Candidate>) -> Vec<Candidate> {
    let mut seen = HashSet::new();
    let is_new = |candidate: &Candidate| {
        let identity = environments::identity(&candidate.program);
        seen.insert((identity, candidate.arguments.clone()))
    };
    all.into_iter().filter(is_new).collect()
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
    Ok(Candidates {
        list,
        version: None,
        others: Vec::new(),
    })
}

/// What says by its name that it is of this version, then what does not say its version at all;
/// of both, what may be a stub comes last.
fn find_version(version: &VersionPrefix, folder: &Path) -> Result<Candidates, CandidateError> {
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
        return Err(CandidateError::no_version(version, &others));
    }
    Ok(Candidates {
        list,
        version: Some(version.clone()),
        others,
    })
}

fn find_command(
    program: &str,
    arguments: &[String],
    folder: &Path,
    hosts: &Hosts,
) -> Result<Candidates, CandidateError> {
    let mut words = vec![program];
    words.extend(arguments.iter().map(String::as_str));
    if !has_shim(arguments)
        && let Some((host, count)) = hosts.by_name(&words)
    {
        return find_host(host, &arguments[count - 1..], hosts).map(Candidates::from);
    }
    let version = search_path::version_in(program).filter(|_| arguments.is_empty());
    match installed::look_up(program) {
        Ok(found) => {
            let found = given(found, arguments, hosts);
            let is_stub = search_path::is_stub(&found);
            // `python3.11` of a version manager that has another one selected.
            let real = version
                .filter(|_| is_stub)
                .and_then(|version| find_version(&version, folder).ok());
            let mut candidates = real.unwrap_or_else(|| found.clone().into());
            candidates
                .list
                .retain(|candidate| candidate.program != found.program);
            candidates.list.insert(0, found);
            Ok(candidates)
        }
        // A known program, `abaqus` of `abaqus -x {shim}` say, that is not on PATH.
        Err(CandidateError::NotFound(_)) if is_bare(program) => {
            if let Some(host) = hosts.of_program(Path::new(program), arguments) {
                let found = find_host(host, arguments, hosts)?;
                return Ok(as_asked(found, arguments).into());
            }
            // `python3.11`, but not on PATH: another place may have one.
            match version {
                Some(version) => find_version(&version, folder),
                None => Err(CandidateError::unknown(program, arguments, hosts)),
            }
        }
        Err(error) => Err(error),
    }
}

/// A host that was asked for by its name: on PATH, or where it is usually installed.
fn find_host(
    host: &Arc<Host>,
    words: &[String],
    hosts: &Hosts,
) -> Result<Candidate, CandidateError> {
    if !host.is_for_this_system() {
        // A program of that name here would be another one.
        return Err(CandidateError::no_host(host, hosts.places(host)));
    }
    let on_path = host.looked_for().iter();
    let program = on_path
        .map(|name| (installed::look_up(name), Source::Given))
        .find_map(|(found, source)| Some((found.ok()?, source)))
        .or_else(|| {
            let places = hosts.places(host);
            Some((installed::newest(places)?, Source::InstallPlace))
        });
    let Some((program, source)) = program else {
        return Err(CandidateError::no_host(host, hosts.places(host)));
    };
    Ok(Candidate {
        arguments: host.arguments_behind(words),
        host: Some(Arc::clone(host)),
        ..Candidate::plain(program, source)
    })
}

/// A program that was asked for as such, started by the row that its file name chooses.
fn given(program: PathBuf, words: &[String], hosts: &Hosts) -> Candidate {
    let host = hosts.of_program(&program, words).cloned();
    let arguments = match &host {
        Some(host) if !has_shim(words) => host.arguments_behind(words),
        _ => words.to_vec(),
    };
    Candidate {
        arguments,
        host,
        ..Candidate::plain(program, Source::Given)
    }
}

fn as_asked(candidate: Candidate, words: &[String]) -> Candidate {
    let arguments = if has_shim(words) {
        words.to_vec()
    } else {
        candidate.arguments
    };
    Candidate {
        arguments,
        ..candidate
    }
}

fn has_shim(words: &[String]) -> bool {
    words.iter().any(|word| word.contains(SHIM_PLACE))
}

fn is_bare(program: &str) -> bool {
    !program.chars().any(std::path::is_separator)
}
