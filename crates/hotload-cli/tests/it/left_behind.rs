//! What user code leaves behind in its interpreter, and what that does to the next run.

use std::time::Duration;

use crate::harness::{Project, Session, wait_at_most};
use crate::pythons::{pythons, pythons_where, two_pythons};

const COUNTING: &str = "try: n += 1\nexcept NameError: n = 1\nprint('run %d' % n)\n";

#[test]
fn a_module_that_changes_its_own_name_or_place_runs_on_and_keeps_its_names() {
    for python in pythons() {
        for change in [
            "__name__ = '__main__'",
            "import sys; sys.modules[__name__] = object()",
            "import sys; sys.modules[__name__] = None",
            "import sys; del sys.modules[__name__]",
            "__spec__ = __loader__ = __package__ = None",
        ] {
            let project = Project::with("lib.py", &format!("{COUNTING}{change}\n"));
            let mut session = project.start(python, &["lib"]);
            for run in 1..=3 {
                session.prints(&format!("run {run}"));
                session.says("ok  lib");
                session.ends_cycle(run);
                project.save("lib.py", format!("{COUNTING}{change}\n#{run}\n"));
            }
        }
    }
}

#[test]
fn a_module_that_has_gone_from_its_place_fails_as_any_other() {
    for python in pythons() {
        for gone in ["", "del sys.modules[__name__]; "] {
            let project = Project::with("lib.py", "print('first')\n");
            let mut session = project.start(python, &["lib"]);
            session.prints("first");
            session.ends_cycle(1);
            project.save("lib.py", format!("import sys\n{gone}1 / 0\n"));
            session.says("lib.py:2");
            session.says("failed  lib");
            let said = session.said();
            assert!(!said.contains("KeyError"), "{python}: {said}");
        }
    }
}

#[test]
fn a_module_that_has_cleared_its_names_runs_again() {
    for python in pythons() {
        let project = Project::with("lib.py", &format!("{COUNTING}globals().clear()\n"));
        let mut session = project.start(python, &["lib"]);
        session.prints("run 1");
        session.ends_cycle(1);
        project.save("lib.py", "print(__name__)\n");
        session.prints("lib");
        session.says("ok  lib");
    }
}

#[test]
fn a_module_that_others_have_removed_is_loaded_afresh() {
    let remove = "def remove():\n    import sys\n    del sys.modules['lib']\n";
    for python in two_pythons() {
        let project = Project::with("lib.py", &format!("{COUNTING}{remove}"));
        let mut session = project.start(python, &["--before", "remove", "lib"]);
        session.prints("run 1");
        session.ends_cycle(1);
        project.save("lib.py", format!("{COUNTING}{remove}\n"));
        session.prints("run 1");
        session.says("ok  lib");
    }
}

#[test]
fn mocks_that_were_not_undone_do_not_reach_hotload() {
    const MOCKS: &str = "import os, time\n\
        def fail(*arguments, **keywords): raise OSError('mocked')\n\
        os.path.exists = os.path.isfile = lambda path: False\n\
        os.stat = os.listdir = os.fstat = os.read = os.write = os.getpid = time.sleep = fail\n\
        os.getcwd = os.dup2 = os.isatty = fail\n";
    for python in pythons() {
        let project = Project::with("lib.py", MOCKS);
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        project.save("lib.py", "print('again')\n");
        session.prints("again");
        session.says("ok  lib");
        project.save("lib.py", "x = 0\n1 // x\n");
        session.says("ZeroDivisionError");
        session.says("--> lib.py:2");
    }
}

#[test]
fn an_exception_class_that_resists_being_compared_ends_no_interpreter() {
    const LIB: &str = "class Meta(type):\n    \
        def __subclasscheck__(self, other): raise RuntimeError('compared')\n    \
        def __instancecheck__(self, other): raise RuntimeError('compared')\n\
        Resists = Meta('Resists', (Exception,), {})\nraise Resists('x')\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.says("failed  lib");
        session.ends_cycle(1);
        project.save("lib.py", "print('again')\n");
        session.prints("again");
        assert!(!session.said().contains("state is lost"), "{python}");
    }
}

#[test]
fn a_warning_is_given_again_and_shows_the_line_that_ran() {
    const HELPER: &str = "import warnings\ndef warn(): warnings.warn('from a helper')\n";
    for python in pythons() {
        let lib = "import warnings, helper\nhelper.warn()\nwarnings.warn('careful')  # one\n";
        let project = Project::with("lib.py", lib);
        project.save("helper.py", HELPER);
        let mut session = project.start(python, &["lib"]);
        session.says("UserWarning: from a helper");
        session.says("lib.py:3: UserWarning: careful\n  warnings.warn('careful')  # one\n");
        session.ends_cycle(1);
        project.save("lib.py", lib.replace("one", "two"));
        session.says("UserWarning: from a helper");
        session.says("lib.py:3: UserWarning: careful\n  warnings.warn('careful')  # two\n");
    }
}

