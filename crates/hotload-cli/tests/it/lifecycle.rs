//! How sessions and interpreters end.

use indoc::indoc;

use crate::harness::{Project, Session};
use crate::programs::{Does, save_program};
use crate::pythons::{pythons, two_pythons};

#[test]
fn an_interpreter_that_dies_is_replaced_and_the_next_save_loads() {
    let mut deaths = vec![(
        "import os; os._exit(0)\n",
        "exited unexpectedly with status 0",
    )];
    if cfg!(unix) {
        deaths.push((
            "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)\n",
            "SIGSEGV",
        ));
        deaths.push((
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n",
            "SIGKILL",
        ));
        deaths.push((
            "import os; os.closerange(3, 2000); print('closed')\n",
            "the interpreter ended because your code closed",
        ));
    }
    for python in pythons() {
        let project = Project::with("lib.py", "print('up')\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("up");
        session.ends_cycle(1);
        let mut cycle = 1;
        for (place, (death, said)) in deaths.iter().enumerate() {
            project.save("lib.py", death);
            session.says(said);
            session.ends_cycle(cycle + 1);
            let lib = format!(
                "import os\nprint('restarts ' + os.environ['HOTLOAD_RESTARTS'])\nn = {place}\n"
            );
            project.save("lib.py", lib);
            session.prints(&format!("restarts {}", place + 1));
            session.ends_cycle(cycle + 2);
            cycle += 2;
        }
    }
}

#[test]
fn a_start_that_fails_is_tried_again_and_the_reason_is_shown() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('up')\n");
        let install = || save_program(&project, "launcher", &[Does::Starts(&python.path, "")]);
        let launcher = install();
        let name = launcher.file_name().unwrap().to_str().unwrap();
        let mut command = project.hotload(&["--python", launcher.to_str().unwrap(), "lib"]);
        let mut session = Session::start(&mut command, python);
        session.prints("up");
        session.ends_cycle(1);
        let lib = format!("import os\nos.remove('{name}')\nos._exit(3)\n");
        project.save("lib.py", lib);
        session.says(&format!("{name}` (from `--python`): "));
        session.says("(os error 2); trying again in");
        install();
        project.save("lib.py", "print('up again')\n");
        session.prints("up again");
    }
}

