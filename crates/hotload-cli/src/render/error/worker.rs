//! An error of a worker process is shown as if the calls continued from the process that asked for the work.

use std::borrow::Cow;

use hotload_python::traceback::fold::innermost_user_frame;
use hotload_python::traceback::report::{ErrorReport, ReportedException};

/// The report with the frames of each worker appended to those of the exception that it caused.
pub(super) fn joined(report: &ErrorReport) -> Cow<'_, ErrorReport> {
    if !report.exceptions.iter().any(|one| one.is_remote) {
        return Cow::Borrowed(report);
    }
    let mut joined = report.clone();
    // Backwards: a worker may have had workers itself.
    for one in report.exceptions.iter().rev() {
        let Some(remote) = joined.remote(one).map(|remote| remote.exception.id) else {
            continue;
        };
        let has_id = |id| move |one: &ReportedException| one.exception.id == id;
        let exceptions = &mut joined.exceptions;
        if let Some(from) = exceptions.iter().position(has_id(remote)) {
            let worker = exceptions.remove(from);
            if let Some(one) = exceptions
                .iter_mut()
                .find(|other| has_id(one.exception.id)(other))
            {
                append(one, worker);
            }
        }
    }
    Cow::Owned(joined)
}

fn append(one: &mut ReportedException, worker: ReportedException) {
    one.frames.extend(worker.frames);
    one.hidden.left_out += worker.hidden.left_out;
}

/// Whether the location that is shown is in a worker process.
pub(super) fn is_shown(report: &ErrorReport) -> bool {
    let Some(root) = report.exceptions.first() else {
        return false;
    };
    let has_users = |one: &ReportedException| innermost_user_frame(&one.frames).is_some();
    let remote = report.remote(root);
    remote.is_some_and(|remote| has_users(remote) || !has_users(root))
}
