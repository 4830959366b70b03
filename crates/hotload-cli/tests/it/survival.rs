//! The loop survives what user code does to the interpreter.

use std::fs;

use indoc::{formatdoc, indoc};

use crate::harness::{Project, Session, Written, quoted};
use crate::programs::save_command;
use crate::pythons::{Python, pythons, two_pythons};

#[test]
fn imports_that_user_code_has_broken_do_not_break_the_loop() {
    let damages = [
        "sys.path[:] = []",
        "sys.path = ['/nowhere']",
        "sys.meta_path[:] = []",
        "import time; time.time = lambda: 0.0; time.sleep = None",
        "import os; os.getpid = None",
        // Only the step that sets it has to do with it.
        "sys.setrecursionlimit(30)",
        // On 2.7 a tracer also sees the stream that keeps the lines of a pipe whole, which is Python.
        "if sys.version_info[0] > 2: sys.settrace(lambda *arguments: 1 // 0)",
    ];
    for python in pythons() {
        for damage in damages {
            let project = Project::with("lib.py", &format!("import sys\n{damage}\nprint('one')\n"));
            let mut session = project.start(python, &["lib"]);
            session.prints("one");
            session.ends_cycle(1);
            project.save("lib.py", "kept = 1 // 0\n");
            session.says("ZeroDivisionError");
            session.ends_cycle(2);
            project.save(
                "lib.py",
                "import os\nprint('restarts ' + os.environ['HOTLOAD_RESTARTS'])\n",
            );
            session.prints("restarts 0");
            session.ends_cycle(3);
        }
    }
}

