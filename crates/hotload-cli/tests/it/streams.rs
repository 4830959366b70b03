//! The standard streams: as under plain Python within a run, and whole again for the next one.

use std::process::Command;

use crate::harness::{Project, Session, Written, clean};
use crate::pythons::{Python, pythons, pythons_where, two_pythons};

#[test]
fn streams_that_user_code_has_detached_or_reconfigured_are_whole_in_the_next_run() {
    let changes = [
        "sys.stdout = codecs.getwriter('utf-8')(sys.stdout.detach())",
        "sys.stdin = codecs.getreader('utf-8')(sys.stdin.detach())",
        "sys.stderr = io.TextIOWrapper(sys.stderr.detach(), 'utf-8')",
        "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, 'latin-1')",
        "getattr(sys.stdout, 'reconfigure', dict)(encoding='latin-1')",
    ];
    for python in pythons_where(|version| version >= (3, 0)) {
        for change in changes {
            let lib = format!(
                "import codecs, io, sys\nprint('gr\\xfc')\nprint('gr\\xfc', file=sys.__stderr__)\n\
                 sys.stdin.read()\n{change}\nsys.stdout.write('done\\n')\nsys.stdout.flush()\n"
            );
            let project = Project::with("lib.py", &lib);
            let mut session = project.start(python, &["lib"]);
            for cycle in 1..=3 {
                session.prints("gr\u{fc}");
                session.says("gr\u{fc}");
                session.prints("done");
                session.says("ok  lib");
                session.ends_cycle(cycle);
                project.save("lib.py", format!("{lib}#{cycle}\n"));
            }
        }
    }
}

#[test]
fn what_was_read_ahead_is_not_lost_when_standard_input_is_detached() {
    const LIB: &str = "import codecs, sys\nprint(sys.stdin.readline().strip())\n\
        sys.stdin = codecs.getreader('utf-8')(sys.stdin.detach())\n";
    for python in two_pythons()
        .into_iter()
        .filter(|python| python.version >= (3, 0))
    {
        let project = Project::with("lib.py", LIB);
        let mut command = project.hotload(&["--python", python.path.to_str().unwrap(), "lib"]);
        let mut session = Session::start_with_input(&mut command, python, "one\ntwo\n");
        session.prints("one");
        session.ends_cycle(1);
        project.save("lib.py", "import sys\nprint(repr(sys.stdin.read()))\n");
        session.says("ok  lib");
    }
}

#[test]
fn standard_output_that_was_closed_takes_unicode_in_the_next_run() {
    for python in pythons() {
        let project = Project::with("lib.py", "import sys\nsys.stdout.close()\n");
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        project.save(
            "lib.py",
            "import sys\nprint(u'gr\\xfc')\nsys.__stdout__.write('too\\n')\n",
        );
        session.prints("gr\u{fc}");
        session.prints("too");
    }
}

#[cfg(unix)] // its user forks
/// Lines of three items each, from threads and processes at once.
const MIXING: &str = "from __future__ import print_function\n\
    import multiprocessing, sys, threading\n\
    def work(number):\n    for _ in range(200):\n        \
    PRINT\n\
    def main():\n    kinds = [threading.Thread] * 3 + [multiprocessing.Process] * 3\n    \
    all = [kind(target=work, args=(number,)) for number, kind in enumerate(kinds)]\n    \
    for each in all[3:] + all[:3]: each.start()\n    for each in all: each.join()\n";

#[cfg(unix)]
#[test]
fn lines_of_threads_and_processes_are_not_mixed_in_a_pipe() {
    for python in pythons_where(|version| version < (3, 0)) {
        let print = "sys.stdout.write('a' * 40); sys.stdout.write(' b '); sys.stdout.write('c\\n')";
        for print in ["print('a' * 40, 'b', 'c')", print] {
            let project = Project::with("lib.py", &MIXING.replace("PRINT", print));
            let output = project.run_with(python, &["--once", "-q", "lib:main"]);
            let output = output.printed();
            let line = format!("{} b c", "a".repeat(40));
            let whole = output.lines().filter(|found| *found == line).count();
            assert_eq!(
                (whole, output.lines().count()),
                (1200, 1200),
                "{python}: {print}"
            );
        }
    }
}

#[test]
fn what_has_no_line_end_is_written_at_the_end_of_a_step_and_of_the_interpreter() {
    const LIB: &str = "import atexit, sys\nsys.stdout.write('no end')\n\
        atexit.register(lambda: sys.stdout.write(' at all'))\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.prints_part("no end");
        session.ends_cycle(1);
        drop(session);
        let output = project.run_with(python, &["--once", "-q", "lib"]);
        assert_eq!(output.printed(), "no end at all", "{python}");
    }
}

#[test]
fn the_users_own_encoding_counts() {
    const LIB: &str = "import sys\nsys.stdout.write(sys.stdout.encoding + u' gr\\xfc\\n')\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        for encoding in ["ascii:replace", "latin-1"] {
            let run = |command: &mut Command| {
                clean(command);
                command.env("PYTHONIOENCODING", encoding).output().unwrap()
            };
            let plain = run(Command::new(&python.path).arg(project.file("lib.py")));
            let arguments = [
                "--python",
                python.path.to_str().unwrap(),
                "--once",
                "-q",
                "lib",
            ];
            let ours = run(&mut project.hotload(&arguments));
            assert_eq!(ours.stdout, plain.stdout, "{python}, {encoding}: {ours:?}");
        }
    }
}

const TO_OWN_STDERR: &str = "import sys, threading\n\
    class Own(object):\n    text = ''\n    def write(self, text): self.text += text\n    \
    def flush(self): pass\n\
    class Failing(object):\n    def __del__(self): raise ValueError('ignored')\n\
    def work(): raise RuntimeError('in a thread')\n\
    sys.stderr = Own()\nFailing()\n\
    thread = threading.Thread(target=work, name='worker')\nthread.start()\nthread.join()\n\
    print(sys.stderr.text)\n";

#[test]
fn errors_of_threads_and_ignored_ones_reach_a_replaced_stderr_too() {
    let check = |python: &Python| {
        let project = Project::with("lib.py", TO_OWN_STDERR);
        let output = project.run_with(python, &["--once", "-q", "lib"]);
        let printed = output.printed();
        assert!(
            printed.contains("Exception in thread worker"),
            "{python}: {printed}"
        );
        assert!(
            printed.contains("lib.py\", line 8, in work"),
            "{python}: {printed}"
        );
        assert!(
            printed.contains("RuntimeError: in a thread\n"),
            "{python}: {printed}"
        );
        assert!(printed.contains("ValueError"), "{python}: {printed}");
        assert!(!printed.contains("hotload"), "{python}: {printed}");
        let said = output.said();
        assert!(
            said.contains("error in thread worker: RuntimeError: in a thread"),
            "{said}"
        );
    };
    pythons().iter().for_each(check);
}
