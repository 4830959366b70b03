//! The plain Pythons of this machine: all, those that are taken without a request, those of a version.

use std::path::Path;

use crate::discovery::candidate::Candidate;
use crate::discovery::candidates::{Candidates, each_once};
use crate::discovery::error::CandidateError;
use crate::discovery::versions::KnownVersions;
#[cfg(windows)]
use crate::discovery::windows;
use crate::discovery::{environments, search_path, stores};
use crate::version::VersionPrefix;

/// The plain Pythons, in the documented order.
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

/// An active environment, a `.venv`, `python3`, `python`, in this order; never the environment that
/// hotload's own program was installed into as a tool.
pub(super) fn find_default(folder: &Path) -> Result<Candidates, CandidateError> {
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
