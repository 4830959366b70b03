//! Tries each way in that another user of the machine has. docs/security.md lists them.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use indoc::indoc;

#[cfg(unix)]
use crate::harness::in_place_of;
use crate::harness::{Project, Session, Written, pause, quoted, wait_until};
use crate::pythons::{Python, two_pythons};

/// A Python that lets others in first: it shows its shim and waits until it may go on.
const SLOW: &str = indoc! {r#"
    import os, subprocess, sys, time
    with open('shim.copy', 'w') as copy: copy.write(open(sys.argv[1]).read())
    os.rename('shim.copy', 'shim.txt')
    while not os.path.exists('go-on'): time.sleep(0.01)
    sys.exit(subprocess.call([sys.executable] + sys.argv[1:]))
"#};

/// A start in which the interpreter has not connected yet.
struct Waiting {
    project: Project,
    session: Session,
    port: u16,
    /// What the interpreter proves itself with, and what hotload does.
    tokens: [String; 2],
}

fn start_waiting(python: &Python, lib: &str) -> Waiting {
    start_waiting_with(python, lib, |command| command)
}

/// As `start_waiting`, with what `change` makes of the command.
fn start_waiting_with(python: &Python, lib: &str, change: impl Fn(Command) -> Command) -> Waiting {
    let project = Project::with("lib.py", lib);
    project.save("slow.txt", SLOW);
    let slow = format!("{} slow.txt {{shim}}", quoted(&python.path));
    let mut command = change(project.hotload(&["--python", &slow, "lib"]));
    let session = Session::start(&mut command, python);
    let shim = wait_until(|| std::fs::read_to_string(project.file("shim.txt")).ok()).unwrap();
    let address = shim.split("'127.0.0.1', int('").nth(1).unwrap();
    let port = address.split('\'').next().unwrap().parse().unwrap();
    Waiting {
        project,
        session,
        port,
        tokens: tokens(&shim),
    }
}

/// The tokens in a shim, in the order in which it names them.
fn tokens(shim: &str) -> [String; 2] {
    let is_token = |word: &&str| word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let words = shim.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut found: Vec<String> = Vec::new();
    for token in words.filter(is_token) {
        if !found.iter().any(|known| known == token) {
            found.push(token.to_owned());
        }
    }
    found.try_into().unwrap()
}

/// What an interpreter that has this token says first.
fn hello_line(token: &str) -> String {
    format!("hotload {token} 3.11.7 cpython linux 42 2f.70 file 33.2e\n")
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// Says this, and fails unless the connection is closed without an answer.
#[track_caller]
fn is_sent_away(port: u16, words: &[u8]) {
    let mut stranger = connect(port);
    // It may be sent away before it has said everything.
    let _ = stranger.write_all(words);
    let mut answer = Vec::new();
    let end = stranger.read_to_end(&mut answer);
    let is_closed = !matches!(&end, Err(error) if error.kind() != ErrorKind::ConnectionReset);
    assert!(
        answer.is_empty() && is_closed,
        "{:?} was answered with {} bytes, and then: {end:?}",
        String::from_utf8_lossy(&words[..words.len().min(80)]),
        answer.len()
    );
}

/// The strangers of the other tests are sent away because of their token and nothing else.
#[test]
fn the_right_token_is_answered_with_the_proof_that_hotload_has_read_the_file() {
    for python in two_pythons() {
        let waiting = start_waiting(python, "");
        let [ours, theirs] = waiting.tokens;
        let mut stream = connect(waiting.port);
        stream.write_all(hello_line(&ours).as_bytes()).unwrap();
        let mut answer = [0; 32];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), theirs, "{python}");
    }
}

#[test]
fn strangers_are_sent_nothing_and_do_not_delay_the_start() {
    for python in two_pythons() {
        let mut waiting = start_waiting(python, "print('ran')\n");
        let [ours, theirs] = &waiting.tokens;
        let long_path = hello_line(ours).replace("2f.70", &("2f.".repeat(1 << 15) + "70"));
        let _silent = connect(waiting.port);
        for words in [
            b"\n".to_vec(),
            b"GET / HTTP/1.1\r\n\r\n".to_vec(),
            b"\xff\xfe\x00\n".to_vec(),
            vec![b'x'; 1 << 17],
            hello_line("").into(),
            hello_line(&"0".repeat(32)).into(),
            hello_line(&ours[..31]).into(),
            hello_line(&format!("{ours}0")).into(),
            hello_line(theirs).into(),
            long_path.into(),
        ] {
            is_sent_away(waiting.port, &words);
        }
        waiting.project.save("go-on", "");
        waiting.session.prints("ran");
        waiting.session.says("ok  lib");
    }
}

