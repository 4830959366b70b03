//! What there is to say while a step runs.

use std::time::Duration;

use hotload_core::running::cut::{Cut, CutBy};

use super::line::{note, warning};

/// The first run waits for a save.
pub(crate) fn postponed() -> String {
    note("waiting for the first save (`--postpone`)")
}

/// A save came while user code runs.
pub(crate) fn save_waits(owns_terminal: bool) -> String {
    if owns_terminal {
        return note("a save is waiting for this run, which is using the terminal, to end");
    }
    note(
        "a save is waiting for this run to end; Ctrl-C stops the run (with `--busy interrupt` a save \
         does not wait)",
    )
}

/// A step is cut short. `was_interrupted`: it has ignored its interrupt.
pub(crate) fn step_cut(cut: Cut, by: CutBy, was_interrupted: bool) -> String {
    let what = match by {
        CutBy::Interrupt => "interrupting the run",
        CutBy::Kill => "killing the command",
        CutBy::NewWorker => "restarting the interpreter, whose state is lost",
    };
    let why = match cut {
        _ if was_interrupted => "the run did not end when it was interrupted".into(),
        Cut::NewerSave => "there is a newer save".into(),
        Cut::Person => "you pressed Ctrl-C".into(),
        Cut::TimeLimit(limit) => {
            format!(
                "it took longer than {} s (`--timeout`)",
                limit.as_secs_f64()
            )
        }
    };
    let text = format!("{what}: {why}");
    if cut == Cut::NewerSave && !was_interrupted {
        note(&text)
    } else {
        warning(&text)
    }
}

/// A run takes long.
pub(crate) fn long_run() -> String {
    note("still running")
}

/// A run is in the event loop of a GUI.
pub(crate) fn event_loop(name: &str) -> String {
    note(&format!(
        "still running, in the event loop of `{name}()`: saves wait until its windows are closed, or Ctrl-C"
    ))
}

/// A run was stopped with Ctrl-C, and the session goes on.
pub(crate) fn stopped_by_person() -> String {
    note("Ctrl-C again ends hotload")
}

/// A run goes on although a person stopped it with Ctrl-C.
pub(crate) fn ignores_ctrl_c() -> String {
    note("interrupted, but still running; press Ctrl-C twice to end it and hotload")
}

/// A run goes on after its interrupt, which is to end the session. `kill_in` is when it is killed
/// without another Ctrl-C.
pub(crate) fn stubborn_run(kill_in: Option<Duration>, is_guest: bool) -> String {
    if is_guest {
        return note(
            "interrupted, but still running; press Ctrl-C again to end hotload without it",
        );
    }
    note(&match kill_in {
        None => "interrupted, but still running; press Ctrl-C again to kill it".into(),
        Some(left) => format!(
            "interrupted, but still running; it will be killed in {:.0} s",
            left.as_secs_f64().ceil()
        ),
    })
}

/// A signal has stopped a run.
pub(crate) fn stopped_run(id: u32) -> String {
    warning(&format!(
        "the run was stopped by a signal (SIGSTOP): `kill -CONT {id}` continues it, Ctrl-C ends it"
    ))
}
