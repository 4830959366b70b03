//! An error as lines that editors and build tools read: `file:line:column: error: what`.

use hotload_python::outcome::failure::UserError;
use hotload_python::traceback::fold::innermost_user_frame;
use hotload_python::traceback::raised::{Exception, Relation};
use hotload_python::traceback::report::{CodeLocation, ListedFrame, ReportedException};

use super::plain::plain_line;

/// The error where it was raised, then its callers and causes as notes.
pub(crate) fn lines(error: &UserError) -> Vec<String> {
    let report = &error.report;
    let Some(root) = report.exceptions.first() else {
        return Vec::new();
    };
    let first = report.primary.as_ref().and_then(primary);
    let first = first.or_else(|| root.frames.last().and_then(frame));
    let Some(first) = first else {
        return Vec::new();
    };
    let mut lines = vec![format!("{first}: error: {}", what(&root.exception))];
    let callers = root.frames.iter().rev().filter(|listed| listed.is_users());
    for listed in callers {
        if let Some(place) = frame(listed).filter(|place| *place != first) {
            let function = plain_line(&listed.frame.function);
            lines.push(format!("{place}: note: called in {function}"));
        }
    }
    lines.extend(report.exceptions.iter().skip(1).filter_map(cause));
    lines
}

fn cause(one: &ReportedException) -> Option<String> {
    let listed = innermost_user_frame(&one.frames).or(one.frames.last())?;
    let relation = match one.exception.relation {
        Relation::Root => return None,
        Relation::Cause => "caused by",
        Relation::Context => "while handling",
        Relation::Member => "with",
    };
    let what = what(&one.exception);
    Some(format!("{}: note: {relation} {what}", frame(listed)?))
}

/// `ValueError: no rate`, on one line.
fn what(exception: &Exception) -> String {
    let name = plain_line(&exception.display);
    let message = exception
        .message
        .lines()
        .find(|line| !line.trim().is_empty());
    match message {
        Some(message) => format!("{name}: {}", plain_line(message.trim())),
        None => name,
    }
}

fn primary(location: &CodeLocation) -> Option<String> {
    place(&location.file, location.line, location.col)
}

fn frame(listed: &ListedFrame) -> Option<String> {
    let frame = &listed.frame;
    place(&frame.file, frame.line, frame.text_state.in_file(frame.col))
}

/// `None` for what is not in a file, such as `<string>`.
fn place(file: &str, line: Option<u64>, col: Option<u64>) -> Option<String> {
    if file.is_empty() || file.starts_with('<') {
        return None;
    }
    let file = plain_line(file);
    let line = line.unwrap_or(1);
    Some(match col {
        Some(col) => format!("{file}:{line}:{col}"),
        None => format!("{file}:{line}"),
    })
}
