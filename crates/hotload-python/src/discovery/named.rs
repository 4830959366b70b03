//! What a name or a command stands for: programs on PATH, and hosts in their usual places.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::discovery::candidate::{Candidate, Provenance};
use crate::discovery::candidates::{Candidates, each_once};
use crate::discovery::error::CandidateError;
use crate::discovery::hosts::{Host, Hosts};
use crate::discovery::pythons::find_version;
use crate::discovery::request::SHIM_PLACEHOLDER;
use crate::discovery::{installed, search_path};

/// The candidates for a program or a host, followed by words.
pub(super) fn find_command(
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
    match installed::look_up(program) {
        Ok(found) => {
            let found = found.into_iter();
            let found = found.map(|found| given(found, arguments, hosts));
            Ok(with_real(
                program,
                each_once(found.collect()),
                arguments,
                folder,
            ))
        }
        Err(CandidateError::NotFound(_)) if is_bare(program) => {
            not_on_path(program, arguments, folder, hosts)
        }
        Err(error) => Err(error),
    }
}

/// `python3.11` may be the stub of a version manager that has another version selected. So the real
/// ones are tried after it.
fn with_real(
    program: &str,
    named: Vec<Candidate>,
    arguments: &[String],
    folder: &Path,
) -> Candidates {
    let version = search_path::version_in(program).filter(|_| search_path::is_stub(&named[0]));
    let real = version.and_then(|version| find_version(&version, arguments, folder).ok());
    match real {
        Some(real) => real.after(named),
        None => named.into(),
    }
}

fn not_on_path(
    program: &str,
    arguments: &[String],
    folder: &Path,
    hosts: &Hosts,
) -> Result<Candidates, CandidateError> {
    // A known program, `abaqus` in `abaqus -x {shim}` for example.
    if let Some(host) = hosts.of_program(Path::new(program), arguments) {
        let found = find_host(host, arguments, hosts)?.into_iter();
        let found: Vec<_> = found.map(|found| as_asked(found, arguments)).collect();
        return Ok(found.into());
    }
    // `python3.11`: there may be one that is not on PATH.
    match search_path::version_in(program) {
        Some(version) => find_version(&version, arguments, folder),
        None => Err(CandidateError::unknown(program, arguments, hosts)),
    }
}

/// A host that was asked for by its name: on PATH, then in the places where it is usually installed.
fn find_host(
    host: &Arc<Host>,
    words: &[String],
    hosts: &Hosts,
) -> Result<Vec<Candidate>, CandidateError> {
    if !host.is_for_this_system() {
        // A program of that name on this system is something else.
        return Err(CandidateError::no_host(host, hosts.places(host)));
    }
    let names = host.looked_for().iter();
    let on_path = names.flat_map(|name| installed::look_up(name).into_iter().flatten());
    let placed = installed::newest(hosts.places(host));
    let sources = on_path.map(|program| (program, Provenance::Given));
    let found = sources.chain(placed.map(|program| (program, Provenance::InstallPlace)));
    let found: Vec<Candidate> = found
        .map(|(program, source)| Candidate {
            arguments: host.arguments_after(words),
            host: Some(Arc::clone(host)),
            ..Candidate::plain(program, source)
        })
        .collect();
    if found.is_empty() {
        return Err(CandidateError::no_host(host, hosts.places(host)));
    }
    Ok(each_once(found))
}

/// A program that was asked for by path or name. Its file name selects the row that starts it.
pub(super) fn given(program: PathBuf, words: &[String], hosts: &Hosts) -> Candidate {
    let host = hosts.of_program(&program, words).cloned();
    let arguments = match &host {
        Some(host) if !has_shim(words) => host.arguments_after(words),
        _ => words.to_vec(),
    };
    Candidate {
        arguments,
        host,
        ..Candidate::plain(program, Provenance::Given)
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
    words.iter().any(|word| word.contains(SHIM_PLACEHOLDER))
}

fn is_bare(program: &str) -> bool {
    !program.chars().any(std::path::is_separator)
}
