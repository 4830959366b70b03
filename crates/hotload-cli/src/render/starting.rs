//! How an interpreter came to start, or did not, in words.

use std::time::Duration;

use hotload_python::discovery::candidate::Candidate;
use hotload_python::outcome::notice::Ready;
use hotload_python::start::error::StartError;

use super::causes::with_causes;
use super::line::{duration, note, warning};

/// Where the interpreter came from, how long its start took and how it talks, for `-v`.
pub(crate) fn started(ready: &Ready) -> String {
    let candidate = &ready.candidate;
    let start_time = duration(ready.start_time);
    note(&format!(
        "interpreter: `{candidate}` ({}), {start_time}, {}",
        candidate.source, ready.transport
    ))
}

/// What the interpreter was started without.
pub(crate) fn left_out(names: &[String]) -> String {
    note(&format!(
        "started without {}, which would be another Python's",
        names.join(" and ")
    ))
}

/// A candidate that turned out to be none, for `-v`.
pub(crate) fn passed_over(error: &StartError) -> String {
    note(&format!("passed over: {}", with_causes(error)))
}

/// A launcher that has started several interpreters.
pub(crate) fn another(candidate: &Candidate) -> String {
    warning(&format!(
        "`{candidate}` ({}) has started a second Python; hotload talks to the first alone, and has \
         sent it away",
        candidate.source
    ))
}

/// An interpreter that has not said hello for a while.
pub(crate) fn slow_start(candidate: &Candidate, waited: Duration, limit: Duration) -> String {
    let host = candidate.host.as_ref();
    let why = match host.map(|host| (&host.slow, host.licence)) {
        Some((Some(slow), _)) => format!(" ({slow})"),
        Some((None, true)) => " (it may wait for a licence)".into(),
        _ => String::new(),
    };
    note(&format!(
        "waiting for `{candidate}` ({}) to start{why}, {:.0} s so far, {} s at most",
        candidate.source,
        waited.as_secs_f64(),
        limit.as_secs_f64()
    ))
}

/// A new interpreter that did not come up either.
pub(crate) fn start_failed(error: &StartError, pause: Duration) -> String {
    let (why, pause) = (with_causes(error), duration(pause));
    warning(&format!("{why}; tried again in {pause}"))
}
