//! A poller over a fake disk, asked at moments that the test names.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hotload_core::watching::change_set::ChangeSet;
use hotload_core::watching::poller::{Poller, SourceRead};
use hotload_core::watching::watch_set::{Filter, Root, WatchSet};

use crate::fake_disk::{FakeDisk, ROOT, path};

/// A poller over a fake disk. Times are milliseconds since its first look.
pub(crate) struct Poll {
    pub(crate) disk: FakeDisk,
    pub(crate) poller: Poller<FakeDisk>,
    start: Instant,
}

/// Wants files with one ending, in folders that are not hidden.
struct Ending(&'static str);

impl Filter for Ending {
    fn wants(&self, path: &Path, is_folder: bool) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_folder {
            !name.starts_with('.')
        } else {
            name.ends_with(self.0)
        }
    }
}

/// A folder of which the files with one ending count.
pub(crate) fn root(folder: &str, ending: &'static str) -> Root {
    Root {
        folder: path(folder),
        filter: Arc::new(Ending(ending)),
    }
}

/// What a change set says, with paths as the fake disk takes them.
pub(crate) fn said(changes: &ChangeSet) -> String {
    let changes = changes.iter().map(|(path, kind)| {
        let name = path.strip_prefix(ROOT).unwrap_or(path);
        format!("{kind} {}", name.display()).replace('\\', "/")
    });
    changes.collect::<Vec<_>>().join(", ")
}

impl Poll {
    pub(crate) fn new(disk: FakeDisk, watch_set: WatchSet) -> Self {
        let start = Instant::now();
        let mut poller = Poller::new(disk.clone(), watch_set, start);
        // The folders are walked before anything changes in them.
        poller.tick(&|| start);
        Self {
            disk,
            poller,
            start,
        }
    }

    /// Watches the `.py` files of a folder with these files in it.
    pub(crate) fn of_folder(files: &[(&str, &str)]) -> Self {
        Self::of_roots(files, vec![root("", ".py")])
    }

    pub(crate) fn of_roots(files: &[(&str, &str)], roots: Vec<Root>) -> Self {
        let files_named = Vec::new();
        Self::new(
            FakeDisk::with(files),
            WatchSet {
                files: files_named,
                roots,
            },
        )
    }

    /// Watches one file by its name.
    pub(crate) fn of_file(name: &str, files: &[(&str, &str)]) -> Self {
        Self::new(
            FakeDisk::with(files),
            WatchSet {
                files: vec![path(name)],
                roots: Vec::new(),
            },
        )
    }

    pub(crate) fn time(&self, millis: u64) -> Instant {
        self.start + Duration::from_millis(millis)
    }

    /// What a tick at this time says.
    pub(crate) fn at(&mut self, millis: u64) -> String {
        let now = self.time(millis);
        said(&self.poller.tick(&|| now))
    }

    /// What all ticks of a time say, one every 10 ms; each change with its time.
    pub(crate) fn between(&mut self, millis: std::ops::RangeInclusive<u64>) -> String {
        let mut changes = Vec::new();
        for moment in millis.step_by(10) {
            let change = self.at(moment);
            if !change.is_empty() {
                changes.push(format!("{moment}: {change}"));
            }
        }
        changes.join(", ")
    }

    /// Lets an interpreter read and run a file as it is now.
    pub(crate) fn load(&mut self, name: &str, millis: u64) {
        let source = self.disk.source(name);
        self.ran(&source, millis);
    }

    pub(crate) fn ran(&mut self, source: &SourceRead, millis: u64) {
        let now = self.time(millis);
        self.poller.source_was_run(source, now);
        self.disk.take_reads(&source.path.to_string_lossy());
    }
}
