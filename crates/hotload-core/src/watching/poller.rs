//! Finds what changed on disk: one table of stamps, looked at once a tick.
//!
//! Every file and folder is looked at in every tick. What happens with a change is the
//! session's business.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::watching::change_set::ChangeSet;
use crate::watching::file_system::{EntryKind, FileSystem};
use crate::watching::stamp::{Difference, Stamp};
use crate::watching::watch_set::{NewFiles, Root, WatchSet};
use crate::watching::watched_file::WatchedFile;

/// How long a folder is listed anew in every tick after its stamp changed, since two new files
/// may come within one tick of the file system's clock.
const FOLDER_TOO_FRESH: Duration = Duration::from_secs(2);

/// A folder is listed anew after this time even when its stamp stays: FAT and some network shares
/// do not touch the mtime of a folder.
const LIST_AGAIN: Duration = Duration::from_secs(2);

/// A source as somebody has read it: the text, and what `fstat` said before the read.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRead {
    /// The file, absolute.
    pub path: PathBuf,
    /// Exactly what was read.
    pub bytes: Vec<u8>,
    /// Seconds since the epoch, as a float since Python 2.7 knows no other.
    pub modified: f64,
}

/// Looks at all watched files and says what changed.
pub struct Poller<F> {
    file_system: F,
    watch_set: WatchSet,
    files: BTreeMap<PathBuf, WatchedFile>,
    /// By the place of their root: two roots may overlap, each with a filter of its own.
    folders: BTreeMap<(usize, PathBuf), WatchedFolder>,
}

struct WatchedFolder {
    stamp: Stamp,
    first_seen: Instant,
    listed: Instant,
}

impl<F: FileSystem> Poller<F> {
    /// Takes the first look. What is found now is where changes count from.
    pub fn new(file_system: F, watch_set: WatchSet, now: Instant) -> Self {
        let mut poller = Self {
            file_system,
            watch_set,
            files: BTreeMap::new(),
            folders: BTreeMap::new(),
        };
        for path in poller.walk(now) {
            if let Some(stamp) = poller.stamp(&path) {
                poller.files.insert(path, WatchedFile::found(stamp, now));
            }
        }
        for path in std::mem::take(&mut poller.watch_set.files) {
            poller.watch_file(path, now);
        }
        poller
    }

    /// Watches one more file, which was named, from what it is now.
    pub fn watch_file(&mut self, path: PathBuf, now: Instant) {
        if self.watch_set.files.contains(&path) {
            return;
        }
        let stamp = self.stamp(&path);
        let file = WatchedFile::named(&path, stamp, now, &self.file_system);
        self.files.insert(path.clone(), file);
        self.watch_set.files.push(path);
    }

    /// Watches something else from now on. What is known of a file that stays is kept.
    pub fn watch(&mut self, watch_set: WatchSet, new: NewFiles, now: Instant) {
        let before = std::mem::replace(&mut self.watch_set, watch_set);
        let mut known = std::mem::take(&mut self.files);
        self.folders.clear();
        for path in self.walk(now) {
            let file = known.remove(&path).unwrap_or_else(|| {
                // In a folder that was watched before, the next tick would have found it.
                let is_new = before.roots.iter().any(|root| root.wants(&path));
                match self.stamp(&path) {
                    Some(stamp) if !is_new => WatchedFile::found(stamp, now),
                    _ => WatchedFile::missing(),
                }
            });
            self.files.insert(path, file);
        }
        for path in self.watch_set.files.clone() {
            let file = known.remove(&path).unwrap_or_else(|| match new {
                NewFiles::Known => {
                    WatchedFile::named(&path, self.stamp(&path), now, &self.file_system)
                }
                NewFiles::Created => WatchedFile::missing(),
            });
            self.files.entry(path).or_insert(file);
        }
    }

    /// How many files are watched and there.
    #[must_use]
    pub fn files_watched(&self) -> usize {
        self.files.values().filter(|file| file.is_there()).count()
    }

    /// Looks at everything once and says what changed since the look before.
    pub fn tick(&mut self, now: Instant) -> ChangeSet {
        for path in self.walk(now) {
            self.files.insert(path, WatchedFile::missing());
        }
        let mut changes = ChangeSet::default();
        for (path, file) in &mut self.files {
            let seen = stamp(&self.file_system, path);
            if let Some(kind) = file.update(path, seen, now, &self.file_system) {
                changes.insert(path.clone(), kind);
            }
        }
        let named = &self.watch_set.files;
        self.files
            .retain(|path, file| !file.is_gone() || named.contains(path));
        changes
    }

