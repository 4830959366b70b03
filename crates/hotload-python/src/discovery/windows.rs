//! The registry (PEP 514) and the `py` launcher.

use std::cmp::Reverse;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE};

use crate::discovery::candidate::{Candidate, Provenance};
use crate::version::VersionPrefix;

/// The interpreters that their installers have registered, the user's own first.
pub(super) fn registry() -> Vec<Candidate> {
    let keys = [
        (CURRENT_USER, r"Software\Python"),
        (LOCAL_MACHINE, r"Software\Python"),
        (LOCAL_MACHINE, r"Software\Wow6432Node\Python"),
    ];
    let open = |(root, path): (&Key, &str)| root.open(path).ok();
    keys.into_iter()
        .filter_map(open)
        .flat_map(|key| companies(&key))
        .collect()
}

fn companies(python: &Key) -> Vec<Candidate> {
    let names = python.keys().into_iter().flatten();
    // The launcher's own key.
    let names = names.filter(|name| name != "PyLauncher");
    let companies = names.filter_map(|name| python.open(name).ok());
    companies
        .flat_map(|company| interpreters(&company))
        .collect()
}

fn interpreters(company: &Key) -> Vec<Candidate> {
    let tags = company.keys().into_iter().flatten();
    let mut found: Vec<Candidate> = tags.filter_map(|tag| interpreter(company, &tag)).collect();
    // Newest first; `3.10` is newer than `3.9`.
    found.sort_by_key(|candidate| {
        let version = candidate.version.as_ref();
        Reverse(version.map(VersionPrefix::numbers))
    });
    found
}

fn interpreter(company: &Key, tag: &str) -> Option<Candidate> {
    let key = company.open(tag).ok()?;
    let folder = key.open("InstallPath").ok()?;
    let named = folder.get_string("ExecutablePath").ok().map(PathBuf::from);
    let usual = || Some(PathBuf::from(folder.get_string("").ok()?).join("python.exe"));
    let program = named.or_else(usual).filter(|program| program.is_file())?;
    let version = key.get_string("SysVersion").ok();
    let version = version.and_then(|version| VersionPrefix::parse(&version));
    Some(Candidate::plain(program, Provenance::Registry).with_version(version))
}

/// What `py` lists: those from the Microsoft Store are not in the registry.
pub(super) fn launcher() -> Vec<Candidate> {
    let Ok(launcher) = which::which("py") else {
        return Vec::new();
    };
    let output = Command::new(launcher)
        .arg("-0p")
        .stdin(Stdio::null())
        .output();
    let listed = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let listed = listed.unwrap_or_default();
    let programs = listed.lines().filter_map(super::stores::listed_by_launcher);
    programs
        .map(|program| Candidate::plain(program, Provenance::Launcher))
        .collect()
}
