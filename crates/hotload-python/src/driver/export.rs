//! Generates `hotload.py`: the API of launch scripts in one file, with a loop of its own for where
//! this program cannot run.
//!
//! What reloads, and what the API means, is the driver's: the same parts, with the branches for both
//! Pythons left in.

use super::programs::EXPORT;

/// `hotload.py`, for 2.7 and for 3.4 and newer.
#[must_use]
pub fn export() -> String {
    let parts: Vec<String> = EXPORT.iter().map(|file| whole(file.text)).collect();
    parts
        .join("\n\n")
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
}

/// A part without what only a driver needs that is compiled bit by bit.
fn whole(part: &str) -> String {
    let is_for_halves = |line: &&str| {
        let line = line.trim();
        line == "# LATER" || line == "load_later()" || line.starts_with("need(")
    };
    let lines = part.lines().filter(|line| !is_for_halves(line));
    lines.map(|line| format!("{line}\n")).collect()
}
