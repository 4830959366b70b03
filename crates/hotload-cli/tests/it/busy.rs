//! A save while user code runs, steps that take too long, and an interpreter for each cycle.

use std::process::Command;

use indoc::indoc;

#[cfg(target_os = "linux")]
use crate::guests::hosts::{missing, on_path};
#[cfg(target_os = "linux")]
use crate::harness::in_place_of;
use crate::harness::{NAME_AND_VERSION, Project, Session};
use crate::programs::save_command;
use crate::pythons::{Python, pythons, two_pythons};

// An interrupt in the middle of 2.7's `print` would leave its soft space.
const RUNS: &str = indoc! {r"
    import sys, time
    try:
        sys.stdout.write('runs\n')
        while True: time.sleep(0.01)
    finally: print('finally')
"};
const SWALLOWS: &str = indoc! {r"
    import sys, time
    while True:
        try:
            sys.stdout.write('runs\n')
            while True: time.sleep(0.01)
        except KeyboardInterrupt: print('swallowed')
"};
/// All in C, which looks at no signal: one after a `print` would end it.
const HANGS: &str = indoc! {r"
    import os
    from itertools import chain, starmap
    sum(chain(starmap(os.write, [(1, b'runs\n')]), iter(int, 1)))
"};
const NEXT: &str = "import os\nprint('next, restarts ' + os.environ['HOTLOAD_RESTARTS'])\n";

#[test]
fn a_save_interrupts_user_code_and_keeps_the_interpreter() {
    for python in pythons() {
        let project = Project::with("lib.py", RUNS);
        let arguments = ["lib", "--busy", "interrupt", "--run", "echo pointless"];
        let mut session = project.start(python, &arguments);
        session.prints("runs");
        project.save("lib.py", NEXT);
        session.says("interrupting the run: there is a newer save");
        session.prints("finally");
        session.says("superseded  lib");
        session.prints("next, restarts 0");
        session.prints("pointless");
        session.says("ok  lib");
        let said = session.said();
        assert!(!said.contains("KeyboardInterrupt"), "{python}: {said}");
        let pointless = session.output().matches("pointless").count();
        assert_eq!(pointless, 1, "{python}: {}", session.output());
    }
}

#[test]
fn what_does_not_hear_a_saves_interrupt_is_restarted() {
    for python in two_pythons() {
        for lib in [SWALLOWS, HANGS] {
            let project = Project::with("lib.py", lib);
            let mut session = project.start(python, &["lib", "--busy", "interrupt"]);
            session.prints("runs");
            project.save("lib.py", NEXT);
            session.says("interrupting the run: there is a newer save");
            session.says(
                "restarting the interpreter, whose state is lost: the run did not end when it was interrupted",
            );
            session.prints("next, restarts 1");
            session.says("ok  lib");
            assert!(
                !session.said().contains("error: the interpreter"),
                "{python}"
            );
        }
    }
}

#[test]
fn a_save_restarts_a_busy_interpreter_on_request() {
    for python in two_pythons() {
        let project = Project::with("lib.py", RUNS);
        let mut session = project.start(python, &["lib", "--on-busy-update", "restart"]);
        session.prints("runs");
        project.save("lib.py", NEXT);
        session.says("restarting the interpreter, whose state is lost: there is a newer save");
        session.prints("next, restarts 1");
        session.says("ok  lib");
        // An idle one is kept.
        project.save("lib.py", format!("{NEXT}\n"));
        session.prints("next, restarts 1");
    }
}

#[test]
fn a_shell_command_is_interrupted_and_the_interpreter_kept() {
    const COMMAND: &str = indoc! {r"
        import os, sys, time
        if os.path.exists('quick'): sys.exit()
        open('quick', 'w').close()
        print('sleeps')
        sys.stdout.flush()
        time.sleep(60)
    "};
    let python = &two_pythons()[0];
    for busy in ["interrupt", "restart"] {
        let project = Project::with("lib.py", NEXT);
        let run = save_command(&project, python, COMMAND);
        let arguments = ["lib", "--busy", busy, "--run", &run];
        let mut session = project.start(python, &arguments);
        session.prints("sleeps");
        project.save("lib.py", format!("{NEXT}\n"));
        session.says("superseded  lib");
        session.prints("next, restarts 0");
        session.says("ok  lib");
    }
}

#[test]
fn a_step_that_takes_too_long_is_interrupted_and_then_restarted() {
    for python in two_pythons() {
        for (lib, restarts) in [(RUNS, 0), (SWALLOWS, 1)] {
            let project = Project::with("lib.py", lib);
            let mut session = project.start(python, &["lib", "--timeout", "0.5"]);
            session.says("interrupting the run: it took longer than 0.5 s (`--timeout`)");
            session.says("stopped  lib");
            project.save("lib.py", NEXT);
            session.prints(&format!("next, restarts {restarts}"));
        }
        let project = Project::with("lib.py", RUNS);
        project
            .run_with(python, &["lib", "--once", "--timeout", "0.5"])
            .code(1);
    }
}

#[test]
fn each_cycle_has_its_own_interpreter_on_request() {
    const LIB: &str = indoc! {r"
        import atexit, os, sys
        try: n += 1
        except NameError: n = 1
        atexit.register(lambda: sys.stdout.write('at exit\n'))
        print('%d in %s' % (n, os.environ['HOTLOAD_RESTARTS']))
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib", "--restart"]);
        for cycle in 0..4 {
            session.prints(&format!("1 in {cycle}"));
            // The old one has ended by itself, before the save.
            session.prints("at exit");
            project.save("lib.py", format!("{LIB}{}", "\n".repeat(cycle)));
        }
        let said = session.said();
        assert!(!said.contains("state"), "{python}: {said}");
        assert_eq!(
            said.matches(NAME_AND_VERSION).count(),
            1,
            "{python}: {said}"
        );
    }
}

#[test]
fn hotload_exits_with_3_when_the_interpreter_dies_on_request() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        let arguments = ["lib", "--exit-on-crash", "--events", "events"];
        let mut session = project.start(python, &arguments);
        session.ends_cycle(1);
        project.save("lib.py", "import os\nos._exit(0)\n");
        assert_eq!(session.ends().code(), Some(3), "{python}");
        session.says("the interpreter exited unexpectedly with status 0; its state is lost");
        session.says("failed  lib");
        assert!(!session.said().contains("a new one"), "{}", session.said());
        let events = std::fs::read_to_string(project.file("events")).unwrap();
        let last = events.lines().last().unwrap();
        assert!(last.contains("\"reason\":\"interpreter died\""), "{last}");
    }
}

#[test]
fn an_interrupted_run_says_where_it_was() {
    // All that runs once it has printed is line 3.
    const LOOP: &str = "import time\ndef spin():\n    while True: print('started'); time.sleep(0.1)\n\
        def main(): spin()\nmain()\n";
    for python in two_pythons() {
        for (style, expected) in [
            ("short", &[" --> lib.py:3"][..]),
            ("full", &["--> lib.py:3", "from lib.py:4", "from lib.py:5"]),
            (
                "native",
                &[
                    "line 5, in <module>",
                    "line 3, in spin",
                    "KeyboardInterrupt",
                ],
            ),
        ] {
            let project = Project::with("lib.py", LOOP);
            let options = ["--timeout", "1", "--traceback", style, "lib"];
            let mut session = project.start(python, &options);
            session.prints("started");
            session.ends_cycle(1);
            session.says_each(expected);
            let said = session.said();
            assert_eq!(
                said.contains("from lib.py:4"),
                style == "full",
                "{python}: {said}"
            );
        }
        let project = Project::with("lib.py", LOOP);
        let mut session = project.start(python, &["--busy", "interrupt", "lib"]);
        session.prints("started");
        project.save("lib.py", "print('next')\n");
        session.prints("next");
        session.says(" --> lib.py:3");
    }
}

/// A GUI's module, as far as hotload looks at it.
const PYPLOT: &str = indoc! {r"
    import os, time
    def show(figure):
        'Waits.'
        while not os.path.exists(figure): time.sleep(0.01)
"};

fn interrupting(project: &Project, python: &Python) -> Command {
    let mut command = project.hotload(&["--busy", "interrupt", "--python"]);
    command.arg(&python.path).arg("lib");
    command
}

#[test]
fn a_run_in_the_event_loop_of_a_gui_says_so_once() {
    const LIB: &str = indoc! {r"
        import matplotlib.pyplot as plt
        plt.show('closed')
        print(plt.show.__doc__)
        plt.show(figure='never')
    "};
    let library = Project::with("matplotlib/pyplot.py", PYPLOT);
    library.save("matplotlib/__init__.py", "");
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut command = interrupting(&project, python);
        let mut session = Session::start(command.env("PYTHONPATH", library.path()), python);
        session.says("still running, in the event loop of `plt.show()`");
        project.save("closed", "");
        session.prints("Waits.");
        // In the middle of the second one.
        project.save("lib.py", "print('next')\n");
        session.prints("next");
        session.ends_cycle(2);
        let said = session.said();
        assert_eq!(said.matches("event loop").count(), 1, "{python}: {said}");
    }
}

/// With the real Tk, on a screen that nobody sees.
#[cfg(target_os = "linux")]
#[test]
fn a_window_of_tk_is_waited_for_and_a_save_closes_it() {
    const LIB: &str = indoc! {r"
        try: import tkinter as tk
        except ImportError: import Tkinter as tk
        root = tk.Tk()
        try: root.mainloop()
        finally: root.destroy()
    "};
    if on_path("xvfb-run").is_none() {
        return missing("xvfb");
    }
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let hotload = interrupting(&project, python);
        let mut command = in_place_of(&hotload, "xvfb-run");
        command
            .arg("-a")
            .arg(hotload.get_program())
            .args(hotload.get_args());
        let mut session = Session::start(&mut command, python);
        session.says("still running, in the event loop of `mainloop()`");
        project.save("lib.py", "print('next')\n");
        session.prints("next");
        session.ends_cycle(2);
    }
}
