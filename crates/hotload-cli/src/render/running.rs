//! What there is to say while a step runs, in words.

use std::time::Duration;

use hotload_core::running::cut::{Cut, CutBy};

use super::line::{note, warning};

/// A save that came while user code runs, and how to get out.
pub(crate) fn save_waits(owns_terminal: bool) -> String {
    if owns_terminal {
        return note("a save waits until this run, which has the terminal, ends");
    }
    note(
        "a save waits for this run to end; Ctrl-C interrupts the run and ends hotload \
         (with `--busy interrupt` a save does not wait)",
    )
}

/// A step that is ended before its time; `was_interrupted`: in vain.
pub(crate) fn step_cut(cut: Cut, measure: CutBy, was_interrupted: bool) -> String {
    let why = match cut {
        _ if was_interrupted => "still running after its interrupt".into(),
        Cut::NewerSave => "a newer save".into(),
        Cut::Person => "Ctrl-C".into(),
        Cut::TimeLimit(limit) => {
            format!("longer than {} s (`--timeout`)", limit.as_secs_f64())
        }
    };
    let what = match measure {
        CutBy::Interrupt => "the run is interrupted",
        CutBy::Kill => "the command is killed",
        CutBy::NewWorker => "the interpreter is started anew; its state is lost",
    };
    let text = format!("{why}: {what}");
    if cut == Cut::NewerSave && !was_interrupted {
        note(&text)
    } else {
        warning(&text)
    }
}

/// A run that takes long.
pub(crate) fn long_run() -> String {
    note("still running")
}

/// A run that goes on after its interrupt; `kill_in`: without being asked again.
pub(crate) fn stubborn_run(kill_in: Option<Duration>) -> String {
    note(&match kill_in {
        None => "interrupted, but still running; Ctrl-C again kills it".into(),
        Some(left) => format!(
            "interrupted, but still running; it is killed in {:.0} s",
            left.as_secs_f64().ceil()
        ),
    })
}

/// A run that a signal has stopped.
pub(crate) fn stopped_run(id: u32) -> String {
    warning(&format!(
        "the run was stopped by a signal (SIGSTOP) and waits: `kill -CONT {id}` continues it, Ctrl-C \
         ends it and hotload"
    ))
}
