//! The recorded programs of `fixtures/tracebacks`, run live: what the driver reports of an exception and
//! what is read from the text that Python printed of it agree, where both know.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hotload_python::traceback::fold;
use hotload_python::traceback::report::ErrorReport;
use hotload_python::traceback::territory::Territory;
use hotload_python::traceback::text::tracebacks;
use serde_json::Value;

use crate::events::Events;
use crate::harness::Project;
use crate::pythons::{Python, pythons};

/// Cases in which one of the two knows less, and why.
#[rustfmt::skip]
const APART: [(&str, &str); 14] = [
    ("group-deep", "the printer stops at ten levels"),
    ("group-large", "the printer stops at fifteen members"),
    ("message-control", "a control character may end a line"),
    ("message-traceback", "a message that imitates a traceback cannot be told from one"),
    ("recursion-mutual", "how deep it gets depends on what is around it"),
    ("syntax-bad-cookie", "a script's reader words it in its own way"),
    ("syntax-bom-and-cookie", "a script's reader does not say where"),
    ("syntax-eval", "up to 3.9 the printer points at the last token of a text that ends too early"),
    ("syntax-fstring", "up to 3.11 the printer's column is one in the part alone"),
    ("syntax-long-line", "the printer cuts the line"),
    ("syntax-no-cookie", "the message holds the path"),
    ("syntax-nul", "a script's reader does not say where"),
    ("syntax-utf-16", "a script's reader says something else"),
    ("syntax-wrong-cookie", "a script's reader reads on in another way"),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tracebacks")
}

/// Programs that are one file and run as any other: name and path.
fn cases() -> Vec<(String, PathBuf)> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(fixtures().join("cases")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_apart = APART.iter().any(|(apart, _)| *apart == name) || name.starts_with("crash-");
        if path.is_dir() || is_apart {
            continue;
        }
        let text = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&text);
        let starts = ["# arguments:", "# environment:"];
        if !text
            .lines()
            .any(|line| starts.iter().any(|start| line.starts_with(start)))
        {
            cases.push((name, path));
        }
    }
    cases.sort();
    assert!(cases.len() >= 40);
    cases
}

/// What that Python has printed for a case, if it was recorded.
fn recording(name: &str, python: &Python) -> Option<Vec<u8>> {
    let start = format!("cpython-{}.{}.", python.version.0, python.version.1);
    let folder = fs::read_dir(fixtures().join("recorded").join(name)).unwrap();
    let mut files = folder.map(|entry| entry.unwrap().path());
    let file = files.find(|path| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with(&start)
    })?;
    Some(fs::read(file).unwrap())
}

fn from_text(text: &[u8]) -> Option<ErrorReport> {
    let territory = Territory::new(Some(Path::new("/project")), [], Vec::new());
    let last = tracebacks(text).filter_map(Result::ok).last()?;
    Some(fold::report(last, &territory))
}

/// What these programs leave behind would change what others do.
const LEAVES_SOMETHING: [&str; 4] = [
    "setrecursionlimit",
    "excepthook",
    "sys.std",
    "tracebacklimit",
];

/// The errors of all programs, by their names: most run in one interpreter, one after the other.
fn live(cases: &[(String, PathBuf)], python: &Python) -> BTreeMap<String, Value> {
    let is_alone = |path: &PathBuf| {
        let text = fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        LEAVES_SOMETHING.iter().any(|word| text.contains(word))
    };
    let paths = cases.iter().map(|(_, path)| path.clone());
    let (alone, together): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(is_alone);
    let mut errors = errors_of(&together, python);
    for path in alone {
        errors.append(&mut errors_of(&[path], python));
    }
    errors
}

