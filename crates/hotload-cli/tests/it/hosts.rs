//! Programs with a Python inside: the fakes of `fixtures/hosts`, as nasty as the real ones.

use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::signal::Signal;

use crate::harness::{Project, Session};
use crate::pythons::{Python, two_pythons};

const LIB: &str = "try:\n    runs\nexcept NameError:\n    runs = 0\nruns += 1\n";

fn fakes() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/hosts/bin")
}

/// hotload with the fakes in front of PATH, and a Python in them.
fn hotload(project: &Project, python: &Python, request: &str, arguments: &[&str]) -> Command {
    let mut command = project.hotload(&["--python", request]);
    let path = std::env::var("PATH").unwrap();
    command
        .args(arguments)
        .env("PATH", format!("{}:{path}", fakes().display()))
        .env("FAKE_PYTHON", &python.path)
        .env("XDG_CONFIG_HOME", project.file("no-configuration"));
    command
}

/// What every host has to be able to do: load, reload with state, error, recovery, clean end.
fn conforms(session: &mut Session, project: &Project) {
    let prints = |what: &str| format!("{LIB}print('%s %d' % ('{what}', runs))\n");
    session.prints("first 1");
    session.ends_cycle(1);
    project.save("lib.py", prints("second"));
    session.prints("second 2");
    session.ends_cycle(2);
    project.save("lib.py", format!("{LIB}1 // 0\n"));
    session.says("ZeroDivisionError");
    session.ends_cycle(3);
    project.save("lib.py", prints("fourth"));
    session.prints("fourth 4");
    session.ends_cycle(4);
    session.signal(Signal::SIGINT);
    assert_eq!(session.ends().code(), Some(130), "{}", session.said());
    for unwanted in ["Error: Abaqus", "warning", "Traceback"] {
        let said = session.said();
        let allowed = said.matches("Traceback").count() <= 1 && unwanted == "Traceback";
        assert!(allowed || !said.contains(unwanted), "{said}");
    }
}

fn new_project() -> Project {
    Project::with(
        "lib.py",
        format!("{LIB}print('\\nfirst %d' % runs)\n").as_str(),
    )
}

#[test]
fn every_fake_loads_reloads_fails_recovers_and_ends() {
    let requests = [
        "abaqus",
        "abaqus python",
        "abaqus cae",
        "noisy",
        "elsewhere",
        "glutton --flag",
        "bare",
        "barest",
        "isolated",
        "poor",
        "read-only",
        "importer",
        "stranger",
        "glutton -x {shim} 7",
    ];
    for python in two_pythons() {
        for request in requests {
            if request == "isolated" && python.version.0 == 2 {
                continue; // 2.7 does not have it.
            }
            let project = new_project();
            let mut session =
                Session::start(&mut hotload(&project, python, request, &["lib"]), python);
            conforms(&mut session, &project);
        }
    }
}

#[test]
fn a_host_is_found_wherever_it_lies_and_the_users_words_stay_in_front() {
    for python in two_pythons() {
        let project = new_project();
        let place = project.file("some where");
        std::fs::create_dir(&place).unwrap();
        std::os::unix::fs::symlink(fakes().join("abaqus"), place.join("abq2021hf5")).unwrap();
        std::os::unix::fs::symlink(fakes().join("../kernel.py"), project.file("kernel.py"))
            .unwrap();
        let request = format!("'{}' cae", place.join("abq2021hf5").display());
        let mut command = hotload(&project, python, &request, &["lib", "-v"]);
        let mut session = Session::start(&mut command, python);
        session.says("(Abaqus/CAE kernel)");
        session.says("abq2021hf5 cae noGUI={shim} --` (from `--python`)");
        conforms(&mut session, &project);
    }
}

#[test]
fn what_is_printed_in_a_host_without_a_console_comes_all_the_same() {
    for python in two_pythons() {
        let project = new_project();
        let mut session = Session::start(&mut hotload(&project, python, "mute", &["lib"]), python);
        conforms(&mut session, &project);
    }
}
