//! Which tracebacks are shown: each error once, and not too many of them.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;

use hotload_python::traceback::raised::Traceback;

use crate::answers::explain::reports::Reports;
use crate::answers::print::Answer;
use crate::arguments::TracebackStyle;
use crate::exit::Exit;
use crate::render;

/// How many different errors are shown. Nobody reads more, and reading a log is much faster than
/// showing it.
const MOST_SHOWN: usize = 100;

/// How many errors are remembered, to recognize repetitions.
const MOST_REMEMBERED: usize = 1 << 20;

/// What has been shown. An error that a log repeats is shown once.
pub(super) struct Shown {
    /// How many different errors are shown at most.
    most: usize,
    /// Hashes of what was shown: of tracebacks, and of the text that shows them.
    seen: HashSet<u64>,
    hasher: Gathered,
    last: Option<[u64; 2]>,
    count: usize,
    /// How often the last one was repeated at once.
    repeated: u64,
    /// How often errors were repeated later.
    again: u64,
    /// How many were skipped because enough were shown.
    others: u64,
}

impl Shown {
    pub(super) fn new(style: TracebackStyle) -> Self {
        Self {
            most: match style {
                TracebackStyle::Full => usize::MAX,
                TracebackStyle::Short | TracebackStyle::Native => MOST_SHOWN,
            },
            seen: HashSet::new(),
            hasher: Gathered::default(),
            last: None,
            count: 0,
            repeated: 0,
            again: 0,
            others: 0,
        }
    }

    pub(super) fn add(
        &mut self,
        traceback: Traceback,
        reports: &mut Reports,
        answer: &mut Answer,
    ) -> Result<(), Exit> {
        if self.count >= self.most {
            self.others += 1;
            return Ok(());
        }
        let key = self.hasher.hash(&traceback);
        if self.is_known(key) {
            return Ok(());
        }
        let report = reports.report(traceback);
        let look = self.hasher.hash(&report);
        self.remember(key);
        if self.is_known(look) {
            return Ok(());
        }
        self.remember(look);
        self.report_repeated(answer)?;
        let gap = if self.count == 0 { "" } else { "\n" };
        answer.print(&format!("{gap}{report}"))?;
        self.count += 1;
        self.last = Some([key, look]);
        Ok(())
    }

    /// Whether it was shown before; if so, it is counted.
    fn is_known(&mut self, key: u64) -> bool {
        if self.last.is_some_and(|last| last.contains(&key)) {
            self.repeated += 1;
            return true;
        }
        let is_known = self.seen.contains(&key);
        self.again += u64::from(is_known);
        is_known
    }

    fn remember(&mut self, key: u64) {
        if self.seen.len() < MOST_REMEMBERED {
            self.seen.insert(key);
        }
    }

    /// Says what was not shown, and returns how many different errors were.
    pub(super) fn finish(mut self, answer: &mut Answer) -> Result<usize, Exit> {
        self.report_repeated(answer)?;
        if self.again + self.others > 0 {
            answer.print(&render::explained::not_shown(self.again, self.others))?;
        }
        Ok(self.count)
    }

    fn report_repeated(&mut self, answer: &mut Answer) -> Result<(), Exit> {
        match mem::take(&mut self.repeated) {
            0 => Ok(()),
            times => answer.print(&render::explained::repeated(times)),
        }
    }
}

/// Collects the bytes of a value and hashes them at once, which is three times as fast as hashing many
/// small parts one by one.
#[derive(Default)]
struct Gathered {
    bytes: Vec<u8>,
}

impl Gathered {
    fn hash(&mut self, value: &impl Hash) -> u64 {
        self.bytes.clear();
        value.hash(self);
        self.finish()
    }
}

impl Hasher for Gathered {
    fn write(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.bytes);
        hasher.finish()
    }
}
