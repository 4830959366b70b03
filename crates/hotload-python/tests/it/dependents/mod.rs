//! What runs after a save besides the targets, by the driver alone: it runs in the test's own process,
//! which is much faster than a session of the binary.

use std::env;
use std::fs::{self, File};
use std::process::Output;
use std::time::{SystemTime, UNIX_EPOCH};

use hotload_python::driver;

use crate::drivers::dialect;
use crate::pythons::{Python, pythons};

/// Edits of one random project.
const EDITS: u64 = 20;

/// The Python files of this folder, copied to where no bytecode is left beside them.
const FILES: [(&str, &str); 4] = [
    ("session.py", include_str!("session.py")),
    ("project.py", include_str!("project.py")),
    ("differential.py", include_str!("differential.py")),
    ("cases.py", include_str!("cases.py")),
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

/// How many projects are tried on each Python, and the seed of the first. `PROPTEST_CASES` is the
/// number of edits on all of them, of other projects each time.
fn projects() -> (u64, u64) {
    let Some(cases) = env::var("PROPTEST_CASES")
        .ok()
        .and_then(|it| it.parse::<u64>().ok())
    else {
        return (4, 0);
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let edits = EDITS * pythons().len() as u64;
    (cases.div_ceil(edits), now.as_secs() % 1_000_000_000)
}

#[test]
fn any_edit_gives_what_a_fresh_start_gives() {
    let (count, first) = projects();
    for python in pythons() {
        let numbers = [first, first + count, EDITS].map(|number| number.to_string());
        println!("{python}: seeds {} to {}", numbers[0], numbers[1]);
        assert_passes(python, &run(python, "differential.py", &numbers));
    }
}

#[test]
fn named_cases_hold() {
    for python in pythons() {
        assert_passes(python, &run(python, "cases.py", &[]));
    }
}
