//! The Pythons on PATH.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::discovery::candidate::{Candidate, Provenance};
use crate::version::VersionPrefix;

/// `python`, `python3.11`, but not `python3-config` or `pythonw`. Others are in the hosts' table.
const NAMES: &str = r"(?i-u)^python(\d+(\.\d+){0,2})?t?(\.exe|\.bat|\.cmd)?$";

/// Every `python3` on PATH, then every `python`.
pub(super) fn default() -> Vec<Candidate> {
    let names = ["python3", "python"].into_iter();
    let found = names.flat_map(|name| which::which_all(name).into_iter().flatten());
    found.map(candidate).collect()
}

/// Everything on PATH that is named like a Python, in the order of PATH. Within a folder, `python3`
/// and `python` come before names with a version.
pub(super) fn pythons() -> Vec<Candidate> {
    let mut folders: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    for program in named_like_pythons() {
        let folder = program.parent().unwrap_or(Path::new("")).to_path_buf();
        match folders.iter_mut().find(|(known, _)| *known == folder) {
            Some((_, programs)) => programs.push(program),
            None => folders.push((folder, vec![program])),
        }
    }
    for (_, programs) in &mut folders {
        programs.sort_by_key(|program| {
            let name = program
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            (name != "python3", name != "python", name)
        });
    }
    let programs = folders.into_iter().flat_map(|(_, programs)| programs);
    programs.map(candidate).collect()
}

fn named_like_pythons() -> impl Iterator<Item = PathBuf> {
    let names = Regex::new(NAMES).expect("the pattern is tested");
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let entries = folders
        .into_iter()
        .flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let named = entries.filter(move |entry| {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| names.is_match(name))
    });
    // It says whether it can be run.
    named.filter_map(|entry| which::which(entry.path()).ok())
}

/// Whether it is in a folder of stubs, which start only the version that a version manager has
/// selected.
pub(crate) fn is_stub(candidate: &Candidate) -> bool {
    let folder = candidate.program.parent().and_then(Path::file_name);
    folder.is_some_and(|folder| folder == "shims" || folder == "WindowsApps")
}

/// Whether it is an alias of the Microsoft Store: it starts the Python that was installed from there,
/// and without one it only opens the Store.
pub(crate) fn is_store_alias(program: &Path) -> bool {
    let folder = program.parent().and_then(Path::file_name);
    // Not what it leads to, which cannot be opened.
    let is_empty = || program.symlink_metadata().is_ok_and(|file| file.len() == 0);
    folder.is_some_and(|folder| folder == "WindowsApps") && is_empty()
}

fn candidate(program: PathBuf) -> Candidate {
    let name = program
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let version = version_in(name.trim_end_matches(".exe"));
    Candidate::plain(program, Provenance::Path).with_version(version)
}

/// The version in a name like `python3.11`.
pub(super) fn version_in(name: &str) -> Option<VersionPrefix> {
    let digits = name.find(|letter: char| letter.is_ascii_digit())?;
    let version = name[digits..].trim_end_matches('t');
    VersionPrefix::parse(version).filter(|_| &name[..digits] == "python")
}

#[cfg(test)]
mod tests {
    use super::{NAMES, is_store_alias, version_in};
    use regex::Regex;
    use std::fs;

    #[test]
    fn an_empty_program_among_the_apps_of_windows_is_an_alias_of_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let apps = folder.path().join("WindowsApps");
        fs::create_dir(&apps).unwrap();
        for (name, content) in [("python.exe", ""), ("real.exe", "MZ")] {
            fs::write(apps.join(name), content).unwrap();
        }
        fs::write(folder.path().join("python.exe"), "").unwrap();
        assert!(is_store_alias(&apps.join("python.exe")));
        for other in [apps.join("real.exe"), folder.path().join("python.exe")] {
            assert!(!is_store_alias(&other), "{}", other.display());
        }
    }

    #[test]
    fn the_names_of_pythons_are_known() {
        let names = Regex::new(NAMES).unwrap();
        for name in ["python", "python2.7", "python3.13t", "Python.exe"] {
            assert!(names.is_match(name), "{name}");
        }
        for name in [
            "python3-config",
            "pythonw.exe",
            "ipython",
            "python3.11-dbg",
            "pypy3",
        ] {
            assert!(!names.is_match(name), "{name}");
        }
    }

    #[test]
    fn a_name_may_tell_the_version() {
        let shown = |name| version_in(name).map(|version| version.to_string());
        assert_eq!(shown("python3.11").as_deref(), Some("3.11"));
        assert_eq!(shown("python3.13t").as_deref(), Some("3.13"));
        for name in ["python", "abq2024", "python3-config", "2.7"] {
            assert_eq!(shown(name), None, "{name}");
        }
    }
}
