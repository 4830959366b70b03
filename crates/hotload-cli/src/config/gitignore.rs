//! What a repository's `.gitignore` files leave out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::Match;
use ignore::gitignore::Gitignore;

/// A repository, with the rules of its `.gitignore` files as they were when they were first needed.
pub(crate) struct Repository {
    folder: PathBuf,
    /// By the folder that they are in.
    rules: Mutex<HashMap<PathBuf, Arc<Gitignore>>>,
}

impl Repository {
    /// The repository that a folder is in, if it is in one: as in ripgrep, `.gitignore` files mean
    /// nothing elsewhere.
    pub(crate) fn around(folder: &Path) -> Option<Self> {
        let mut above = folder.ancestors();
        let repository = above.find(|folder| folder.join(".git").exists())?;
        Some(Self {
            folder: repository.to_path_buf(),
            rules: Mutex::default(),
        })
    }

    /// Whether it ignores a path itself; the folders above it are asked about on their own.
    pub(crate) fn ignores(&self, path: &Path, is_folder: bool) -> bool {
        let above = path.ancestors().skip(1);
        let inside = above.take_while(|folder| folder.starts_with(&self.folder));
        // The nearest rule that matches counts.
        for folder in inside {
            match self.rules_in(folder).matched(path, is_folder) {
                Match::None => {}
                decided => return decided.is_ignore(),
            }
        }
        false
    }

    fn rules_in(&self, folder: &Path) -> Arc<Gitignore> {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = rules.get(folder) {
            return Arc::clone(known);
        }
        // A line that is not a rule is left out, as git does.
        let (read, _) = Gitignore::new(folder.join(".gitignore"));
        let read = Arc::new(read);
        rules.insert(folder.to_path_buf(), Arc::clone(&read));
        read
    }
}