#[test]
fn a_connection_that_says_nothing_is_closed() {
    let waiting = start_waiting(two_pythons()[0], "");
    is_sent_away(waiting.port, b"");
}

#[test]
fn the_time_for_the_first_line_counts_from_the_connection() {
    let waiting = start_waiting(two_pythons()[0], "");
    let mut stranger = connect(waiting.port);
    let start = Instant::now();
    while stranger.write_all(b"x").is_ok() {
        assert!(start.elapsed() < Duration::from_secs(15), "still heard");
        pause(Duration::from_millis(100));
    }
}

/// Each used to cost two descriptors and a thread.
#[cfg(unix)]
#[test]
fn many_strangers_do_not_keep_the_interpreter_out() {
    for python in two_pythons() {
        let mut waiting = start_waiting_with(python, "print('ran')\n", |command| {
            let limit = "ulimit -n 100; exec \"$0\" \"$@\"";
            let mut limited = in_place_of(&command, "sh");
            limited.args(["-c", limit]).arg(command.get_program());
            limited.args(command.get_args());
            limited
        });
        let strangers: Vec<TcpStream> = (0..300).map(|_| connect(waiting.port)).collect();
        waiting.project.save("go-on", "");
        waiting.session.prints("ran");
        waiting.session.ends_cycle(1);
        drop(strangers);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn strangers_cost_no_thread() {
    let waiting = start_waiting(two_pythons()[0], "");
    let threads = || {
        let folder = format!("/proc/{}/task", waiting.session.id());
        std::fs::read_dir(folder).unwrap().count()
    };
    let before = threads();
    let strangers: Vec<TcpStream> = (0..20).map(|_| connect(waiting.port)).collect();
    // The last one has been heard, and those before it.
    is_sent_away(waiting.port, b"\n");
    // Some of its own may have been started meanwhile.
    assert!(threads() < before + 10, "{} and then {}", before, threads());
    drop(strangers);
}

#[test]
fn only_one_interpreter_is_let_in() {
    // While user code runs for the first time hotload still listens.
    let lib = "import os, time\nprint('ran')\nwhile not os.path.exists('done'): time.sleep(0.01)\n";
    for python in two_pythons() {
        let mut waiting = start_waiting(python, lib);
        waiting.project.save("go-on", "");
        waiting.session.prints("ran");
        for token in &waiting.tokens {
            is_sent_away(waiting.port, hello_line(token).as_bytes());
        }
        waiting.session.says("started more than one Python");
        waiting.project.save("done", "");
        waiting.session.ends_cycle(1);
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
        // No name on Windows has such a character.
        if cfg!(unix) {
            project.save("a\x1b[2Jb.py", "");
            session.says("a\\x1b[2Jb.py");
        } else {
            project.save("ab.py", "");
        }
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
        let said = project.run(&[&["lib"], &arguments[..]].concat()).said();
        assert!(
            !said.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']) && said.contains('\\'),
            "{said:?}"
        );
    }
}

#[cfg(unix)] // no name on Windows has such a character
#[test]
fn a_target_with_a_line_break_in_its_name_has_one_line() {
    for python in two_pythons() {
        let name = "a\nerror: forged.py";
        let project = Project::with(name, "print('ran')\n");
        let said = project.run_with(python, &["--once", name]).said();
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
    let touch = if cfg!(windows) {
        "& echo > shell"
    } else {
        "; touch shell"
    };
    let evil = format!("lib{touch}");
    let with = |text: &str| format!("{text}{touch}");
    let (call, preload, program, exec) = (
        with("x"),
        with("os"),
        with("python"),
        format!("{}'", with("exec:'")),
    );
    for arguments in [
        vec![&evil[..]],
        vec!["lib", "--call", &call],
        vec!["lib", "--preload", &preload],
        vec!["lib", "--watch", "$(touch shell)"],
        vec!["lib", "--python", &program],
        vec!["lib", "--", "$(touch shell)"],
        vec!["lib", "--", touch],
        vec!["--step", "reload:lib", "--step", &exec],
    ] {
        let _ = project.run_with(python, &[&["--once"], &arguments[..]].concat());
        assert!(!project.file("shell").exists(), "{arguments:?}");
    }
    let _ = project.run_with(
        python,
        &[
            "--once",
            "lib",
            "--run",
            touch.trim_start_matches([';', '&']),
        ],
    );
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
fn hotload_stops_listening_once_the_interpreter_is_there() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n");
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        let is_closed = || (!listens(session.id())).then_some(());
        assert!(wait_until(is_closed).is_some(), "{python}");
    }
}
