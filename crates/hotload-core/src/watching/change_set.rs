//! What changed on disk since the last look, as a plain value.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there before.
    Created,
    /// It was saved, or put in place of another.
    Modified,
    /// It was there and has been gone for longer than an editor needs to write it anew.
    Removed,
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Modified => "modified",
            Self::Removed => "removed",
        })
    }
}

/// The files that changed, each with what happened to it last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeSet {
    changes: BTreeMap<PathBuf, ChangeKind>,
}

impl ChangeSet {
    /// Adds one change; a later one of the same file replaces it.
    pub fn insert(&mut self, path: PathBuf, kind: ChangeKind) {
        self.changes.insert(path, kind);
    }

    /// Adds all changes of a later look.
    pub fn merge(&mut self, later: Self) {
        self.changes.extend(later.changes);
    }

    /// Takes the change of one file out.
    pub fn take(&mut self, path: &Path) -> Option<ChangeKind> {
        self.changes.remove(path)
    }

    /// Whether this file has changed.
    #[must_use]
    pub fn contains(&self, path: &Path) -> bool {
        self.changes.contains_key(path)
    }

    /// The files that were removed.
    pub fn removed(&self) -> impl Iterator<Item = &Path> {
        let removed = self.iter().filter(|(_, kind)| *kind == ChangeKind::Removed);
        removed.map(|(path, _)| path)
    }

    /// Keeps only the changes of the files that are wanted.
    pub fn retain(&mut self, is_wanted: impl Fn(&PathBuf) -> bool) {
        self.changes.retain(|path, _| is_wanted(path));
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether there is a file to run again for: one that is there. A removed file alone is
    /// waited for.
    #[must_use]
    pub fn asks_for_a_cycle(&self) -> bool {
        self.changes
            .values()
            .any(|kind| *kind != ChangeKind::Removed)
    }

    /// The changes in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, ChangeKind)> {
        self.changes
            .iter()
            .map(|(path, kind)| (path.as_path(), *kind))
    }
}

impl fmt::Display for ChangeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (path, kind)) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{kind} {}", path.display())?;
        }
        Ok(())
    }
}
