//! Programs by path and by name, and hosts where they are usually installed.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::discovery::candidate::{Candidate, Provenance};
use crate::discovery::error::CandidateError;
use crate::discovery::hosts::{Hosts, names_of};

/// The programs of a name, in the order of PATH, or the program at a path; at least one.
pub(super) fn look_up(name: &str) -> Result<Vec<PathBuf>, CandidateError> {
    let is_path = name.chars().any(std::path::is_separator);
    let on_path: Vec<PathBuf> = which::which_all(name).into_iter().flatten().collect();
    if is_path || on_path.is_empty() && Path::new(name).exists() {
        return Ok(vec![check(Path::new(name))?]);
    }
    if on_path.is_empty() {
        return Err(CandidateError::NotFound(name.into()));
    }
    Ok(on_path)
}

/// The full path of a program that can be run.
pub(super) fn check(path: &Path) -> Result<PathBuf, CandidateError> {
    if path.is_dir() {
        return Err(CandidateError::IsFolder(path.into()));
    }
    // `which` on a path tries the endings in PATHEXT on Windows, and checks the permission to execute.
    match which::which(std::path::absolute(path).unwrap_or_else(|_| path.into())) {
        Ok(program) => Ok(program),
        Err(_) if path.exists() => Err(CandidateError::NotExecutable(path.into())),
        Err(_) => Err(CandidateError::NotFound(path.display().to_string())),
    }
}

/// The hosts on PATH or in their usual places. Those of a project are left out: they are started only
/// on request, and a listing starts what it shows.
pub(super) fn hosts(hosts: &Hosts) -> Vec<Candidate> {
    let mut found = Vec::new();
    for host in hosts.iter().filter(|host| !host.is_of_project()) {
        // A name to look for that is not one of its programs is a plain Python on PATH.
        let is_own = |name: &&String| {
            let mut names = names_of(Path::new(name)).into_iter();
            names.any(|name| host.programs.contains(&name)) || Path::new(name).is_absolute()
        };
        let names = host.looked_for().iter().filter(is_own);
        let on_path = names.flat_map(|name| which::which_all(name).into_iter().flatten());
        let placed = hosts
            .places(host)
            .iter()
            .flat_map(|pattern| matching(pattern));
        let sources = on_path.map(|program| (program, Provenance::Path));
        for (program, source) in sources.chain(placed.map(|file| (file, Provenance::InstallPlace)))
        {
            found.push(Candidate {
                arguments: host.arguments_after(&[]),
                host: Some(Arc::clone(host)),
                ..Candidate::plain(program, source)
            });
        }
    }
    found
}

/// The newest version: the last file, by name, that matches the first pattern that any file matches.
pub(super) fn newest(patterns: &[String]) -> Option<PathBuf> {
    let mut places = patterns.iter().map(|pattern| matching(pattern));
    places.find_map(|mut files| files.pop())
}

fn matching(pattern: &str) -> Vec<PathBuf> {
    let pattern = with_folders(pattern);
    // The pattern was checked with the table. A folder that cannot be read is skipped.
    let files = glob::glob(&pattern).into_iter().flatten().flatten();
    files.filter(|file| file.is_file()).collect()
}

/// Replaces `%NAME%` at the start by a variable of the environment, and `~/` by the home folder.
fn with_folders(pattern: &str) -> String {
    if let Some(rest) = pattern.strip_prefix("~/") {
        let home = env::home_dir().unwrap_or_default();
        return home.join(rest).display().to_string();
    }
    let variable = pattern
        .strip_prefix('%')
        .and_then(|rest| rest.split_once('%'));
    match variable {
        Some((name, rest)) => format!("{}{rest}", env::var(name).unwrap_or_default()),
        None => pattern.to_owned(),
    }
}
