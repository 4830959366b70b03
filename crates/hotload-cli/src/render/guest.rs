//! What is said about programs that are already running and join.

use std::path::Path;

use hotload_python::outcome::guest::GuestNotice;
use hotload_python::start::guest_file::shown;

use super::line::{DIM, note, warning};
use super::plain::{plain, plain_line};

/// What is said about a guest.
pub(crate) fn notice(notice: &GuestNotice) -> String {
    match notice {
        GuestNotice::Waiting { file, again: false } => waiting(file),
        GuestNotice::Waiting { again: true, .. } => {
            note("waiting for the next program to join by the same line")
        }
        GuestNotice::NotCalled { loop_name } => warning(&plain(&format!(
            "a program has joined, but {loop_name} has not called hotload in 2 s: \
             it may be busy, or `--guest-loop` has to name another loop"
        ))),
        GuestNotice::Refused { program, why } => {
            warning(&plain(&format!("`{program}` was turned away: {why}")))
        }
        GuestNotice::RowFailed {
            row,
            key,
            place,
            why,
        } => {
            let place = place.as_ref().map(|place| format!("{place}: "));
            warning(&plain(&format!(
                "{}`{key}` of guest `{row}` has failed: {why}",
                place.unwrap_or_default()
            )))
        }
        GuestNotice::Left { why: Some(why) } => {
            note(&plain(&format!("the program has left: {why}")))
        }
        GuestNotice::Left { why: None } => note("the program that had joined has ended"),
        GuestNotice::Waits { why } => note(&plain(&format!("waits: {why}"))),
        GuestNotice::Silent => note(
            "waits: the program is busy, or no longer calls hotload; in that case type the line again",
        ),
        GuestNotice::OutputDropped { characters } => warning(&format!(
            "{characters} characters of output are missing here: hotload could not keep up"
        )),
    }
}

/// The line to type, in each form.
fn waiting(file: &Path) -> String {
    let line = plain_line(&format!("exec(open('{}').read())", shown(file)));
    format!(
        "{DIM}waiting for a program that is already running; type there:{DIM:#}\n\n    {line}\n\n\
         {DIM}in GDB: python {line}\nin Vim: :py3 {line}\nin LLDB: script {line}{DIM:#}\n"
    )
}

/// `R` was pressed.
pub(crate) fn no_restart() -> String {
    note(
        "a program that has joined is never restarted; end it yourself, and type the line in a new one",
    )
}
