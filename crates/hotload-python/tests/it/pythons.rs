//! The interpreters of this machine that the tests run on.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The versions that hotload is tested on.
const TESTED: [(u32, u32); 9] = [
    (2, 7),
    (3, 6),
    (3, 7),
    (3, 8),
    (3, 9),
    (3, 10),
    (3, 11),
    (3, 12),
    (3, 13),
];

/// One interpreter.
#[derive(Debug, Clone)]
pub(crate) struct Python {
    pub(crate) path: PathBuf,
    pub(crate) version: (u32, u32),
}

impl fmt::Display for Python {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Python {}.{}", self.version.0, self.version.1)
    }
}

impl Python {
    /// A command that starts it without the variables that change what it does. One of them is
    /// `PYTHONDONTWRITEBYTECODE`, which hides stale bytecode.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") {
                command.env_remove(name);
            }
        }
        command
    }
}

/// All interpreters found, one of each version. Says once which are missing; fails where
/// `HOTLOAD_REQUIRE_PYTHONS` names one of them, and when there is none at all.
pub(crate) fn pythons() -> &'static [Python] {
    static FOUND: OnceLock<Vec<Python>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let found = find();
        let missing: Vec<String> = TESTED
            .iter()
            .filter(|version| !found.contains_key(version))
            .map(|(major, minor)| format!("{major}.{minor}"))
            .collect();
        if !missing.is_empty() {
            skip(&format!("no Python {}", missing.join(", ")));
        }
        for version in required().split(',').filter(|version| !version.is_empty()) {
            assert!(
                !missing.iter().any(|missing| missing == version.trim()),
                "Python {version} is required by HOTLOAD_REQUIRE_PYTHONS and was not found"
            );
        }
        assert!(!found.is_empty(), "no Python was found to test with");
        found.into_values().collect()
    })
}

/// Those with such a version, for what other versions do not have. Says so when there is none, and
/// fails where `HOTLOAD_REQUIRE_PYTHONS` is set: what runs there has to run all tests.
#[allow(dead_code)] // not in every test binary
pub(crate) fn pythons_where(has: impl Fn((u32, u32)) -> bool) -> Vec<&'static Python> {
    let found: Vec<&Python> = pythons()
        .iter()
        .filter(|python| has(python.version))
        .collect();
    if found.is_empty() {
        assert!(
            required().is_empty(),
            "no Python was found that this test is for"
        );
        skip("no Python that this test is for");
    }
    found
}

/// A 2.7 and a current 3.x, as far as there are any: for what does not differ within 3.x.
#[allow(dead_code)] // not in every test binary
pub(crate) fn two_pythons() -> Vec<&'static Python> {
    let mut chosen = Vec::new();
    chosen.extend(pythons().first());
    if pythons().len() > 1 {
        chosen.extend(pythons().last());
    }
    chosen
}

fn required() -> String {
    env::var("HOTLOAD_REQUIRE_PYTHONS").unwrap_or_default()
}

/// Says that a test, or a part of it, is left out, and why.
pub(crate) fn skip(why: &str) {
    let current = std::thread::current();
    let test = current.name().unwrap_or("a test");
    // Not `eprintln!`, which the test runner keeps to itself.
    let _ = writeln!(io::stderr(), "SKIPPED in {test}: {why}");
}

fn find() -> BTreeMap<(u32, u32), Python> {
    let mut found = BTreeMap::new();
    for path in from_pyenv().into_iter().chain(from_path()) {
        if let Some(version) = ask_version(&path)
            && TESTED.contains(&version)
        {
            found.entry(version).or_insert(Python { path, version });
        }
    }
    found
}

fn from_pyenv() -> Vec<PathBuf> {
    let root = env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".pyenv")));
    let versions = root.and_then(|root| fs::read_dir(root.join("versions")).ok());
    let folders = versions.into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = folders
        .map(|folder| folder.path().join("bin/python"))
        .collect();
    paths.sort();
    paths
}

fn from_path() -> Vec<PathBuf> {
    let names: Vec<String> = TESTED
        .iter()
        .map(|(major, minor)| format!("python{major}.{minor}"))
        .chain(["python3", "python2", "python"].map(String::from))
        .collect();
    let folders: Vec<PathBuf> =
        env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let in_folder = |folder: &Path| {
        let ending = env::consts::EXE_SUFFIX;
        names
            .iter()
            .map(|name| folder.join(format!("{name}{ending}")))
            .collect::<Vec<_>>()
    };
    folders
        .iter()
        .flat_map(|folder| in_folder(folder))
        .collect()
}

fn ask_version(python: &Path) -> Option<(u32, u32)> {
    if !python.is_file() {
        return None;
    }
    let question = "import sys; print('%d %d' % sys.version_info[:2])";
    let answer = Command::new(python).args(["-c", question]).output().ok()?;
    let answer = String::from_utf8(answer.stdout).ok()?;
    let (major, minor) = answer.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
