//! What caused a cycle, and how it ended.

use std::fmt::Write;
use std::path::Path;

use hotload_core::running::report::{CycleOutcome, Report};
use hotload_core::watching::change_set::ChangeSet;
use hotload_python::outcome::failure::Failure;
use hotload_python::outcome::patching::Patched;

use super::line::{BAD, DIM, GOOD, WARNING, duration};
use super::patching;
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

/// `run #8  lib.py`: a cycle starts, for programs that read along. It is plain, and so are its names.
pub(crate) fn mark(cycle: u64, changes: &ChangeSet, folder: &Path) -> String {
    let names = changes.iter().map(|(path, _)| {
        let path = path.strip_prefix(folder).unwrap_or(path);
        plain_line(&path.to_string_lossy())
    });
    let names: Vec<String> = names.take(NAMED).collect();
    let more = changes.iter().count().saturating_sub(NAMED);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let text = format!("run #{cycle}  {}{more}", names.join(" "));
    format!("{}\n", text.trim_end())
}

/// How many modules are named before the targets; of more, those in the middle are counted.
const NAMED: usize = 4;

/// `mymath -> lib  kept model  patched 1 class`: the modules that ran in their order, the targets, what was
/// kept, and what has lived on.
pub(crate) fn names(ran: &[String], targets: &str, kept: &[String], patches: &[Patched]) -> String {
    let mut names: Vec<String> = ran.iter().map(|name| plain_line(name)).collect();
    if names.len() > NAMED {
        let unnamed = names.len() - NAMED;
        names.splice(
            NAMED / 2..NAMED / 2 + unnamed,
            [format!("({unnamed} more)")],
        );
    }
    names.extend((!targets.is_empty()).then(|| targets.to_owned()));
    let mut names = names.join(" -> ");
    if !kept.is_empty() {
        let kept = plain_line(&kept.join(", "));
        let _ = write!(names, "  {DIM}kept {kept}{DIM:#}");
    }
    if let Some(patched) = patching::counts(patches) {
        let _ = write!(names, "  {patched}");
    }
    names
}

/// `ok lib #7` or `failed lib`, for the title of a window. The number shows that another run went well.
pub(crate) fn title(report: &Report<Failure>, names: &str) -> String {
    let (word, number) = match report.outcome {
        CycleOutcome::Ok => ("ok", format!("#{}", report.cycle)),
        CycleOutcome::Failed => ("failed", String::new()),
        CycleOutcome::Interrupted => ("stopped", String::new()),
    };
    let mut words = vec![word.to_owned(), plain_line(names), number];
    words.retain(|word| !word.is_empty());
    words.join(" ")
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

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_long_chain_of_modules_is_shortened_in_the_middle() {
        let of = |count: usize| {
            let ran: Vec<String> = (0..count).map(|index| format!("m{index}")).collect();
            names(&ran, "lib", &[], &[])
        };
        assert_eq!(of(0), "lib");
        assert_eq!(of(4), "m0 -> m1 -> m2 -> m3 -> lib");
        assert_eq!(of(7), "m0 -> m1 -> (3 more) -> m5 -> m6 -> lib");
        assert_eq!(names(&["a".into()], "", &[], &[]), "a");
    }
}
