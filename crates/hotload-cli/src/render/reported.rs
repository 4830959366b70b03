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

/// A command of `--on-ok` or `--on-fail` has failed.
pub(crate) fn alert_failed(command: &str, why: &str) -> String {
    warning(&format!("`{command}` failed: {why}"))
}

/// The file of `--locations` cannot be written.
pub(crate) fn locations_broken(error: &io::Error) -> String {
    warning(&format!("the locations cannot be written: {error}"))
}

/// A configuration file was saved that cannot be used.
pub(crate) fn settings_kept() -> String {
    note("the previous settings stay in effect")
}

/// Settings have changed that a running session cannot change.
pub(crate) fn settings_for_later(names: &[&str]) -> String {
    let (last, others) = names.split_last().unwrap_or((&"", &[]));
    let named = match others {
        [] => format!("`{last}`"),
        others => format!("`{}` and `{last}`", others.join("`, `")),
    };
    let verb = if others.is_empty() { "takes" } else { "take" };
    note(&format!(
        "{named} {verb} effect when hotload is started again"
    ))
}

/// The launch script has failed before, and its last plan runs.
pub(crate) fn script_failed() -> String {
    warning("the launch script failed when it was last read, so this is its previous plan")
}

/// A preload has failed in this interpreter.
pub(crate) fn preload_failed(name: &str) -> String {
    warning(&plain(&format!(
        "the preload `{name}` failed; it runs again in a new interpreter: save it, or press R"
    )))
}

/// A preload was saved after it ran, and nothing runs it again.
pub(crate) fn preload_saved(name: &str) -> String {
    note(&plain(&format!(
        "the preload `{name}` was saved after it ran; it runs again in a new interpreter (R)"
    )))
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
pub(crate) fn old_definitions(module: &str, names: &[String], remedy: &str) -> String {
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
        "{module} still has {shown}, which its file no longer defines; {remedy}"
    )))
}

/// Some modules did not run, since another one that they need has failed.
pub(crate) fn stayed_old(modules: &[String], needs: &str) -> String {
    note(&plain(&format!(
        "stayed old: {} (needs {needs})",
        modules.join(", ")
    )))
}

/// A module was saved, and nothing has reloaded it. `remedy` would have.
pub(crate) fn not_reloaded(module: &str, remedy: &str) -> String {
    note(&plain(&format!(
        "{module} is loaded and was not reloaded: {remedy}"
    )))
}

/// A module that `--preload` has loaded did not run because of a save elsewhere.
pub(crate) fn kept_preload(module: &str) -> String {
    note(&plain(&format!(
        "{module} was preloaded, and runs again when its own file is saved"
    )))
}

/// `--keep` names what is not there.
pub(crate) fn unknown_kept(module: &str) -> String {
    warning(&plain(&format!(
        "`--keep {module}` has no effect: no module of that name is loaded"
    )))
}

/// A C extension was saved.
pub(crate) fn restart_needed(file: &Path, is_guest: bool) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str());
    warning(&plain(&format!(
        "restart needed: {} has changed, and Python cannot load it anew ({})",
        name.to_string_lossy(),
        if is_guest {
            "start the program that has joined again"
        } else {
            "`R` restarts"
        }
    )))
}

/// Each run changes a watched file, and would so be followed by another one.
pub(crate) fn changes_itself(file: &Path) -> String {
    let file = file.to_string_lossy();
    warning(&plain(&format!(
        "`{file}` changes in each run, so no further one starts by itself: if your code writes it, \
         use `--ignore '{file}'` (Enter runs again)"
    )))
}

/// The events file ends here.
pub(crate) fn events_broken(error: &io::Error) -> String {
    warning(&format!("events are no longer written: {error}"))
}
