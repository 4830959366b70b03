//! What is to be watched: files that were named, and folders with a filter each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Says at each entry of a walked folder whether it counts.
pub trait Filter: Send + Sync {
    /// Whether `path` is watched (a file) or walked into (a folder).
    fn wants(&self, path: &Path, is_folder: bool) -> bool;
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
    /// Files that were named: never filtered, and waited for when they are not there.
    pub files: Vec<PathBuf>,
    /// Folders that are walked.
    pub roots: Vec<Root>,
}

/// What a file means that a new watch set has and the one before had not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newcomers {
    /// It was there and is watched from now on.
    Known,
    /// It has come into being, which is a change.
    Created,
}

impl WatchSet {
    /// Whether a file that was not found by a walk is one that a walk would find.
    #[must_use]
    pub fn wants_file(&self, path: &Path) -> bool {
        self.files.iter().any(|file| file == path) || self.roots.iter().any(|root| root.wants(path))
    }
}

impl Root {
    pub(crate) fn wants(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.folder) else {
            return false;
        };
        let Some(parents) = below.parent() else {
            return false;
        };
        let mut folder = self.folder.clone();
        let folders_wanted = parents.components().all(|component| {
            folder.push(component);
            self.filter.wants(&folder, true)
        });
        folders_wanted && self.filter.wants(path, false)
    }
}
