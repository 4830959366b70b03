//! What is on top of a session: hotload, its Python, the targets, and what was loaded before them.

use std::env;
use std::fmt::Write;
use std::path::Path;

use hotload_core::running::report::{Outcome, StepReport};
use hotload_python::discovery::candidate::Provenance;
use hotload_python::outcome::failure::Failure;
use hotload_python::outcome::notice::Ready;

use super::line::{BAD, DIM, WARNING, duration};
use super::plain::plain_line;

/// `hotload 0.1.0 · Python 2.7.18 · lib`, or without the Python in a session that starts none.
pub(crate) fn header(python: Option<&str>, names: &str, unicode: bool) -> String {
    let dot = if unicode { " · " } else { " - " };
    let hotload = concat!("hotload ", env!("CARGO_PKG_VERSION"));
    let parts: Vec<&str> = [Some(hotload), python, Some(names)]
        .into_iter()
        .flatten()
        .collect();
    format!("{DIM}{}{DIM:#}\n\n", parts.join(dot))
}

/// `Python 2.7.18`, with what tells it from others.
pub(crate) fn python(ready: &Ready, current_folder: &Path) -> String {
    let mut python = format!("Python {}", ready.hello.version);
    let which = which_python(ready, current_folder);
    if !which.is_empty() {
        let _ = write!(python, " ({})", plain_line(&which.join(", ")));
    }
    python
}

/// What tells this Python from others: its host, its implementation, and, if hotload has chosen it, its
/// path.
fn which_python(ready: &Ready, current_folder: &Path) -> Vec<String> {
    let (hello, candidate) = (&ready.hello, &ready.candidate);
    if let Some(joined) = &ready.joined {
        let host = joined.host.clone();
        let program = || short(Path::new(&hello.executable), current_folder);
        return vec![
            host.unwrap_or_else(program),
            format!("called by {}", joined.loop_name),
        ];
    }
    // The host says more than the implementation of its Python.
    if let Some(host) = &candidate.host {
        return vec![host.to_string()];
    }
    let mut which = Vec::new();
    if hello.implementation != "cpython" {
        which.push(hello.implementation.clone());
    }
    if candidate.source != Provenance::Given {
        let program = if hello.executable.is_empty() {
            &candidate.program
        } else {
            Path::new(&hello.executable)
        };
        which.push(short(program, current_folder));
    }
    which
}

/// A text in which the home folder is `~`: it can be shown to others.
pub(crate) fn without_home(text: &str) -> String {
    let home = env::home_dir().filter(|home| home.parent().is_some());
    match home.as_deref().and_then(Path::to_str) {
        Some(home) => text.replace(&format!("{home}{}", std::path::MAIN_SEPARATOR), "~/"),
        None => text.to_owned(),
    }
}

/// A path as one would type it: from the current folder on, or from home on.
fn short(path: &Path, current_folder: &Path) -> String {
    if let Ok(below) = path.strip_prefix(current_folder) {
        return below.display().to_string();
    }
    let home = env::home_dir().filter(|home| home.parent().is_some());
    match home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_path_buf)) {
        Some(below) => format!("~/{}", below.display()),
        None => path.display().to_string(),
    }
}

/// What was loaded before the targets, and how long that took.
pub(crate) fn preload(step: &StepReport<Failure>) -> String {
    let name = plain_line(&step.name.text);
    let duration = duration(step.duration);
    match &step.outcome {
        Outcome::Ok => format!("{DIM}preloaded {name}  {duration}{DIM:#}\n"),
        Outcome::Skipped(skip) => {
            format!(
                "{WARNING}skipped{WARNING:#}  preload {name}: {}\n",
                plain_line(&skip.reason)
            )
        }
        _ => format!("{BAD}failed{BAD:#}  preload {name}  {duration}\n"),
    }
}

/// What runs, as it was given: targets or commands.
pub(crate) fn names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    plain_line(&names.join(", "))
}
