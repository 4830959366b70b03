//! Where tools keep the Pythons that they install: pyenv, uv, the frameworks of macOS.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::discovery::candidate::{Candidate, Provenance};
use crate::version::VersionPrefix;

/// The versions that pyenv has installed. Its stubs on PATH start only the selected one.
pub(super) fn pyenv() -> Vec<Candidate> {
    let root = env::var_os("PYENV_ROOT").or_else(|| env::var_os("PYENV"));
    let root = root.map(PathBuf::from).or_else(|| {
        let folder = if cfg!(windows) {
            r".pyenv\pyenv-win"
        } else {
            ".pyenv"
        };
        Some(env::home_dir()?.join(folder))
    });
    let versions = root.map(|root| root.join("versions"));
    versions.map_or_else(Vec::new, |folder| in_folders(&folder, Provenance::Pyenv))
}

/// The interpreters that `uv python install` has installed.
pub(super) fn uv() -> Vec<Candidate> {
    let given = env::var_os("UV_PYTHON_INSTALL_DIR").map(PathBuf::from);
    let store = given.or_else(|| {
        if cfg!(windows) {
            let data = env::var_os("APPDATA").map(PathBuf::from)?;
            return Some(data.join(r"uv\data\python"));
        }
        let data = env::var_os("XDG_DATA_HOME").map(PathBuf::from);
        let data = data.or_else(|| Some(env::home_dir()?.join(".local/share")))?;
        Some(data.join("uv/python"))
    });
    store.map_or_else(Vec::new, |folder| in_folders(&folder, Provenance::Uv))
}

/// The framework builds of python.org and Homebrew.
#[cfg(target_os = "macos")]
pub(super) fn frameworks() -> Vec<Candidate> {
    let homebrew = ["/opt/homebrew", "/usr/local"];
    let mut folders = vec![PathBuf::from("/Library/Frameworks")];
    folders.extend(homebrew.map(|prefix| Path::new(prefix).join("Frameworks")));
    let versions = folders
        .iter()
        .map(|folder| folder.join("Python.framework/Versions"));
    versions
        .flat_map(|folder| in_folders(&folder, Provenance::Framework))
        .collect()
}

/// The interpreter in each folder of a store, newest first. Links are left out: they lead to other
/// folders of the store.
fn in_folders(store: &Path, source: Provenance) -> Vec<Candidate> {
    let entries = fs::read_dir(store).into_iter().flatten().flatten();
    let mut found: Vec<(Vec<u32>, Candidate)> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()))
        .filter_map(|entry| {
            let program = program_in(&entry.path())?;
            let version = version_of(&entry.file_name().to_string_lossy());
            let numbers = version
                .as_ref()
                .map(VersionPrefix::numbers)
                .unwrap_or_default();
            Some((
                numbers,
                Candidate::plain(program, source).with_version(version),
            ))
        })
        .collect();
    found.sort_by(|(one, first), (other, second)| {
        other
            .cmp(one)
            .then_with(|| first.program.cmp(&second.program))
    });
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

fn program_in(folder: &Path) -> Option<PathBuf> {
    let names: &[&str] = if cfg!(windows) {
        &["python.exe"]
    } else {
        &[
            "bin/python",
            "bin/python3",
            "bin/pypy3",
            "bin/pypy",
            "bin/jython",
        ]
    };
    let mut programs = names.iter().map(|name| folder.join(name));
    programs.find(|program| program.is_file())
}

/// The version in a folder's name: `3.11.7`, `cpython-3.11.7-linux-x86_64-gnu`, `3.13.0t`. In
/// `pypy3.10-7.3.16` Python's version comes first, and PyPy's own second.
fn version_of(folder: &str) -> Option<VersionPrefix> {
    let start = folder.find(|letter: char| letter.is_ascii_digit())?;
    let version = folder[start..].split(|letter: char| letter != '.' && !letter.is_ascii_digit());
    VersionPrefix::parse(version.into_iter().next()?).filter(|_| {
        matches!(
            folder[..start].trim_end_matches('-'),
            "" | "cpython" | "pypy"
        )
    })
}

/// The path in a line like ` -V:3.11 *        C:\Python311\python.exe` of the `py` launcher.
#[cfg(any(windows, test))]
pub(super) fn listed_by_launcher(line: &str) -> Option<PathBuf> {
    let tag = line.trim_start().strip_prefix('-')?;
    let path = tag.split_once(char::is_whitespace)?.1;
    let path = path.trim_matches(|letter: char| letter == '*' || letter.is_whitespace());
    path.to_ascii_lowercase()
        .ends_with(".exe")
        .then(|| path.into())
}

#[cfg(test)]
mod tests {
    use super::{listed_by_launcher, version_of};

    #[test]
    fn the_list_of_the_launcher_is_read() {
        let cases = [
            (
                " -V:3.11 *        C:\\A B\\python.exe",
                Some("C:\\A B\\python.exe"),
            ),
            (
                " -2.7-64        C:\\Python27\\python.exe *",
                Some("C:\\Python27\\python.exe"),
            ),
            (
                " -3.8-32        C:\\Python38\\python.exe",
                Some("C:\\Python38\\python.exe"),
            ),
            ("Installed Pythons found by py Launcher", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let found = listed_by_launcher(line);
            assert_eq!(
                found.as_deref().and_then(|path| path.to_str()),
                expected,
                "{line}"
            );
        }
    }

    #[test]
    fn the_folder_of_a_store_tells_the_version() {
        let cases = [
            ("3.11.7", Some("3.11.7")),
            ("3.13.0t", Some("3.13.0")),
            ("cpython-3.12.1-linux-x86_64-gnu", Some("3.12.1")),
            ("pypy3.10-7.3.16", Some("3.10")),
            ("miniconda3-4.7.12", None),
            ("my-env", None),
        ];
        for (folder, expected) in cases {
            let version = version_of(folder).map(|version| version.to_string());
            assert_eq!(version.as_deref(), expected, "{folder}");
        }
    }
}
