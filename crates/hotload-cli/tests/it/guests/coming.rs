//! How a program joins: the file, who may, and who may not.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use nix::sys::signal::Signal;

use super::{Prompt, Waiting, counting, joined};
use crate::harness::{Project, run};
use crate::pythons::{pythons, two_pythons};

#[test]
fn the_file_is_for_the_user_alone_and_goes_with_hotload() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGKILL] {
        let project = Project::with("lib.py", "");
        let mut waiting = Waiting::start(&project, &["lib"]);
        let file = waiting.file();
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(waiting.line().len() < 120);
        let others: Vec<_> = fs::read_dir(waiting.folder.path()).unwrap().collect();
        assert_eq!(others.len(), 1, "{others:?}");
        waiting.session.signal(signal);
        waiting.session.ends();
        waiting.session.until("the file is gone", || !file.exists());
    }
}

#[test]
fn a_second_session_gets_a_file_of_its_own_and_one_that_was_left_over_is_taken() {
    let project = Project::with("lib.py", "");
    let first = Waiting::start(&project, &["lib"]);
    let mut command = project.hotload(&["--guest", "lib"]);
    command.env("XDG_RUNTIME_DIR", first.folder.path());
    let mut second = crate::harness::Session::start(&mut command, &pythons()[0]);
    second.says("hotload-guest2').read())");
    drop(second);
    drop(first.session);
    // As if even the guard had been killed.
    fs::write(first.folder.path().join("hotload-guest"), "# Port 1\n").unwrap();
    let third = Waiting::start_in(first.folder, &project, &["lib"]);
    assert!(third.session.said().contains("hotload-guest').read())"));
}

#[test]
fn a_line_that_finds_nobody_says_so_without_a_traceback() {
    for python in pythons() {
        let project = Project::with("lib.py", "print('first')\n");
        let waiting = Waiting::start(&project, &["lib"]);
        let copy = project.file("left-over");
        fs::copy(waiting.file(), &copy).unwrap();
        drop(waiting);
        let line = format!("exec(open('{}').read())", copy.display());
        let mut command = python.command();
        let end = run(command.args(["-c", &line]));
        let output = end.get_output();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            printed,
            "hotload: no session is waiting for this line any more; start one with `hotload --guest`\n",
            "{python}"
        );
        assert!(output.stderr.is_empty(), "{python}");
    }
}

#[test]
fn a_program_without_a_loop_is_told_so_and_so_is_hotload() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('first')\n");
        let mut waiting = Waiting::start(&project, &["lib"]);
        let line = format!("x = 1\n{}\nprint(x, sorted(globals()))", waiting.line());
        let mut command = python.command();
        let end = run(command.args(["-c", &line]));
        let printed = String::from_utf8_lossy(&end.get_output().stdout).into_owned();
        assert!(
            printed.contains("hotload: left: no loop of this program is known"),
            "{printed}"
        );
        assert!(!printed.contains("hotload_guest"), "{printed}");
        waiting
            .session
            .says("the program has left: no loop of this program is known");
        waiting.session.says("waiting for the next program");
    }
}

#[test]
fn a_second_program_is_refused_in_one_line_and_the_first_goes_on() {
    for python in two_pythons() {
        let project = Project::with("lib.py", &counting("run"));
        let mut waiting = Waiting::start(&project, &["lib"]);
        let mut first = Prompt::start(python);
        first.joins(&waiting);
        waiting.session.prints("run 1");
        let mut second = Prompt::start(python);
        second.types(
            &waiting.line(),
            "has joined this session; start another one",
        );
        waiting.session.says("was turned away");
        project.save("lib.py", counting("run"));
        waiting.session.prints("run 2");
        second.types("print(6 * 7)", "42\r\n");
    }
}

#[test]
fn the_same_program_may_join_again_and_keeps_its_state() {
    for python in two_pythons() {
        let (project, mut waiting, mut prompt) = joined(python, &counting("run"), &["lib"]);
        waiting.session.prints("run 1");
        waiting.session.ends_cycle(1);
        prompt.joins(&waiting);
        waiting.session.prints("run 2");
        project.save("lib.py", counting("run"));
        waiting.session.prints("run 3");
    }
}

#[test]
fn another_session_replaces_the_first_which_is_told_so() {
    for python in two_pythons() {
        let project = Project::with("lib.py", &counting("run"));
        let mut first = Waiting::start(&project, &["lib"]);
        let mut second = Waiting::start(&project, &["lib"]);
        let mut prompt = Prompt::start(python);
        prompt.joins(&first);
        first.session.prints("run 1");
        prompt.joins(&second);
        first
            .session
            .says("the program has left: another session has joined");
        second.session.prints("run 2");
        project.save("lib.py", counting("run"));
        second.session.prints("run 3");
    }
}

#[test]
fn once_waits_for_a_program_runs_one_cycle_and_leaves() {
    for (text, status) in [("print('done')\n", 0), ("1/0\n", 1)] {
        for python in two_pythons() {
            let (_project, mut waiting, mut prompt) = joined(python, text, &["--once", "lib"]);
            assert_eq!(waiting.session.ends().code(), Some(status));
            prompt.terminal.shows("hotload: left: hotload has ended");
            prompt.types("print(6 * 7)", "42\r\n");
        }
    }
}

#[test]
fn a_target_that_the_host_has_imported_is_the_one_that_runs() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "state = ['host']\n");
        let folder = project.path();
        let environment = [("PYTHONPATH", folder.to_str().unwrap())];
        let mut prompt = Prompt::start_with(python, &[], &environment);
        prompt.types(
            "import lib; lib.state.append('typed'); print('imp' + 'orted')",
            "imported",
        );
        project.save(
            "lib.py",
            "state = globals().get('state', [])\nprint(__name__, len(state))\nnew = 5\n",
        );
        let mut waiting = Waiting::start(&project, &["lib"]);
        prompt.joins(&waiting);
        waiting.session.prints_part("lib");
        waiting.session.prints_part("2");
        waiting.session.ends_cycle(1);
        prompt.types("print('new is', lib.new + 37)", "42");
    }
}

#[test]
fn a_target_that_the_program_cannot_find_is_reported_and_the_next_may_join() {
    let python = two_pythons()[0];
    let project = Project::new();
    let mut waiting = Waiting::start(&project, &["no_such_module_anywhere"]);
    let mut prompt = Prompt::start(python);
    prompt.joins(&waiting);
    waiting.session.says("no_such_module_anywhere");
    waiting.session.says("waiting for the next program");
    prompt.types("print(6 * 7)", "42\r\n");
}
