//! What waits to be run.

use std::path::Path;
use std::time::Instant;

use crate::watching::change_set::ChangeSet;

/// What waits to be run: changes, and a cycle that no change asks for.
#[derive(Debug, Default)]
pub(super) struct Pending {
    changes: ChangeSet,
    /// When the first of the changes was noticed, if they call for a cycle.
    since: Option<Instant>,
    /// Whether a file that is needed was removed.
    needed_is_gone: bool,
    /// Whether a cycle is to run whatever changes.
    owed: bool,
    /// Whether changes wait until a person lets them run.
    paused: bool,
}

impl Pending {
    /// Adds what a tick found. The removal of a file that is needed calls for a cycle.
    pub(super) fn add(
        &mut self,
        changes: ChangeSet,
        is_needed: impl Fn(&Path) -> bool,
        now: Instant,
    ) {
        self.changes.merge(changes);
        let mut removed = self.changes.removed();
        self.needed_is_gone = removed.any(is_needed);
        if self.has_save() {
            self.since.get_or_insert(now);
        } else {
            self.since = None;
        }
    }

    /// Has a cycle run whatever changes.
    pub(super) fn owe_a_cycle(&mut self) {
        self.owed = true;
    }

    /// Lets saves wait, or no longer.
    pub(super) fn toggle_pause(&mut self) {
        self.paused = !self.paused;
    }

    pub(super) fn is_paused(&self) -> bool {
        self.paused
    }

    /// Whether a cycle should start.
    pub(super) fn asks(&self) -> bool {
        self.owed || self.asks_for_a_save()
    }

    /// Whether a cycle should start because of a save.
    pub(super) fn asks_for_a_save(&self) -> bool {
        self.has_save() && !self.paused
    }

    /// Whether there is a save that has not run, even if it has to wait.
    pub(super) fn has_save(&self) -> bool {
        self.needed_is_gone || self.changes.asks_for_a_cycle()
    }

    pub(super) fn changes(&self) -> &ChangeSet {
        &self.changes
    }

    /// Takes out the change of one file, which has run already. Returns whether there was one.
    pub(super) fn take_file(&mut self, file: &Path) -> bool {
        let taken = self.changes.take(file).is_some();
        if !self.has_save() {
            self.since = None;
        }
        taken
    }

    /// Takes everything for a cycle: the changes, and when the first was noticed.
    pub(super) fn take(&mut self) -> (ChangeSet, Option<Instant>) {
        self.owed = false;
        self.needed_is_gone = false;
        (std::mem::take(&mut self.changes), self.since.take())
    }
}
