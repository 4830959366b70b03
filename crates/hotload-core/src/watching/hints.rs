//! What the operating system says about changes: where to look, and when to look less often.
//!
//! A hint is never a change. Late, missing, wrong or repeated hints cost time at most: what changed
//! is for a look to decide, and every file is looked at in time without any hint.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// After a write the rest may follow, or the file may be closed, which is a hint of its own. When
/// nothing comes, this is how long to wait before a look.
pub(crate) const WRITE_SETTLES: Duration = Duration::from_millis(10);

/// A change that polling found counts as announced if there is any hint in this time before it...
const ANNOUNCED_BEFORE: Duration = Duration::from_secs(2);

/// ...or in this time after it.
const ANNOUNCED_AFTER: Duration = Duration::from_secs(1);

/// After this many changes that were not announced, notification is no longer relied on.
const UNANNOUNCED: usize = 2;

/// What the operating system says about changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Something happened to this path, and is over: look now.
    Changed(PathBuf),
    /// This file is being written. The end of it may be reported as well.
    Written(PathBuf),
    /// Reports were lost: look everywhere.
    Everything,
    /// What happens directly in this folder is reported from now on.
    Watching(PathBuf),
    /// Nothing is reported, or nothing more, for this reason.
    Unavailable(String),
}

/// Asks the operating system to report changes. What it reports arrives as [`Hint`]s.
pub trait Notifier {
    /// Has changes of what lies directly in this folder reported. Answers with
    /// [`Hint::Watching`], or with [`Hint::Unavailable`]. May be called again for the same folder.
    fn watch(&mut self, folder: &Path);
}

/// Hints that have not been followed yet, and what hints are worth.
pub(crate) struct Hints {
    notifier: Option<Box<dyn Notifier>>,
    due: BTreeMap<PathBuf, Instant>,
    everything: bool,
    state: Notification,
    /// How many folders were handed over and are not confirmed yet.
    unconfirmed: usize,
    last_heard: Option<Instant>,
    /// Changes that polling found and no hint has announced so far.
    suspects: Vec<(PathBuf, Instant)>,
    unannounced: usize,
}

/// Whether changes are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notification {
    /// Not at all, or not reliably.
    Off,
    /// Not for every folder yet.
    Starting,
    /// For every watched folder, since then.
    Works(Instant),
}

impl Hints {
    pub(crate) fn none() -> Self {
        Self {
            notifier: None,
            due: BTreeMap::new(),
            everything: false,
            state: Notification::Off,
            unconfirmed: 0,
            last_heard: None,
            suspects: Vec::new(),
            unannounced: 0,
        }
    }

    pub(crate) fn set_notifier(&mut self, notifier: Box<dyn Notifier>) {
        self.notifier = Some(notifier);
        self.state = Notification::Starting;
    }

    /// Has changes in a folder reported, if the system can.
    pub(crate) fn watch(&mut self, folder: &Path) {
        if self.state == Notification::Off {
            return;
        }
        if let Some(notifier) = &mut self.notifier {
            self.unconfirmed += 1;
            self.state = Notification::Starting;
            notifier.watch(folder);
        }
    }

    /// Takes a hint. Returns why nothing will be reported from now on, if that is what it says.
    pub(crate) fn take(&mut self, hint: Hint, now: Instant) -> Option<String> {
        match hint {
            Hint::Changed(path) => self.hear(path, now, now),
            Hint::Written(path) => self.hear(path, now + WRITE_SETTLES, now),
            Hint::Everything => {
                self.everything = true;
                self.heard(now);
            }
            Hint::Watching(folder) => {
                // What happened before it was watched was not reported.
                self.due.insert(folder, now);
                self.unconfirmed = self.unconfirmed.saturating_sub(1);
                if self.unconfirmed == 0 && self.state == Notification::Starting {
                    self.state = Notification::Works(now);
                }
            }
            Hint::Unavailable(reason) => {
                self.everything = true;
                return self.turn_off().then_some(reason);
            }
        }
        None
    }

    fn hear(&mut self, path: PathBuf, due: Instant, now: Instant) {
        let known = self.due.entry(path).or_insert(due);
        *known = due.min(*known);
        self.heard(now);
    }

    /// Has a path looked at now.
    pub(crate) fn look_again(&mut self, path: &Path, now: Instant) {
        self.due.insert(path.to_path_buf(), now);
    }

    fn heard(&mut self, now: Instant) {
        self.last_heard = Some(now);
        self.suspects.clear();
    }

    /// Stops relying on it. Returns whether that is news.
    fn turn_off(&mut self) -> bool {
        self.suspects.clear();
        std::mem::replace(&mut self.state, Notification::Off) != Notification::Off
    }

    /// Whether every watched folder is reported on, and has been since then.
    pub(crate) fn works_since(&self) -> Option<Instant> {
        match self.state {
            Notification::Works(since) => Some(since),
            Notification::Off | Notification::Starting => None,
        }
    }

    /// When the next hint is to be followed.
    pub(crate) fn due_at(&self, now: Instant) -> Option<Instant> {
        if self.everything {
            return Some(now);
        }
        self.due.values().min().copied()
    }

    /// Takes the paths that are to be looked at now.
    pub(crate) fn take_due(&mut self, now: Instant) -> Vec<PathBuf> {
        let all = std::mem::take(&mut self.due).into_iter();
        let (due, later): (BTreeMap<_, _>, _) = all.partition(|(_, due)| *due <= now);
        self.due = later;
        due.into_keys().collect()
    }

    /// Whether to look everywhere. Asking answers it.
    pub(crate) fn take_everything(&mut self) -> bool {
        std::mem::take(&mut self.everything)
    }

    /// Polling found a change of a file that it had last looked at no earlier than `looked`.
    pub(crate) fn polling_found(&mut self, path: &Path, looked: Instant, now: Instant) {
        let Notification::Works(since) = self.state else {
            return;
        };
        let was_announced = self
            .last_heard
            .is_some_and(|heard| now.saturating_duration_since(heard) < ANNOUNCED_BEFORE);
        if looked > since && !was_announced {
            self.suspects.push((path.to_path_buf(), now));
        }
    }

    /// Judges what polling found some time ago. Returns the file whose change was the last that
    /// had to go unannounced before notification is no longer relied on.
    pub(crate) fn judge(&mut self, now: Instant) -> Option<PathBuf> {
        let is_late = |(_, found): &(PathBuf, Instant)| {
            now.saturating_duration_since(*found) >= ANNOUNCED_AFTER
        };
        let missed = self.suspects.iter().filter(|it| is_late(it)).count();
        if missed == 0 {
            return None;
        }
        let (path, _) = self.suspects.swap_remove(0);
        self.suspects.clear();
        self.unannounced += 1;
        (self.unannounced >= UNANNOUNCED && self.turn_off()).then_some(path)
    }
}
