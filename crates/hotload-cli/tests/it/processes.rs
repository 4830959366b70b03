//! What user code starts and which signals it handles: gone with it, and kept for it.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
#[cfg(unix)]
use std::process::Command;
use std::process::Stdio;
#[cfg(unix)]
use std::time::{Duration, Instant};

use indoc::indoc;
#[cfg(unix)]
use nix::sys::signal::{Signal, kill};
#[cfg(unix)]
use nix::unistd::Pid;

#[cfg(unix)]
use crate::harness::pause;
use crate::harness::{Project, Session, Written, wait_until};
#[cfg(target_os = "linux")]
use crate::harness::{in_place_of, run};
#[cfg(unix)]
use crate::pythons::pythons;
#[cfg(unix)]
use crate::pythons::pythons_where;
use crate::pythons::{Python, two_pythons};
use crate::signals::{in_own_console, is_alive, press_ctrl_c};

/// Starts a program that stays in the interpreter's group, and prints its id.
const LEAVES_A_PROCESS: &str = indoc! {r"
    import os, subprocess, sys
    nowhere = open(os.devnull, 'w')
    sleep = [sys.executable, '-S', '-c', 'import time; time.sleep(300)']
    child = subprocess.Popen(sleep, stdout=nowhere, stderr=nowhere)
    print(child.pid)
"};

#[track_caller]
fn printed_id(session: &Session) -> i32 {
    let id = wait_until(|| {
        let output = session.output();
        output.split_once('\n')?.0.parse().ok()
    });
    id.unwrap_or_else(|| session.fail("printed no process id"))
}

#[track_caller]
fn assert_gone(python: &Python, id: i32) {
    let gone = wait_until(|| (!is_alive(id)).then_some(()));
    assert!(gone.is_some(), "{python}: process {id} was left behind");
}

/// Up to 3.6 a fork calls no hook.
#[cfg(unix)]
#[test]
fn who_reads_the_output_does_not_wait_for_a_daemon() {
    const DAEMON: &str = indoc! {r"
        import os, time
        if os.fork() == 0:
            os.setsid()
            os.closerange(0, 3)
            time.sleep(30)
            os._exit(0)
    "};
    for python in pythons_where(|version| version >= (3, 7)) {
        let project = Project::with("lib.py", DAEMON);
        let started = Instant::now();
        project.run_with(python, &["--once", "lib"]).success();
        assert!(started.elapsed() < Duration::from_secs(20), "{python}");
    }
}

/// Asks hotload to end.
type Ask = fn(&Session);

/// The ways to ask, and the exit status then.
const ASKS: &[(Ask, i32)] = &[
    (Session::press_ctrl_c, 130),
    #[cfg(unix)]
    (|session| session.signal(Signal::SIGTERM), 143),
];

#[test]
fn what_user_code_left_running_is_gone_when_hotload_was_asked_to_end() {
    for python in two_pythons() {
        for (ask, status) in ASKS {
            let project = Project::with("lib.py", LEAVES_A_PROCESS);
            let mut session = project.start(python, &["lib"]);
            session.ends_cycle(1);
            let id = printed_id(&session);
            assert!(is_alive(id), "{python}");
            ask(&session);
            assert_eq!(session.ends().code(), Some(*status), "{python}");
            assert_gone(python, id);
        }
    }
}

#[test]
fn what_user_code_left_running_is_gone_after_the_only_cycle() {
    for python in two_pythons() {
        let project = Project::with("lib.py", LEAVES_A_PROCESS);
        let printed = project
            .run_with(python, &["--once", "lib"])
            .success()
            .printed();
        assert_gone(python, printed.trim().parse().unwrap());
    }
}

#[test]
fn what_user_code_left_running_is_gone_when_its_interpreter_dies() {
    for python in two_pythons() {
        let project = Project::with("lib.py", LEAVES_A_PROCESS);
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        let id = printed_id(&session);
        project.save("lib.py", "import os\nos._exit(3)\n");
        session.says("error: the interpreter ");
        assert_gone(python, id);
        // hotload itself goes on.
        project.save("lib.py", "print('next')\n");
        session.prints("next");
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_left_when_hotload_is_killed_at_any_moment_of_its_start() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import time\ntime.sleep(60)\n");
        let folder = project.file("tmp");
        std::fs::create_dir(&folder).unwrap();
        for milliseconds in (0..45).step_by(3) {
            let mut command = project.hotload(&["--python", python.path.to_str().unwrap()]);
            command.args(["lib", "--ignore", "tmp"]);
            command.env("TMPDIR", &folder);
            let mut session = Session::start(&mut command, python);
            pause(Duration::from_millis(milliseconds));
            session.kill();
        }
        let killed = Instant::now();
        let left = || {
            let all = Command::new("ps").args(["-axww", "-o", "args="]).output();
            let all = String::from_utf8_lossy(&all.unwrap().stdout).into_owned();
            let is_ours = |line: &&str| line.contains(project.path().to_str().unwrap());
            let folders = std::fs::read_dir(&folder).unwrap().count();
            all.lines().filter(is_ours).count() + folders
        };
        wait_until(|| (left() == 0).then_some(())).unwrap();
        // Sooner than an interpreter gives up by itself.
        assert!(killed.elapsed() < Duration::from_secs(5), "{python}");
    }
}

#[cfg(unix)]
#[test]
fn user_code_that_stops_itself_is_reported_and_waits_to_be_continued() {
    const LIB: &str = indoc! {r"
        import os, signal
        print(os.getpid())
        os.kill(os.getpid(), signal.SIGSTOP)
        print('went on')
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        let id = printed_id(&session);
        session.says(&format!("stopped by a signal (SIGSTOP): `kill -CONT {id}`"));
        kill(Pid::from_raw(id), Signal::SIGCONT).unwrap();
        session.prints("went on");
        session.ends_cycle(1);
        // A stop between two runs holds up the next one, which says so.
        kill(Pid::from_raw(id), Signal::SIGSTOP).unwrap();
        project.save("lib.py", "print('next')\n");
        session.says("stopped by a signal");
        session.press_ctrl_c();
        assert_eq!(session.ends().code(), Some(130), "{python}");
    }
}

#[cfg(unix)]
#[test]
fn a_handler_that_user_code_installs_is_still_its_own_in_the_next_run() {
    const FIRST: &str = indoc! {r"
        import os, signal
        def mine(number, frame): print('mine')
        signal.signal(signal.SIGINT, mine)
        print('installed')
    "};
    const NEXT: &str = indoc! {r"
        print(signal.getsignal(signal.SIGINT) is mine)
        os.kill(os.getpid(), signal.SIGINT)
        print('after')
    "};
    for python in pythons() {
        let project = Project::with("lib.py", FIRST);
        let mut session = project.start(python, &["lib"]);
        session.prints("installed");
        session.ends_cycle(1);
        for cycle in 2..4 {
            project.save("lib.py", NEXT);
            session.prints("True");
            session.prints("mine");
            session.prints("after");
            session.ends_cycle(cycle);
        }
    }
}

/// Whether a process waits again with no signal on its way to it; where that is not known: true.
#[cfg(unix)]
fn has_taken_signals(id: i32) -> bool {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{id}/status")) else {
        return true;
    };
    let is_empty = |name: &str| {
        let mut lines = status.lines();
        let line = lines.find_map(|line| line.strip_prefix(name));
        line.is_some_and(|mask| mask.trim().chars().all(|digit| digit == '0'))
    };
    status.contains("State:\tS") && is_empty("SigPnd:") && is_empty("ShdPnd:")
}

#[cfg(unix)]
#[test]
fn an_interrupt_between_the_steps_harms_nothing() {
    for python in pythons() {
        let lib = "import os\nprint(os.getpid())\n";
        let project = Project::with("lib.py", lib);
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        let id = printed_id(&session);
        for number in 0..5 {
            for _ in 0..3 {
                kill(Pid::from_raw(id), Signal::SIGINT).unwrap();
            }
            // One that a busy machine delivers with the next request is that step's.
            wait_until(|| has_taken_signals(id).then_some(())).unwrap();
            project.save(
                "lib.py",
                format!("import os\nprint('save {number} in %d' % os.getpid())\n"),
            );
            session.prints(&format!("save {number} in {id}"));
            session.ends_cycle(number + 2);
        }
        let said = session.said();
        assert!(!said.contains("Interrupt"), "{python}: {said}");
    }
}

/// Where it is not known whether a signal was ignored at the start, Ctrl-C always counts.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_that_was_ignored_at_the_start_stays_so_and_user_code_has_its_handler() {
    const LIB: &str = indoc! {r"
        import os, signal
        print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
        try:
            os.kill(os.getpid(), signal.SIGINT)
            for n in range(1000): signal.getsignal(1)
        except KeyboardInterrupt: print('caught')
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut command = ignoring_interrupts(&project, python);
        let mut session = Session::start(&mut command, python);
        session.prints("True");
        session.prints("caught");
        session.ends_cycle(1);
        for number in 2..4 {
            session.press_ctrl_c();
            project.save("lib.py", format!("print('save {number}')\n"));
            session.prints(&format!("save {number}"));
            session.ends_cycle(number);
        }
        session.signal(Signal::SIGTERM);
        let status = session.ends();
        assert_eq!(status.code(), Some(143), "{python}");
    }
}

#[cfg(target_os = "linux")]
fn ignoring_interrupts(project: &Project, python: &Python) -> Command {
    let hotload = project.hotload(&["--python", python.path.to_str().unwrap(), "lib"]);
    let mut shell = in_place_of(&hotload, "sh");
    shell.args(["-c", "trap '' INT; exec \"$@\"", "sh"]);
    shell.arg(hotload.get_program()).args(hotload.get_args());
    shell
}

/// `tput` is what crossterm asks in the end.
#[cfg(target_os = "linux")]
#[test]
fn no_program_is_started_to_find_the_width_of_a_screen_that_is_not_there() {
    use std::os::unix::fs::PermissionsExt;

    let python = &two_pythons()[0];
    let project = Project::with("lib.py", "print('one')\n");
    project.save("bin/tput", "#!/bin/sh\ntouch asked\necho 80\n");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.file("bin/tput"), mode).unwrap();
    let hotload = project.hotload(&["--python", python.path.to_str().unwrap(), "--once", "lib"]);
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", project.file("bin").display());
    // In a session that has no terminal.
    let mut session = in_place_of(&hotload, "setsid");
    session.args(["--wait", "env", &format!("PATH={path}")]);
    session.arg(hotload.get_program()).args(hotload.get_args());
    run(&mut session).stdout("one\n");
    assert!(!project.file("asked").exists(), "{python}");
}

#[test]
fn a_hundred_megabytes_of_output_pass() {
    use std::io::Read;

    const LIB: &str = indoc! {r"
        import sys
        chunk = ('x' * 99 + '\n') * 100
        for n in range(10000): sys.stdout.write(chunk)
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut command = project.hotload(&["--python", python.path.to_str().unwrap()]);
        let mut child = command
            .args(["--once", "lib"])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let mut output = child.stdout.take().unwrap();
        let mut buffer = vec![0; 1 << 16];
        let mut total = 0;
        loop {
            match output.read(&mut buffer).unwrap() {
                0 => break,
                count => total += count,
            }
        }
        // A line's end has two bytes on Windows.
        let expected = if cfg!(windows) {
            101_000_000
        } else {
            100_000_000
        };
        assert_eq!(total, expected, "{python}");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{python}");
    }
}

#[test]
fn a_session_that_hangs_in_a_write_is_ended_by_a_second_ctrl_c() {
    const LIB: &str = "import os, sys\nprint(os.getpid())\nsys.stdout.flush()\n1 // 0\n";
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        // Full, and not read.
        let (_reader, mut full) = io::pipe().unwrap();
        let errors = full.try_clone().unwrap();
        std::thread::spawn(move || full.write_all(&[b' '; 1 << 20]));
        let options = ["-q", "--events", "events.jsonl", "--python"];
        let mut command = project.hotload(&options);
        let command = command.arg(&python.path).arg("lib");
        let command = command.stdout(Stdio::piped()).stderr(errors);
        in_own_console(command);
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let interpreter = line.trim().parse().unwrap();
        // Told first, then shown.
        let events = || fs::read_to_string(project.file("events.jsonl")).unwrap_or_default();
        wait_until(|| events().contains("ZeroDivisionError").then_some(())).unwrap();
        let ended = wait_until(|| {
            press_ctrl_c(i32::try_from(child.id()).unwrap());
            child.try_wait().unwrap()
        });
        assert!(ended.is_some(), "{python}: it goes on");
        assert_gone(python, interpreter);
    }
}
