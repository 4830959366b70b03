//! Errors as people and editors get them, on every Python.
//!
//! Each file in `fixtures/errors` holds a program and, below the versions it is for, what hotload says
//! of it; so one sees where versions agree. With `INSTA_UPDATE=always`, as for the other snapshots,
//! and every Python there, the files are written anew.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::events::Events;
use crate::harness::{Project, Session};
use crate::pythons::{Python, pythons, two_pythons};

/// One file of `fixtures/errors`.
struct Case {
    path: PathBuf,
    /// Names and texts.
    program: Vec<(String, String)>,
    /// Versions (`2.7, 3.6`), and what is said.
    reports: Vec<(String, String)>,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/errors");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths.into_iter().map(Case::read).collect()
}

impl Case {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let (mut program, mut reports) = (Vec::new(), Vec::new());
        for section in text.split("=== ").skip(1) {
            let (title, body) = section.split_once('\n').unwrap();
            let part = (title.to_owned(), body.to_owned());
            if title.ends_with(".py") {
                program.push(part);
            } else {
                reports.push(part);
            }
        }
        Self {
            path,
            program,
            reports,
        }
    }

    /// What hotload says of the program, and the events.
    fn run(&self, python: &Python) -> (String, Events) {
        let project = Project::new();
        for (name, text) in &self.program {
            project.save(name, unescaped(text));
        }
        let options = ["--once", "-q", "--events", "events.jsonl", "lib"];
        let output = project.run_with(python, &options);
        assert_eq!(output.status.code(), Some(1), "{python}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_fits(&said);
        (without_folder(&said, &project), Events::of(&project))
    }

    fn expected(&self, python: &Python) -> Option<&str> {
        let version = format!("{}.{}", python.version.0, python.version.1);
        let report = self.reports.iter();
        let mut report =
            report.filter(|(versions, _)| versions.split(", ").any(|one| one == version));
        report.next().map(|(_, said)| said.as_str())
    }

    fn write(&self, reports: &[(Vec<String>, String)]) {
        let mut text = String::new();
        for (name, program) in &self.program {
            write!(text, "=== {name}\n{program}").unwrap();
        }
        for (versions, said) in reports {
            write!(text, "=== {}\n{said}", versions.join(", ")).unwrap();
        }
        fs::write(&self.path, text).unwrap();
    }
}

/// The text with a name in the place of the project's folder, whose length decides how a message is
/// broken into lines.
fn without_folder(said: &str, project: &Project) -> String {
    let folder = project.path().display().to_string();
    if !said.contains(&folder) {
        return said.to_owned();
    }
    let (message, rest) = said.split_once("\n -->").unwrap_or((said, ""));
    let message = message.replace("\n  ", " ").replace(&folder, "/project");
    format!("{message}\n -->{rest}")
}

/// The program's bytes: a fixture says `\t`, `\0` and `\xe9` where an editor would not show them, after
/// a first line `# escapes`.
fn unescaped(text: &str) -> Vec<u8> {
    let Some(text) = text.strip_prefix("# escapes\n") else {
        return text.as_bytes().to_vec();
    };
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        bytes.extend(before.as_bytes());
        let length = match escape.as_bytes()[0] {
            b't' => {
                bytes.push(b'\t');
                1
            }
            b'0' => {
                bytes.push(0);
                1
            }
            b'x' => {
                bytes.push(u8::from_str_radix(&escape[1..3], 16).unwrap());
                3
            }
            other => panic!("escape {other}"),
        };
        rest = &escape[length..];
    }
    bytes.extend(rest.as_bytes());
    bytes
}