    /// Takes it that a source was read and run.
    ///
    /// If the file still is what was read, that version needs no further run, even when a tick
    /// has not seen it yet: a save that comes between a tick and the read would run twice. Returns
    /// whether that is so.
    pub fn source_was_run(&mut self, source: &SourceRead, now: Instant) -> bool {
        let consumed = self.stamp_if_unchanged(source);
        match self.files.get_mut(&source.path) {
            Some(file) => file.ran(&source.bytes, consumed, now),
            None if self.watch_set.wants_file(&source.path) => {
                let mut file = WatchedFile::missing();
                file.ran(&source.bytes, consumed, now);
                self.files.insert(source.path.clone(), file);
            }
            None => {}
        }
        consumed.is_some()
    }

    fn stamp_if_unchanged(&self, source: &SourceRead) -> Option<Stamp> {
        let before = self.stamp(&source.path)?;
        let content = self.file_system.read(&source.path).ok()?;
        let after = self.stamp(&source.path)?;
        let unchanged = before == after
            && content == source.bytes
            && is_same_time(before.modified, source.modified);
        unchanged.then_some(before)
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        stamp(&self.file_system, path)
    }

    /// Lists the folders that may have new entries; returns the files that are not in the table.
    fn walk(&mut self, now: Instant) -> Vec<PathBuf> {
        let mut new_files = Vec::new();
        for root in 0..self.watch_set.roots.len() {
            let key = (root, self.watch_set.roots[root].folder.clone());
            if !self.folders.contains_key(&key) {
                self.enter(key, now, &mut new_files);
            }
        }
        let known: Vec<(usize, PathBuf)> = self.folders.keys().cloned().collect();
        for key in known {
            self.look_at_folder(&key, now, &mut new_files);
        }
        new_files
    }

    fn look_at_folder(
        &mut self,
        key: &(usize, PathBuf),
        now: Instant,
        new_files: &mut Vec<PathBuf>,
    ) {
        let (root, path) = key;
        let Some(stamp) = folder_stamp(&self.file_system, path) else {
            // A folder that vanishes is no error: its files are missing, each by itself.
            self.folders.remove(key);
            return;
        };
        let Some(folder) = self.folders.get_mut(key) else {
            return;
        };
        if folder.stamp.difference(&stamp) != Difference::None {
            folder.stamp = stamp;
            folder.first_seen = now;
        }
        let fresh = now.saturating_duration_since(folder.first_seen) < FOLDER_TOO_FRESH;
        let due = now.saturating_duration_since(folder.listed) >= LIST_AGAIN;
        if folder.listed != now && (fresh || due) {
            folder.listed = now;
            self.list(path, *root, now, new_files);
        }
    }

    fn enter(&mut self, key: (usize, PathBuf), now: Instant, new_files: &mut Vec<PathBuf>) {
        let (root, path) = &key;
        let Some(stamp) = folder_stamp(&self.file_system, path) else {
            return;
        };
        let folder = WatchedFolder {
            stamp,
            first_seen: now,
            listed: now,
        };
        self.folders.insert(key.clone(), folder);
        self.list(path, *root, now, new_files);
    }

    fn list(&mut self, folder: &Path, root: usize, now: Instant, new_files: &mut Vec<PathBuf>) {
        let Ok(entries) = self.file_system.list(folder) else {
            // Not readable, or gone since: listed again in time.
            return;
        };
        let Root { filter, .. } = self.watch_set.roots[root].clone();
        for entry in entries {
            let path = folder.join(entry.name);
            match entry.kind {
                EntryKind::File => {
                    if !self.files.contains_key(&path) && filter.wants(&path, false) {
                        new_files.push(path);
                    }
                }
                EntryKind::Folder => {
                    let key = (root, path);
                    if !self.folders.contains_key(&key) && filter.wants(&key.1, true) {
                        self.enter(key, now, new_files);
                    }
                }
                EntryKind::Other => {}
            }
        }
    }
}

fn stamp(file_system: &impl FileSystem, path: &Path) -> Option<Stamp> {
    // A file that cannot be looked at (no permission, a share that is away) is as good as missing.
    let found = file_system.look(path).ok()?;
    (!found.is_folder).then_some(found.stamp)
}

fn folder_stamp(file_system: &impl FileSystem, path: &Path) -> Option<Stamp> {
    let found = file_system.look(path).ok()?;
    found.is_folder.then_some(found.stamp)
}

/// Whether a time is the one that Python has given as a float: a double holds today's time to
/// about 0.2 microseconds.
fn is_same_time(time: SystemTime, seconds: f64) -> bool {
    let exact = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_secs_f64(),
        Err(error) => -error.duration().as_secs_f64(),
    };
    (exact - seconds).abs() < 1e-6
}
