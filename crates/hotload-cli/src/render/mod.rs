//! From values to the text that a person reads. Pure: nothing here writes.

mod causes;
pub(crate) mod death;
pub(crate) mod error;
mod plain;
pub(crate) mod running;
mod source_line;
pub(crate) mod starting;
pub(crate) mod usage;

use std::fmt::Write;
use std::io;
use std::path::Path;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use hotload_core::running::report::{CycleOutcome, Outcome, Report, StepReport};
use hotload_core::running::step_name::{StepKind, StepName};
use hotload_core::watching::change_set::ChangeSet;
use hotload_python::outcome::failure::Failure;
use hotload_python::outcome::leftovers::{Leftover, Pile};
use hotload_python::outcome::notice::Ready;
use hotload_python::targets::Target;

pub(crate) use self::causes::{causes, with_causes};
use self::error::Look;
pub(crate) use self::plain::{plain, plain_line};
use crate::exit::Exit;

pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// The error that ends hotload, its causes, and the way out.
pub(crate) fn exit(exit: &Exit) -> String {
    let mut text = format!(
        "{BAD}error{BAD:#}: {}\n",
        plain_line(&exit.error.to_string())
    );
    for cause in causes(&*exit.error) {
        let _ = writeln!(text, "  caused by: {}", plain_line(&cause.to_string()));
    }
    if let Some(hint) = &exit.hint {
        let _ = write!(text, "\n{HINT}hint{HINT:#}: {}\n", plain_line(hint));
    }
    text
}

/// `hotload 0.1.0 · Python 2.7.18 · lib`
pub(crate) fn header(ready: &Ready, targets: &[Target], unicode: bool) -> String {
    let dot = if unicode { '·' } else { '-' };
    let hello = &ready.hello;
    let mut python = format!("Python {}", hello.version);
    // A host says more than what its Python is made of.
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

/// The targets as they were given.
pub(crate) fn names(targets: &[Target]) -> String {
    let names: Vec<&str> = targets
        .iter()
        .map(|target| target.spelled.as_str())
        .collect();
    plain_line(&names.join(", "))
}

/// `ok  lib  3.2 ms  #7  14:02:11  12 files`
pub(crate) fn cycle(report: &Report<Failure>, names: &str, clock: &str) -> String {
    let (style, word) = match report.outcome {
        _ if report.superseded => (DIM, "superseded"),
        CycleOutcome::Ok => (GOOD, "ok"),
        CycleOutcome::Failed => (BAD, "failed"),
        CycleOutcome::Interrupted => (WARNING, "stopped"),
    };
    let files = match report.files_watched {
        1 => "1 file".into(),
        count => format!("{count} files"),
    };
    let duration = duration(report.duration);
    let separator = if names.is_empty() { "" } else { "  " };
    format!(
        "{style}{word}{style:#}{separator}{names}  {duration}  {DIM}#{}  {clock}  {files}{DIM:#}\n",
        report.cycle
    )
}

/// What there is to say of a step that did not simply succeed; nothing for one that did.
pub(crate) fn step(report: &StepReport<Failure>, verbose: bool, look: Look) -> String {
    match &report.outcome {
        Outcome::Ok => String::new(),
        // Told when it was interrupted.
        Outcome::Interrupted(_) if report.cut.is_some() => String::new(),
        Outcome::Failed(failure) | Outcome::Interrupted(failure) => {
            let title = title(&report.name, failure);
            format!("{title}{}", failed(&report.name.to_string(), failure, look))
        }
        Outcome::Skipped(skip) if verbose || !skip.is_expected => {
            note(&format!("{} left out: {}", report.name, skip.reason))
        }
        Outcome::Skipped(_) => String::new(),
    }
}

/// The name of a step that a launch script has defined: its traceback does not tell.
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
        Failure::Exited(what) | Failure::Stopped { what, .. } => {
            format!("{WARNING}stopped{WARNING:#}: {}\n", plain(what))
        }
        // Told by the notice of its death.
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

/// Errors beside the steps that are too many to be told.
pub(crate) fn errors_dropped(count: u64) -> String {
    warning(&format!("{count} more errors of threads and the like"))
}

/// A launch script that could not be read again.
pub(crate) fn plan_kept() -> String {
    note("the plan stays as it was; it runs again on the next save")
}

/// A `hotload.py` beside the user's files that is newer than the driver's own API.
pub(crate) fn newer_api(file: &Path, version: &str) -> String {
    note(&format!(
        "`{}` is of hotload {version}, this is {}: `import hotload` gives its own",
        file.display(),
        env!("CARGO_PKG_VERSION")
    ))
}

/// A callable in the watch list of a launch script that failed.
pub(crate) fn watch_list_failed(failure: &Failure, look: Look) -> String {
    let text = failed("the watch list", failure, look);
    format!(
        "{WARNING}warning{WARNING:#}: the watch list is not asked again: a callable failed\n{text}"
    )
}

/// What changed, for `-v`.
pub(crate) fn changes(changes: &ChangeSet) -> String {
    let mut text = String::new();
    for (path, kind) in changes.iter() {
        let _ = writeln!(
            text,
            "{DIM}{kind} {}{DIM:#}",
            plain_line(&path.to_string_lossy())
        );
    }
    text
}

/// What was loaded before the targets, and the time that took.
pub(crate) fn preload(step: &StepReport<Failure>) -> String {
    let name = plain_line(&step.name.text);
    let duration = duration(step.duration);
    match &step.outcome {
        Outcome::Ok => format!("{DIM}preloaded {name}  {duration}{DIM:#}\n"),
        Outcome::Skipped(skip) => {
            format!(
                "{WARNING}left out{WARNING:#}  preload {name}: {}\n",
                plain_line(&skip.reason)
            )
        }
        _ => format!("{BAD}failed{BAD:#}  preload {name}  {duration}\n"),
    }
}

/// A block that a person may expect to run, and that an import does not.
pub(crate) fn main_hint(target: &str) -> String {
    note(&format!(
        "hint: an import does not run the `if __name__ == \"__main__\"` block of {target}: \
         put it into a function and use `{target}:main`"
    ))
}

/// Why the events file ends here.
pub(crate) fn events_broken(error: &io::Error) -> String {
    warning(&format!("events are no longer written: {error}"))
}

/// What piles up from reload to reload, and what to do about it.
///
/// `hook` is where user code can clean up before a reload.
pub(crate) fn pile(pile: Pile, hook: &str) -> String {
    let once = format!(
        "make them once (`try: x = x`, `except NameError: x = make()`), or end them in {hook}"
    );
    let (what, advice) = match pile.leftover {
        Leftover::Threads => ("threads that still run", &*once),
        Leftover::ExitHandlers => ("functions that `atexit` is to call", &*once),
        Leftover::LoggingHandlers => (
            "handlers of loggers, each of which writes every line",
            "add one only where `logger.handlers` is empty",
        ),
        Leftover::SignalHandlers => ("handlers of signals", &*once),
        Leftover::EventLoops => (
            "event loops that are not closed",
            "close them, or use `asyncio.run`",
        ),
    };
    note(&format!(
        "hint: each reload leaves more behind: {} {what} by now; {advice}",
        pile.count
    ))
}

/// The keys that can be pressed between two cycles.
pub(crate) fn keys<'k>(keys: impl Iterator<Item = (&'k str, &'k str)>) -> String {
    let mut text = String::new();
    for (names, meaning) in keys {
        let _ = writeln!(text, "  {HINT}{names:8}{HINT:#}  {meaning}");
    }
    text
}

