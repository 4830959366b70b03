//! The events file.

use std::fs;

use serde_json::Value;

use crate::harness::Project;
use crate::pythons::pythons;

/// The events that a session has written.
pub(crate) struct Events(Vec<Value>);

impl Events {
    pub(crate) fn of(project: &Project) -> Self {
        let text = fs::read_to_string(project.file("events.jsonl")).unwrap();
        Self(
            text.lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        )
    }

    pub(crate) fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|event| event["event"] == name).count()
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
        #[cfg(unix)]
        session.signal(nix::sys::signal::Signal::SIGTERM);
        #[cfg(unix)]
        session.ends();
        let events = Events::of(&project);
        let expected = [
            "started", "reloaded", "step", "cycle", "changed", "reloaded", "step", "error",
            "cycle", "stopped",
        ];
        let names = events.names();
        assert_eq!(names, &expected[..names.len()], "{python}");
        assert!(names.len() >= expected.len() - 1);

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
        let hash = "dfc09f0aa3bcb0dfbfcd9b95b8fe1db0b0b8ba2ef3e9dfb8fcbd12d8f6b2b8c6";
        assert_eq!(reloaded["sha256"].as_str().unwrap().len(), hash.len());
        let error = events.find("error");
        assert_eq!(error["type"], "ZeroDivisionError");
        assert_eq!(error["cycle"], 2);
        assert_eq!(error["frames"][0]["line"], 1);
        assert_eq!(error["frames"][0]["source"], "1 // 0");
        let cycles: Vec<&str> = events
            .0
            .iter()
            .filter(|event| event["event"] == "cycle")
            .map(|event| event["outcome"].as_str().unwrap())
            .collect();
        assert_eq!(cycles, ["ok", "failed"]);
    }
}

#[test]
fn the_events_file_inside_the_watched_folder_causes_no_cycle() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "print('run')\n");
    let arguments = ["lib", "--ext", "py,jsonl", "--events", "events.jsonl"];
    let mut session = project.start(python, &arguments);
    session.ends_cycle(1);
    project.save("lib.py", "print('mark')\n");
    session.prints("mark");
    session.ends_cycle(2);
}
