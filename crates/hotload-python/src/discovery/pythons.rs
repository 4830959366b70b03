//! The plain Pythons on this machine: all of them, the default one, and those of a version.

use std::path::Path;

use crate::discovery::candidate::Candidate;
use crate::discovery::candidates::{Candidates, each_once};
use crate::discovery::error::CandidateError;
use crate::discovery::versions::KnownVersions;
#[cfg(windows)]
use crate::discovery::windows;
use crate::discovery::{environments, search_path, stores};
use crate::version::VersionPrefix;

/// All plain Pythons, in the documented order.
pub(super) fn all(folder: &Path) -> Vec<Candidate> {
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

/// The Python that is used without a request: an active environment, a `.venv`, `python3`, `python`, in
/// this order. Never the environment that pipx or uv has made for hotload itself.
pub(super) fn find_default(folder: &Path) -> Result<Candidates, CandidateError> {
    let usable = |mut found: Vec<Candidate>| {
        found.retain(|candidate| !environments::is_own(&candidate.program));
        Some(found).filter(|found| !found.is_empty())
    };
    // Only PATH can hold stubs, so only there do we fall through to the next candidate: a Python other
    // than the environment's would be a surprise.
    let list = usable(environments::active())
        .or_else(|| usable(environments::of_project(folder)))
        .map(|found| found[..1].to_vec())
        .or_else(|| usable(on_machine()))
        .ok_or(CandidateError::NoPython)?;
    Ok(list.into())
}

/// The Pythons of the machine that need not be named.
#[cfg(not(windows))]
fn on_machine() -> Vec<Candidate> {
    search_path::default()
}

/// The same on Windows, whose installer puts Python on PATH only if it is asked to. The Microsoft Store
/// always has an alias there, which only opens the Store if Python was not installed from it.
#[cfg(windows)]
fn on_machine() -> Vec<Candidate> {
    let (aliases, mut found): (Vec<_>, Vec<_>) = search_path::default()
        .into_iter()
        .partition(|candidate| search_path::is_store_alias(&candidate.program));
    found.extend(windows::registry());
    if found.is_empty() {
        // Slower: it is a program to be started.
        found.extend(windows::launcher());
    }
    found.extend(aliases);
    each_once(found)
}

/// The Pythons whose name or folder says that they have this version, then those whose version is not
/// known. Of the former, those that may be stubs come last.
pub(super) fn find_version(
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
    let each = each_once(all(folder));
    let (certain, rest): (Vec<_>, Vec<_>) = each
        .into_iter()
        .partition(|candidate| known(candidate, VersionPrefix::surely_matches));
    let (possible, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|candidate| {
        candidate.version.is_none() || known(candidate, VersionPrefix::may_match)
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
