//! Notices runs that change what they are run for, which would never end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// After this many cycles in a row that have changed the same file, no further one starts.
const MOST: u32 = 3;

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
    /// When the last cycle ended.
    ended: Option<Instant>,
}

impl Repetition {
    pub(super) fn cycle_started(&mut self) {
        self.written.clear();
        self.ended = None;
    }

    /// User code has opened a file for writing.
    pub(super) fn wrote(&mut self, file: PathBuf) {
        self.written.insert(file);
    }

    /// Whether the running cycle, or the last one if it ended just now, has written a file.
    pub(super) fn has_written(&self, file: &PathBuf, now: Instant) -> bool {
        let is_over = |ended: Instant| now.saturating_duration_since(ended) > LATE;
        self.written.contains(file) && !self.ended.is_some_and(is_over)
    }

    /// A cycle has ended that has changed these files. Returns the one that changes in every
    /// cycle, if no further one is to start.
    pub(super) fn cycle_ended(
        &mut self,
        changed: impl Iterator<Item = PathBuf>,
        now: Instant,
    ) -> Option<PathBuf> {
        self.ended = Some(now);
        let before = std::mem::take(&mut self.in_a_row);
        for file in changed {
            let count = before.get(&file).map_or(1, |count| count + 1);
            self.in_a_row.insert(file, count);
        }
        let mut often = self.in_a_row.iter().filter(|(_, count)| **count >= MOST);
        let (file, _) = often.next()?;
        let file = file.clone();
        self.in_a_row.clear();
        Some(file)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Instant;

    use super::Repetition;

    #[test]
    fn three_cycles_in_a_row_are_enough() {
        let now = Instant::now();
        let mut repetition = Repetition::default();
        let mut ends = |files: &[&str]| {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            repetition.cycle_ended(files.into_iter(), now).is_some()
        };
        assert!(!ends(&["a"]) && !ends(&["a", "b"]) && ends(&["a"]));
        assert!(!ends(&["b"]) && !ends(&["b"]) && !ends(&[]) && !ends(&["b"]));
    }
}
