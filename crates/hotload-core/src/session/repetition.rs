//! Notices runs that change what they are run for, which would never end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

/// After this many cycles in a row in which the same file has changed, no further one starts.
const MOST: u32 = 3;

/// The same, where a person may have saved the file each time: user code has not written it, and the
/// cycle took longer than `QUICK`.
const MOST_BY_HAND: u32 = 10;

/// No one saves a file in each of several cycles in a row that are shorter than this.
const QUICK: Duration = Duration::from_secs(1);

/// How long after a cycle what it has written may be noticed: a file that nothing uses is looked at in
/// turn.
const LATE: Duration = Duration::from_secs(2);

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

    /// The latest stamp that the last cycle can have given a file, if it ended just now.
    pub(super) fn last_moment(&self, now: Instant) -> Option<SystemTime> {
        let (ended, time) = self.ended?;
        (now.saturating_duration_since(ended) <= LATE).then_some(time)
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
    pub(super) fn changed(
        &mut self,
        files: Vec<PathBuf>,
        took: Duration,
        now: Instant,
    ) -> Option<PathBuf> {
        let before = std::mem::take(&mut self.in_a_row);
        let mut often = Vec::new();
        for file in files {
            let count = before.get(&file).map_or(1, |count| count + 1);
            let most = if took < QUICK || self.has_written(&file, now) {
                MOST
            } else {
                MOST_BY_HAND
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
    use std::time::{Duration, Instant};

    use super::Repetition;

    fn held(seconds: u64, cycles: &[&[&str]]) -> Vec<bool> {
        let now = Instant::now();
        let mut repetition = Repetition::default();
        let mut ends = |files: &[&str]| {
            let files = files.iter().map(PathBuf::from).collect();
            let took = Duration::from_secs(seconds);
            repetition.changed(files, took, now).is_some()
        };
        cycles.iter().map(|files| ends(files)).collect()
    }

    #[test]
    fn three_quick_cycles_in_a_row_are_enough() {
        assert_eq!(held(0, &[&["a"], &["a"], &["a"]]), [false, false, true]);
        let interrupted = held(0, &[&["a"], &["a"], &[], &["a"]]);
        assert_eq!(interrupted, [false; 4]);
        let with_another = held(0, &[&["a"], &["a"], &["a", "b"], &["a"]]);
        assert_eq!(with_another, [false, false, false, true]);
    }

    #[test]
    fn a_person_may_save_in_a_few_slow_cycles_in_a_row() {
        let cycles: Vec<&[&str]> = vec![&["a"]; 10];
        let held = held(5, &cycles);
        assert!(held[9] && !held[..9].contains(&true));
    }
}
