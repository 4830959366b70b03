//! The file of `--locations`: where the errors of the last cycle are, for editors.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process;

use hotload_python::path;
use hotload_python::targets::Target;

use crate::exit::Exit;

/// As much as shows whether a file holds locations.
const BEGINNING: u64 = 4096;

/// A file that is replaced after each cycle. It is empty when all is well.
pub(crate) struct LocationFile {
    path: PathBuf,
    /// Written first and then renamed, so that no reader sees half a file.
    aside: PathBuf,
    lines: Vec<String>,
}

impl LocationFile {
    /// Refuses a file whose contents would be lost, or one that cannot be written.
    pub(crate) fn check(given: &Path, current: &Path, targets: &[Target]) -> Result<Self, Exit> {
        let refused = |why: &str| {
            Exit::usage(format!("`--locations {}` {why}", given.display()))
                .hint("name a new file, or one that hotload has written")
        };
        let path = path::watched(current.join(given));
        let is_target = |target: &Target| {
            let location = target.location.as_ref();
            location.is_some_and(|location| location.file == path)
        };
        if targets.iter().any(is_target) {
            return Err(refused("is also a target"));
        }
        if path.is_dir() || !may_hold_locations(&path) {
            return Err(refused("already exists and does not contain locations"));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let aside = path.with_file_name(format!(".{name}.{}", process::id()));
        Ok(Self {
            path,
            aside,
            lines: Vec::new(),
        })
    }

    /// Empties the file, or creates it.
    pub(crate) fn open(self, given: &Path) -> Result<Self, Exit> {
        match self.write() {
            Ok(()) => Ok(self),
            Err(error) => Err(Exit::usage_because(
                format!("cannot write locations to `{}`", given.display()),
                error,
            )),
        }
    }

    /// Files that are not watched.
    pub(crate) fn files(&self) -> [PathBuf; 2] {
        [self.path.clone(), self.aside.clone()]
    }

    /// Nothing has failed so far in the cycle that starts.
    pub(crate) fn clear(&mut self) {
        self.lines.clear();
    }

    pub(crate) fn add(&mut self, lines: Vec<String>) {
        self.lines.extend(lines);
    }

    /// Replaces the file.
    pub(crate) fn write(&self) -> io::Result<()> {
        let text: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        let written =
            fs::write(&self.aside, text).and_then(|()| fs::rename(&self.aside, &self.path));
        if written.is_err() {
            // There may be none.
            let _ = fs::remove_file(&self.aside);
        }
        written
    }
}

/// Whether a file is missing, empty, or starts like one that hotload has written.
fn may_hold_locations(path: &Path) -> bool {
    let Ok(file) = fs::File::open(path) else {
        return true;
    };
    let mut beginning = Vec::new();
    if file.take(BEGINNING).read_to_end(&mut beginning).is_err() {
        return false;
    }
    let beginning = String::from_utf8_lossy(&beginning);
    let first = beginning.lines().next().unwrap_or_default();
    first.is_empty() || first.contains(": error: ")
}
