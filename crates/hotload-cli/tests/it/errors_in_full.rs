//! What `--traceback full` and `native` show, and how much a page leaves out.

use indoc::indoc;

use crate::harness::{Project, Written};
use crate::pythons::{Python, pythons, pythons_where};

fn with_groups() -> Vec<&'static Python> {
    pythons_where(|version| version >= (3, 11))
}

#[track_caller]
fn said(python: &Python, lib: &str, style: &str) -> String {
    let project = Project::with("lib.py", lib);
    let options = ["--once", "-q", "--traceback", style, "lib"];
    project.run_with(python, &options).code(1).said()
}

#[test]
fn all_members_of_all_groups_are_there_with_their_callers_and_causes() {
    const LIB: &str = indoc! {r"
        def fail(i):
            [][i]
        def member(i):
            try: fail(i)
            except Exception as e: raise KeyError(i) from e
        def group(calls):
            errors = []
            for f, a in calls:
                try: f(a)
                except Exception as e: errors.append(e)
            raise ExceptionGroup('some', errors)
        group([(member, i) for i in range(10)] + [(group, [(member, 70), (group, [(member, 71)])])])
    "};
    for python in with_groups() {
        let full = said(python, LIB, "full");
        let (_, members) = full.split_once("11 sub-exceptions\n").unwrap();
        let first = "   1. KeyError: 0\n      \
            at lib.py:5 in member   except Exception as e: raise KeyError(i) from e\n      \
            from lib.py:9 in group  try: f(a)\n      \
            caused by: IndexError: list index out of range at lib.py:2 in fail\n        \
            from lib.py:2 in fail    [][i]\n        \
            from lib.py:4 in member  try: fail(i)\n   2. KeyError: 1\n";
        assert!(members.starts_with(first), "{python}: {full}");
        for member in [
            "  10. KeyError: 9\n      at lib.py:5 in member ",
            "  11. ExceptionGroup: some (2 sub-exceptions)\n      at lib.py:11 in group ",
            "     11.1. KeyError: 70\n           at lib.py:5 in member ",
            "     11.2. ExceptionGroup: some (1 sub-exception)\n           at lib.py:11 in group ",
            "        11.2.1. KeyError: 71\n                at lib.py:5 in member ",
        ] {
            assert!(members.contains(member), "{python}: {member} in {full}");
        }
        // Each once, but for the causes, whose first lines are summaries.
        assert_eq!(
            full.matches("lib.py:5 in member").count(),
            12,
            "{python}: {full}"
        );
    }
}

#[test]
fn lines_that_are_left_out_are_counted_all() {
    const LIB: &str = indoc! {r"
        error = ValueError('x')
        for i in range(4):
            error.add_note('\n'.join('line %d' % line for line in range(50)))
        raise error
    "};
    for python in with_groups() {
        let short = said(python, LIB, "short");
        let lines: Vec<&str> = short.lines().collect();
        let notes = lines
            .iter()
            .filter(|line| line.starts_with("  line ") || line.starts_with("note: line "))
            .count();
        let counts = lines.iter().filter_map(|line| {
            let digits: String = line.chars().filter(char::is_ascii_digit).collect();
            let is_count = line.contains("(+") || line.contains("more lines");
            is_count.then(|| digits.parse::<usize>().unwrap())
        });
        assert_eq!(lines.len(), 30, "{python}: {short}");
        assert_eq!(notes + counts.sum::<usize>(), 200, "{python}: {short}");
    }
}

#[test]
fn below_a_path_that_is_wider_than_the_page_the_code_follows_at_once() {
    let module = "long_".repeat(20);
    for python in pythons() {
        let project = Project::with("lib.py", &format!("import {module}\n{module}.f()\n"));
        project.save(&format!("{module}.py"), "def f():\n    return [][1]\n");
        let said = project.run_with(python, &["--once", "-q", "lib"]).said();
        let (_, below) = said.split_once(" in f\n").unwrap();
        assert!(below.starts_with("    |\n"), "{python}: {said}");
    }
}

#[test]
fn all_frames_and_pythons_own_words_are_there_on_request() {
    const LIB: &str = "import json\njson.loads('{bad')\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let said = |style: &str| {
            let options = ["--once", "-q", "--traceback", style, "lib"];
            project.run_with(python, &options).said()
        };
        let short = said("short");
        assert!(short.contains("raised in decoder.py:"), "{python}: {short}");
        assert!(
            short.contains("hidden: 3 stdlib frames"),
            "{python}: {short}"
        );
        let full = said("full");
        assert!(
            full.contains("json/decoder.py:") && full.contains("json/__init__.py:"),
            "{python}: {full}"
        );
        assert!(!full.contains("hidden"), "{python}: {full}");
        let native = said("native");
        assert!(
            native.starts_with("Traceback (most recent call last):\n"),
            "{python}: {native}"
        );
        assert!(
            native.contains("lib.py\", line 2, in <module>"),
            "{python}: {native}"
        );
        assert!(
            !native.contains("hotload driver") && !native.contains("importlib"),
            "{python}: {native}"
        );
    }
}

