//! The `error` event: the same values on every Python, and bounded.

use indoc::indoc;
use serde_json::Value;

use crate::errors::schema;
use crate::events::Events;
use crate::harness::{Project, Written};
use crate::pythons::{Python, pythons, two_pythons};

#[test]
fn an_event_that_is_not_as_the_schema_says_is_found_out() {
    let mut error = error_of(&pythons()[0], "1 // 0\n");
    assert!(schema().is_valid(&error));
    error["exceptions"][0]["frames"] = Value::Null;
    assert!(!schema().is_valid(&error));
}

fn error_of(python: &Python, lib: &str) -> Value {
    let project = Project::with("lib.py", lib);
    project.run_with(python, &["--once", "--events", "events.jsonl", "lib"]);
    let events = Events::of(&project);
    events
        .all("error")
        .next()
        .unwrap_or_else(|| panic!("{python}: no error"))
        .clone()
}

#[test]
fn statements_and_frames_are_the_same_on_every_python() {
    const LIB: &str = "\
class Table(object):
    def find(self, *keys):
        return [
            {}[key]
            for key in keys
        ]

def main():
    table = Table()
    return table.find(
        1,
        2,
    )

main()
";
    for python in pythons() {
        let error = error_of(python, LIB);
        let frames = error["exceptions"][0]["frames"].as_array().unwrap();
        let told: Vec<(&str, u64)> = frames
            .iter()
            .map(|frame| {
                let function = frame["func"].as_str().unwrap();
                (function, frame["stmt_line"].as_u64().unwrap())
            })
            .collect();
        assert_eq!(
            told,
            [("<module>", 15), ("main", 10), ("find", 3)],
            "{python}"
        );
        assert!(
            frames.iter().all(|frame| frame["kind"] == "user"),
            "{python}"
        );
    }
}

#[test]
fn columns_count_characters() {
    const LIB: &str = "# -*- coding: utf-8 -*-\nx = (u'\u{e9}\u{65e5}\u{1f600}', 1 // 0)\n";
    for python in pythons() {
        let error = error_of(python, LIB);
        let frame = &error["exceptions"][0]["frames"][0];
        if python.version >= (3, 11) {
            assert_eq!(
                (&frame["col"], &frame["end_col"]),
                (&14.into(), &20.into()),
                "{python}"
            );
        } else {
            assert_eq!(frame["col"], Value::Null, "{python}");
        }
    }
}

#[test]
fn a_message_of_ten_megabytes_is_bounded() {
    for python in two_pythons() {
        let error = error_of(python, "raise ValueError('x' * 10000000)\n");
        let root = &error["exceptions"][0];
        assert_eq!(root["message"].as_str().unwrap().len(), 65_536, "{python}");
        assert_eq!(root["message_state"], "truncated");
        assert_eq!(root["message_chars"], 10_000_000);
    }
}

#[test]
fn what_is_not_text_is_written_out() {
    let cases = [
        ("raise ValueError(u'\\udc80')\n", "\\udc80", "lossy"),
        ("raise ValueError()\n", "", "empty"),
        (
            "class E(Exception):\n    def __str__(self): raise KeyError\nraise E()\n",
            "",
            "unprintable",
        ),
        (
            "class E(Exception):\n    def __str__(self): return 7\nraise E()\n",
            "",
            "unprintable",
        ),
    ];
    for python in pythons() {
        for (lib, message, state) in cases {
            let error = error_of(python, lib);
            let root = &error["exceptions"][0];
            assert_eq!(
                (&root["message"], &root["message_state"]),
                (&message.into(), &state.into()),
                "{python} {lib}"
            );
        }
    }
    let python = two_pythons()
        .into_iter()
        .find(|python| python.version.0 == 2);
    if let Some(python) = python {
        let error = error_of(python, "raise ValueError('caf\\xe9')\n");
        assert_eq!(error["exceptions"][0]["message"], "caf\\xe9");
    }
}

#[test]
fn a_recursion_is_reported_once_however_deep() {
    const LIB: &str = indoc! {r"
        import sys
        sys.setrecursionlimit(DEPTH)
        def f(n):
            if n == 0: raise ValueError('deep')
            f(n - 1)
        f(DEPTH - 100)
    "};
    for python in pythons() {
        // Where Python calls itself without C, a recursion may be as deep as memory goes.
        // Up to then a stack of Windows is full sooner.
        let depth: u64 = match python.version {
            (3, 12..) => 200_000,
            _ if cfg!(windows) => 1_000,
            _ => 3_000,
        };
        let error = error_of(python, &LIB.replace("DEPTH", &depth.to_string()));
        let root = &error["exceptions"][0];
        assert_eq!(root["message"], "deep", "{python}");
        let frames = root["frames"].as_array().unwrap();
        let repeats = frames.iter().map(|frame| frame["repeat"].as_u64().unwrap());
        assert_eq!(
            repeats.collect::<Vec<u64>>(),
            [1, depth - 100, 1],
            "{python}"
        );
        assert_eq!(root["hidden"]["left_out"], 0, "{python}");
    }
}

#[test]
fn a_recursion_of_several_functions_is_reported_once_however_deep() {
    // A cycle of three functions and a comprehension, which is a frame of its own up to 3.11.
    const LIB: &str = indoc! {r"
        import sys
        sys.setrecursionlimit(6000)
        def f(n):
            if n == 0: raise ValueError('deep')
            g(n)
        def g(n): [h(n) for n in [n]]
        def h(n): f(n - 1)
        f(DEPTH)
    "};
    // A stack of Windows is full sooner.
    let depth: u64 = if cfg!(windows) { 200 } else { 1_000 };
    for python in pythons() {
        let error = error_of(python, &LIB.replace("DEPTH", &depth.to_string()));
        let root = &error["exceptions"][0];
        let frames = root["frames"].as_array().unwrap();
        let repeats = frames.iter().map(|frame| frame["repeat"].as_u64().unwrap());
        assert_eq!(
            repeats.collect::<Vec<u64>>(),
            [1, depth, depth, depth, 1],
            "{python}"
        );
        let folded = root["hidden"]["folded"].as_u64().unwrap();
        assert!(folded == 0 || folded == depth, "{python}: {folded}");
        assert_eq!(root["hidden"]["left_out"], 0, "{python}");
    }
}

#[test]
fn what_is_too_much_is_counted() {
    const LIB: &str = indoc! {r"
        error = ValueError('\n'.join(['line'] * 100000))
        error.__notes__ = ['note'] * 70 + ['x\n' * 9000]
        error.__cause__ = None
        for number in range(80):
            cause = KeyError(number)
            cause.__cause__ = error.__cause__
            error.__cause__ = cause
        raise error
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let said = project
            .run_with(python, &["--once", "-q", "--events", "events.jsonl", "lib"])
            .said();
        assert!(said.contains("(+99994 lines)"), "{python}: {said}");
        let events = Events::of(&project);
        let error = events.all("error").next().unwrap();
        let root = &error["exceptions"][0];
        assert_eq!(
            (&root["message_lines"], &root["notes_total"]),
            (&100_000.into(), &71.into())
        );
        if python.version.0 == 3 {
            assert!(said.contains("76 earlier exceptions"), "{python}: {said}");
            assert_eq!(error["exceptions_left_out"], 31, "{python}");
        }
    }
}
