//! The samples in `fixtures/projects`, run as their documentation says.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::harness::Project;
use crate::launch_scripts::{WAYS, Way, everywhere};
use crate::pythons::{Python, pythons, skip};

/// A copy of a sample, to be edited.
fn sample(name: &str) -> Project {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/projects");
    let project = Project::new();
    for entry in fs::read_dir(samples.join(name)).unwrap() {
        let entry = entry.unwrap();
        let text = fs::read(entry.path()).unwrap();
        project.save(entry.file_name().to_str().unwrap(), text);
    }
    project
}

fn edit(project: &Project, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(project.file(file)).unwrap();
    assert!(text.contains(from), "{text}");
    project.save(file, text.replace(from, to));
}

#[test]
fn the_first_launch_script_runs() {
    for (python, way) in everywhere() {
        let project = sample("launch-tutorial");
        let mut session = way.start_script(&project, python, "launch.py");
        session.prints("25");
        edit(&project, "lib.py", "x = 3", "x = 4");
        session.prints("32");
    }
}

#[test]
fn functions_are_called_after_each_reload() {
    for (python, way) in everywhere() {
        let project = sample("post-reload-hook");
        let mut session = way.start_script(&project, python, "launch.py");
        session.prints("Result: 25");
        session.prints("Result: 100");
        edit(
            &project,
            "mymath.py",
            "square_sum(3, 4)",
            "square_sum(4, 4)",
        );
        session.prints("Result: 32");
        session.prints("Result: 100");
    }
}

#[test]
fn state_helpers_and_data_files_work_together() {
    for (python, way) in everywhere() {
        let project = sample("state");
        let mut session = way.start_script(&project, python, "launch.py");
        session.prints("Result: 55");
        session.prints("Result: 67");
        project.save("points.txt", "0 1\n");
        session.prints("leaving with constant 42");
        session.prints("Result: 43");
        edit(&project, "mymath.py", "x*x + y*y", "100 * y");
        session.prints("Result: 142");
        let once = session.output().matches(", once").count();
        assert_eq!(once, 2, "{python} {way:?}: {}", session.output());
    }
}

#[test]
fn unittest_runs_in_the_warm_interpreter() {
    for (python, way) in everywhere() {
        runs_tests(way, python, "launch.py", "OK", "FAILED (failures=1)");
    }
}

#[test]
fn pytest_runs_in_the_warm_interpreter() {
    let Some(python) = python_with_pytest() else {
        let required = env::var_os("HOTLOAD_REQUIRE_PYTEST").is_some();
        assert!(
            !required,
            "HOTLOAD_REQUIRE_PYTEST is set and no Python has pytest"
        );
        return skip("no Python has pytest, nor could it be installed");
    };
    for way in WAYS {
        runs_tests(way, &python, "launch_pytest.py", "1 passed", "1 failed");
    }
}

/// Breaks what is tested and mends it, then the test itself.
fn runs_tests(way: Way, python: &Python, script: &str, passed: &str, failed: &str) {
    let project = sample("test-runner");
    let mut session = way.start_script(&project, python, script);
    session.prints_part(passed);
    edit(&project, "mymath.py", "x * x", "x + x");
    session.prints_part(failed);
    edit(&project, "mymath.py", "x + x", "x ** 2");
    session.prints_part(passed);
    edit(&project, "test_mymath.py", "9)", "8)");
    session.prints_part(failed);
    edit(&project, "test_mymath.py", "8)", "9)");
    session.prints_part(passed);
}

/// A Python that has pytest: one that was found, or the newest with an environment for it, which is
/// made once and kept below `target`.
fn python_with_pytest() -> Option<Python> {
    static FOUND: OnceLock<Option<Python>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            let found = pythons().iter().find(|python| has_pytest(&python.path));
            found.cloned().or_else(|| install_pytest(pythons().last()?))
        })
        .clone()
}

fn has_pytest(python: &Path) -> bool {
    let answer = Command::new(python).args(["-c", "import pytest"]).output();
    answer.is_ok_and(|output| output.status.success())
}

fn install_pytest(python: &Python) -> Option<Python> {
    let name = format!("pytest-{}.{}", python.version.0, python.version.1);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let path = if cfg!(windows) {
        folder.join("Scripts/python.exe")
    } else {
        folder.join("bin/python")
    };
    if !has_pytest(&path) {
        let run = |program: &Path, arguments: &[&str]| {
            let output = Command::new(program).args(arguments).output();
            output.is_ok_and(|output| output.status.success())
        };
        let made = run(&python.path, &["-m", "venv", folder.to_str()?]);
        let pip = [
            "-m",
            "pip",
            "install",
            "-q",
            "--retries",
            "0",
            "--timeout",
            "10",
            "pytest",
        ];
        if !made || !run(&path, &pip) {
            return None;
        }
    }
    let version = python.version;
    Some(Python { path, version })
}
