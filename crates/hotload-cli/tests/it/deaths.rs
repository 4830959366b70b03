//! How an interpreter can die: each way has its own message, and the next save runs.

use indoc::indoc;

use crate::harness::{Project, Session, Written, quoted, wait_until};
use crate::pythons::{pythons_where, two_pythons};
#[cfg(unix)]
use crate::signals::is_alive;

/// What user code does, and how hotload reports the end of the interpreter.
#[cfg(windows)]
const DEATHS: [(&str, &str); 4] = [
    (
        "os._exit(0)",
        "the interpreter exited unexpectedly with status 0",
    ),
    (
        "os._exit(7)",
        "the interpreter exited unexpectedly with status 7",
    ),
    (
        "os.kill(os.getpid(), 11)",
        "the interpreter exited unexpectedly with status 11",
    ),
    (
        "os._exit(-1073741819)",
        "the interpreter crashed with an access violation (0xC0000005)",
    ),
];

/// What user code does, and how hotload reports the end of the interpreter.
#[cfg(unix)]
const DEATHS: [(&str, &str); 9] = [
    (
        "os._exit(0)",
        "the interpreter exited unexpectedly with status 0",
    ),
    (
        "os._exit(7)",
        "the interpreter exited unexpectedly with status 7",
    ),
    (
        "os.kill(os.getpid(), 11)",
        "the interpreter was killed by signal 11 (SIGSEGV), a segmentation fault",
    ),
    (
        "os.abort()",
        "the interpreter was killed by signal 6 (SIGABRT), an abort",
    ),
    (
        "os.kill(os.getpid(), 9)",
        "the interpreter was killed by signal 9 (SIGKILL): `kill -9`, or the system ran",
    ),
    (
        "os.closerange(3, 2000)",
        "the interpreter ended because your code closed its connection",
    ),
    (
        "os.closerange(3, 2000); time.sleep(60)",
        "the interpreter was killed because it lost its connection to hotload",
    ),
    (
        "os.write(900, b'garbage')",
        "the interpreter was ended because your code wrote into its connection",
    ),
    (
        "os.write(900, b'\\0\\0\\1\\0more'); time.sleep(60)",
        "the interpreter was ended because your code wrote into its connection",
    ),
];

#[test]
fn each_death_has_a_sentence_of_its_own_and_the_next_save_runs() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('up')\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("up");
        session.ends_cycle(1);
        for (place, (death, said)) in DEATHS.iter().enumerate() {
            project.save("lib.py", format!("import os, time\nkept = 1\n{death}\n"));
            session.says(&format!("error: {said}"));
            // Where a line ends depends on how long it is.
            session.says("; ");
            session.says("lost\n  starting a new one, which loads your code on the next save\n");
            session.says("failed  lib");
            let restarts = place + 1;
            project.save(
                "lib.py",
                format!(
                    "import os\nprint('restarts ' + os.environ['HOTLOAD_RESTARTS'])\n#{place}\n"
                ),
            );
            session.prints(&format!("restarts {restarts}"));
            session.says("ok  lib");
        }
    }
}

