//! From numbers as they are given to durations.

use std::time::Duration;

use crate::arguments::defaults;
use crate::config::layers::{Given, Layers};
use crate::exit::Exit;

/// Polls per second at most: faster ones would overlap.
const FASTEST: f64 = 1000.0;

/// Polls per second at least.
const SLOWEST: f64 = 0.001;

/// The time between two polls.
pub(crate) fn poll_interval(layers: &Layers) -> Result<Duration, Exit> {
    let given = layers.given("poll", |options| options.watching.poll.clone());
    let hertz = match given {
        Some(given) => polls_per_second(&given)?,
        None => defaults::POLL.into(),
    };
    Ok(Duration::from_secs_f64(1.0 / hertz))
}

fn polls_per_second(given: &Given<String>) -> Result<f64, Exit> {
    match given.value.parse::<f64>() {
        Ok(hertz) if (SLOWEST..=FASTEST).contains(&hertz) => Ok(hertz),
        _ => Err(Exit::usage(format!(
            "{} is not a number from {SLOWEST} to {FASTEST}",
            given.with(&given.value)
        ))
        .hint(format!(
            "it is the number of polls per second; the default is {}",
            defaults::POLL
        ))),
    }
}

/// How long an interpreter may take to start.
pub(crate) fn start_timeout(layers: &Layers) -> Result<Duration, Exit> {
    let given = layers.given("start-timeout", |options| {
        options.interpreter.start_timeout.clone()
    });
    given.map_or(Ok(defaults::START_TIMEOUT), |given| seconds(&given))
}

/// How long a step may take.
pub(crate) fn step_limit(layers: &Layers) -> Result<Option<Duration>, Exit> {
    let given = layers.given("timeout", |options| options.running.timeout.clone());
    given.map(|given| seconds(&given)).transpose()
}

fn seconds(given: &Given<String>) -> Result<Duration, Exit> {
    let number = given.value.parse::<f64>().ok();
    let duration = number
        .filter(|seconds| *seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| {
        let given = given.with(&given.value);
        Exit::usage(format!("{given} is not a positive number of seconds"))
    })
}
