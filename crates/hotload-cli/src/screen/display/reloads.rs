//! Which modules a cycle has run besides the targets, and which it has not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hotload_core::watching::change_set::{ChangeKind, ChangeSet};
use hotload_python::outcome::patching::Patched;

/// What is known of the modules that are loaded, and of those that the running cycle has reloaded.
#[derive(Default)]
pub(super) struct Reloads {
    /// The modules that ran since something changed, in order.
    ran: Vec<String>,
    /// What failed, and the modules that did not run because of that.
    stayed_old: BTreeMap<String, Vec<String>>,
    /// The modules that `--keep` has kept from running.
    kept: Vec<String>,
    /// What has lived on in the modules that ran.
    patched: Vec<Patched>,
    /// The module of each file that was run.
    loaded: BTreeMap<PathBuf, String>,
    /// The files whose text was run in this cycle.
    run_now: BTreeSet<PathBuf>,
    /// The files that were saved before this cycle.
    saved: BTreeSet<PathBuf>,
    /// The files of which it was said that they were not reloaded.
    mentioned: BTreeSet<PathBuf>,
}

impl Reloads {
    pub(super) fn cycle_started(&mut self, changes: &ChangeSet) {
        self.ran.clear();
        self.stayed_old.clear();
        self.kept.clear();
        self.patched.clear();
        self.run_now.clear();
        let saved = changes
            .iter()
            .filter(|(_, kind)| *kind != ChangeKind::Removed);
        self.saved = saved.map(|(path, _)| path.to_path_buf()).collect();
    }

    /// A module was run. `is_because_of_change` is whether it would not have run otherwise.
    pub(super) fn reloaded(&mut self, module: &str, file: &Path, is_because_of_change: bool) {
        self.loaded.insert(file.into(), module.into());
        self.run_now.insert(file.into());
        if is_because_of_change && !self.ran.iter().any(|ran| ran == module) {
            self.ran.push(module.into());
        }
    }

    pub(super) fn stayed_old(&mut self, module: String, needs: String) {
        self.stayed_old.entry(needs).or_default().push(module);
    }

    pub(super) fn kept(&mut self, module: String) {
        self.kept.push(module);
    }

    pub(super) fn patched(&mut self, patched: Patched) {
        self.patched.push(patched);
    }

    /// What has lived on in the modules that ran.
    pub(super) fn patches(&self) -> &[Patched] {
        &self.patched
    }

    /// The interpreter is gone, and with it everything that was loaded.
    pub(super) fn forget(&mut self) {
        self.loaded.clear();
    }

    /// The modules that ran since something changed, in order.
    pub(super) fn ran(&self) -> &[String] {
        &self.ran
    }

    pub(super) fn kept_modules(&self) -> &[String] {
        &self.kept
    }

    /// What failed, and the modules that did not run because of that.
    pub(super) fn left_old(&self) -> impl Iterator<Item = (&str, &[String])> {
        let stayed_old = self.stayed_old.iter();
        stayed_old.map(|(needs, modules)| (needs.as_str(), modules.as_slice()))
    }

    /// Whether a module of this name was run.
    pub(super) fn is_loaded(&self, module: &str) -> bool {
        self.loaded.values().any(|loaded| loaded == module)
    }

    /// The modules that are loaded and were saved but not reloaded, each once in a session.
    pub(super) fn not_reloaded(&mut self) -> Vec<String> {
        let mut modules = Vec::new();
        for file in self.saved.difference(&self.run_now) {
            if let Some(module) = self.loaded.get(file)
                && self.mentioned.insert(file.clone())
            {
                modules.push(module.clone());
            }
        }
        modules
    }
}

#[cfg(test)]
mod tests {
    use super::Reloads;
    use hotload_core::watching::change_set::{ChangeKind, ChangeSet};
    use std::path::Path;

    fn saved(files: &[&str]) -> ChangeSet {
        let mut changes = ChangeSet::default();
        for file in files {
            changes.insert(file.into(), ChangeKind::Modified);
        }
        changes
    }

    #[test]
    fn a_module_that_was_saved_and_not_reloaded_is_named_once() {
        let mut reloads = Reloads::default();
        reloads.reloaded("lib", Path::new("lib.py"), false);
        reloads.reloaded("a", Path::new("a.py"), false);
        reloads.cycle_started(&saved(&["a.py", "lib.py", "notes.txt"]));
        reloads.reloaded("lib", Path::new("lib.py"), false);
        assert_eq!(reloads.not_reloaded(), ["a"]);
        reloads.cycle_started(&saved(&["a.py"]));
        assert!(reloads.not_reloaded().is_empty());
    }
}