/// Keys that are not read, since what was typed is for user code; or that are read again.
pub(crate) fn typed_ahead(is_held: bool) -> String {
    note(if is_held {
        "what you have typed is left for `input()`; keys are off until it is read"
    } else {
        "what you had typed was not asked for, and is dropped; keys are on again"
    })
}

/// What `--explain -` waits for at a terminal.
pub(crate) fn paste_here() -> String {
    let end = if cfg!(windows) {
        "Ctrl-Z and Enter"
    } else {
        "Ctrl-D"
    };
    note(&format!("paste a traceback, then {end}"))
}

/// An error that a text has again and again.
pub(crate) fn repeated(times: u64) -> String {
    match times {
        1 => note("(and the same once more)"),
        times => note(&format!("(and the same {times} more times)")),
    }
}

/// What `--explain` has found and not shown: errors that were shown before, and too many others.
pub(crate) fn not_shown(again: u64, others: u64) -> String {
    let mut text = String::new();
    if again > 0 {
        let are = if again == 1 { "is" } else { "are" };
        text.push('\n');
        text.push_str(&note(&format!(
            "{again} more {are} the same as one of these"
        )));
    }
    if others > 0 {
        text.push('\n');
        text.push_str(&note(&format!(
            "{others} more, the same or others, are not shown: `--traceback full` shows all"
        )));
    }
    text
}

/// What another user has put above the target's folder.
pub(crate) fn strangers(path: &Path) -> String {
    warning(&format!(
        "`{}` is left out: it belongs to another user",
        path.display()
    ))
}

/// One quiet line.
pub(crate) fn note(text: &str) -> String {
    format!("{DIM}{}{DIM:#}\n", plain_line(text))
}

/// Something that went wrong beside the steps.
pub(crate) fn warning(text: &str) -> String {
    format!("{WARNING}warning{WARNING:#}: {}\n", plain_line(text))
}

/// A duration as one reads it at a glance.
fn duration(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1e3;
    match milliseconds {
        short if short < 99.95 => format!("{short:.1} ms"),
        middle if middle < 9_999.5 => format!("{middle:.0} ms"),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;
    use std::time::Duration;

    #[test]
    fn a_duration_is_short_to_read() {
        let cases = [
            (250, "0.2 ms"),
            (3_240, "3.2 ms"),
            (99_960, "100 ms"),
            (1_500_000, "1500 ms"),
            (12_340_000, "12.3 s"),
        ];
        for (microseconds, expected) in cases {
            assert_eq!(duration(Duration::from_micros(microseconds)), expected);
        }
    }
}
