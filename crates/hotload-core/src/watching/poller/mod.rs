//! Finds what changed on disk.
//!
//! Hot files (named, in use, or changed not long ago) are looked at in each tick; folders and all
//! other files in turn, as many as there is time for. A hint has its path looked at at once. What
//! happens with a change is the session's business.

mod names;
mod rounds;
mod walk;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::watching::change_set::ChangeSet;
use crate::watching::file_system::{EntryKind, FileSystem};
use crate::watching::folders::Folders;
use crate::watching::hints::{Hint, Hints, Notifier, WRITE_SETTLES};
use crate::watching::hot_files::{HotFiles, stamp};
use crate::watching::remark::Remark;
use crate::watching::schedule::{Attention, Schedule};
use crate::watching::stamp::Stamp;
use crate::watching::watch_set::{NewFiles, Root, WatchSet};
use crate::watching::watched_file::WatchedFile;

use names::Names;
use rounds::{Sweep, Turns};
use walk::{Before, Listing, Walk};

/// Of so many named files the content is read at once, to be compared; it would take too long for
/// a list of thousands.
const READ_AT_ONCE: usize = 64;

/// A source as an interpreter has read it: the text, and what `fstat` said before the read.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRead {
    /// The file, absolute.
    pub path: PathBuf,
    /// Exactly what was read.
    pub bytes: Vec<u8>,
    /// Seconds since the epoch, as a float since Python 2.7 knows no other.
    pub modified: f64,
}

/// What a source that was run is by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceRun {
    /// Not what is in the file any more.
    Changed,
    /// What is in the file, and had been noticed.
    Current,
    /// What is in the file: a save that no look had noticed.
    Unnoticed,
}

/// Looks at watched files and says what changed.
pub struct Poller<F> {
    file_system: F,
    roots: Vec<Root>,
    /// Folders below which what was loaded is watched, whatever the roots leave out.
    loaded_below: Vec<Root>,
    folders: Folders,
    hot: HotFiles,
    walk: Walk,
    sweep: Sweep,
    turns: Turns,
    schedule: Schedule,
    hints: Hints,
    remarks: Vec<Remark>,
    last_found: Option<(PathBuf, Instant)>,
    names: Names,
    unreadable: BTreeSet<PathBuf>,
}

/// One round of looks.
struct Round<'c> {
    clock: &'c dyn Fn() -> Instant,
    /// When it began.
    now: Instant,
    looks: Looks,
    /// The look before this one at the files that are being looked at was no earlier than this;
    /// `None` if that is not known.
    looked_before: Option<Instant>,
    /// How many looks there were.
    count: usize,
    changes: ChangeSet,
}

/// Why a round looks where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    /// There were hints.
    Hinted,
    /// It is time to.
    Polling,
}

impl<'c> Round<'c> {
    fn new(clock: &'c dyn Fn() -> Instant, looks: Looks) -> Self {
        Self {
            clock,
            now: clock(),
            looks,
            looked_before: None,
            count: 0,
            changes: ChangeSet::default(),
        }
    }

    fn time(&self) -> Instant {
        (self.clock)()
    }
}

fn wants_loaded(roots: &[Root], loaded_below: &[Root], path: &Path) -> bool {
    let mut folders = roots.iter().chain(loaded_below);
    folders.any(|root| root.wants_in_use(path))
}

impl<F: FileSystem> Poller<F> {
    /// Takes the first look at the files that were named. What is found is where changes count
    /// from. The folders are walked by the first ticks.
    pub fn new(file_system: F, watch_set: WatchSet, now: Instant) -> Self {
        let began = file_system.time();
        let mut poller = Self {
            file_system,
            folders: Folders::default(),
            hot: HotFiles::default(),
            walk: Walk::new(&watch_set.roots, None, began),
            roots: watch_set.roots,
            loaded_below: Vec::new(),
            sweep: Sweep::default(),
            turns: Turns::default(),
            schedule: Schedule::new(now),
            hints: Hints::none(),
            remarks: Vec::new(),
            last_found: None,
            names: Names::default(),
            unreadable: BTreeSet::new(),
        };
        for path in watch_set.files {
            poller.watch_file(path, now);
        }
        poller
    }

