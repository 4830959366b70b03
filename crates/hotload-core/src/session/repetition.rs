//! Notices runs that change what they are run for, which would never end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

/// After this many cycles in a row in which user code has written the same file, no further one starts.
const MOST: u32 = 3;

/// The same, where user code was not seen to write it. It may be the work of a command, or each time
/// a save, and none must be lost; but a person does not save a file in thirty cycles in a row.
const MOST_UNSEEN: u32 = 30;

/// How long after a cycle what it has written may be noticed: a file that nothing uses is looked at in
/// turn.
const LATE: Duration = Duration::from_secs(2);

/// How far the stamp of a file may be behind the clock: a save at once after the end of a cycle must not
/// look like the cycle's own.
const COARSE: Duration = Duration::from_millis(20);

/// When a change was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// While a cycle ran, or when it ended.
    InCycle,
    /// While none ran.
    Afterwards,
}

/// What the running cycle, and those before it, have changed themselves.
#[derive(Debug, Default)]
pub(super) struct Repetition {
    /// How many cycles in a row have changed a file.
    in_a_row: BTreeMap<PathBuf, u32>,
    /// The files that user code has opened for writing in the running cycle, or in the last one.
    written: BTreeSet<PathBuf>,
    /// The files whose content was found to be another one in the running cycle.
    saved: BTreeSet<PathBuf>,
    /// When the last cycle ended, also as files are stamped.
    ended: Option<(Instant, SystemTime)>,
}

impl Repetition {
    pub(super) fn cycle_started(&mut self) {
        self.written.clear();
        self.saved.clear();
        self.ended = None;
    }

    /// A file has another content than before, in the running cycle.
    pub(super) fn saved(&mut self, file: PathBuf) {
        self.saved.insert(file);
    }

    pub(super) fn was_saved(&self, file: &PathBuf) -> bool {
        self.saved.contains(file)
    }

    /// User code has opened a file for writing.
    pub(super) fn wrote(&mut self, file: PathBuf) {
        self.written.insert(file);
    }

    /// Whether the running cycle, or the last one if it ended just now, has written a file.
    pub(super) fn has_written(&self, file: &PathBuf, now: Instant) -> bool {
        let is_over = |(ended, _)| now.saturating_duration_since(ended) > LATE;
        self.written.contains(file) && !self.ended.is_some_and(is_over)
    }

    /// The latest stamp that only the last cycle can have given a file, if it ended just now.
    pub(super) fn last_moment(&self, now: Instant) -> Option<SystemTime> {
        let (ended, time) = self.ended?;
        let is_just_now = now.saturating_duration_since(ended) <= LATE;
        time.checked_sub(COARSE).filter(|_| is_just_now)
    }

    /// A cycle ends.
    pub(super) fn cycle_ends(&mut self, now: Instant, time: SystemTime) {
        self.ended = Some((now, time));
    }

    /// What has changed in the cycle is known by now: what follows is a change of its own.
    pub(super) fn forget_saved(&mut self) {
        self.saved.clear();
    }

    /// These files have changed in the cycle that has just ended. Returns one of them if no further cycle
    /// is to start: each has changed too often.
    pub(super) fn changed(&mut self, files: Vec<PathBuf>, now: Instant) -> Option<PathBuf> {
        let before = std::mem::take(&mut self.in_a_row);
        let mut often = Vec::new();
        for file in files {
            let count = before.get(&file).map_or(1, |count| count + 1);
            let most = if self.has_written(&file, now) {
                MOST
            } else {
                MOST_UNSEEN
            };
            if count >= most {
                often.push(file.clone());
            }
            self.in_a_row.insert(file, count);
        }
        // What has not changed so often is never held back: someone else may have saved it.
        if often.is_empty() || often.len() < self.in_a_row.len() {
            return None;
        }
        self.in_a_row.clear();
        often.pop()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Instant;

    use super::Repetition;

    /// Whether the next cycle is held after each of these, in which the files have changed. User code was
    /// seen to write `own`.
    fn held(cycles: &[&[&str]]) -> Vec<bool> {
        let now = Instant::now();
        let mut repetition = Repetition::default();
        repetition.wrote("own".into());
        let mut ends = |files: &[&str]| {
            let files = files.iter().map(PathBuf::from).collect();
            repetition.changed(files, now).is_some()
        };
        cycles.iter().map(|files| ends(files)).collect()
    }

    #[test]
    fn three_cycles_in_a_row_that_write_a_file_are_enough() {
        assert_eq!(held(&[&["own"], &["own"], &["own"]]), [false, false, true]);
        assert_eq!(held(&[&["own"], &["own"], &[], &["own"]]), [false; 4]);
        let with_another = held(&[&["own"], &["own"], &["own", "b"], &["own"]]);
        assert_eq!(with_another, [false, false, false, true]);
    }

    #[test]
    fn what_others_may_have_saved_is_held_only_after_very_many() {
        let cycles: Vec<&[&str]> = vec![&["a"]; 30];
        let held = held(&cycles);
        assert!(held[29] && !held[..29].contains(&true));
    }
}
