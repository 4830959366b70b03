//! What is known of a session at this moment, for `--send status`.

use std::path::Path;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use hotload_core::running::report::{CycleOutcome, Report};
use hotload_python::outcome::failure::{Failure, UserError};
use serde_json::{Map, Value, json};

/// What is known of a session. Clones are of the same session.
#[derive(Clone)]
pub(crate) struct Status {
    now: Arc<Mutex<Now>>,
}

struct Now {
    /// What stays the same.
    about: Map<String, Value>,
    state: &'static str,
    paused: bool,
    last: Map<String, Value>,
    /// The first error of the cycle that runs.
    error: Value,
}

impl Status {
    pub(crate) fn new(folder: &Path, name: Option<&str>, targets: &[String]) -> Self {
        let about = json!({
            "pid": process::id(),
            "session": name,
            "folder": folder.to_string_lossy(),
            "targets": targets,
        });
        let now = Now {
            about: object(about),
            state: "starting",
            paused: false,
            last: object(json!({"cycle": 0, "outcome": null, "error": null})),
            error: Value::Null,
        };
        Self {
            now: Arc::new(Mutex::new(now)),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Now)) {
        change(&mut self.now.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn cycle_started(&self) {
        self.change(|now| {
            now.state = "running";
            now.error = Value::Null;
        });
    }

    pub(super) fn paused(&self, paused: bool) {
        self.change(|now| now.paused = paused);
    }

    pub(super) fn error(&self, error: &UserError) {
        self.change(|now| {
            if now.error.is_null() {
                now.error = serde_json::to_value(&error.report).unwrap_or_default();
            }
        });
    }

    pub(super) fn cycle_ended(&self, report: &Report<Failure>) {
        let outcome = match report.outcome {
            CycleOutcome::Ok => "ok",
            CycleOutcome::Failed => "failed",
            CycleOutcome::Interrupted => "interrupted",
        };
        self.change(|now| {
            now.state = "idle";
            let error = now.error.take();
            now.last = object(json!({
                "cycle": report.cycle,
                "outcome": outcome,
                "duration_ms": report.duration.as_secs_f64() * 1e3,
                "error": error,
            }));
        });
    }

    /// All of it, as one line of JSON.
    pub(crate) fn line(&self) -> String {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = now.about.clone();
        all.insert("state".into(), now.state.into());
        all.insert("paused".into(), now.paused.into());
        all.extend(now.last.clone());
        Value::Object(all).to_string()
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