    /// Has the hot files looked at this often.
    pub fn set_interval(&mut self, interval: Duration) {
        self.schedule.set_interval(interval);
    }

    /// Has the operating system report changes, too.
    pub fn set_notifier(&mut self, notifier: Box<dyn Notifier>) {
        self.hints.set_notifier(notifier);
        for folder in self.hot.folders() {
            self.watch_for_hints(&folder);
        }
        for folder in self.folders.paths() {
            self.hints.watch(&folder);
        }
    }

    /// Watches one more file, which was named, from what it is now.
    pub fn watch_file(&mut self, path: PathBuf, now: Instant) {
        if self.hot.get(&path).is_some_and(WatchedFile::is_named) {
            return;
        }
        self.folders.take_cold(&path);
        let seen = self.stamp(&path);
        let file = match self.hot.len() < READ_AT_ONCE {
            true => WatchedFile::named(&path, seen, now, &self.file_system),
            false => {
                let mut file =
                    seen.map_or_else(WatchedFile::missing, |seen| WatchedFile::found(seen, now));
                file.set_named(true);
                file
            }
        };
        self.put_to_use(path, file);
    }

    fn put_to_use(&mut self, path: PathBuf, file: WatchedFile) {
        if let Some(folder) = path.parent()
            && !self.folders.contains(folder)
        {
            self.watch_for_hints(folder);
        }
        self.hot.focus(&path);
        self.hot.insert(path, file);
    }

    /// Has changes in a folder reported, and those of the links that lead to it.
    fn watch_for_hints(&mut self, folder: &Path) {
        self.hints.watch(folder);
        let mut real = self.file_system.resolve(folder);
        if real == folder {
            return;
        }
        for (path, above) in folder.ancestors().zip(folder.ancestors().skip(1)) {
            let real_above = self.file_system.resolve(above);
            let is_link = path.file_name().map(|name| real_above.join(name)) != Some(real);
            if is_link {
                self.hints.watch(above);
            }
            real = real_above;
        }
    }

    /// Has what is loaded from below these folders watched, too, whatever else the watch set names.
    pub fn watch_loaded_below(&mut self, folders: Vec<Root>) {
        self.loaded_below = folders;
    }

    /// Whether a file that was loaded is watched.
    fn wants_loaded(&self, path: &Path) -> bool {
        wants_loaded(&self.roots, &self.loaded_below, path)
    }

    /// Watches something else from now on. What is known of a file that stays is kept.
    pub fn watch(&mut self, watch_set: WatchSet, new: NewFiles, now: Instant) {
        let roots = std::mem::replace(&mut self.roots, watch_set.roots);
        let folders = std::mem::take(&mut self.folders);
        let before = Before { roots, folders };
        self.walk = Walk::new(&self.roots, Some(before), self.file_system.time());
        let named: BTreeSet<PathBuf> = watch_set.files.into_iter().collect();
        let (roots, loaded_below) = (&self.roots, &self.loaded_below);
        self.hot.retain(|path, file| {
            let is_named = named.contains(path);
            file.set_named(is_named);
            let is_wanted = match file.is_in_use() {
                true => wants_loaded(roots, loaded_below, path),
                false => roots.iter().any(|root| root.wants(path)),
            };
            is_named || is_wanted
        });
        for path in named {
            if self.hot.contains(&path) {
                continue;
            }
            match new {
                NewFiles::Known => self.watch_file(path, now),
                NewFiles::Created => {
                    let mut file = WatchedFile::missing();
                    file.set_named(true);
                    self.put_to_use(path, file);
                }
            }
        }
    }

    /// How many files are watched and there.
    #[must_use]
    pub fn files_watched(&self) -> usize {
        self.hot.count() + self.folders.cold_files()
    }