#[test]
fn each_frame_is_listed_once_with_its_source() {
    const LIB: &str = "import json\ndef f():\n    1 // 0\ntry:\n    json.loads('{bad')\nexcept ValueError:\n    f()\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let said = project
            .run_with(python, &["--once", "-q", "--traceback", "full", "lib"])
            .said();
        assert!(!said.contains("from lib.py:3 in f"), "{python}: {said}");
        assert!(
            said.contains("from lib.py:7 in <module>"),
            "{python}: {said}"
        );
        // Below its place, which is long where the library is deep.
        if python.version.0 == 3 && cfg!(unix) {
            let below = "decoder.py:";
            let (_, rest) = said.rsplit_once(below).unwrap();
            assert!(rest.contains("\n      "), "{python}: {said}");
        }
    }
}

#[test]
fn messages_and_notes_of_causes_are_there_and_short_pages_say_what_they_leave_out() {
    const LIB: &str = indoc! {r"
        long = 'the pressure of the valve ' * 5 + 'is too high'
        def noted(error):
            for i in range(2):
                getattr(error, 'add_note', lambda note: None)('note %d\nabout it' % i)
            return error
        def low():
            raise noted(ValueError(long + '\nfirst\nsecond'))
        def high():
            try: low()
            except Exception as e:
                raise noted(KeyError('of the boiler')) from e
        def top():
            try: high()
            except Exception as e:
                if __import__('sys').version_info >= (3, 11):
                    raise ExceptionGroup('both', [e, noted(OSError(long + '\nthird'))]) from None
                raise
        top()
    "};
    for python in pythons_where(|version| version >= (3, 0)) {
        let has_groups = python.version >= (3, 11);
        let flat = |style: &str| {
            let text = said(python, LIB, style).replace('…', "...");
            text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
        };
        let long = format!("{}is too high", "the pressure of the valve ".repeat(5));
        let (full, short) = (flat("full"), flat("short"));
        let is_in =
            |page: &str, what: String| assert!(page.contains(&what), "{python}: {what} in {page}");
        is_in(
            &full,
            format!("caused by: ValueError: {long} first second at lib.py:7 in low"),
        );
        if !has_groups {
            is_in(
                &short,
                format!("caused by: ValueError: {long} ... (+2 lines) at lib.py:7 in low"),
            );
            continue;
        }
        for note in ["note: note 0 about it", "note: note 1 about it"] {
            assert_eq!(full.matches(note).count(), 3, "{python}: {full}");
        }
        is_in(
            &full,
            format!("2. OSError: {long} third note: note 0 about it"),
        );
        let member = format!("2. OSError: {long} ... (+1 line) ... (+2 notes)");
        is_in(&short, member);
    }
}

#[test]
fn a_hook_of_user_code_shows_errors_in_the_native_style_only() {
    const LIB: &str = "import sys\n\
        def hook(kind, value, trace):\n    sys.stderr.write('hook %s %d\\n' % (kind.__name__, trace.tb_lineno))\n\
        sys.excepthook = hook\n1 // 0\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        for (style, hooked) in [("native", true), ("short", false), ("full", false)] {
            let arguments = ["--once", "--traceback", style, "lib"];
            let said = project.run_with(python, &arguments).code(1).said();
            assert_eq!(
                said.contains("hook ZeroDivisionError 5"),
                hooked,
                "{python}: {said}"
            );
            assert_eq!(
                said.contains("division or modulo") || said.contains("by zero"),
                !hooked,
                "{python}: {said}"
            );
        }
        // A hook that fails does not hide the error.
        project.save("lib.py", LIB.replace("sys.stderr.write", "nowhere"));
        let arguments = ["--once", "--traceback", "native", "lib"];
        let said = project.run_with(python, &arguments).code(1).said();
        assert!(
            said.contains("Traceback (most recent call last)"),
            "{python}: {said}"
        );
    }
}