#[test]
fn an_error_is_shown_as_recorded() {
    let schema = schema();
    let is_update = std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always");
    for case in cases() {
        let mut reports: Vec<(Vec<String>, String)> = Vec::new();
        for python in pythons() {
            let (said, events) = case.run(python);
            assert_as_the_schema_says(&events, &schema);
            if !is_update {
                let expected = case.expected(python);
                assert_eq!(
                    Some(said.as_str()),
                    expected,
                    "{python} {}",
                    case.path.display()
                );
            }
            let version = format!("{}.{}", python.version.0, python.version.1);
            match reports.iter_mut().find(|(_, other)| *other == said) {
                Some((versions, _)) => versions.push(version),
                None => reports.push((vec![version], said)),
            }
        }
        if is_update {
            case.write(&reports);
        }
    }
}

#[track_caller]
fn assert_fits(said: &str) {
    assert!(said.lines().count() <= 30, "{said}");
    for line in said.lines() {
        assert!(line.chars().count() <= 100, "{line}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}

fn schema() -> jsonschema::Validator {
    let schema = include_str!("../../../../docs/error.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn assert_as_the_schema_says(events: &Events, schema: &jsonschema::Validator) {
    for event in events.all("error") {
        let problems: Vec<String> = schema
            .iter_errors(event)
            .map(|error| error.to_string())
            .collect();
        assert!(problems.is_empty(), "{problems:?}\n{event:#}");
    }
}

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
fn what_is_no_text_is_written_out() {
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
fn a_recursion_is_told_once_however_deep() {
    const LIB: &str = "import sys\nsys.setrecursionlimit(DEPTH)\n\
        def f(n):\n    if n == 0: raise ValueError('deep')\n    f(n - 1)\nf(DEPTH - 100)\n";
    for python in pythons() {
        // Where Python calls itself without C, a recursion may be as deep as memory goes.
        let depth: u64 = if python.version >= (3, 12) {
            200_000
        } else {
            3_000
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
fn a_recursion_of_several_functions_is_told_once_however_deep() {
    // A cycle of three functions and a comprehension, which is a frame of its own up to 3.11.
    const LIB: &str = "import sys\nsys.setrecursionlimit(6000)\n\
        def f(n):\n    if n == 0: raise ValueError('deep')\n    g(n)\n\
        def g(n): [h(n) for n in [n]]\n\
        def h(n): f(n - 1)\nf(1000)\n";
    for python in pythons() {
        let error = error_of(python, LIB);
        let root = &error["exceptions"][0];
        let frames = root["frames"].as_array().unwrap();
        let repeats = frames.iter().map(|frame| frame["repeat"].as_u64().unwrap());
        assert_eq!(
            repeats.collect::<Vec<u64>>(),
            [1, 1000, 1000, 1000, 1],
            "{python}"
        );
        let folded = root["hidden"]["folded"].as_u64().unwrap();
        assert!(folded == 0 || folded == 1000, "{python}: {folded}");
        assert_eq!(root["hidden"]["left_out"], 0, "{python}");
    }
}

#[test]
fn what_is_too_much_is_counted() {
    const LIB: &str = "error = ValueError('\\n'.join(['line'] * 100000))\n\
        error.__notes__ = ['note'] * 70 + ['x\\n' * 9000]\n\
        error.__cause__ = None\nfor number in range(80):\n    cause = KeyError(number)\n    \
        cause.__cause__ = error.__cause__\n    error.__cause__ = cause\nraise error\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let output = project.run_with(python, &["--once", "-q", "--events", "events.jsonl", "lib"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("(+99994 lines)"), "{python}: {said}");
        let events = Events::of(&project);
        let error = events.all("error").next().unwrap();
        let root = &error["exceptions"][0];
        assert_eq!(
            (&root["message_lines"], &root["notes_total"]),
            (&100_000.into(), &71.into())
        );
        if python.version.0 == 3 {
            assert!(said.contains("76 more before"), "{python}: {said}");
            assert_eq!(error["exceptions_left_out"], 31, "{python}");
        }
    }
}

#[test]
fn all_frames_and_pythons_own_words_are_there_if_wanted() {
    const LIB: &str = "import json\njson.loads('{bad')\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let said = |style: &str| {
            let options = ["--once", "-q", "--traceback", style, "lib"];
            let output = project.run_with(python, &options);
            String::from_utf8(output.stderr).unwrap()
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
        let output = project.run_with(python, &["--once", "-q", "--traceback", "full", "lib"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!said.contains("from lib.py:3 in f"), "{python}: {said}");
        assert!(
            said.contains("from lib.py:7 in <module>"),
            "{python}: {said}"
        );
        if python.version.0 == 3 {
            // Below its place, which is long.
            let below = "decoder.py:";
            let (_, rest) = said.rsplit_once(below).unwrap();
            assert!(rest.contains("\n      "), "{python}: {said}");
        }
    }
}

#[test]
fn a_run_that_is_stopped_says_so_even_if_little_is_to_be_said() {
    for python in two_pythons() {
        for lib in [
            "raise KeyboardInterrupt\n",
            "import bdb\nraise bdb.BdbQuit\n",
        ] {
            let output = Project::with("lib.py", lib).run_with(python, &["--once", "-q", "lib"]);
            assert_eq!(output.status.code(), Some(1), "{python}");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.starts_with("stopped: "), "{python}: {said}");
        }
    }
}

#[test]
fn an_old_function_shows_the_text_it_was_made_from() {
    for python in pythons() {
        let project = Project::with(
            "lib.py",
            "import keep\ndef f():\n    return 1 // 0  # old\nkeep.it = f\n",
        );
        project.save("keep.py", "it = None\n");
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        project.save(
            "lib.py",
            "import keep\n\n\n\ndef f():\n    return 'new'\nkeep.it()\n",
        );
        session.ends_cycle(2);
        let said = session.said();
        assert!(said.contains("return 1 // 0  # old"), "{python}: {said}");
        assert!(said.contains("has changed since"), "{python}: {said}");
    }
}

/// A helper that a target calls, and that no step loads again.
fn helper_session(python: &Python, change: &str) -> (Project, Session) {
    let project = Project::with("lib.py", &format!("import helper\n{change}\nhelper.g()\n"));
    project.save(
        "helper.py",
        "def g():\n    x = 1\n    y = 2\n    raise KeyError('other')\n",
    );
    let options = ["--no-clear", "--events", "events.jsonl", "lib.py"];
    let session = project.start(python, &options);
    (project, session)
}

#[test]
fn a_helper_that_is_saved_and_not_reloaded_is_told_as_changed() {
    for python in pythons() {
        let (project, mut session) = helper_session(python, "");
        session.ends_cycle(1);
        assert!(!session.said().contains("has changed"), "{python}");
        assert!(!session.said().contains("help: "), "{python}");
        // Above the line that runs, and nothing in it.
        project.save(
            "helper.py",
            "\ndef g():\n    x = 1\n    y = 2\n    raise KeyError('other')\n",
        );
        session.says(" in g (the file has changed since this was loaded)");
        session.says("helper.py was saved after it was loaded: reload it");
        session.ends_cycle(2);
        let events = Events::of(&project);
        let states: Vec<&Value> = events
            .all("error")
            .map(|error| &error["exceptions"][0]["frames"][1]["text_state"])
            .collect();
        assert_eq!(states, ["ok", "older"], "{python}");
    }
}

#[test]
fn a_file_that_changes_or_goes_while_it_runs_is_told_as_changed() {
    const CHANGES: [(&str, bool); 2] = [
        ("import os; os.remove(helper.__file__)", false),
        ("open(helper.__file__, 'a').write('#')", true),
    ];
    for python in two_pythons() {
        for (change, is_there) in CHANGES {
            let (_project, mut session) = helper_session(python, change);
            session.says(" in g (the file has changed since this was loaded)");
            session.ends_cycle(1);
            let has_help = session.said().contains("was saved after it was loaded");
            assert_eq!(has_help, is_there, "{python}: {change}");
        }
    }
}
