//! One file's place in the poller's table: its last stamp, and what a new look at it means.
//!
//! Reads through `FileSystem` only to compare content where a stamp does not tell.

use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::watching::change_set::ChangeKind;
use crate::watching::file_system::{COARSEST, EntryKind, FileSystem};
use crate::watching::stamp::{Difference, Stamp};

/// The first and the longest pause between two comparisons of a file that nothing uses.
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How long a file that had content may stay empty, and any file may stay missing, before that
/// counts as what was meant. A plain truncate-and-write on a busy ext4 disk was seen empty for up to
/// 0.8 s.
const GRACE: Duration = Duration::from_secs(1);

/// How long a file that was not there before may stay empty before that counts as what was meant.
const NEW_AND_EMPTY: Duration = Duration::from_millis(50);

/// Content is compared up to this length; longer files are judged by their stamps.
const COMPARED_LENGTH: u64 = 1 << 20;

/// How often a read is repeated because the file changed under it, before the rest is left to
/// the next tick.
const READS: usize = 3;

/// One file's last stamp and content.
#[derive(Debug)]
pub(crate) struct WatchedFile {
    known: Option<Version>,
    /// The file is missing, or shorter than it will be: since when.
    unfinished_since: Option<Instant>,
    had_content: bool,
    /// Hash of the content that ran last.
    ran: Option<u64>,
    is_touched: bool,
    interest: Interest,
}

/// Why a file is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Interest {
    /// It was found in a watched folder.
    Found,
    /// It was run: what cannot be compared counts as saved.
    Used,
    /// It was named: the same, and it is waited for while it is missing.
    Named,
}

#[derive(Debug, Clone, Copy)]
struct Version {
    stamp: Stamp,
    first_seen: Instant,
    /// When its content was last compared, or read.
    compared: Instant,
    /// Hash of the content; `None` where it was never read or is too long.
    content: Option<u64>,
}

impl WatchedFile {
    /// A file that is not there yet.
    pub(crate) fn missing() -> Self {
        Self {
            known: None,
            unfinished_since: None,
            had_content: false,
            ran: None,
            is_touched: false,
            interest: Interest::Found,
        }
    }

    /// A file as the first walk found it. Its content is not read: with many files that would be
    /// slow, and one that nothing has loaded cannot be stale.
    pub(crate) fn found(stamp: Stamp, now: Instant) -> Self {
        Self {
            known: Some(Version {
                stamp,
                first_seen: now,
                compared: now,
                content: None,
            }),
            unfinished_since: None,
            had_content: stamp.len > 0 && stamp != Stamp::NONE,
            ran: None,
            is_touched: false,
            interest: Interest::Found,
        }
    }

    /// A file that was named, as the first look found it; its content is there to be compared.
    pub(crate) fn named(
        path: &Path,
        stamp: Option<Stamp>,
        now: Instant,
        file_system: &impl FileSystem,
    ) -> Self {
        let mut file = stamp.map_or_else(Self::missing, |stamp| Self::found(stamp, now));
        file.interest = Interest::Named;
        if let Some(known) = &mut file.known {
            known.content = read_content(path, known.stamp, file_system).unwrap_or_default();
        }
        file
    }

    /// Whether its last change was that of its stamp alone: the content was what had run last.
    pub(crate) fn is_touched(&self) -> bool {
        self.is_touched
    }

    pub(crate) fn is_there(&self) -> bool {
        self.known.is_some()
    }

    /// Whether it is missing for good, or was never there, and is not waited for.
    pub(crate) fn is_gone(&self) -> bool {
        self.known.is_none() && !self.is_unfinished() && self.interest != Interest::Named
    }

