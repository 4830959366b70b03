//! Generates `hotload.py`: the API of launch scripts in one file, with a loop of its own for where
//! this program cannot run.
//!
//! What reloads, and what the API means, is the driver's: the same parts, with the branches for both
//! Pythons left in.

/// In the order in which it stands in the file: what a reader looks for comes first.
const PARTS: [&str; 20] = [
    include_str!("api/alone/base.py"),
    include_str!("api/plan.py"),
    include_str!("api/alone/loop.py"),
    include_str!("api/steps.py"),
    include_str!("api/watch_list.py"),
    include_str!("api/state.py"),
    include_str!("api/alone/poller.py"),
    include_str!("api/alone/errors.py"),
    include_str!("errors/native.py"),
    include_str!("errors/decoding.py"),
    include_str!("parts/sources.py"),
    include_str!("parts/finder.py"),
    include_str!("parts/loading.py"),
    include_str!("parts/imports.py"),
    include_str!("parts/watched.py"),
    include_str!("parts/finder_later.py"),
    include_str!("parts/loading_later.py"),
    include_str!("api/alone/command_line.py"),
    include_str!("api/alone/bytecode.py"),
    include_str!("api/alone/start.py"),
];

/// `hotload.py`, for 2.7 and for 3.4 and newer.
#[must_use]
pub fn export() -> String {
    let parts: Vec<String> = PARTS.iter().map(|part| whole(part)).collect();
    parts
        .join("\n\n")
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
}

/// A part without what only a driver needs that is compiled bit by bit.
fn whole(part: &str) -> String {
    let is_for_halves =
        |line: &&str| line.trim() == "load_later()" || line.trim().starts_with("need(");
    let lines = part.lines().filter(|line| !is_for_halves(line));
    lines.map(|line| format!("{line}\n")).collect()
}