#[test]
fn a_crash_shows_where_user_code_was() {
    const LIB: &str = "import os\n\ndef crash():\n    os.abort()\n\ncrash()\n";
    for python in pythons_where(|version| version.0 == 3) {
        let project = Project::with("lib.py", LIB);
        let arguments = ["--once", "lib", "--events", "events"];
        let said = project.run_with(python, &arguments).code(1).said();
        let shown = indoc! {r"
            crash: Fatal Python error: Aborted
             --> lib.py:4 in crash
                |
              3 | def crash():
              4 |     os.abort()
              from lib.py:6 in <module>  crash()
        "};
        assert!(said.contains(shown), "{python}: {said}");
        assert!(!said.contains("hotload driver"), "{python}: {said}");
        assert!(!said.contains("importlib"), "{python}: {said}");
        let events = std::fs::read_to_string(project.file("events")).unwrap();
        assert!(
            events.contains("\"text\":\"Fatal Python error: Aborted"),
            "{events}"
        );
        assert!(events.contains("\"phase\":\"crash\""), "{events}");
    }
}

#[test]
fn user_codes_own_faulthandler_stays_its_own() {
    for python in pythons_where(|version| version.0 == 3).iter().take(2) {
        let lib = indoc! {r"
            import faulthandler, os
            print(faulthandler.is_enabled())
            faulthandler.enable()
            os.abort()
        "};
        let project = Project::with("lib.py", lib);
        let said = project.run_with(python, &["--once", "lib"]).said();
        assert_eq!(
            said.matches("Fatal Python error").count(),
            1,
            "{python}: {said}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_launcher_that_dies_alone_is_recognized_and_takes_the_interpreter_with_it() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import os\nprint(os.getpid())\n");
        let text = format!("#!/bin/sh\n{} \"$@\"\nexit $?\n", python.path.display());
        project.save("launcher", text);
        crate::programs::make_executable(&project.file("launcher"));
        let mut command = project.hotload(&["--python", "./launcher", "lib"]);
        let mut session = Session::start(&mut command, python);
        session.ends_cycle(1);
        session.until("printed its number", || session.output().ends_with('\n'));
        let id = session.output().trim().parse().unwrap();
        project.save(
            "lib.py",
            "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(60)\n",
        );
        session.says("ended because its launcher was killed by signal 9 (SIGKILL)");
        let gone = wait_until(|| (!is_alive(id)).then_some(()));
        assert!(gone.is_some(), "{python}: process {id} was left behind");
        project.save("lib.py", "print('next')\n");
        session.prints("next");
        // A launcher that passes on how its interpreter ended has not died alone.
        project.save("lib.py", "import os\nos._exit(5)\n");
        session.says("the interpreter exited unexpectedly with status 5");
    }
}

/// Says that it runs, and is slow to become a Python.
const SLOW: &str = "import time\ntime.sleep(0.5)\nopen('started', 'w').close()\ntime.sleep(60)\n";

#[test]
fn nothing_stays_of_the_private_folder_however_hotload_ends() {
    let ends: &[fn(&mut Session)] = &[
        |session| session.press_ctrl_c(),
        #[cfg(unix)]
        |session| session.signal(nix::sys::signal::Signal::SIGTERM),
        // Windows has no guard: the next start removes what is left then.
        #[cfg(unix)]
        Session::kill,
    ];
    for python in two_pythons() {
        for end in ends {
            let slow = format!("{} slow.txt {{shim}}", quoted(&python.path));
            for program in [&slow, python.path.to_str().unwrap()] {
                let project = Project::with("lib.py", "open('started', 'w').close()\n");
                project.save("slow.txt", SLOW);
                let folder = project.file("tmp");
                std::fs::create_dir(&folder).unwrap();
                let mut command = project.hotload(&["--python", program]);
                command
                    .args(["lib", "--ignore", "tmp"])
                    .env("TMPDIR", &folder)
                    .env("TEMP", &folder)
                    .env("TMP", &folder);
                let mut session = Session::start(&mut command, python);
                let started = wait_until(|| project.file("started").exists().then_some(()));
                assert!(started.is_some(), "{python}: {program} did not start");
                let is_there = || std::fs::read_dir(&folder).unwrap().next().is_some();
                assert!(is_there(), "{python}: no private folder");
                end(&mut session);
                session.ends();
                let gone = wait_until(|| (!is_there()).then_some(()));
                assert!(gone.is_some(), "{python}: {:?}", project.listing());
            }
        }
    }
}

/// While hotload does not look: it notices both at once.
#[cfg(target_os = "linux")]
#[test]
fn a_save_right_after_the_death_of_an_idle_interpreter_runs_in_the_next_one() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    for python in two_pythons() {
        let project = Project::with("lib.py", "import os\nprint('id %d' % os.getpid())\n");
        let mut session = project.start(python, &["lib"]);
        for round in 0..8 {
            session.prints_part("id ");
            session.says("ok  lib");
            let id = session
                .output()
                .rsplit("id ")
                .next()
                .unwrap()
                .trim()
                .parse();
            session.signal(Signal::SIGSTOP);
            kill(Pid::from_raw(id.unwrap()), Signal::SIGKILL).unwrap();
            let text = format!("import os\nprint('id %d' % os.getpid())\n# {round}\n");
            project.save("lib.py", text);
            session.signal(Signal::SIGCONT);
            session.says("state is lost");
        }
    }
}