fn errors_of(paths: &[PathBuf], python: &Python) -> BTreeMap<String, Value> {
    let project = Project::new();
    let mut arguments = vec!["--once", "-q", "--events", "events.jsonl"];
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        project.save(name, fs::read(path).unwrap());
        arguments.push(name);
    }
    project.run_with(python, &arguments);
    let mut errors = BTreeMap::new();
    let mut step = String::new();
    for event in Events::of(&project).each() {
        if event["event"] == "step" {
            let name = event["name"]
                .as_str()
                .unwrap()
                .trim_start_matches("reload:");
            step = name.trim_end_matches(".py").to_owned();
        } else if event["event"] == "error" && event["phase"] == "import" {
            errors.insert(step.clone(), event.clone());
        }
    }
    errors
}

/// What both know, one line each.
fn essence(report: &Value) -> Vec<String> {
    let mut essence = Vec::new();
    for exception in report["exceptions"].as_array().unwrap() {
        let text = |field: &str| exception[field].as_str().unwrap().to_owned();
        essence.push(format!("{} {}", text("relation"), text("type")));
        for frame in exception["frames"].as_array().unwrap() {
            if frame["kind"] == "user" {
                let file = frame["file"].as_str().unwrap().rsplit('/').next().unwrap();
                let function = frame["func"].as_str().unwrap();
                // A script has some frames above it that a step has not, and so recurs a bit deeper.
                let recurs = if frame["repeat"] == 1 {
                    ""
                } else {
                    " repeatedly"
                };
                essence.push(format!("{file}:{} {function}{recurs}", frame["line"]));
            }
        }
    }
    essence
}

/// The code from the marked column on: a text may have lost the indentation in front of it. The column
/// of a wrong indentation is our own.
fn marked(exception: &Value) -> String {
    let syntax = &exception["syntax"];
    let is_indentation = matches!(
        exception["type"].as_str(),
        Some("IndentationError" | "TabError")
    );
    match (syntax["text"].as_str(), syntax["col"].as_u64()) {
        (Some(text), Some(col)) if !is_indentation => {
            let behind: String = text.chars().skip(col as usize - 1).collect();
            behind.trim_end().to_owned()
        }
        _ => String::new(),
    }
}

/// Whether the places of syntax errors agree. Up to 3.8 the printer moves a caret at the end of a line,
/// and lines past the end of the file are reported as they are.
fn places_agree(text: &Value, live: &Value, python: &Python) -> bool {
    let roots = (&text["exceptions"][0], &live["exceptions"][0]);
    let (text_place, live_place) = (marked(roots.0), marked(roots.1));
    python.version < (3, 9)
        || text_place.is_empty()
        || text_place == live_place && roots.0["syntax"]["line"] == roots.1["syntax"]["line"]
}

/// Whether the messages agree: a text has notes and blanks after it, and lacks what 2.7 cannot print.
fn messages_agree(text: &Value, live: &Value) -> bool {
    let pairs = text["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .zip(live["exceptions"].as_array().unwrap());
    pairs.into_iter().all(|(text, live)| {
        let is_whole = |one: &Value| matches!(one["message_state"].as_str(), Some("ok" | "empty"));
        let text_message = text["message"].as_str().unwrap();
        let live_message = live["message"].as_str().unwrap().trim_end();
        !is_whole(text) || !is_whole(live) || text_message.starts_with(live_message)
    })
}

#[test]
fn an_error_captured_live_and_one_read_from_text_agree() {
    let mut differences = Vec::new();
    let mut compared = 0;
    let cases = cases();
    for python in pythons() {
        let live = live(&cases, python);
        for (name, _) in &cases {
            let text = recording(name, python).and_then(|text| from_text(&text));
            // Some programs print tracebacks themselves and end well.
            let (Some(text), Some(live)) = (text, live.get(name)) else {
                continue;
            };
            let text = serde_json::to_value(text).unwrap();
            compared += 1;
            if essence(&text) != essence(live) {
                differences.push(format!(
                    "{name} {python}\n  text {:#?}\n  live {:#?}",
                    essence(&text),
                    essence(live)
                ));
            } else if !messages_agree(&text, live) || !places_agree(&text, live, python) {
                differences.push(format!("{name} {python}: {text:#}\n{live:#}"));
            }
        }
    }
    assert!(compared >= 50 * pythons().len(), "{compared}");
    assert!(
        differences.is_empty(),
        "{} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
