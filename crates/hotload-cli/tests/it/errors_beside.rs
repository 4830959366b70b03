//! Errors that end no step: of threads, `__del__`, event loops and `atexit`.

use indoc::indoc;

use crate::events::Events;
use crate::harness::{Project, Written};
use crate::pythons::Python;
use crate::pythons::{pythons, pythons_where};

#[test]
fn errors_that_end_no_step_are_reported_as_what_they_are() {
    const THREAD: &str = indoc! {r"
        import threading
        def work(): raise ValueError('of a thread')
        t = threading.Thread(target=work, name='worker')
        t.start()
        t.join()
    "};
    const LATE_THREAD: &str = indoc! {r"
        import threading, time
        def work():
            time.sleep(0.3)
            raise ValueError('of a late thread')
        threading.Thread(target=work, name='late').start()
    "};
    const DEL: &str = "class D(object):\n    def __del__(self): raise ValueError('of del')\nD()\n";
    const EXIT: &str = "import atexit\n@atexit.register\ndef bye(): raise ValueError('of exit')\n";
    const TASK: &str = indoc! {r"
        import asyncio, gc
        async def bad(): raise ValueError('of a task')
        async def main():
            asyncio.ensure_future(bad())
            await asyncio.sleep(0)
            gc.collect()
        asyncio.new_event_loop().run_until_complete(main())
        gc.collect()
    "};
    // The first version on which it is reported; on older ones Python prints it itself.
    #[rustfmt::skip]
    let cases = [
        ("thread", THREAD, "error in thread worker: ValueError: of a thread", (2, 7)),
        ("thread", LATE_THREAD, "error in thread late: ValueError: of a late thread", (2, 7)),
        ("unraisable", DEL, "error that Python ignored: ValueError: of del", (3, 8)),
        ("exit", EXIT, "error at exit: ValueError: of exit", (3, 10)),
        ("callback", TASK, "error in a task or callback: ValueError: of a task", (3, 4)),
    ];
    for python in pythons() {
        for (phase, lib, said, first_version) in cases {
            let is_reported =
                python.version >= first_version || phase == "exit" && python.version.0 == 2;
            if is_reported {
                is_reported_beside(python, phase, lib, said);
            }
        }
    }
}

/// Runs this, and sees that what it reports belongs to no step.
#[track_caller]
fn is_reported_beside(python: &Python, phase: &str, lib: &str, said: &str) {
    let project = Project::with("lib.py", lib);
    let mut session = project.start(python, &["lib", "--events", "events.jsonl"]);
    session.ends_cycle(1);
    if phase == "exit" {
        session.press_ctrl_c();
        session.ends();
    }
    session.until(said, || session.said().contains(said));
    let output = session.said();
    assert!(!output.contains("Traceback"), "{python}: {output}");
    assert!(output.contains("ok  lib"), "{python}: {output}");
    let events = Events::of(&project);
    let error = events.all("error").next().unwrap();
    assert_eq!(error["phase"], phase, "{python}");
}

#[test]
fn what_fails_and_is_kept_is_reported_with_its_location() {
    const TASK: &str = indoc! {r"
        import asyncio
        async def bad(): raise ValueError('of a task')
        loop = asyncio.new_event_loop()
        task = loop.create_task(bad())
        loop.run_until_complete(asyncio.sleep(0.01))
    "};
    const FUTURE: &str = indoc! {r"
        import asyncio
        future = asyncio.new_event_loop().create_future()
        future.set_exception(ValueError('of a future'))
    "};
    const DEL: &str =
        "class D(object):\n    def __del__(self): raise ValueError('of del')\nd = D()\n";
    // In the step, or at the interpreter's end.
    let cases = [
        (
            TASK,
            "error in a task or callback: ValueError: of a task\n --> lib.py:2",
            (3, 6),
        ),
        (
            FUTURE,
            "error in a task or callback: ValueError: of a future\n",
            (3, 6),
        ),
        (
            DEL,
            "error that Python ignored: ValueError: of del\n --> lib.py:2",
            (3, 8),
        ),
    ];
    for python in pythons() {
        for (lib, said, first_version) in cases {
            if python.version < first_version {
                continue;
            }
            let project = Project::with("lib.py", lib);
            let told = project.run_with(python, &["--once", "lib"]).said();
            assert_eq!(told.matches(said).count(), 1, "{python}: {told}");
            assert_eq!(told.matches("error").count(), 1, "{python}: {told}");
        }
    }
}

#[test]
fn a_task_that_fails_is_reported_in_its_step_unless_it_is_awaited() {
    const LIB: &str = indoc! {r"
        import asyncio
        async def bad(): raise ValueError('of a task')
        loop = asyncio.new_event_loop()
        task = loop.create_task(bad())
        loop.run_until_complete(asyncio.sleep(0.01))
    "};
    for python in pythons_where(|version| version.0 == 3) {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.says("of a task");
        session.ends_cycle(1);
        project.save(
            "lib.py",
            format!("{LIB}print('asked: %s' % task.exception())\n"),
        );
        session.prints("asked: of a task");
        session.ends_cycle(2);
        let said = session.said();
        assert_eq!(
            said.matches("error in a task").count(),
            1,
            "{python}: {said}"
        );
    }
}

#[test]
fn hooks_that_user_code_sets_are_its_own() {
    const LIB: &str = indoc! {r"
        import sys, threading
        threading.excepthook = lambda arguments: print('mine', arguments.exc_type.__name__)
        t = threading.Thread(target=lambda: 1 // 0)
        t.start()
        t.join()
        sys.excepthook = None
        1 // 0
    "};
    for python in pythons_where(|version| version >= (3, 8)) {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.prints("mine ZeroDivisionError");
        session.says("error: ZeroDivisionError");
        session.ends_cycle(1);
        assert!(!session.said().contains("in thread"), "{python}");
    }
}

#[test]
fn what_python_prints_above_an_error_that_ends_no_step_is_there_too() {
    const THREAD: &str = indoc! {r"
        import threading
        def work(): raise ValueError('bad')
        t = threading.Thread(target=work, name='worker')
        t.start()
        t.join()
    "};
    const DEL: &str = "class D(object):\n    def __del__(self): raise ValueError('bad')\nD()\n";
    const TASK: &str = indoc! {r"
        import asyncio
        async def bad(): raise ValueError('bad')
        loop = asyncio.new_event_loop()
        task = loop.create_task(bad())
        loop.run_until_complete(asyncio.sleep(0.01))
    "};
    #[rustfmt::skip]
    let cases = [
        (THREAD, "Exception in thread worker:\nTraceback (most recent call last):\n", (2, 7)),
        (DEL, "Exception ignored in: <function D.__del__ at 0x", (3, 8)),
        (TASK, "Task exception was never retrieved\nfuture: <Task finished", (3, 6)),
    ];
    for python in pythons() {
        for (lib, above, first_version) in cases {
            if python.version < first_version {
                continue;
            }
            let project = Project::with("lib.py", lib);
            let said = project
                .run_with(python, &["--once", "-q", "--traceback", "native", "lib"])
                .said();
            assert!(said.contains(above), "{python}: {said}");
            assert!(said.ends_with("ValueError: bad\n"), "{python}: {said}");
        }
    }
}

#[test]
fn a_threads_page_has_nothing_of_how_a_thread_begins() {
    const LIB: &str = indoc! {r"
        import threading

        def work():
            json()

        def json():
            raise ValueError('x')

        t = threading.Thread(target=work, name='T')
        t.start()
        t.join()
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let said = project
            .run_with(python, &["--once", "-q", "--traceback", "full", "lib"])
            .said();
        let (start, end) = (
            "error in thread T: ValueError: x\n --> lib.py:7",
            "  from lib.py:4 in work  json()\n",
        );
        assert!(
            said.starts_with(start) && said.ends_with(end),
            "{python}: {said}"
        );
    }
}
