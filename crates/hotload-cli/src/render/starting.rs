//! How the start of an interpreter went.

use std::time::Duration;

use hotload_python::discovery::candidate::Candidate;
use hotload_python::outcome::notice::Ready;
use hotload_python::start::error::StartError;

use super::causes::with_causes;
use super::line::{duration, note, warning};

/// Where the interpreter came from, how long its start took and how it talks to hotload, for `-v`.
pub(crate) fn started(ready: &Ready) -> String {
    let candidate = &ready.candidate;
    let start_time = duration(ready.start_time);
    note(&format!(
        "interpreter: `{candidate}` ({}), {start_time}, {}",
        candidate.source, ready.transport
    ))
}

/// The environment variables that the interpreter was started without.
pub(crate) fn left_out(names: &[String]) -> String {
    let (names, are) = match names {
        [name] => (name.clone(), "is"),
        names => (names.join(" and "), "are"),
    };
    note(&format!(
        "started without {names}, which {are} meant for another Python"
    ))
}

/// What a stub that was skipped has printed, for `-v`.
pub(crate) fn printed(text: &str) -> String {
    note(&format!("it printed: {text}"))
}

/// A candidate turned out not to be a usable Python.
pub(crate) fn passed_over(error: &StartError) -> String {
    note(&format!("skipped: {}", with_causes(error)))
}

/// A launcher has started several interpreters.
pub(crate) fn another(candidate: &Candidate) -> String {
    warning(&format!(
        "`{candidate}` ({}) started more than one Python; hotload uses the first and turned the other away",
        candidate.source
    ))
}

/// An interpreter has not said hello for a while.
pub(crate) fn slow_start(candidate: &Candidate, waited: Duration, limit: Duration) -> String {
    let host = candidate.host.as_ref();
    let why = match host.map(|host| (&host.slow, host.licence)) {
        Some((Some(slow), _)) => format!(" ({slow})"),
        Some((None, true)) => " (it may be waiting for a licence)".into(),
        _ => String::new(),
    };
    note(&format!(
        "waiting for `{candidate}` ({}) to start{why}: {:.0} s so far, {} s at most",
        candidate.source,
        waited.as_secs_f64(),
        limit.as_secs_f64()
    ))
}

/// A new interpreter did not start either.
pub(crate) fn start_failed(error: &StartError, pause: Duration) -> String {
    let (why, pause) = (with_causes(error), duration(pause));
    warning(&format!("{why}; trying again in {pause}"))
}