#[test]
fn user_code_may_close_low_descriptors() {
    const LIB: &str = indoc! {r"
        import os
        os.closerange(3, 256)
        own = [open('own%d.txt' % n, 'w') for n in range(20)]
        print('alive')
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.prints("alive");
        session.ends_cycle(1);
        project.save("lib.py", "for file in own: file.close()\nprint('closed')\n");
        session.prints("closed");
        session.says("ok  lib");
        for number in 0..20 {
            let own = std::fs::read(project.file(&format!("own{number}.txt"))).unwrap();
            assert!(
                own.is_empty(),
                "{python}: the driver wrote into own{number}.txt"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_the_users_in_the_place_of_the_connection_is_not_written_to() {
    const LIB: &str = indoc! {r"
        import os
        os.closerange(3, 2000)
        own = open('own.txt', 'w')
        for number in range(own.fileno() + 1, 1000):
            try: os.dup2(own.fileno(), number)
            except OSError: pass
        print('taken')
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.prints("taken");
        session.says("error: the interpreter ");
        session.ends_cycle(1);
        let own = std::fs::read(project.file("own.txt")).unwrap();
        assert!(own.is_empty(), "{python}: the driver wrote into own.txt");
        project.save("lib.py", "print('next')\n");
        session.prints("next");
    }
}

mod signals {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    use indoc::indoc;

    use crate::harness::{Collected, Project, wait_until};
    use crate::pythons::{pythons, two_pythons};
    use crate::signals::is_alive;

    /// The number on the first line, once that line is there as a whole.
    fn whole_number(output: &str) -> Option<i32> {
        output.split_once('\n')?.0.parse().ok()
    }

    #[test]
    fn ctrl_c_while_idle_ends_quietly_with_130_and_runs_atexit() {
        for python in pythons() {
            let lib = indoc! {r"
                import atexit, os, sys
                atexit.register(lambda: sys.stdout.write('atexit\n'))
                print(os.getpid())
            "};
            let project = Project::with("lib.py", lib);
            let mut session = project.start(python, &["lib"]);
            session.ends_cycle(1);
            let id = wait_until(|| whole_number(&session.output())).unwrap();
            session.press_ctrl_c();
            assert_eq!(session.ends().code(), Some(130), "{python}");
            session.prints("atexit");
            assert!(!is_alive(id), "{python}");
            assert!(!session.said().contains("Interrupt"), "{}", session.said());
        }
    }

    #[test]
    fn ctrl_c_while_user_code_runs_interrupts_it_and_ends_with_130() {
        for python in pythons() {
            let lib = indoc! {r"
                import time, os
                try:
                    print(os.getpid())
                    while True: time.sleep(0.01)
                finally: print('finally')
            "};
            let project = Project::with("lib.py", lib);
            let mut session = project.start(python, &["lib"]);
            let id = wait_until(|| whole_number(&session.output())).unwrap();
            session.press_ctrl_c();
            assert_eq!(session.ends().code(), Some(130), "{python}");
            session.prints("finally");
            assert!(!is_alive(id), "{python}");
        }
    }

    #[test]
    fn a_second_ctrl_c_kills_what_swallows_the_first() {
        for python in two_pythons() {
            let lib = indoc! {r"
                import time
                while True:
                    try:
                        print('runs')
                        while True: time.sleep(0.01)
                    except KeyboardInterrupt: print('swallowed')
            "};
            let project = Project::with("lib.py", lib);
            let mut session = project.start(python, &["lib"]);
            session.prints("runs");
            session.press_ctrl_c();
            session.prints("swallowed");
            session.says("press Ctrl-C again to kill it");
            session.press_ctrl_c();
            assert_eq!(session.ends().code(), Some(130), "{python}");
            session.says("stopped  lib  ");
            // It has run for as long as the line took to come.
            assert!(!session.said().contains("  0.0 ms"), "{}", session.said());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_termination_does_not_wait_for_a_second_one() {
        use nix::sys::signal::Signal;
        for python in two_pythons() {
            let lib = indoc! {r"
                import time
                while True:
                    try:
                        print('runs')
                        while True: time.sleep(0.01)
                    except KeyboardInterrupt: pass
            "};
            let project = Project::with("lib.py", lib);
            for (signal, status) in [(Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
                let mut session = project.start(python, &["lib"]);
                session.prints("runs");
                session.signal(signal);
                session.says("interrupted, but still running; it will be killed in 1 s");
                assert_eq!(session.ends().code(), Some(status), "{python}");
            }
        }
    }

    #[test]
    fn nothing_is_left_behind_when_hotload_is_killed() {
        for python in two_pythons() {
            let lib = indoc! {r"
                import os, subprocess, sys, time
                child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])
                print('%d %d' % (os.getpid(), child.pid))
                while True: time.sleep(0.01)
            "};
            let project = Project::with("lib.py", lib);
            let mut session = project.start(python, &["lib"]);
            let ids: Vec<i32> = wait_until(|| {
                let output = session.output();
                let ids = output.split_whitespace().map(|id| id.parse().unwrap());
                output.ends_with('\n').then(|| ids.collect())
            })
            .unwrap();
            session.kill();
            for id in ids {
                let gone = wait_until(|| (!is_alive(id)).then_some(()));
                assert!(gone.is_some(), "{python}: process {id} was left behind");
            }
        }
    }

    /// Reads the first line of what a program prints, and closes the pipe, as `| head -1` does. Returns
    /// what was read, what the program said, and its exit status.
    fn head(command: &mut Command) -> (String, String, Option<i32>) {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Collected::from(child.stderr.take().unwrap());
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        drop(output);
        let ended = wait_until(|| child.try_wait().unwrap());
        if ended.is_none() {
            let _ = child.kill();
        }
        let line = line.trim_end().to_owned();
        (line, said.all(), ended.and_then(|status| status.code()))
    }

    #[test]
    fn a_reader_that_goes_away_ends_hotload_quietly() {
        for python in two_pythons() {
            let lib = "for n in range(100000): print(n)\n";
            let project = Project::with("lib.py", lib);
            for once in [&["--once"][..], &[]] {
                let mut command = project.hotload(once);
                command.arg("--python").arg(&python.path).arg("lib");
                let (line, said, status) = head(&mut command);
                assert_eq!((&line[..], status), ("0", Some(0)), "{python}: {said}");
                assert!(!said.contains("rror"), "{python}: {said}");
            }
        }
    }

    /// Windows has no wait for that.
    #[cfg(unix)]
    #[test]
    fn a_reader_that_goes_away_ends_hotload_also_when_nothing_more_is_printed() {
        for python in two_pythons() {
            let lib = "import time\nprint('one')\ntime.sleep(0.5)\nopen('done', 'w').close()\n";
            let project = Project::with("lib.py", lib);
            let mut command = project.hotload(&["--python"]);
            let (line, said, status) = head(command.arg(&python.path).arg("lib"));
            assert_eq!((&line[..], status), ("one", Some(0)), "{python}: {said}");
            // What runs is not cut: it may print nothing more, as here.
            assert!(project.file("done").exists(), "{python}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_fork_that_comes_back_out_of_user_code_does_not_disturb() {
        for python in pythons() {
            let lib = indoc! {r"
                import os
                pid = os.fork()
                if pid: os.waitpid(pid, 0)
                print('parent' if pid else 'child')
            "};
            let project = Project::with("lib.py", lib);
            let mut session = project.start(python, &["lib"]);
            session.prints("child");
            session.prints("parent");
            session.ends_cycle(1);
            project.save("lib.py", "print('next')\n");
            session.prints("next");
            session.says("ok  lib");
        }
    }

    #[test]
    fn children_of_multiprocessing_start_user_code() {
        const LIB: &str = indoc! {r"
            import multiprocessing
            def work(n): return n * n
            def main():
                start = getattr(multiprocessing, 'get_context', None)
                context = start('spawn') if start else multiprocessing
                pool = context.Pool(1)
                print(pool.map(work, [2, 3]))
                pool.close()
                pool.join()
        "};
        for python in two_pythons() {
            let project = Project::with("lib.py", LIB);
            let mut session = project.start(python, &["lib:main"]);
            session.prints("[4, 9]");
            session.says("ok  lib");
        }
    }
}