#[test]
fn inspect_shows_the_source_that_ran() {
    const LIB: &str = "import inspect\ndef f(): return 1\nprint(inspect.getsource(f))\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.prints("def f(): return 1");
        session.ends_cycle(1);
        project.save("lib.py", LIB.replace("return 1", "return 2"));
        session.prints("def f(): return 2");
    }
}

/// Saves a text again and again, with time between the saves, until something is reported or there were
/// enough cycles.
fn saves_at_leisure(project: &Project, session: &mut Session, text: &str, report: &str) -> bool {
    for cycle in 1..=8 {
        session.ends_cycle(cycle);
        let is_reported = || session.said().contains(report).then_some(());
        if wait_at_most(Duration::from_millis(300), is_reported).is_some() {
            return true;
        }
        project.save("lib.py", format!("{text}#{cycle}\n"));
    }
    false
}

#[test]
fn classes_of_earlier_texts_that_pile_up_are_reported() {
    const KEEPS: &str = "class Mesh(object):\n    def show(self): return super(Mesh, self)\n\
        class Fine(Mesh):\n    x = property(lambda self: 1)\n\
        try: kept\nexcept NameError: kept = []\n";
    const REPORT: &str = "more classes of earlier texts in use";
    for python in two_pythons() {
        for (what, is_reported) in [("Fine()", true), ("None", false)] {
            let text = format!("{KEEPS}kept.append({what})\n");
            let project = Project::with("lib.py", &text);
            let mut session = project.start(python, &["lib"]);
            let said = saves_at_leisure(&project, &mut session, &text, REPORT);
            assert_eq!(said, is_reported, "{python} {what}: {}", session.said());
        }
    }
}

#[test]
fn nothing_in_a_cycle_looks_at_every_object() {
    const START: &str = "import asyncio, gc\nlooks = []\nloop = asyncio.new_event_loop()\n\
        everything = gc.get_objects\n\
        def look(*arguments, **keywords):\n    looks.append(1)\n    return everything()\n\
        gc.get_objects = look\n";
    // A task that has failed is still found, and so are loops.
    const FAIL: &str = "async def fail():\n    1 // 0\n\
        async def main():\n    global task\n    task = asyncio.ensure_future(fail())\n    \
        await asyncio.sleep(0.01)\nloop.run_until_complete(main())\n";
    const SHOW: &str = "more = globals().get('more', []) + [asyncio.new_event_loop()]\n\
        print([len(more), looks])\n";
    for python in pythons_where(|version| version >= (3, 6)) {
        let project = Project::with("lib.py", START);
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        for number in 1..=3 {
            project.save("lib.py", format!("{SHOW}{}", "\n".repeat(number)));
            session.prints(&format!("[{number}, []]"));
            session.ends_cycle(number as u64 + 1);
        }
        session.says_each(&["more event loops open"]);
        project.save("lib.py", FAIL);
        session.says("error in a task or callback: ZeroDivisionError");
        session.ends_cycle(5);
        project.save("lib.py", "print(looks)\n");
        session.prints("[]");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_handler_that_fails_between_two_steps_is_reported_and_ends_nothing() {
    const LIB: &str = "import os, signal, threading\n\
        def handler(*arguments): raise RuntimeError('too late')\n\
        signal.signal(signal.SIGALRM, handler)\nsignal.signal(signal.SIGUSR1, handler)\n\
        signal.setitimer(signal.ITIMER_REAL, 0.5, 0.1)\nn = 1\nprint(os.getpid())\n";
    const LATER: &str = "import signal\nprint([n, signal.getsignal(signal.SIGUSR1) is handler])\n\
        signal.setitimer(signal.ITIMER_REAL, 0)\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        session.says("RuntimeError: too late");
        session.says("--> lib.py:2");
        let id = session.output().trim().parse().unwrap();
        nix::sys::signal::kill(
            nix::unistd::Pid::from_raw(id),
            nix::sys::signal::Signal::SIGUSR1,
        )
        .unwrap();
        session.says("RuntimeError: too late");
        // The timer goes on: where it meets a step the handler is user code like any other.
        session.saves_until(
            |number| project.save("lib.py", format!("{LATER}#{number}\n")),
            "[1, True]",
        );
        assert!(!session.said().contains("state is lost"), "{python}");
    }
}

#[test]
fn a_port_that_an_earlier_run_has_kept_is_explained() {
    const LIB: &str = "import socket\ntry: server\nexcept NameError: port, servers = 0, []\n\
        server = socket.socket()\nserver.bind(('127.0.0.1', port))\nserver.listen(1)\n\
        port = server.getsockname()[1]\nservers.append(server)\nprint('listening')\n";
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.prints("listening");
        session.ends_cycle(1);
        project.save("lib.py", format!("{LIB}#\n"));
        session.says("help: a server of an earlier run may still have the port");
    }
}
