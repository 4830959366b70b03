//! What waits to be run, and until when.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::running::cycle::Noticed;
use crate::watching::change_set::{ChangeKind, ChangeSet};

/// While other files keep changing within this time of each other, many are being changed at once:
/// a checkout, a formatter.
const MANY_AT_ONCE: Duration = Duration::from_millis(100);

/// More files than a person saves at once.
const MANY: usize = 10;

/// After many files have changed, others count as more of them for this long: on a busy machine a
/// checkout has pauses.
const MANY_MORE: Duration = Duration::from_millis(500);

/// How long changes wait for others that may follow.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// What waits to be run: changes, and a cycle that no change asks for.
#[derive(Debug, Default)]
pub(super) struct Pending {
    changes: ChangeSet,
    /// Changes that start no cycle by themselves: those of a file that the cycles change.
    held: ChangeSet,
    /// Files that are needed and were removed.
    needed_and_gone: BTreeSet<PathBuf>,
    /// When the first and the last of the changes were noticed, if they call for a cycle.
    noticed: Option<Noticed>,
    burst: Option<Burst>,
    /// Whether a cycle is to run whatever changes.
    owed: bool,
    /// Whether changes wait until a person lets them run.
    paused: bool,
}

/// Changes that come soon after one another.
#[derive(Debug)]
struct Burst {
    files: BTreeSet<PathBuf>,
    /// When it got its last file.
    grew: Instant,
    /// Since when changes wait for its end: it has got further files.
    waits_since: Option<Instant>,
}

impl Burst {
    fn new(files: BTreeSet<PathBuf>, now: Instant) -> Self {
        Self {
            waits_since: (files.len() >= MANY).then_some(now),
            files,
            grew: now,
        }
    }

    /// Whether what changes now is a part of it. While its changes wait it goes on, however late the
    /// look at them was.
    fn goes_on(&self, now: Instant) -> bool {
        let pause = if self.files.len() >= MANY {
            MANY_MORE
        } else {
            MANY_AT_ONCE
        };
        self.waits_since.is_some() || now.saturating_duration_since(self.grew) < pause
    }

    fn grow(&mut self, files: BTreeSet<PathBuf>, now: Instant) {
        let before = self.files.len();
        self.files.extend(files);
        if self.files.len() > before {
            self.grew = now;
            self.waits_since.get_or_insert(now);
        }
    }

    /// When the changes that wait for its end are run.
    fn ends(&self) -> Option<Instant> {
        let since = self.waits_since?;
        Some((self.grew + MANY_AT_ONCE).min(since + LONGEST_WAIT))
    }
}

impl Pending {
    /// Adds what a look found.
    ///
    /// The first change is run at once, unless it comes with many others. If other files change soon
    /// after it, those changes wait until no more follow: a run in between would see half of them.
    /// Saves of the same file never wait. The removal of a file that is needed calls for a cycle.
    pub(super) fn add(
        &mut self,
        changes: ChangeSet,
        is_needed: impl Fn(&Path) -> bool,
        now: Instant,
    ) {
        let saved = changes
            .iter()
            .filter(|(_, kind)| *kind != ChangeKind::Removed);
        let saved: BTreeSet<PathBuf> = saved.map(|(path, _)| path.to_path_buf()).collect();
        if !saved.is_empty() {
            self.release();
        }
        self.changes.merge(changes);
        let needed = self.changes.removed().filter(|file| is_needed(file));
        self.needed_and_gone = needed.map(Path::to_path_buf).collect();
        if !saved.is_empty() {
            match &mut self.burst {
                Some(burst) if burst.goes_on(now) => burst.grow(saved, now),
                _ => self.burst = Some(Burst::new(saved, now)),
            }
        }
        if !self.has_save() {
            self.noticed = None;
        } else if let Some(noticed) = &mut self.noticed {
            noticed.last = now;
        } else {
            let (first, last) = (now, now);
            self.noticed = Some(Noticed { first, last });
        }
    }

    /// Has what has changed so far start no cycle by itself.
    pub(super) fn hold(&mut self) {
        self.held.merge(std::mem::take(&mut self.changes));
        self.needed_and_gone.clear();
        self.noticed = None;
        self.burst = None;
    }

    /// Takes back what was held, below what has changed since.
    fn release(&mut self) {
        let mut changes = std::mem::take(&mut self.held);
        changes.merge(std::mem::take(&mut self.changes));
        self.changes = changes;
    }

    /// Leaves out the changes of the files that are not wanted.
    pub(super) fn retain(&mut self, is_wanted: impl Fn(&PathBuf) -> bool) {
        self.changes.retain(is_wanted);
        if !self.has_save() {
            self.noticed = None;
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
    pub(super) fn asks(&self, now: Instant) -> bool {
        self.owed || self.asks_for_a_save(now)
    }

    /// Whether a cycle should start because of a save.
    pub(super) fn asks_for_a_save(&self, now: Instant) -> bool {
        let ends = self.burst.as_ref().and_then(Burst::ends);
        self.has_save() && !self.paused && ends.is_none_or(|ends| now >= ends)
    }

    /// When changes will have waited long enough; `None` if none wait for others.
    pub(super) fn wait_ends(&self, now: Instant) -> Option<Instant> {
        let ends = self.burst.as_ref().and_then(Burst::ends);
        ends.filter(|ends| now < *ends && self.has_save() && !self.paused)
    }

    /// Whether there is a save that has not run, even if it has to wait.
    pub(super) fn has_save(&self) -> bool {
        !self.needed_and_gone.is_empty() || self.changes.asks_for_a_cycle()
    }

    pub(super) fn changes(&self) -> &ChangeSet {
        &self.changes
    }

    /// Takes out the change of one file, which has run already. Returns whether there was one.
    pub(super) fn take_file(&mut self, file: &Path) -> bool {
        let taken = self.changes.take(file).is_some();
        self.needed_and_gone.remove(file);
        if !self.has_save() {
            self.noticed = None;
        }
        taken
    }

    /// Takes everything for a cycle: the changes, and when they were noticed.
    pub(super) fn take(&mut self) -> (ChangeSet, Option<Noticed>) {
        self.release();
        self.owed = false;
        self.needed_and_gone.clear();
        if let Some(burst) = &mut self.burst {
            burst.waits_since = None;
        }
        (std::mem::take(&mut self.changes), self.noticed.take())
    }
}
