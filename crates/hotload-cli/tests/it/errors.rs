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
use crate::harness::{Project, Written};
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
        let said = project.run_with(python, &options).code(1).said();
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
    let message = message.replace(r"/project\", "/project/");
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

pub(crate) fn schema() -> jsonschema::Validator {
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
fn a_run_that_is_stopped_says_so_even_if_little_is_to_be_said() {
    for python in two_pythons() {
        for lib in [
            "raise KeyboardInterrupt\n",
            "import bdb\nraise bdb.BdbQuit\n",
        ] {
            let said = Project::with("lib.py", lib)
                .run_with(python, &["--once", "-q", "lib"])
                .code(1)
                .said();
            assert!(said.starts_with("stopped: "), "{python}: {said}");
        }
    }
}

#[test]
fn a_bracket_that_was_never_closed_is_named_and_only_a_known_column_is_marked() {
    for python in pythons() {
        let project = Project::with("lib.py", "x = 5\nd = dict(a=1,\n  b=2\ny = 3\n");
        let output = project.run_with(python, &["--once", "-q", "lib"]);
        let said = output.said();
        let words = if python.version < (3, 10) {
            "help: `(` in line 2 was never closed\n"
        } else {
            "'(' was never closed"
        };
        assert!(said.contains(words), "{python}: {said}");
        project.save("lib.py", "x = 5 + undefined_name\n");
        let output = project.run_with(python, &["--once", "-q", "lib"]);
        let said = output.said();
        let mark = format!("    |         {}\n", "^".repeat("undefined_name".len()));
        assert_eq!(
            said.contains(&mark),
            python.version >= (3, 11),
            "{python}: {said}"
        );
        assert_eq!(
            said.contains('^'),
            python.version >= (3, 11),
            "{python}: {said}"
        );
    }
}
