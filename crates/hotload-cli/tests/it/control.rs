//! `--send`: another program controls a session and asks what is known of it.

#[cfg(unix)]
use std::fs;
#[cfg(unix)]
use std::io::{Read, Write};
#[cfg(unix)]
use std::net::TcpStream;
use std::process::Command;

use serde_json::Value;

use crate::harness::{Project, Session, Written, run};
use crate::pythons::{Python, two_pythons};

const LIB: &str = "import os\ntry: n += 1\nexcept NameError: n = 1\nprint('run %d of %s' % (n, os.environ['HOTLOAD_RESTARTS']))\n";

/// hotload where sessions can be found: in a folder of the project.
fn hotload(project: &Project, arguments: &[&str]) -> Command {
    let mut command = project.hotload(arguments);
    command.env("HOTLOAD_CACHE_DIR", project.file("cache"));
    command
}

fn start(project: &Project, python: &Python, arguments: &[&str]) -> Session {
    let mut command = hotload(project, &["--python", python.path.to_str().unwrap()]);
    Session::start(command.args(arguments), python)
}

#[track_caller]
fn send(project: &Project, command: &str) {
    let end = run(&mut hotload(project, &["--send", command])).success();
    assert_eq!(end.printed(), "");
}

#[track_caller]
fn status(project: &Project) -> Value {
    let end = run(&mut hotload(project, &["--send", "status"])).success();
    serde_json::from_str(&end.printed()).unwrap()
}

#[test]
fn a_session_is_controlled_by_other_programs() {
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = start(&project, python, &["lib"]);
        session.prints("run 1 of 0");
        session.ends_cycle(1);
        send(&project, "rerun");
        session.prints("run 2 of 0");
        session.ends_cycle(2);
        send(&project, "restart");
        session.prints("run 1 of 1");
        session.ends_cycle(3);
        send(&project, "pause");
        session.says("paused");
        assert_eq!(status(&project)["paused"], true);
        project.save("lib.py", format!("{LIB}print('saved')\n"));
        send(&project, "resume");
        session.prints("saved");
        session.ends_cycle(4);
        send(&project, "quit");
        assert_eq!(session.ends().code(), Some(0), "{}", session.said());
    }
}

#[test]
fn what_runs_is_interrupted_or_restarted_on_request() {
    const LOOP: &str = "import time\nprint('runs')\nwhile True: time.sleep(0.01)\n";
    for python in two_pythons() {
        let project = Project::with("lib.py", LOOP);
        let mut session = start(&project, python, &["lib"]);
        session.prints("runs");
        assert_eq!(status(&project)["state"], "running");
        send(&project, "interrupt");
        session.ends_cycle(1);
        assert_eq!(status(&project)["outcome"], "interrupted", "{python}");
        // With nothing running it does nothing.
        send(&project, "interrupt");
        send(&project, "rerun");
        session.prints("runs");
        send(&project, "restart");
        session.prints("runs");
        project.save("lib.py", "print('mended')\n");
        send(&project, "interrupt");
        session.prints("mended");
    }
}

#[test]
fn the_status_has_the_last_outcome_and_error() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "\n1 // 0\n");
        let mut session = start(&project, python, &["--session", "mine", "lib"]);
        session.ends_cycle(1);
        let failed = status(&project);
        assert_eq!(failed["session"], "mine");
        assert_eq!(failed["targets"][0], "lib");
        assert_eq!(failed["state"], "idle");
        assert_eq!(failed["cycle"], 1);
        assert_eq!(failed["outcome"], "failed");
        assert_eq!(failed["error"]["primary"]["file"], "lib.py");
        assert_eq!(failed["error"]["primary"]["line"], 2);
        project.save("lib.py", "print('mended')\n");
        session.ends_cycle(2);
        let mended = status(&project);
        assert_eq!(mended["outcome"], "ok");
        assert_eq!(mended["error"], Value::Null);
    }
}

#[test]
fn sessions_in_one_folder_are_told_apart_by_their_names() {
    let python = two_pythons()[0];
    let project = Project::with("lib.py", LIB);
    let mut one = start(&project, python, &["--session", "one", "lib"]);
    one.prints("run 1 of 0");
    one.ends_cycle(1);
    let mut other = start(&project, python, &["lib"]);
    other.prints("run 1 of 0");
    other.ends_cycle(1);
    let said = run(&mut hotload(&project, &["--send", "rerun"]))
        .code(2)
        .said();
    assert!(
        said.contains("several sessions run in this folder"),
        "{said}"
    );
    assert!(said.contains("  --session one\n"), "{said}");
    run(&mut hotload(
        &project,
        &["--send", "rerun", "--session", "one"],
    ))
    .success();
    one.prints("run 2 of 0");
    assert!(!other.output().contains("run 2"), "{}", other.output());
    let said = run(&mut hotload(
        &project,
        &["--send", "rerun", "--session", "two"],
    ))
    .code(2)
    .said();
    assert!(
        said.contains("no session with the name `two` runs"),
        "{said}"
    );
    assert!(
        said.contains("hint: start one there, as in `hotload --session two lib`"),
        "{said}"
    );
}

#[test]
fn a_file_that_a_killed_session_has_left_is_removed() {
    let python = two_pythons()[0];
    let project = Project::with("lib.py", LIB);
    let mut session = start(&project, python, &["lib"]);
    session.ends_cycle(1);
    let files = || {
        let listing = project.listing();
        listing
            .iter()
            .filter(|name| name.starts_with("cache/sessions/"))
            .count()
    };
    assert_eq!(files(), 1);
    // As `kill -9` does.
    drop(session);
    let said = run(&mut hotload(&project, &["--send", "rerun"]))
        .code(2)
        .said();
    assert!(said.starts_with("error: no session runs in"), "{said}");
    assert_eq!(files(), 0, "{:?}", project.listing());
}

#[cfg(unix)]
#[test]
fn only_who_can_read_the_file_controls_the_session() {
    use std::os::unix::fs::PermissionsExt;

    let python = two_pythons()[0];
    let project = Project::with("lib.py", LIB);
    let mut session = start(&project, python, &["lib"]);
    session.ends_cycle(1);
    let folder = project.file("cache/sessions");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let file = fs::read_dir(&folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    assert_eq!(mode(&file), 0o600);
    let known: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let port = u16::try_from(known["port"].as_u64().unwrap()).unwrap();
    let token = known["token"].as_str().unwrap();
    let answer = |text: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert_eq!(answer("00000000000000000000000000000000 status\n"), "");
    assert_eq!(answer("status\n"), "");
    assert!(answer(&format!("{token} status\n")).contains("\"state\":\"idle\""));
    assert_eq!(answer(&format!("{token} explode\n")), "{\"ok\":false}\n");
}
