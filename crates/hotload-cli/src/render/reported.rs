//! What is reported apart from the outcomes of steps.

use std::io;
use std::path::Path;

use super::line::{note, warning};
use super::plain::plain;

/// There were too many errors in threads and the like to show them all.
pub(crate) fn errors_dropped(count: u64) -> String {
    let (errors, are) = if count == 1 {
        ("error", "is")
    } else {
        ("errors", "are")
    };
    warning(&format!(
        "{count} more {errors} in threads, callbacks and the like {are} not shown"
    ))
}

/// An edited launch script has failed.
pub(crate) fn plan_kept() -> String {
    note("the previous plan stays in effect and runs on the next save")
}

/// There is a `hotload.py` that is newer than hotload itself.
pub(crate) fn newer_api(file: &Path, version: &str) -> String {
    note(&format!(
        "`{}` belongs to hotload {version}, but this is hotload {}: `import hotload` gives this one's module",
        file.display(),
        env!("CARGO_PKG_VERSION")
    ))
}

/// A module still has functions and classes that its file no longer defines.
pub(crate) fn old_definitions(module: &str, names: &[String]) -> String {
    /// How many of them are named.
    const NAMED: usize = 5;
    let named = names.iter().take(NAMED).map(|name| format!("`{name}`"));
    let mut shown: Vec<String> = named.collect();
    if names.len() > NAMED {
        shown.push(format!("{} more", names.len() - NAMED));
    }
    let last = shown.pop().unwrap_or_default();
    let shown = match &shown[..] {
        [] => last,
        others => format!("{} and {last}", others.join(", ")),
    };
    warning(&plain(&format!(
        "{module} still has {shown}, which its file no longer defines; \
         a new interpreter (`R`, or `--restart`) does not"
    )))
}

/// The events file ends here.
pub(crate) fn events_broken(error: &io::Error) -> String {
    warning(&format!("events are no longer written: {error}"))
}
