//! The events file.

use std::fs;

use serde_json::Value;

use crate::harness::Project;
use crate::harness::Written;
use crate::pythons::{pythons, two_pythons};

/// The events that a session has written.
pub(crate) struct Events(Vec<Value>);

impl Events {
    pub(crate) fn of(project: &Project) -> Self {
        let text = fs::read_to_string(project.file("events.jsonl")).unwrap();
        Self::parse(&text)
    }

    fn parse(text: &str) -> Self {
        let lines = text.lines();
        Self(
            lines
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        )
    }

    pub(crate) fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|event| event["event"] == name).count()
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = &Value> {
        self.0.iter()
    }

    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Value> {
        let name = name.to_owned();
        self.0
            .iter()
            .filter(move |event| event["event"] == name.as_str())
    }

    fn names(&self) -> Vec<&str> {
        self.0
            .iter()
            .map(|event| event["event"].as_str().unwrap())
            .collect()
    }

    fn find(&self, name: &str) -> &Value {
        self.0.iter().find(|event| event["event"] == name).unwrap()
    }
}

#[test]
fn events_tell_the_whole_session_in_its_order() {
    for python in pythons() {
        let project = Project::with("lib.py", "x = 1\n");
        let mut session = project.start(python, &["lib", "--events", "events.jsonl"]);
        session.ends_cycle(1);
        project.save("lib.py", "1 // 0\n");
        session.ends_cycle(2);
        session.press_ctrl_c();
        session.ends();
        let events = Events::of(&project);
        let expected = [
            "started", "reloaded", "step", "cycle", "changed", "reloaded", "step", "error",
            "cycle", "stopped",
        ];
        let names = events.names();
        assert_eq!(names, expected, "{python}");

        let (major, minor) = python.version;
        let version = events.find("started")["python"]["version"]
            .as_str()
            .unwrap();
        assert!(
            version.starts_with(&format!("{major}.{minor}.")),
            "{version}"
        );
        assert_eq!(events.find("changed")["files"][0]["kind"], "modified");
        let reloaded = events.find("reloaded");
        assert_eq!(reloaded["module"], "lib");
        // sha256 of "x = 1\n"
        let hash = "9e26bf369911c45c243c684147b23fc9e1dcfcf257d299a1c632016a6fcd33f4";
        assert_eq!(reloaded["sha256"], hash, "{python}");
        let error = events.find("error");
        let root = &error["exceptions"][0];
        assert_eq!(root["type"], "ZeroDivisionError");
        assert_eq!(error["cycle"], 2);
        assert_eq!(root["frames"][0]["line"], 1);
        assert_eq!(root["frames"][0]["text"], "1 // 0");
        let cycles: Vec<&str> = events
            .0
            .iter()
            .filter(|event| event["event"] == "cycle")
            .map(|event| event["outcome"].as_str().unwrap())
            .collect();
        assert_eq!(cycles, ["ok", "failed"]);
    }
}

#[cfg(target_os = "linux")] // which has a /dev/full
#[test]
fn events_that_cannot_be_written_are_reported_once_and_the_session_goes_on() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        let mut session = project.start(python, &["lib", "--events", "/dev/full"]);
        session.prints("one");
        session.ends_cycle(1);
        for cycle in 2..4 {
            project.save("lib.py", format!("print('cycle {cycle}')\n"));
            session.prints(&format!("cycle {cycle}"));
            session.ends_cycle(cycle);
        }
        let said = session.said();
        let warnings = said
            .matches("warning: events are no longer written")
            .count();
        assert_eq!(warnings, 1, "{python}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn events_go_through_a_fifo() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "x = 1\n");
    let mode = nix::sys::stat::Mode::from_bits_truncate(0o600);
    nix::unistd::mkfifo(&project.file("fifo"), mode).unwrap();
    // Opened both ways it waits for no writer, and nothing is left when this test fails.
    let fifo = project.file("fifo");
    let reader = fs::File::options().read(true).write(true).open(fifo);
    let read = crate::harness::Collected::from(reader.unwrap());
    let mut session = project.start(python, &["lib", "--events", "fifo"]);
    session.ends_cycle(1);
    // While the session runs: each line goes out by itself.
    assert!(read.wait_for("\"event\":\"cycle\"", 0).is_some());
    project.save("lib.py", "1 // 0\n");
    session.ends_cycle(2);
    session.signal(nix::sys::signal::Signal::SIGTERM);
    session.ends();
    let end =
        read.wait(|text| (text.contains("\"stopped\"") && text.ends_with('\n')).then_some(()));
    assert!(end.is_some(), "{}", read.all());
    let events = Events::parse(&read.all());
    assert_eq!(events.count("cycle"), 2);
}

#[cfg(unix)]
#[test]
fn events_go_to_standard_error_when_it_is_named() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "x = 1\n");
    for name in ["/dev/stderr", "/dev/fd/2"] {
        let said = project
            .run_with(python, &["--once", "lib", "--events", name])
            .success()
            .said();
        let lines: Vec<&str> = said.lines().filter(|line| line.starts_with('{')).collect();
        let events = Events::parse(&lines.join("\n"));
        let expected = ["started", "reloaded", "step", "cycle", "stopped"];
        assert_eq!(events.names(), expected, "{said}");
    }
}

#[test]
fn events_begin_on_a_line_of_their_own() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "x = 1\n");
        for before in ["{\"event\": \"cy", "{\"event\": \"stopped\"}\n"] {
            project.save("events.jsonl", before);
            let arguments = ["--once", "lib", "--events", "events.jsonl"];
            project.run_with(python, &arguments).success();
            let text = fs::read_to_string(project.file("events.jsonl")).unwrap();
            let rest = text.strip_prefix(before).unwrap();
            let own = if before.ends_with('\n') {
                rest
            } else {
                rest.strip_prefix('\n').unwrap()
            };
            assert_eq!(Events::parse(own).count("started"), 1, "{python}: {text}");
        }
    }
}

#[test]
fn events_go_to_standard_output_and_what_is_printed_to_standard_error() {
    for python in two_pythons() {
        let project = Project::with(
            "lib.py",
            "import os\nprint('ran')\nos.system('echo child')\n",
        );
        let arguments = ["--once", "lib", "--run", "echo command", "--events", "-"];
        let end = project.run_with(python, &arguments).success();
        assert_eq!(Events::parse(&end.printed()).count("cycle"), 1, "{python}");
        let said = end.said();
        for printed in ["ran\n", "child\n", "command\n"] {
            assert!(said.contains(printed), "{python}: {said}");
        }
        assert!(!project.file("-").exists());
    }
}

/// As `hotload lib | head` does.
#[cfg(unix)]
#[test]
fn hotload_ends_when_no_one_reads_the_events_on_standard_output() {
    let project = Project::with("lib.py", "x = 1\n");
    let python = &pythons()[0];
    let program = python.path.to_str().unwrap();
    let template = project.hotload(&[]);
    let mut shell = crate::harness::in_place_of(&template, "sh");
    let script = "{ \"$0\" --python \"$1\" --events - lib; echo \"status $?\" >&2; } | head -n 1";
    shell
        .args(["-c", script])
        .arg(template.get_program())
        .arg(program);
    let end = crate::harness::run(&mut shell).success();
    let said = end.said();
    assert!(
        said.contains("status 0") && !said.contains("no longer"),
        "{said}"
    );
    assert_eq!(Events::parse(&end.printed()).count("started"), 1);
}
