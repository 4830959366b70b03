//! Errors of worker processes: where they were raised is known from a text alone.

use indoc::indoc;
use serde_json::Value;

use crate::events::Events;
use crate::harness::{Project, Written};
use crate::pythons::{Python, pythons_where, two_pythons};

const WORK: &str = indoc! {r"
    def convert(code):
        return find(code)


    def find(code):
        return {}[code]


    def wrap(code):
        try:
            return find(code)
        except KeyError:
            raise ValueError('no ' + code)


    def quote(code):
        import traceback
        try:
            return find(code)
        except KeyError:
            raise ValueError('failed:\n' + traceback.format_exc())
"};

const LIB: &str = indoc! {r"
    import multiprocessing, sys

    def executor():
        from concurrent.futures import ProcessPoolExecutor
        with ProcessPoolExecutor(1) as pool:
            return list(pool.map(convert, ['XYZ']))

    def pool(method, work):
        pool = multiprocessing.get_context(method).Pool(1)
        try:
            return pool.map(work, ['XYZ'])
        finally:
            pool.terminate()

    def convert(code):
        import work
        return work.convert(code)

    def wrap(code):
        import work
        return work.wrap(code)

    def quote(code):
        import work
        return work.quote(code)

    def fork(): pool('fork', convert)

    def spawn(): pool('spawn', convert)

    def context(): pool('fork', wrap)

    def quoting(): pool('fork', quote)

    def cause():
        try:
            fork()
        except KeyError as error:
            sys.modules[__name__].again(error)

"};

/// No syntax of 2.7.
const AGAIN: &str = "def again(error):\n    raise RuntimeError('failed') from error\n";

const OLD: &str = indoc! {r"
    import multiprocessing
    from work import convert

    def fork():
        pool = multiprocessing.Pool(1)
        try:
            return pool.map(convert, ['XYZ'])
        finally:
            pool.terminate()
"};

/// What is said of a call, and its error event.
#[track_caller]
fn failing(python: &Python, lib: &str, function: &str) -> (String, Value) {
    let project = Project::with("lib.py", lib);
    project.save("work.py", WORK);
    let target = format!("lib:{function}");
    let options = ["--once", "-q", "--events", "events.jsonl", &target];
    let said = project.run_with(python, &options).code(1).said();
    let event = Events::of(&project).all("error").next().unwrap().clone();
    (said, event)
}

#[test]
fn the_arrow_points_to_where_a_worker_failed() {
    for python in pythons_where(|version| version >= (3, 6)) {
        for (function, line) in [("executor", 6), ("fork", 11), ("spawn", 11)] {
            let (said, event) = failing(python, &format!("{LIB}{AGAIN}"), function);
            let column = if python.version >= (3, 11) { ":12" } else { "" };
            let start = format!(
                "error: KeyError: 'XYZ'\n --> work.py:6{column} in find (in a worker process)\n    |\n"
            );
            assert!(said.starts_with(&start), "{python}: {said}");
            let callers = [
                "  from work.py:2 in convert  return find(code)\n",
                "  from lib.py:17 in convert ",
            ];
            let caller = format!("  from lib.py:{line} in ");
            let mut behind = said.as_str();
            for part in callers.into_iter().chain([caller.as_str()]) {
                (_, behind) = behind
                    .split_once(part)
                    .unwrap_or_else(|| panic!("{python}: {part} in {said}"));
            }
            assert!(!said.contains("caused by"), "{python}: {said}");
            assert_eq!(event["primary"]["file"], "work.py");
            assert_eq!(event["primary"]["line"], 6);
            let remote = &event["exceptions"][1];
            assert!(
                remote["type"]
                    .as_str()
                    .unwrap()
                    .ends_with("RemoteTraceback"),
                "{remote}"
            );
            assert!(
                remote["message"]
                    .as_str()
                    .unwrap()
                    .starts_with("\n\"\"\"\nTraceback"),
                "{remote}"
            );
            let frames = remote["frames"].as_array().unwrap();
            assert_eq!(frames.last().unwrap()["func"], "find", "{remote}");
        }
    }
}

#[test]
fn a_workers_error_among_others_has_its_place() {
    for python in pythons_where(|version| version >= (3, 6)) {
        let lib = format!("{LIB}{AGAIN}");
        let (said, _) = failing(python, &lib, "context");
        let start = "error: ValueError: no XYZ\n  --> work.py:13";
        assert!(said.starts_with(start), "{python}: {said}");
        let end = "\nwhile handling: KeyError: 'XYZ' at work.py:6 in find\n";
        assert!(said.ends_with(end), "{python}: {said}");
        // A traceback in the message does not belong to the error.
        let (said, _) = failing(python, &lib, "quoting");
        assert!(said.contains("\n  --> work.py:21"), "{python}: {said}");
        assert!(said.ends_with(end), "{python}: {said}");
        let (said, event) = failing(python, &lib, "cause");
        assert!(
            said.starts_with("error: RuntimeError: failed\n  --> lib.py:"),
            "{python}: {said}"
        );
        let end = "\ncaused by: KeyError: 'XYZ' at work.py:6 in find\n";
        assert!(said.ends_with(end), "{python}: {said}");
        assert_eq!(event["primary"]["file"], "lib.py");
    }
}

#[test]
fn the_old_python_shows_only_where_the_work_was_asked_for() {
    for python in pythons_where(|version| version.0 == 2) {
        let (said, _) = failing(python, OLD, "fork");
        assert!(
            said.starts_with("error: KeyError: 'XYZ'\n --> lib.py:7 in fork\n"),
            "{python}: {said}"
        );
    }
}

#[test]
fn workers_run_what_the_file_holds_and_leave_no_bytecode() {
    // Of one length, and saved within one second: bytecode of the first would pass for the second.
    let lib = |number: u32| {
        format!(
            "import multiprocessing, os, sys\nfrom concurrent.futures import ProcessPoolExecutor\n\
             X = {number}\n\ndef f(_):\n    import helper\n    return [X, helper.X]\n\n\
             def main():\n    print([X, [n for n in os.environ if n.startswith('PYTHON')]])\n    \
             for method in 'spawn', 'forkserver':\n        \
             with multiprocessing.get_context(method).Pool(1) as pool:\n            \
             print(pool.map(f, [0]))\n    \
             with ProcessPoolExecutor(1) as pool:\n        print(list(pool.map(f, [0])))\n"
        )
    };
    let newest = two_pythons()
        .into_iter()
        .filter(|python| python.version >= (3, 6));
    for python in newest {
        let project = Project::with("lib.py", &lib(1));
        project.save("helper.py", "X = 5\n");
        let mut session = project.start(python, &["lib:main"]);
        for number in [1, 2] {
            session.prints(&format!("[{number}, []]"));
            for _ in 0..3 {
                session.prints(&format!("[[{number}, 5]]"));
            }
            session.ends_cycle(number.into());
            assert_eq!(project.listing(), ["helper.py", "lib.py"], "{python}");
            project.save("lib.py", lib(number + 1));
        }
    }
}

/// As much of the package as registers modules.
const CLOUDPICKLE: &str = "by_value = []\n\
    def register_pickle_by_value(module):\n    by_value.append(module.__name__)\n";

#[test]
fn what_the_text_of_a_target_defines_goes_to_lasting_workers_by_value() {
    const LIB: &str = "import helper\nfrom cloudpickle import cloudpickle\n";
    const SHOW: &str = "print(sorted(set(cloudpickle.by_value)))\n";
    for python in pythons_where(|version| version >= (3, 0)) {
        let project = Project::with("lib.py", &format!("{LIB}{SHOW}"));
        project.save("helper.py", "");
        // Where packages lie: not watched.
        project.save("site-packages/cloudpickle/__init__.py", "");
        project.save("site-packages/cloudpickle/cloudpickle.py", CLOUDPICKLE);
        let mut command = project.hotload(&["--python", python.path.to_str().unwrap(), "lib"]);
        command.env("PYTHONPATH", project.file("site-packages"));
        let mut session = crate::harness::Session::start(&mut command, python);
        session.prints("['lib']");
        session.ends_cycle(1);
        // By now a worker may have imported the helper as it was.
        let reload = "from importlib import reload; reload(helper)\n";
        project.save("lib.py", format!("{LIB}{reload}{SHOW}"));
        session.prints("['helper', 'lib']");
    }
}
