//! What happens in a session, as the JSON events of `--events`.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use hotload_core::running::cut::Cut;
use hotload_core::running::input::StopReason;
use hotload_core::running::report::{CycleOutcome, Outcome, Report, StepReport};
use hotload_core::session::Ending;
use hotload_core::watching::change_set::ChangeSet;
use hotload_python::outcome::death::{Cause, Death};
use hotload_python::outcome::failure::{Failure, UserError};
use hotload_python::outcome::leftovers::{Leftover, Pile};
use hotload_python::outcome::notice::Ready;
use hotload_python::outcome::patching::Patched;
use hotload_python::outcome::reloading::{KeptFor, Reloaded};
use hotload_python::start::error::StartError;
use hotload_python::targets::Target;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::render::with_causes;
use crate::screen::event_file::EventFile;

/// Version of the events' format.
const FORMAT: u32 = 1;

/// Writes events, if they are wanted.
pub(crate) struct Events {
    file: Option<EventFile>,
    /// The error that ended the writing, until it is shown.
    broken: Option<io::Error>,
}

impl Events {
    pub(crate) fn new(file: Option<EventFile>) -> Self {
        Self { file, broken: None }
    }

    /// Why no further events are written, once.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        self.broken.take()
    }

    fn emit(&mut self, event: &str, cycle: Option<u64>, fields: Value) {
        let Some(file) = &mut self.file else { return };
        let mut object = Map::new();
        object.insert("event".into(), event.into());
        object.insert("v".into(), FORMAT.into());
        object.insert("time".into(), now().into());
        // There is none during the warm-up of an interpreter.
        if let Some(cycle) = cycle.filter(|cycle| *cycle > 0) {
            object.insert("cycle".into(), cycle.into());
        }
        if let Value::Object(fields) = fields {
            object.extend(fields);
        }
        if let Err(error) = file.append(&Value::Object(object)) {
            let has_no_reader =
                error.kind() == io::ErrorKind::BrokenPipe && file.standard_output().is_some();
            self.file = None;
            // As when user code's output is not read any more: hotload ends without a word.
            self.broken = Some(error).filter(|_| !has_no_reader);
        }
    }

    /// An interpreter can run steps: `started`, or `interpreter` for a later one.
    pub(crate) fn ready(&mut self, ready: &Ready, targets: &[Target], files_watched: usize) {
        let python = json!({
            "version": ready.hello.version.to_string(),
            "implementation": ready.hello.implementation,
            "platform": ready.hello.platform,
            "pid": ready.hello.process_id,
            "executable": ready.hello.executable,
            "command": ready.candidate.to_string(),
            "source": ready.candidate.source.to_string(),
        });
        if ready.restarts > 0 && ready.joined.is_some() {
            let fields = json!({"what": "joined", "python": python});
            return self.emit("interpreter", None, fields);
        }
        if ready.restarts > 0 {
            let fields = json!({"what": "restarted", "restarts": ready.restarts, "python": python});
            return self.emit("interpreter", None, fields);
        }
        self.started(Some(python), targets, files_watched);
    }

    /// The session has started, with this Python or without one.
    pub(crate) fn started(
        &mut self,
        python: Option<Value>,
        targets: &[Target],
        files_watched: usize,
    ) {
        let targets: Vec<&str> = targets
            .iter()
            .map(|target| target.spelled.as_str())
            .collect();
        let fields = json!({"python": python, "targets": targets, "files": files_watched});
        self.emit("started", None, fields);
    }

    pub(crate) fn died(&mut self, cycle: u64, death: &Death) {
        let reason = match death.cause {
            Cause::Ended(status) => status.to_string(),
            Cause::LauncherEnded(status) => format!("launcher: {status}"),
            Cause::ConnectionClosed => "connection closed".into(),
            Cause::Garbled => "garbled frame".into(),
            Cause::Disconnected => "disconnected".into(),
        };
        let mut fields = json!({"what": "exited", "reason": reason});
        if let Some(dump) = &death.dump {
            fields["text"] = dump.as_str().into();
        }
        self.emit("interpreter", Some(cycle), fields);
        if let Some(crash) = &death.crash {
            self.error(cycle, crash);
        }
    }

    /// A guest has left; without a reason its program has ended.
    pub(crate) fn left(&mut self, cycle: u64, why: Option<&str>) {
        let reason = why.unwrap_or("the program has ended");
        let fields = json!({"what": "left", "reason": reason});
        self.emit("interpreter", Some(cycle), fields);
    }

    pub(crate) fn pile(&mut self, cycle: u64, pile: Pile) {
        let kind = match pile.leftover {
            Leftover::Threads => "threads",
            Leftover::ExitHandlers => "exit handlers",
            Leftover::LoggingHandlers => "logging handlers",
            Leftover::SignalHandlers => "signal handlers",
            Leftover::EventLoops => "event loops",
            Leftover::OldClasses => "old classes",
        };
        let fields = json!({"kind": kind, "count": pile.count});
        self.emit("leftovers", Some(cycle), fields);
    }

    pub(crate) fn old_definitions(&mut self, cycle: u64, module: &str, names: &[String]) {
        let fields = json!({"module": module, "names": names});
        self.emit("old_definitions", Some(cycle), fields);
    }

    pub(crate) fn changed(&mut self, cycle: u64, changes: &ChangeSet) {
        if changes.is_empty() {
            return;
        }
        let files: Vec<Value> = changes
            .iter()
            .map(|(path, kind)| json!({"file": path.to_string_lossy(), "kind": kind.to_string()}))
            .collect();
        self.emit("changed", Some(cycle), json!({"files": files}));
    }

    pub(crate) fn reloaded(&mut self, cycle: u64, reloaded: &Reloaded) {
        let fields = json!({
            "module": reloaded.module,
            "file": reloaded.file.to_string_lossy(),
            "sha256": hex(&Sha256::digest(&reloaded.source)),
            "because": reloaded.because,
        });
        self.emit("reloaded", Some(cycle), fields);
    }

    pub(crate) fn stayed_old(&mut self, cycle: u64, module: &str, needs: &str) {
        let fields = json!({"module": module, "needs": needs});
        self.emit("stayed_old", Some(cycle), fields);
    }

    pub(crate) fn kept(&mut self, cycle: u64, module: &str, why: KeptFor) {
        let why = match why {
            KeptFor::Keep => "keep",
            KeptFor::Preload => "preload",
        };
        self.emit("kept", Some(cycle), json!({"module": module, "why": why}));
    }

    pub(crate) fn patched(&mut self, cycle: u64, patched: &Patched) {
        let replaced = patched.replaced.iter();
        let replaced =
            replaced.map(|it| json!({"name": it.name, "why": it.why, "instances": it.instances}));
        let refused = patched.refused.iter();
        let refused = refused.map(|it| json!({"name": it.name, "why": it.why}));
        let fields = json!({
            "module": patched.module,
            "taken_back": patched.taken_back,
            "kept": {"functions": patched.functions, "classes": patched.classes},
            "replaced": replaced.collect::<Value>(),
            "refused": refused.collect::<Value>(),
        });
        self.emit("patched", Some(cycle), fields);
    }

    pub(crate) fn restart_needed(&mut self, cycle: u64, file: &Path) {
        let fields = json!({"file": file.to_string_lossy()});
        self.emit("restart_needed", Some(cycle), fields);
    }

    pub(crate) fn step(&mut self, cycle: u64, step: &StepReport<Failure>) {
        let mut fields = json!({
            "name": step.name.to_string(),
            "outcome": outcome_word(&step.outcome),
            "duration_ms": milliseconds(step.duration),
        });
        if let Outcome::Skipped(skip) = &step.outcome {
            fields["reason"] = skip.reason.as_str().into();
        }
        if let Some(cut) = &step.cut {
            fields["reason"] = cut_word(*cut).into();
        }
        self.emit("step", Some(cycle), fields);
        if let Outcome::Failed(Failure::Error(error)) = &step.outcome {
            self.error(cycle, error);
        }
    }

    /// User code raised an exception.
    pub(crate) fn error(&mut self, cycle: u64, error: &UserError) {
        // Strings, numbers and lists of them: JSON has them all.
        let mut fields = serde_json::to_value(&error.report).unwrap_or_default();
        fields["help"] = error.help.clone().into();
        self.emit("error", Some(cycle), fields);
    }

    pub(crate) fn cycle(&mut self, report: &Report<Failure>) {
        let mut fields = json!({
            "outcome": match report.outcome {
                CycleOutcome::Ok => "ok",
                CycleOutcome::Failed => "failed",
                CycleOutcome::Interrupted => "interrupted",
            },
            "duration_ms": milliseconds(report.duration),
            "latency_ms": report.latency.map(milliseconds),
            "files": report.files_watched,
        });
        if report.superseded {
            fields["superseded"] = true.into();
        }
        self.emit("cycle", Some(report.cycle), fields);
    }

    pub(crate) fn stopped(&mut self, ending: &Ending<StartError>, exit_status: u8) {
        let reason = match ending {
            Ending::Once(_) => "once".into(),
            Ending::OutputClosed => "output closed".into(),
            Ending::Stopped(StopReason::HangUp) => "hangup".into(),
            Ending::Stopped(StopReason::Terminate) => "terminated".into(),
            Ending::Stopped(StopReason::Quit) => "quit".into(),
            Ending::WorkerDied => "interpreter died".into(),
            Ending::Stopped(StopReason::Interrupt) => "interrupted".into(),
            Ending::Fatal(error) => with_causes(error),
        };
        let fields = json!({"reason": reason, "exit_status": exit_status});
        self.emit("stopped", None, fields);
        if let Some(file) = self.file.take() {
            file.close();
        }
    }
}

fn outcome_word(outcome: &Outcome<Failure>) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Failed(_) => "failed",
        Outcome::Interrupted(_) => "interrupted",
        Outcome::Skipped(_) => "skipped",
    }
}

fn cut_word(cut: Cut) -> &'static str {
    match cut {
        Cut::NewerSave => "newer save",
        Cut::Person => "ctrl-c",
        Cut::TimeLimit(_) => "time limit",
    }
}

fn milliseconds(duration: Duration) -> f64 {
    // Microseconds are precise enough, and a short number reads better.
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

fn now() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
