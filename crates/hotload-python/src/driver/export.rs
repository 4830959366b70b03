//! Generates `hotload.py`: the API of launch scripts in one file, with its own loop for machines on
//! which this program cannot run.
//!
//! The code that reloads and the code of the API are the driver's, with the branches for both Pythons.

use super::programs::EXPORT;

/// `hotload.py`, for 2.7 and for 3.4 and newer.
#[must_use]
pub fn export() -> String {
    let parts: Vec<String> = EXPORT.iter().map(|file| whole(file.text)).collect();
    parts
        .join("\n\n")
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
}

/// A file without the lines that are only for a driver that is compiled in parts.
pub(super) fn whole(text: &str) -> String {
    let is_for_a_driver = |line: &&str| {
        let line = line.trim();
        line == "load_later()"
            || ["# LATER", "# Uses:", "need("]
                .iter()
                .any(|start| line.starts_with(start))
    };
    let lines = text.lines().filter(|line| !is_for_a_driver(line));
    lines.map(|line| format!("{line}\n")).collect()
}
