//! What caused a cycle, and how it ended.

use std::fmt::Write;

use hotload_core::running::report::{CycleOutcome, Report};
use hotload_core::watching::change_set::ChangeSet;
use hotload_python::outcome::failure::Failure;

use super::line::{BAD, DIM, GOOD, WARNING, duration};
use super::plain::plain_line;

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
