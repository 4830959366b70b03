//! `--run` without a target, and `--postpone`.

use indoc::indoc;

use crate::events::Events;
use crate::harness::{Project, Session, Written};
use crate::programs::save_command;
use crate::pythons::{pythons, two_pythons};

/// Shows which files have changed, and fails while there is one of this name.
const CHANGED: &str = indoc! {r"
    import os, sys
    print('<%s>' % os.environ['HOTLOAD_CHANGED'].replace(os.sep, '/'))
    sys.exit(os.path.exists('fails.py'))
"};

#[test]
fn a_command_without_a_target_runs_on_each_save_and_needs_no_interpreter() {
    let project = Project::with("lib.py", "this is no Python\n");
    let python = &pythons()[0];
    let command = save_command(&project, python, CHANGED);
    let arguments = ["--events", "events.jsonl", "--run", &command];
    let mut session = Session::start(&mut project.hotload(&arguments), python);
    // No Python in its header: none was started.
    session.prints("<>");
    session.says(&format!(
        "hotload {} · {command}",
        env!("CARGO_PKG_VERSION")
    ));
    session.says("ok  ");
    project.save("sub/new.py", "");
    session.prints("<sub/new.py>");
    session.ends_cycle(2);
    project.save("fails.py", "");
    session.prints("<fails.py>");
    session.says("failed  ");
    let events = Events::of(&project);
    assert!(events.all("started").next().unwrap()["python"].is_null());
    assert_eq!(events.count("started"), 1);
}

#[test]
fn a_command_without_a_target_has_an_exit_status_and_a_plan() {
    let project = Project::new();
    let end = project.run(&["--once", "--run", "exit 3", "--run", "echo ran"]);
    end.code(1).stdout("ran\n");
    let end = project.run(&["--once", "--step", "run:echo ran"]);
    end.code(0).stdout("ran\n");
    for option in ["--call", "--before", "--preload"] {
        let end = project.run(&["--once", "--run", "echo ran", option, "lib"]);
        let said = end.code(2).stdout("").said();
        assert!(said.contains("error: no target"), "{option}: {said}");
    }
}

#[test]
fn with_postpone_the_first_run_waits_for_a_save() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('at the start')\n");
        project.save("slow.py", "print('preloaded')\n");
        let arguments = ["--postpone", "--preload", "slow", "lib"];
        let mut session = project.start(python, &arguments);
        session.prints("preloaded");
        session.says("waiting for the first save");
        project.save("lib.py", "print('saved')\n");
        session.prints("saved");
        session.ends_cycle(1);
        assert_eq!(session.output(), "preloaded\nsaved\n", "{python}");
    }
}

#[test]
fn once_and_postpone_run_after_the_first_save() {
    let project = Project::with("lib.py", "print('at the start')\n");
    let mut session = project.start(two_pythons()[0], &["--once", "--postpone", "lib"]);
    session.says("waiting for the first save");
    project.save("lib.py", "print('saved')\n");
    assert_eq!(session.ends().code(), Some(0));
    assert_eq!(session.output(), "saved\n");
}