    /// Whether it is missing, or shorter than it will be, and time alone will decide what that
    /// means.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.unfinished_since.is_some()
    }

    /// Whether it was run or named.
    pub(crate) fn is_in_use(&self) -> bool {
        self.interest > Interest::Found
    }

    /// It was named, or is not named any more.
    pub(crate) fn set_named(&mut self, is_named: bool) {
        self.interest = match (is_named, self.interest) {
            (true, _) => Interest::Named,
            (false, Interest::Named) => Interest::Used,
            (false, interest) => interest,
        };
    }

    pub(crate) fn is_named(&self) -> bool {
        self.interest == Interest::Named
    }

    /// Its last stamp.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        self.known.map(|known| known.stamp)
    }

    /// Its stamp, if that is all there is to know of it: nothing uses it, and it has been as it is
    /// for a while.
    pub(crate) fn stamp_if_settled(&self, now: Instant) -> Option<Stamp> {
        let known = self.known?;
        let vouched_at = if known.content.is_some() {
            known.compared
        } else {
            now
        };
        let is_fresh = vouched_at.saturating_duration_since(known.first_seen) < COARSEST;
        let is_settled = !self.is_in_use() && !self.is_unfinished() && !is_fresh;
        is_settled.then_some(known.stamp)
    }

    /// Compares the content, whatever the stamp says: a write through mmap may not change it.
    /// Returns whether the file was saved.
    pub(crate) fn compare(
        &mut self,
        path: &Path,
        now: Instant,
        file_system: &impl FileSystem,
    ) -> bool {
        let Some(known) = self.known else {
            return false;
        };
        // A fresh one is compared at each look. Where there are no inodes, stamps do change at the
        // latest when the file is closed.
        let is_fresh = now.saturating_duration_since(known.first_seen) < COARSEST;
        let is_comparable = known.content.is_some() && known.stamp.inode.is_some();
        !is_fresh && is_comparable && self.differs_under_its_stamp(path, known, now, file_system)
    }

    /// Compares the content of a file that was written, where there are no inodes: then the
    /// stamp is the time and the length, and a program may have set the time.
    pub(crate) fn compare_hinted(
        &mut self,
        path: &Path,
        now: Instant,
        file_system: &impl FileSystem,
    ) -> bool {
        let comparable = self.known.filter(|known| {
            self.is_in_use() && known.content.is_some() && known.stamp.inode.is_none()
        });
        comparable.is_some_and(|known| self.differs_under_its_stamp(path, known, now, file_system))
    }

    fn differs_under_its_stamp(
        &mut self,
        path: &Path,
        known: Version,
        now: Instant,
        file_system: &impl FileSystem,
    ) -> bool {
        if self.is_unfinished() {
            return false;
        }
        let Ok(found) = file_system.look(path) else {
            return false;
        };
        // A new stamp is the next look's business.
        known.stamp.difference(&found.stamp) == Difference::None
            && self.content_differs(path, found.stamp, known, now, file_system)
            && self.accept(path, found.stamp, now, file_system)
    }

    /// Takes what a look found and says whether that is a change.
    pub(crate) fn update(
        &mut self,
        path: &Path,
        seen: Option<Stamp>,
        now: Instant,
        file_system: &impl FileSystem,
    ) -> Option<ChangeKind> {
        let Some(seen) = seen else {
            return self.update_missing(now);
        };
        if seen.len == 0 && self.waits_for_content(now) {
            return None;
        }
        self.unfinished_since = None;
        match self.known {
            None => self
                .accept(path, seen, now, file_system)
                .then_some(ChangeKind::Created),
            Some(known) => self.update_known(known, path, seen, now, file_system),
        }
    }

    fn update_missing(&mut self, now: Instant) -> Option<ChangeKind> {
        if self.known.is_none() {
            self.unfinished_since = None;
            return None;
        }
        let since = *self.unfinished_since.get_or_insert(now);
        if now.saturating_duration_since(since) < GRACE {
            return None;
        }
        self.known = None;
        self.unfinished_since = None;
        Some(ChangeKind::Removed)
    }

    fn waits_for_content(&mut self, now: Instant) -> bool {
        let empty_is_known = matches!(self.known, Some(version) if version.stamp.len == 0);
        if empty_is_known && self.unfinished_since.is_none() {
            return false;
        }
        let limit = if self.had_content {
            GRACE
        } else {
            NEW_AND_EMPTY
        };
        let since = *self.unfinished_since.get_or_insert(now);
        now.saturating_duration_since(since) < limit
    }

    fn update_known(
        &mut self,
        known: Version,
        path: &Path,
        seen: Stamp,
        now: Instant,
        file_system: &impl FileSystem,
    ) -> Option<ChangeKind> {
        let incomparable = self.is_in_use() && known.content.is_none();
        let in_doubt = match known.stamp.difference(&seen) {
            Difference::StatusOnly if !incomparable => true,
            Difference::Saved | Difference::StatusOnly => {
                return self
                    .accept(path, seen, now, file_system)
                    .then_some(ChangeKind::Modified);
            }
            Difference::None => {
                known.content.is_some() && self.is_doubtful(known, now, file_system)
            }
        };
        let saved = in_doubt
            && self.content_differs(path, seen, known, now, file_system)
            && self.accept(path, seen, now, file_system);
        saved.then_some(ChangeKind::Modified)
    }

    /// Whether the content may be another under the same stamp. A file in use is compared at each
    /// look while its stamp is fresh, another one at growing intervals: there may be many.
    fn is_doubtful(&self, known: Version, now: Instant, file_system: &impl FileSystem) -> bool {
        let in_doubt = file_system.time_in_doubt(known.stamp);
        if self.is_in_use() {
            let is_fresh = now.saturating_duration_since(known.first_seen) < in_doubt;
            let was_fresh = known.compared.saturating_duration_since(known.first_seen) < in_doubt;
            // A short time may pass between two looks, so the last comparison comes after it.
            return is_fresh || was_fresh && in_doubt < COARSEST;
        }
        let age = known.compared.saturating_duration_since(known.first_seen);
        let pause = age.clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        age < in_doubt && now.saturating_duration_since(known.compared) >= pause
    }

    /// Compares the content; where there is none to compare with, it is kept for the next doubt.
    fn content_differs(
        &mut self,
        path: &Path,
        seen: Stamp,
        known: Version,
        now: Instant,
        file_system: &impl FileSystem,
    ) -> bool {
        let content = read_content(path, seen, file_system).unwrap_or_default();
        if let (Some(before), Some(after)) = (known.content, content)
            && before != after
        {
            return true;
        }
        self.known = Some(Version {
            stamp: seen,
            compared: now,
            content: known.content.or(content),
            ..known
        });
        false
    }

    /// Makes `seen`, or what it has become while the content was read, the known version.
    ///
    /// Returns false when the file was just being emptied, or is still being written by someone who
    /// shares it with nobody: the next tick looks again.
    fn accept(
        &mut self,
        path: &Path,
        seen: Stamp,
        now: Instant,
        file_system: &impl FileSystem,
    ) -> bool {
        let mut stamp = seen;
        let mut content = None;
        // What nothing uses is not opened where stamps vouch for the content: on Windows that could
        // make a save fail.
        let is_read = self.is_in_use() || file_system.time_in_doubt(seen) >= COARSEST;
        for _ in 0..if is_read { READS } else { 0 } {
            content = match read_content(path, stamp, file_system) {
                Ok(content) => content,
                Err(Withheld) => return false,
            };
            file_system.renew(path);
            match file_system.look(path) {
                Ok(found)
                    if found.kind == EntryKind::File
                        && found.stamp != stamp
                        && found.stamp.len > 0 =>
                {
                    stamp = found.stamp;
                }
                _ => break,
            }
        }
        if stamp.len > 0 && content == Some(hash(b"")) {
            return false;
        }
        self.had_content = stamp.len > 0;
        self.is_touched = content.is_some() && content == self.ran;
        self.known = Some(Version {
            stamp,
            first_seen: now,
            compared: now,
            content,
        });
        true
    }

    /// Records that `bytes` is what ran, and, if `consumed` is given, that this stamp's version
    /// needs no further run.
    pub(crate) fn ran(&mut self, bytes: &[u8], consumed: Option<Stamp>, now: Instant) {
        let content = (bytes.len() as u64 <= COMPARED_LENGTH).then(|| hash(bytes));
        let version = match (self.known, consumed) {
            (Some(known), Some(stamp)) if known.stamp == stamp => Version { content, ..known },
            (_, Some(stamp)) => Version {
                stamp,
                first_seen: now,
                compared: now,
                content,
            },
            (Some(known), None) => Version { content, ..known },
            (None, None) => return,
        };
        self.unfinished_since = None;
        self.had_content = version.stamp.len > 0;
        self.ran = content;
        self.interest = self.interest.max(Interest::Used);
        self.known = Some(version);
    }
}

/// Whoever writes a file shares it with nobody.
struct Withheld;

/// The hash of a file's content; `None` if it is too long or cannot be read.
fn read_content(
    path: &Path,
    stamp: Stamp,
    file_system: &impl FileSystem,
) -> Result<Option<u64>, Withheld> {
    if stamp.len > COMPARED_LENGTH {
        return Ok(None);
    }
    match file_system.read(path, COMPARED_LENGTH) {
        Ok(content) => Ok(Some(hash(&content))),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(Withheld),
        Err(_) => Ok(None),
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}
