//! What went wrong outside of the cycle, and is shown after each cycle until it is fixed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hotload_core::watching::change_set::ChangeSet;
use hotload_python::targets::Target;

use crate::render::reported;

/// What went wrong outside of the cycle.
#[derive(Default)]
pub(super) struct Unfixed {
    /// The preloads that have a file: what they are called.
    preloads: BTreeMap<PathBuf, String>,
    /// The preloads that have failed in this interpreter.
    failed: BTreeSet<String>,
    /// The files of preloads that were saved since they ran.
    saved: BTreeSet<PathBuf>,
    script: Script,
}

/// What is known of the launch script.
#[derive(Default, PartialEq, Eq)]
enum Script {
    /// It is in effect; or the session has no script.
    #[default]
    InEffect,
    /// It has just failed, which was reported.
    Failed,
    /// It failed before this cycle.
    FailedBefore,
}

impl Unfixed {
    pub(super) fn new(preloads: &[Target]) -> Self {
        let with_file = preloads.iter().filter_map(|preload| {
            let location = preload.location.as_ref()?;
            Some((location.file.clone(), preload.spelled.clone()))
        });
        Self {
            preloads: with_file.collect(),
            ..Self::default()
        }
    }

    /// A new interpreter runs all preloads again.
    pub(super) fn forget_preloads(&mut self) {
        self.failed.clear();
        self.saved.clear();
    }

    pub(super) fn preloaded(&mut self, name: &str, is_bad: bool) {
        if is_bad {
            self.failed.insert(name.into());
        }
    }

    pub(super) fn script_was_read(&mut self, is_bad: bool) {
        self.script = if is_bad {
            Script::Failed
        } else {
            Script::InEffect
        };
    }

    pub(super) fn cycle_started(&mut self, changes: &ChangeSet) {
        if self.script == Script::Failed {
            self.script = Script::FailedBefore;
        }
        let saved = changes.iter().map(|(file, _)| file);
        let saved = saved.filter(|file| self.preloads.contains_key(*file));
        self.saved.extend(saved.map(Path::to_path_buf));
    }

    /// A file was run in this cycle.
    pub(super) fn ran(&mut self, file: &Path) {
        self.saved.remove(file);
    }

    /// What there is to say after a cycle.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .failed
            .iter()
            .map(|name| reported::preload_failed(name))
            .collect();
        let saved = self.saved.iter().map(|file| &self.preloads[file]);
        let saved = saved.filter(|name| !self.failed.contains(*name));
        lines.extend(saved.map(|name| reported::preload_saved(name)));
        if self.script == Script::FailedBefore {
            lines.push(reported::script_failed());
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use hotload_core::watching::change_set::ChangeSet;

    use super::Unfixed;

    #[test]
    fn what_has_failed_is_named_until_it_is_fixed() {
        let mut unfixed = Unfixed::default();
        unfixed.preloaded("slow", true);
        unfixed.script_was_read(true);
        assert_eq!(unfixed.lines().len(), 1);
        unfixed.cycle_started(&ChangeSet::default());
        assert_eq!(unfixed.lines().len(), 2);
        unfixed.script_was_read(false);
        unfixed.forget_preloads();
        assert!(unfixed.lines().is_empty());
    }
}