    /// Takes a hint. [`follow_hints`](Self::follow_hints) looks where it points to.
    pub fn hint(&mut self, hint: Hint, now: Instant) {
        match hint {
            Hint::Written(_) => {
                self.schedule.sign(now);
                self.schedule.postpone(now + WRITE_SETTLES);
            }
            Hint::Changed(_) | Hint::Everything => self.schedule.sign(now),
            Hint::Watching(_) | Hint::Unavailable(_) => {}
        }
        if let Some(reason) = self.hints.take(hint, now) {
            self.remarks
                .push(Remark::NotificationUnavailable { reason });
        }
    }

    /// Whether the last change of a file was that of its stamp alone.
    #[must_use]
    pub fn is_touched(&self, path: &Path) -> bool {
        self.hot.get(path).is_some_and(WatchedFile::is_touched)
    }

    /// Whether a file got its present stamp before this time.
    #[must_use]
    pub fn is_older_than(&self, path: &Path, time: SystemTime) -> bool {
        let stamp = self.hot.get(path).and_then(WatchedFile::stamp);
        stamp.is_some_and(|stamp| stamp.modified <= time)
    }

    /// The time that a file saved now gets for its stamp.
    #[must_use]
    pub fn file_time(&self) -> SystemTime {
        self.file_system.time()
    }

