//! `--doctor` says what works in an interpreter.

use serde_json::Value;

use crate::harness::{Project, Written, in_unix_words, quoted, run};
use crate::hosts::hotload;
use crate::programs::{Does, save_program};
use crate::pythons::{Python, pythons, two_pythons};

#[track_caller]
fn examined(python: &Python, request: &str, environment: &[(&str, &str)]) -> Value {
    let project = Project::new();
    std::fs::create_dir(project.file("exchange")).unwrap();
    let mut command = hotload(&project, python, request, &["--doctor", "--json"]);
    for (name, value) in environment {
        command.env(name, value.replace("DIR", project.path().to_str().unwrap()));
    }
    // What the host itself prints comes first.
    let text = run(&mut command).success().printed();
    serde_json::from_str(&text[text.find("\n{\n").map_or(0, |place| place + 1)..]).unwrap()
}

#[test]
fn the_doctor_reports_what_works() {
    for python in pythons() {
        let found = examined(python, python.path.to_str().unwrap(), &[]);
        let version = found["version"].as_str().unwrap();
        assert!(version.starts_with(&format!("{}.{}.", python.version.0, python.version.1)));
        assert_eq!(found["usable"], true);
        assert_eq!(found["transport"], "socket");
        assert_eq!(found["interrupt"], "interrupts", "{found:#}");
        assert_eq!(
            found["facts"]["missing"],
            serde_json::json!([]),
            "{found:#}"
        );
        assert_eq!(found["facts"]["output"]["own"], true, "{found:#}");
        assert_eq!(found["advice"], serde_json::json!([]), "{found:#}");
    }
}

#[test]
fn each_weakness_gets_a_line_of_advice() {
    let has_advice = |found: &Value, text: &str| {
        let advice = found["advice"].as_array().unwrap();
        let said = advice
            .iter()
            .any(|line| line.as_str().unwrap().contains(text));
        assert!(said, "no advice on {text}: {found:#}");
    };
    for python in two_pythons() {
        let kernel = examined(python, "abaqus cae", &[]);
        assert_eq!(kernel["host"], "abaqus cae");
        assert_eq!(kernel["facts"]["output"]["type"], "KernelOutput");
        assert_eq!(kernel["facts"]["sends_output"], false);
        assert_eq!(kernel["facts"]["has_file_name"], false);
        has_advice(&kernel, "each start checks out a licence");

        let poor = examined(python, "poor", &[("PYTHONHOME", "/nowhere")]);
        assert_eq!(poor["transport"], "files");
        assert!(
            poor["facts"]["missing"]
                .as_array()
                .unwrap()
                .iter()
                .any(|name| name == "json")
        );
        assert_eq!(poor["left_out"], serde_json::json!(["PYTHONHOME"]));
        has_advice(&poor, "no socket can reach hotload");
        has_advice(&poor, "unset PYTHONHOME");

        let held = examined(python, "poor", &[("HOTLOAD_DIR", "DIR/exchange")]);
        assert_eq!(held["transport"], "streams");
        has_advice(&held, "get no input on this transport");

        let mute = examined(python, "mute", &[]);
        assert_eq!(mute["facts"]["sends_output"], true);
        has_advice(&mute, "print little during a step");

        has_advice(&examined(python, "bare", &[]), "`site` was not run");
    }
}

#[test]
fn the_doctors_report_is_what_it_was() {
    let python = two_pythons()[0];
    let project = Project::new();
    let mut command = hotload(&project, python, "abaqus cae", &["--doctor"]);
    // Paths below it would be shortened.
    command.env("USERPROFILE", project.file("home"));
    let text = run(&mut command)
        .success()
        .printed()
        .replace(project.path().to_str().unwrap(), "DIR")
        .replace(crate::hosts::fakes().to_str().unwrap(), "FAKES");
    let text = in_unix_words(&text);
    insta::with_settings!({filters => vec![
        (r"Python \d[^\n]*", "Python VERSION"),
        (r"linux2?|win32", "PLATFORM"),
        (r"file names mbcs", "file names UTF-8"),
        (r"abaqus\.bat", "abaqus"),
        (r"process \d+", "process ID"),
        (r"\d+ ms", "TIME"),
    ]}, {
        insta::assert_snapshot!(text);
    });
}

#[test]
fn the_doctor_exits_with_3_when_no_python_answers() {
    let project = Project::new();
    let stub = quoted(save_program(&project, "stub", &[Does::Exits(127)]));
    let request = ["--doctor", "--python", &stub];
    project.run(&request).code(3).stdout("");
    // JSON says so as well: for a program that is not a Python, and for one that does not exist.
    for python in [&stub[..], "no-such-thing"] {
        let end = project
            .run(&["--doctor", "--json", "--python", python])
            .code(3);
        let answer: Value = serde_json::from_str(&end.printed()).unwrap();
        assert_eq!(answer["usable"], false, "{answer:#}");
        assert_eq!(answer["asked_for"], python);
        assert!(answer["hint"].is_string(), "{answer:#}");
        let error = answer["error"].as_str().unwrap();
        assert!(end.said().contains(error), "{}", end.said());
    }
}

/// Connects as a Python would, but cannot say the token.
const STRANGER: &str = r#"
import re, socket, sys, time
shim = open(sys.argv[1]).read()
port = int(re.search(r"'127\.0\.0\.1', int\('(\d+)'", shim).group(1))
stranger = socket.create_connection(('127.0.0.1', port))
stranger.sendall(b'hotload 3.11.7\n')
time.sleep(60)
"#;

#[test]
fn the_doctor_says_when_another_program_spoke_in_place_of_the_python() {
    for python in two_pythons() {
        let project = Project::with("stranger.py", STRANGER);
        let command = format!("{} stranger.py {{shim}}", quoted(&python.path));
        // Programs start slowly under Wine.
        let limit = if cfg!(windows) { "10" } else { "2" };
        let end = project.run(&["--doctor", "--start-timeout", limit, "--python", &command]);
        let said = end.code(3).said();
        assert!(
            said.contains("something else connected with a wrong token"),
            "{said}"
        );
    }
}

#[test]
fn what_cannot_be_asked_is_a_usage_error_for_the_doctor_too() {
    let project = Project::new();
    let unbalanced = if cfg!(windows) { "\"" } else { "'" };
    for request in ["", "  ", unbalanced, "{shim}", ">=3.8"] {
        let end = project.run(&["--doctor", "--json", "--python", request]);
        end.code(2).stdout("");
    }
}
