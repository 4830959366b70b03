//! What is watched: files that were named, and folders with a filter each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Decides for each entry of a walked folder whether it counts.
pub trait Filter: Send + Sync {
    /// Whether `path` is watched (a file) or walked into (a folder).
    fn wants(&self, path: &Path, is_folder: bool) -> bool;

    /// The same for a file that is in use, and for the folders above it. Rules that only keep
    /// folders small, such as those of `.gitignore`, do not apply to what was loaded.
    fn wants_in_use(&self, path: &Path, is_folder: bool) -> bool {
        self.wants(path, is_folder)
    }

    /// The glob that a person gave. It is remarked if nothing matches it.
    fn glob(&self) -> Option<&str> {
        None
    }
}

/// A folder that is watched with everything below it that its filter wants.
#[derive(Clone)]
pub struct Root {
    /// The folder, absolute.
    pub folder: PathBuf,
    /// What counts below it.
    pub filter: Arc<dyn Filter>,
}

/// Everything that is watched.
#[derive(Clone, Default)]
pub struct WatchSet {
    /// Files that were named: never filtered, and waited for while they are missing.
    pub files: Vec<PathBuf>,
    /// Folders that are walked.
    pub roots: Vec<Root>,
}

/// What it means that a new watch set has a file which the one before did not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewFiles {
    /// The file existed already: changes count from now on.
    Known,
    /// The file was just created, which is a change.
    Created,
}

impl WatchSet {
    /// Whether a walk would find this file if it existed, or whether it was named.
    #[must_use]
    pub fn wants_file(&self, path: &Path) -> bool {
        self.files.iter().any(|file| file == path) || self.roots.iter().any(|root| root.wants(path))
    }
}

impl Root {
    /// Whether a walk would find this file if it existed.
    pub(crate) fn wants(&self, path: &Path) -> bool {
        self.accepts(path, |path, is_folder| self.filter.wants(path, is_folder))
    }

    /// Whether this file is watched once it is in use.
    pub(crate) fn wants_in_use(&self, path: &Path) -> bool {
        self.accepts(path, |path, is_folder| {
            self.filter.wants_in_use(path, is_folder)
        })
    }

    fn accepts(&self, path: &Path, wants: impl Fn(&Path, bool) -> bool) -> bool {
        let Ok(below) = path.strip_prefix(&self.folder) else {
            return false;
        };
        let Some(parents) = below.parent() else {
            return false;
        };
        let mut folder = self.folder.clone();
        let folders_wanted = parents.components().all(|component| {
            folder.push(component);
            wants(&folder, true)
        });
        folders_wanted && wants(path, false)
    }
}
