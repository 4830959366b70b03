//! What lives on from a module's last run with `--reload patch`, by the driver alone, in the test's own
//! process.

use std::env;
use std::fs::{self, File};
use std::process::Output;
use std::time::{SystemTime, UNIX_EPOCH};

use hotload_python::driver;

use crate::drivers::dialect;
use crate::pythons::{Python, pythons, skip};

/// Edits of one random module.
const EDITS: u64 = 15;

/// The Python files of this folder, copied to where no bytecode is left beside them.
const FILES: [(&str, &str); 8] = [
    ("session.py", include_str!("../dependents/session.py")),
    ("table.py", include_str!("table.py")),
    ("functions.py", include_str!("functions.py")),
    ("classes.py", include_str!("classes.py")),
    ("mixtures.py", include_str!("mixtures.py")),
    ("names.py", include_str!("names.py")),
    ("cases.py", include_str!("cases.py")),
    ("held.py", include_str!("held.py")),
];

/// Runs one of the files with the driver's parts, and what else it takes.
fn run(python: &Python, file: &str, arguments: &[String]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let parts = driver::generated(dialect(python)).parts.iter();
    let parts: serde_json::Map<String, serde_json::Value> = parts
        .map(|part| (part.name.to_owned(), part.text.clone().into()))
        .collect();
    let path = folder.path().join("parts.json");
    serde_json::to_writer(File::create(&path).unwrap(), &parts).unwrap();
    let mut command = python.command();
    command.arg(folder.path().join(file)).arg(path);
    command.args(arguments).output().unwrap()
}

#[track_caller]
fn assert_passes(python: &Python, output: &Output) {
    assert!(
        output.status.success(),
        "{python}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn what_is_held_follows_a_save() {
    for python in pythons() {
        assert_passes(python, &run(python, "cases.py", &[]));
    }
}

#[test]
fn what_is_held_follows_a_save_on_pypy() {
    let folders = env::split_paths(&env::var_os("PATH").unwrap()).collect::<Vec<_>>();
    let mut programs = folders.iter().map(|folder| folder.join("pypy3"));
    let Some(path) = programs.find(|program| program.is_file()) else {
        return skip("no PyPy");
    };
    let version = (3, 0);
    let python = Python { path, version };
    assert_passes(&python, &run(&python, "cases.py", &[]));
}

/// How many random modules are tried on each Python, and the seed of the first. `PROPTEST_CASES` is the
/// number of edits on all of them, of other modules each time.
fn modules() -> (u64, u64) {
    let cases = env::var("PROPTEST_CASES").ok();
    let Some(cases) = cases.and_then(|it| it.parse::<u64>().ok()) else {
        return (4, 0);
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let edits = EDITS * pythons().len() as u64;
    (cases.div_ceil(edits), now.as_secs() % 1_000_000_000)
}

#[test]
fn any_held_object_behaves_like_a_fresh_one_or_a_line_says_why_not() {
    let (count, first) = modules();
    for python in pythons() {
        let numbers = [first, first + count, EDITS].map(|number| number.to_string());
        println!("{python}: seeds {} to {}", numbers[0], numbers[1]);
        assert_passes(python, &run(python, "held.py", &numbers));
    }
}
