//! What is reported beside the outcomes of steps.

use std::io;
use std::path::Path;

use super::line::{note, warning};

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

/// Why the events file ends here.
pub(crate) fn events_broken(error: &io::Error) -> String {
    warning(&format!("events are no longer written: {error}"))
}

/// What another user has put above the target's folder.
pub(crate) fn strangers(path: &Path) -> String {
    warning(&format!(
        "`{}` is left out: it belongs to another user",
        path.display()
    ))
}
