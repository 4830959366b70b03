//! From a request to the candidates for it, in the order in which they are tried.
//!
//! Nothing is started here.

pub mod candidate;
mod candidates;
pub(crate) mod environments;
mod error;
pub mod hosts;
mod installed;
mod left_out;
mod named;
mod pythons;
pub mod request;
mod search_path;
mod stores;
mod versions;
#[cfg(windows)]
mod windows;

use std::path::Path;

pub use candidates::{Candidates, Found};
pub(crate) use environments::identity;
pub use error::CandidateError;
pub use left_out::LeftOut;
pub(crate) use search_path::{is_store_alias, is_stub};
pub use versions::KnownVersions;

use crate::discovery::candidates::grouped;
use crate::discovery::hosts::Hosts;
use crate::discovery::named::{find_command, given};
use crate::discovery::pythons::{find_default, find_version};
use crate::discovery::request::PythonRequest;

/// The candidates for a request. The search for a `.venv` starts in `folder`.
///
/// # Errors
///
/// When there is no candidate on this machine, or what was asked for cannot be run.
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

/// The environments that are left out although the request would take them: a `.venv` that another
/// user may have put there, and what is named or found but holds no Python.
#[must_use]
pub fn left_out(request: &PythonRequest, folder: &Path) -> Vec<LeftOut> {
    match request {
        PythonRequest::Path(_) | PythonRequest::Command { .. } => Vec::new(),
        PythonRequest::Version(..) => environments::of_strangers(folder),
        PythonRequest::Default => {
            let mut left_out = environments::broken_active();
            if environments::active().is_empty() {
                left_out.extend(environments::broken(folder));
                left_out.extend(environments::of_strangers(folder));
            }
            left_out
        }
    }
}

/// Everything that may be a Python, each file once, plain Pythons first.
#[must_use]
pub fn find_all(folder: &Path, hosts: &Hosts) -> Vec<Found> {
    let mut all = pythons::all(folder);
    all.extend(installed::hosts(hosts));
    grouped(all)
}