#[test]
fn a_tracer_goes_on_in_the_next_step_and_ends_with_each() {
    const LIB: &str = indoc! {r"
        import keep, sys
        def tracer(frame, event, argument):
            keep.seen.append(frame.f_code.co_name)
        sys.settrace(tracer)
        print('set')
    "};
    const NEXT: &str = indoc! {r"
        import keep
        def f(): pass
        f()
        print('%s %s' % ('f' in keep.seen, 'describe_step' in keep.seen))
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("keep.py", "seen = []\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("set");
        session.ends_cycle(1);
        project.save("lib.py", NEXT);
        session.prints("True False");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_that_user_code_has_broken_itself_does_not_end_the_session() {
    const LIB: &str = "import os\nr, w = os.pipe()\nos.dup2(w, 1)\nos.close(w)\nos.close(r)\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        project.save("lib.py", "import sys\nprint('lost')\nsys.stdout.flush()\n");
        session.says("Broken pipe");
        session.ends_cycle(2);
        project.save("lib.py", "import os\nos.write(2, b'on it goes\\n')\n");
        session.says("on it goes");
    }
}

#[test]
fn one_interrupt_ends_a_message_that_takes_its_time() {
    const SLOW: &str = indoc! {r"
        import sys, time
        class Slow(Exception):
            def __str__(self):
                while True: time.sleep(0.01)
            __repr__ = __str__
    "};
    let cases = [
        ("raise Slow()", "Slow: <message unavailable>"),
        (
            "sys.exit(Slow())",
            "stopped: sys.exit(<message unavailable>)",
        ),
    ];
    // Programs start slowly under Wine.
    let limit = if cfg!(windows) { "3" } else { "0.3" };
    for python in pythons() {
        for (end, said) in cases {
            let project = Project::with("lib.py", &format!("{SLOW}{end}\n"));
            let mut session = project.start(python, &["--timeout", limit, "lib"]);
            session.says(said);
            session.ends_cycle(1);
            project.save(
                "lib.py",
                "import os; print(os.environ['HOTLOAD_RESTARTS'])\n",
            );
            session.prints("0");
        }
    }
}

/// What lets a line such as `builtins.len = bad` be run; three lines.
pub(crate) fn patching(python: &Python) -> String {
    let module = if python.version.0 == 2 {
        "__builtin__"
    } else {
        "builtins"
    };
    formatdoc!(
        r"
            import sys, {module} as builtins
            def bad(*arguments, **more):
                raise ImportError('patched')
        "
    )
}

#[test]
fn builtins_that_user_code_has_patched_do_not_break_the_loop() {
    let damages = [
        // What Python's own reload does not need.
        ("builtins.__import__ = bad", true),
        (
            "builtins.open = builtins.compile = builtins.repr = bad",
            true,
        ),
        (
            "builtins.int = builtins.issubclass = builtins.sorted = bad",
            true,
        ),
        (
            "builtins.min = builtins.range = builtins.bytearray = bad",
            true,
        ),
        ("sys.exc_info = None", true),
        ("sys.modules.clear()", true),
        // What it needs.
        (
            "builtins.len = builtins.isinstance = builtins.str = bad",
            false,
        ),
        ("builtins.getattr = builtins.hasattr = bad", false),
        ("builtins.type = builtins.tuple = builtins.max = bad", false),
    ];
    for python in pythons() {
        for (damage, reloads) in damages {
            let lib = format!("{}{damage}\nraise KeyError('x')\n", patching(python));
            let project = Project::with("lib.py", &lib);
            let mut session = project.start(python, &["lib"]);
            session.says_each(&["KeyError: 'x'", "lib.py:5"]);
            session.ends_cycle(1);
            project.save("lib.py", "print('good')\n");
            if reloads {
                session.prints("good");
            }
            session.ends_cycle(2);
            let said = session.said();
            assert!(!said.contains("ended"), "{python}: {damage}: {said}");
            assert!(!said.contains("hotload_shim"), "{python}: {damage}: {said}");
        }
    }
}

#[test]
fn users_files_do_not_take_the_place_of_the_librarys() {
    let files = [
        "binascii.py",
        "token.py",
        "tokenize.py",
        "types.py",
        "select.py",
        "re/__init__.py",
        "linecache/__init__.py",
        "traceback.py",
        "contextlib/__init__.py",
        "textwrap.py",
    ];
    for python in pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        for file in files {
            project.save(file, "print('ran what is not for it')\n");
        }
        let mut session = project.start(python, &["lib"]);
        session.prints("one");
        session.ends_cycle(1);
        // Beside the target, and new: nothing was known of it at the start.
        project.save("keyword.py", "print('ran what is not for it')\n");
        session.ends_cycle(2);
        project.save("lib.py", "def f(): 1 // 0\nf()\n");
        session.says("1 | def f(): 1 // 0");
        session.ends_cycle(3);
        assert_eq!(session.output(), "one\none\n", "{python}");
    }
}

#[test]
fn exceptions_that_fight_back_are_errors_like_any_other() {
    let errors = [
        "class E(Exception):\n    def __str__(self): sys.exit(3)\n",
        "class E(Exception):\n    def __str__(self): raise KeyboardInterrupt\n",
        "class E(Exception):\n    def __str__(self): return 7\n",
        "class E(Exception): pass\nE.__module__ = None\n",
        "class M(type):\n    __name__ = property(lambda self: 1 // 0)\nE = M('E', (Exception,), {})\n",
    ];
    for python in pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        let mut cycle = 1;
        for (place, error) in errors.iter().enumerate() {
            project.save("lib.py", format!("import sys\n{error}raise E()\n"));
            session.says("failed  lib");
            session.ends_cycle(cycle + 1);
            let next = format!("import os\nprint('{place} ' + os.environ['HOTLOAD_RESTARTS'])\n");
            project.save("lib.py", next);
            session.prints(&format!("{place} 0"));
            session.ends_cycle(cycle + 2);
            cycle += 2;
        }
    }
}

#[test]
fn an_exit_with_something_strange_is_an_exit() {
    const LIB: &str = indoc! {r"
        import sys
        class Strange(object):
            def __eq__(self, other): raise TypeError('no')
            def __str__(self): return 'strange'
        class Loud(object):
            def flush(self): sys.exit(5)
            def write(self, text): pass
    "};
    for python in two_pythons() {
        for (exit, status) in [
            ("sys.exit(Strange())", 1),
            ("sys.exit(0.0)", 1),
            ("sys.stdout = Loud()", 0),
        ] {
            let project = Project::with("lib.py", &format!("{LIB}{exit}\n"));
            let said = project
                .run_with(python, &["--once", "lib"])
                .code(status)
                .said();
            assert!(
                !said.contains("error: the interpreter "),
                "{python} {exit}: {said}"
            );
        }
    }
}

#[test]
fn legacy_bytecode_of_a_deleted_module_in_a_package_is_not_run() {
    for python in pythons() {
        let project = Project::with("pkg/__init__.py", "");
        project.save("pkg/helper.py", "x = 'old'\n");
        let lib = indoc! {r"
            import sys
            for name in ('pkg', 'pkg.helper'): sys.modules.pop(name, None)
            from pkg import helper
            print(helper.x)
        "};
        project.save("lib.py", lib);
        let mut session = project.start(python, &["lib"]);
        session.prints("old");
        session.ends_cycle(1);
        let compile = "import py_compile; py_compile.compile('pkg/helper.py', 'pkg/helper.pyc')";
        let compiled = python
            .command()
            .args(["-c", compile])
            .current_dir(project.path())
            .status();
        assert!(compiled.unwrap().success());
        assert!(project.file("pkg/helper.pyc").exists());
        fs::remove_file(project.file("pkg/helper.py")).unwrap();
        project.save("lib.py", format!("{lib}\n"));
        session.says("rror: ");
        session.ends_cycle(2);
        assert_eq!(session.output(), "old\n", "{python}");
    }
}

#[test]
fn runpy_runs_a_watched_module() {
    for python in two_pythons() {
        let project = Project::with("other.py", "print(__name__)\n");
        project.save(
            "lib.py",
            "import runpy\nrunpy.run_module('other', run_name='ran')\n",
        );
        let mut session = project.start(python, &["lib"]);
        session.prints("ran");
        session.says("ok  lib");
    }
}

#[test]
fn time_limits_do_not_wait_for_the_next_poll() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "print('never')\n");
    // A poll every 100 s, longer than a test waits for anything.
    let asleep = format!(
        "{} -c {}",
        quoted(&python.path),
        quoted("import time; time.sleep(60)")
    );
    let arguments = [
        "lib",
        "--poll",
        "0.01",
        "--start-timeout",
        "0.2",
        "--python",
        &asleep,
    ];
    let mut command = project.hotload(&arguments);
    let mut session = Session::start(&mut command, python);
    session.says("did not answer within 0.2 s");
}

#[test]
fn what_reloads_leave_behind_is_reported_once_when_it_piles_up() {
    const THREAD: &str = indoc! {r"
        import threading, time
        t = threading.Thread(target=time.sleep, args=(99,))
        t.daemon = True
        t.start()
    "};
    const LOOP: &str =
        "import asyncio\nkept = globals().get('kept', []) + [asyncio.new_event_loop()]\n";
    let cases = [
        (THREAD, "threads running, ", "threads", false),
        (
            "import atexit\natexit.register(int)\n",
            "functions registered with `atexit`, ",
            "exit handlers",
            false,
        ),
        (
            "import logging\nlogging.root.addHandler(logging.StreamHandler())\n",
            "logging handlers installed, ",
            "logging handlers",
            false,
        ),
        (
            "import signal\nn = globals().get('n', 33) + 1\nsignal.signal(n, print)\n",
            "signal handlers installed, ",
            "signal handlers",
            true,
        ),
        (LOOP, "event loops open, ", "event loops", true),
    ];
    for python in two_pythons() {
        for (lib, said, kind, is_for_3) in cases {
            if is_for_3 && python.version.0 == 2 || kind == "signal handlers" && cfg!(windows) {
                continue;
            }
            let project = Project::with("lib.py", lib);
            let mut session = project.start(python, &["lib", "--events", "events"]);
            for cycle in 1..8 {
                session.ends_cycle(cycle);
                project.save("lib.py", format!("{lib}#{cycle}\n"));
            }
            session.ends_cycle(8);
            let all = session.said();
            let hint = all.lines().find(|line| line.contains("leaves more"));
            assert!(
                hint.is_some_and(|hint| hint.contains(said)),
                "{python} {kind}: {all}"
            );
            assert_eq!(
                session.said().matches("leaves more").count(),
                1,
                "{python} {kind}"
            );
            let events = fs::read_to_string(project.file("events")).unwrap();
            assert!(events.contains(&format!("\"kind\":\"{kind}\"")), "{events}");
        }
    }
}

#[test]
fn what_a_launch_script_leaves_behind_is_reported_too() {
    const SCRIPT: &str = indoc! {r"
        import hotload
        hotload.hotload(watch=[hotload.listfiles('.', ext='.py')],
            steps=[hotload.ReloadedPythonModule.from_module_name('lib')])
    "};
    const LIB: &str = "import atexit\natexit.register(int)\n";
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("launch.py", SCRIPT);
        let mut session = project.start(python, &["--launch", "launch.py"]);
        for cycle in 1..5 {
            session.ends_cycle(cycle);
            project.save("lib.py", format!("{LIB}#{cycle}\n"));
        }
        session.says_each(&[
            "functions registered with `atexit`, ",
            "end them in a `pre_reload_hook`",
        ]);
    }
}

#[test]
fn a_cycle_in_which_the_interpreter_dies_has_failed() {
    const KILL: &str = indoc! {r"
        import os
        id = int(open('id').read())
        try:
            while True: os.kill(id, 9)
        except OSError: pass  # has ended
    "};
    for python in two_pythons() {
        let lib = "import os\nopen('id', 'w').write(str(os.getpid()))\ndef main(): print('no')\n";
        let project = Project::with("lib.py", lib);
        let kill = format!("run:{}", save_command(&project, python, KILL));
        let arguments = [
            "--once",
            "--step",
            "reload:lib",
            "--step",
            &kill,
            "--step",
            "call:lib:main",
        ];
        project.run_with(python, &arguments).code(1).stdout("");
    }
}

#[cfg(unix)]
mod unix {
    use nix::sys::stat::Mode;

    use crate::harness::{Project, Session};
    use crate::pythons::two_pythons;

    #[test]
    fn an_interpreter_with_a_long_path_starts() {
        for python in two_pythons() {
            let project = Project::with("lib.py", "print('one')\n");
            let long = project.file(&"long-".repeat(40));
            std::os::unix::fs::symlink(&python.path, &long).unwrap();
            let mut command = project.hotload(&["--python", long.to_str().unwrap(), "lib"]);
            Session::start(&mut command, python).prints("one");
        }
    }

    #[test]
    fn a_reader_of_events_who_stalls_does_not_keep_hotload_from_ending() {
        for python in two_pythons() {
            // More than a pipe holds.
            let project = Project::with("lib.py", "raise ValueError('x' * 60000)\n");
            let fifo = project.file("fifo");
            nix::unistd::mkfifo(&fifo, Mode::S_IRWXU).unwrap();
            // Reading and writing, so that opening it does not wait.
            let _stalled = std::fs::File::options()
                .read(true)
                .write(true)
                .open(&fifo)
                .unwrap();
            let mut session = project.start(python, &["lib", "--events", "fifo"]);
            for cycle in 1..4 {
                session.ends_cycle(cycle);
                project.save("lib.py", format!("raise ValueError('{cycle}' * 60000)\n"));
            }
            session.press_ctrl_c();
            assert_eq!(session.ends().code(), Some(130), "{python}");
        }
    }
}

#[test]
fn a_syntax_error_shows_the_line_that_was_saved() {
    for python in pythons() {
        let project = Project::with("lib.py", "x = 2\nprint('ran')\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("ran");
        project.save("lib.py", "x =\nprint('ran')\n");
        session.says("1 | x =\n");
    }
}