    /// Has these files looked at again, whether or not it is their turn.
    pub fn look_again<'p>(&mut self, files: impl Iterator<Item = &'p Path>, now: Instant) {
        for file in files {
            self.hints.look_again(file, now);
        }
    }

    /// How much attention watching gets from now on.
    pub fn set_attention(&mut self, attention: Attention) {
        self.schedule.set_attention(attention);
    }

    /// When there is a hint to follow; `None` if there is not.
    #[must_use]
    pub fn next_hint(&self, now: Instant) -> Option<Instant> {
        self.hints.due_at(now)
    }

    /// Whether the first walk is still going on.
    #[must_use]
    pub fn is_walking(&self) -> bool {
        !self.walk.is_over()
    }

    /// When the next tick is due.
    #[must_use]
    pub fn next_tick(&self, now: Instant) -> Instant {
        if !self.walk.is_over() {
            return now;
        }
        let is_notified = self.hints.works_since().is_some();
        let is_restless = self.hot.is_restless();
        let next = self.schedule.next_tick(now, is_notified, is_restless);
        self.sweep.due_at(now).map_or(next, |due| due.min(next))
    }

    /// Looks where hints say that something has changed.
    pub fn follow_hints(&mut self, clock: &dyn Fn() -> Instant) -> ChangeSet {
        self.file_system.begin_round();
        let mut round = Round::new(clock, Looks::Hinted);
        if self.hints.take_everything() {
            self.look_at_all_but_cold(&mut round);
            self.sweep.want();
        }
        for path in self.hints.take_due(round.now) {
            self.file_system.renew(&path);
            self.follow(&path, &mut round);
        }
        round.changes
    }

    fn follow(&mut self, path: &Path, round: &mut Round) {
        if self.folders.contains(path) {
            return self.look_at_folder(path, round);
        }
        if self.look_at(path, round) {
            if !round.changes.contains(path) {
                self.compare_hinted(path, round);
            }
            return;
        }
        // It may be a link that leads to files in use.
        self.look_below(path, round);
        let Some(folder) = self.folders.above(path) else {
            return;
        };
        let is_file_in_it = path.parent() == Some(folder.as_path())
            && self.kind(path).is_none_or(|kind| kind != EntryKind::Folder);
        if !is_file_in_it {
            self.list(&folder, Listing::ForNames, round);
        } else if self.is_wanted_in(&folder, path) {
            self.watch_created(path.to_path_buf(), round);
        }
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        let found = self.file_system.look(path).ok()?;
        Some(found.kind)
    }

    /// Looks at some of the files and says what changed. Called when [it is due](Self::next_tick).
    pub fn tick(&mut self, clock: &dyn Fn() -> Instant) -> ChangeSet {
        self.file_system.begin_round();
        let mut round = Round::new(clock, Looks::Polling);
        let is_notified = self.hints.works_since().is_some();
        let is_restless = self.hot.is_restless();
        let is_due = round.now >= self.schedule.next_tick(round.now, is_notified, is_restless);
        if !self.walk.is_over()
            || self
                .sweep
                .due_at(round.now)
                .is_some_and(|due| round.now >= due)
        {
            self.sweep(&mut round);
        }
        if is_due {
            self.schedule
                .tick_starts(round.now, is_notified, is_restless);
            self.look_at_focus(&mut round);
            if !self.walk.is_listing() {
                self.enter_missing_roots(&mut round);
                self.look_at_others(&mut round);
            }
            self.schedule.tick_ended(round.time());
        }
        if let Some(file) = self.hints.judge(round.now) {
            self.remarks.push(Remark::NotificationMissed { file });
        }
        round.changes
    }

    /// What a person may want to know since this was asked last.
    pub fn take_remarks(&mut self) -> Vec<Remark> {
        std::mem::take(&mut self.remarks)
    }

    /// Looks at a file. Returns whether it is watched.
    fn look_at(&mut self, path: &Path, round: &mut Round) -> bool {
        round.count += 1;
        if !self.hot.contains(path) {
            let Some(known) = self.folders.take_cold(path) else {
                return false;
            };
            let file = WatchedFile::found(known.unwrap_or(Stamp::NONE), round.now);
            self.hot.insert(path.to_path_buf(), file);
        }
        let was_unfinished = self.hot.get(path).is_some_and(WatchedFile::is_unfinished);
        if let Some(kind) = self.hot.look(path, round.now, &self.file_system) {
            let looked_before = round.looked_before;
            if was_unfinished {
                // The change itself was noticed before.
                round.looked_before = None;
            }
            self.found(path, kind, round);
            round.looked_before = looked_before;
        }
        true
    }

    /// Records that a source was read and run.
    ///
    /// If the file still is what was read, that version needs no further run, even when a tick
    /// has not seen it yet: a save that comes between a tick and the read would run twice.
    pub fn source_was_run(&mut self, source: &SourceRead, now: Instant) -> SourceRun {
        let consumed = self.stamp_if_unchanged(source);
        if let Some(stamp) = consumed {
            self.names.note(&source.path, stamp);
        }
        let known = self.hot.get(&source.path).and_then(WatchedFile::stamp);
        let is_news = known.is_some_and(|known| consumed != Some(known));
        if let Some(file) = self.hot.get_mut(&source.path) {
            file.ran(&source.bytes, consumed, now);
            self.hot.focus(&source.path);
        } else {
            let known = self.folders.take_cold(&source.path).flatten();
            if known.is_some() || self.wants_loaded(&source.path) {
                // Whatever is found next differs, unless it is what was read.
                let mut file = WatchedFile::found(known.unwrap_or(Stamp::NONE), now);
                file.ran(&source.bytes, consumed, now);
                self.put_to_use(source.path.clone(), file);
            }
        }
        match consumed {
            None => SourceRun::Changed,
            Some(_) if is_news => SourceRun::Unnoticed,
            Some(_) => SourceRun::Current,
        }
    }

    fn stamp_if_unchanged(&self, source: &SourceRead) -> Option<Stamp> {
        self.file_system.renew(&source.path);
        let before = self.stamp(&source.path)?;
        // One byte more than was read shows whether there is more.
        let limit = source.bytes.len() as u64 + 1;
        let content = self.file_system.read(&source.path, limit).ok()?;
        self.file_system.renew(&source.path);
        let after = self.stamp(&source.path)?;
        let unchanged = before == after
            && content == source.bytes
            && is_same_time(before.modified, source.modified);
        unchanged.then_some(before)
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        stamp(&self.file_system, path)
    }

    /// A folder cannot be listed. That is remarked once.
    fn cannot_list(&mut self, folder: &Path, error: &io::Error) {
        if error.kind() != io::ErrorKind::NotFound && self.unreadable.insert(folder.to_path_buf()) {
            self.remarks.push(Remark::Unreadable {
                folder: folder.to_path_buf(),
                reason: error.to_string(),
            });
        }
    }
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
