//! Each way in that another user of the machine has, tried. docs/security.md says which there are.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use crate::harness::{Project, Session, wait_until};
use crate::pythons::{Python, two_pythons};

/// A Python that lets others in first: it shows its shim and waits to be let go.
const SLOW: &str = "#!/bin/sh\ncp \"$1\" shim.copy; mv shim.copy shim.txt\n\
    while [ ! -e go-on ]; do sleep 0.01; done\nexec PYTHON \"$@\"\n";

struct Waiting {
    project: Project,
    session: Session,
    port: u16,
}

fn start_waiting(python: &Python) -> Waiting {
    let project = Project::with("lib.py", "print('ran')\n");
    let program = python.path.to_str().unwrap();
    project.save("slow", SLOW.replace("PYTHON", program));
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.file("slow"), mode).unwrap();
    let session = Session::start(&mut project.hotload(&["--python", "./slow", "lib"]), python);
    let shim = wait_until(|| std::fs::read_to_string(project.file("shim.txt")).ok()).unwrap();
    let address = shim.split("'127.0.0.1', int('").nth(1).unwrap();
    let port = address.split('\'').next().unwrap().parse().unwrap();
    Waiting {
        project,
        session,
        port,
    }
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

#[test]
fn strangers_are_sent_nothing_and_keep_nobody_waiting() {
    let wrong = "0".repeat(32);
    let hello = format!("hotload {wrong} 3.11.7 cpython linux 42 2f.70 file\n");
    let long = "x".repeat(1 << 17);
    let said: [&[u8]; 6] = [
        b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        hello.as_bytes(),
        b"hotload  3.11.7 cpython linux 42 2f.70 file\n",
        long.as_bytes(),
        b"\xff\xfe\x00\n",
    ];
    for python in two_pythons() {
        let mut waiting = start_waiting(python);
        let _silent = connect(waiting.port);
        for words in said {
            let mut stranger = connect(waiting.port);
            // It may be sent away before it has said everything.
            let _ = stranger.write_all(words);
            let mut answer = Vec::new();
            let _ = stranger.read_to_end(&mut answer);
            assert!(answer.is_empty(), "{python}: {answer:?}");
        }
        waiting.project.save("go-on", "");
        waiting.session.prints("ran");
        waiting.session.says("ok  lib");
    }
}

#[test]
fn nobody_is_let_in_beside_the_interpreter() {
    for python in two_pythons() {
        let mut waiting = start_waiting(python);
        waiting.project.save("go-on", "");
        waiting.session.prints("ran");
        waiting.session.ends_cycle(1);
        // With the right words, too late.
        let shim = std::fs::read_to_string(waiting.project.file("shim.txt")).unwrap();
        let is_token =
            |word: &&str| word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
        let words = shim.split(|letter: char| !letter.is_ascii_alphanumeric());
        for token in words.filter(is_token) {
            let Ok(mut late) = TcpStream::connect(("127.0.0.1", waiting.port)) else {
                continue;
            };
            let hello = format!("hotload {token} 3.11.7 cpython linux 42 2f.70 file\n");
            let _ = late.write_all(hello.as_bytes());
            late.set_read_timeout(Some(Duration::from_secs(20)))
                .unwrap();
            let mut answer = Vec::new();
            let _ = late.read_to_end(&mut answer);
            assert!(answer.is_empty(), "{python}: {answer:?}");
        }
        waiting.project.save("lib.py", "print('still')\n");
        waiting.session.prints("still");
    }
}

#[test]
fn what_files_and_errors_hold_does_not_reach_the_terminal() {
    let lib = "name = '\\x1b[2J\\x1b]0;title\\x07'\nexec(compile('1 // 0', name, 'exec'))\n";
    for python in two_pythons() {
        let project = Project::with("lib.py", lib);
        let mut session = project.start(python, &["lib", "-v"]);
        session.ends_cycle(1);
        project.save("a\x1b[2Jb.py", "");
        session.says("a\\x1b[2Jb.py");
        session.ends_cycle(2);
        project.save("lib.py", "raise ValueError('\\x1b[2J\\x9b31m')\n");
        session.says("\\x1b[2J");
        session.ends_cycle(3);
        project.save("lib.py", "import sys\nsys.exit('\\x1b[2J')\n");
        session.says("stopped");
        session.ends_cycle(4);
        // sys.exit prints its text itself, as plain Python does; that is user code's own output.
        let said = session.said().replacen("\u{1b}[2J\n", "", 1);
        assert!(
            !said.contains(['\u{1b}', '\u{7}', '\u{9b}']),
            "{python}: {said:?}"
        );
    }
}

#[test]
fn what_arguments_hold_does_not_reach_the_terminal() {
    let project = Project::with("lib.py", "print('ran')\n");
    for arguments in [
        vec!["--\x1b[2J"],
        vec!["--busy", "\x1b]0;title\x07"],
        vec!["--poll", "\u{9b}31m"],
        vec!["lib\x1b[2J.py"],
        vec!["--python", "\u{202e}\x1b[2J"],
    ] {
        let output = project.run(&[&["lib"], &arguments[..]].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !said.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']) && said.contains('\\'),
            "{said:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_target_with_a_line_break_in_its_name_has_one_line() {
    for python in two_pythons() {
        let name = "a\nerror: forged.py";
        let project = Project::with(name, "print('ran')\n");
        let output = project.run_with(python, &["--once", name]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            said.matches("a\\nerror: forged.py").count() >= 2 && !said.contains("\nerror"),
            "{python}: {said}"
        );
    }
}

#[test]
fn only_run_is_a_way_to_a_shell() {
    let python = &two_pythons()[0];
    let project = Project::with("lib.py", "print('ran')\n");
    let evil = "lib; touch shell";
    for arguments in [
        vec![evil],
        vec!["lib", "--call", "x; touch shell"],
        vec!["lib", "--preload", "os; touch shell"],
        vec!["lib", "--watch", "$(touch shell)"],
        vec!["lib", "--python", "python; touch shell"],
        vec!["lib", "--", "$(touch shell)"],
        vec!["--step", "reload:lib", "--step", "exec:'; touch shell'"],
    ] {
        let _ = project.run_with(python, &[&["--once"], &arguments[..]].concat());
        assert!(!project.file("shell").exists(), "{arguments:?}");
    }
    let _ = project.run_with(python, &["--once", "lib", "--run", "touch shell"]);
    assert!(project.file("shell").exists());
}

/// Whether a process has a socket that listens on TCP.
#[cfg(target_os = "linux")]
fn listens(id: i32) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let listening: Vec<String> = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|columns| columns.get(3) == Some(&"0A"))
        .map(|columns| format!("socket:[{}]", columns[9]))
        .collect();
    std::fs::read_dir(format!("/proc/{id}/fd"))
        .unwrap()
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .any(|link| listening.contains(&link.display().to_string()))
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_else_is_listened_to_once_the_interpreter_is_there() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n");
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        let is_closed = || (!listens(session.id())).then_some(());
        assert!(wait_until(is_closed).is_some(), "{python}");
    }
}
