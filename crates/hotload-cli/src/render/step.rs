//! How a step ended.

use hotload_core::running::cut::Cut;
use hotload_core::running::report::{Mention, Outcome, StepReport};
use hotload_core::running::step_name::{StepKind, StepName};
use hotload_python::outcome::failure::{Failure, UserError};

use super::causes::with_causes;
use super::error::{self, Look};
use super::line::{BAD, WARNING, note};
use super::plain::{plain, plain_line};
use crate::arguments::TracebackStyle;

/// How a step failed or why it was skipped; nothing for one that succeeded.
pub(crate) fn step(report: &StepReport<Failure>, verbose: bool, look: Look) -> String {
    match &report.outcome {
        Outcome::Ok => String::new(),
        // Reported when it was interrupted, but for where.
        Outcome::Interrupted(Failure::Stopped { location, .. })
            if report.cut.is_some_and(|cut| cut != Cut::Person) =>
        {
            interrupted_at(location.as_deref(), look)
        }
        Outcome::Interrupted(_) if report.cut.is_some_and(|cut| cut != Cut::Person) => {
            String::new()
        }
        Outcome::Interrupted(Failure::Command(_)) if report.cut.is_some() => {
            format!(
                "{WARNING}stopped{WARNING:#}: {}\n",
                plain_line(&report.name.text)
            )
        }
        Outcome::Failed(failure) | Outcome::Interrupted(failure) => {
            let title = title(&report.name, failure);
            format!("{title}{}", failed(&report.name.to_string(), failure, look))
        }
        Outcome::Skipped(skip) if is_mentioned(skip.mention, verbose) => {
            note(&format!("skipped {}: {}", report.name, skip.reason))
        }
        Outcome::Skipped(_) => String::new(),
    }
}

fn is_mentioned(mention: Mention, verbose: bool) -> bool {
    match mention {
        Mention::Always => true,
        Mention::OnRequest => verbose,
        Mention::Never => false,
    }
}

/// The name of a step that a launch script has defined: its traceback does not show it.
fn title(name: &StepName, failure: &Failure) -> String {
    match failure {
        Failure::Error(_) | Failure::Exited(_) if name.kind == StepKind::Named => {
            note(&format!("step {name} failed"))
        }
        _ => String::new(),
    }
}

fn failed(name: &str, failure: &Failure, look: Look) -> String {
    match failure {
        Failure::Error(error) => error::error(error, look),
        Failure::Exited(what) => stopped(what),
        Failure::Stopped { what, location, .. } => {
            format!(
                "{}{}",
                stopped(what),
                interrupted_at(location.as_deref(), look)
            )
        }
        // The notice of its death reports it.
        Failure::InterpreterDied => String::new(),
        Failure::Command(failure) => {
            let name = plain_line(name);
            format!(
                "{BAD}error{BAD:#}: {name}: {}\n",
                plain_line(&with_causes(failure))
            )
        }
        Failure::Unusable(problem) => {
            format!(
                "{BAD}error{BAD:#}: {}: {}\n",
                plain_line(name),
                plain_line(problem)
            )
        }
    }
}

fn stopped(what: &str) -> String {
    format!("{WARNING}stopped{WARNING:#}: {}\n", plain(what))
}

/// Where user code was when it was interrupted.
fn interrupted_at(location: Option<&UserError>, look: Look) -> String {
    match (location, look.style) {
        (None, _) => String::new(),
        (Some(location), TracebackStyle::Short) => error::arrow_to(&location.report, look),
        (Some(location), _) => error::error(location, look),
    }
}

/// A callable in the watch list of a launch script has failed.
pub(crate) fn watch_list_failed(failure: &Failure, look: Look) -> String {
    let text = failed("the watch list", failure, look);
    format!(
        "{WARNING}warning{WARNING:#}: the watch list stays as it was, because a callable in it failed\n{text}"
    )
}
