//! What is on top of a session: hotload, its Python, the targets, and what was loaded before them.

use std::fmt::Write;

use hotload_core::running::report::{Outcome, StepReport};
use hotload_python::outcome::failure::Failure;
use hotload_python::outcome::notice::Ready;
use hotload_python::targets::Target;

use super::line::{BAD, DIM, WARNING, duration};
use super::plain::plain_line;

/// `hotload 0.1.0 · Python 2.7.18 · lib`
pub(crate) fn header(ready: &Ready, targets: &[Target], unicode: bool) -> String {
    let dot = if unicode { '·' } else { '-' };
    let hello = &ready.hello;
    let mut python = format!("Python {}", hello.version);
    // The host says more than the implementation of its Python.
    match &ready.candidate.host {
        Some(host) => {
            let _ = write!(python, " ({})", plain_line(&host.to_string()));
        }
        None if hello.implementation != "cpython" => {
            let _ = write!(python, " ({})", plain_line(&hello.implementation));
        }
        None => {}
    }
    let version = env!("CARGO_PKG_VERSION");
    let names = names(targets);
    format!("{DIM}hotload {version} {dot} {python} {dot} {names}{DIM:#}\n\n")
}

/// What was loaded before the targets, and how long that took.
pub(crate) fn preload(step: &StepReport<Failure>) -> String {
    let name = plain_line(&step.name.text);
    let duration = duration(step.duration);
    match &step.outcome {
        Outcome::Ok => format!("{DIM}preloaded {name}  {duration}{DIM:#}\n"),
        Outcome::Skipped(skip) => {
            format!(
                "{WARNING}skipped{WARNING:#}  preload {name}: {}\n",
                plain_line(&skip.reason)
            )
        }
        _ => format!("{BAD}failed{BAD:#}  preload {name}  {duration}\n"),
    }
}

/// The targets as they were given.
pub(crate) fn names(targets: &[Target]) -> String {
    let names: Vec<&str> = targets
        .iter()
        .map(|target| target.spelled.as_str())
        .collect();
    plain_line(&names.join(", "))
}
