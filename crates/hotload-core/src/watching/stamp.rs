//! What `stat` says about one file, and what a difference between two such answers means.

use std::time::SystemTime;

/// What `stat` says about one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Time of the last write, at the resolution of the file system.
    pub modified: SystemTime,
    /// Length in bytes.
    pub len: u64,
    /// Inode number; `None` where the system has none.
    pub inode: Option<u64>,
    /// The device that the inode is on; `None` where the system has none.
    pub device: Option<u64>,
    /// ctime in seconds and nanoseconds; `None` where the system has none.
    pub status_changed: Option<(i64, i64)>,
}

/// How a later stamp of a file differs from an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Nothing differs; the file may still have been written within the clock tick of its file
    /// system.
    None,
    /// Only the ctime differs: a reason to look at the content, since `cp -p`, `touch -r` and a
    /// reused inode show nowhere else, but so do `chmod`, links and backup programs.
    StatusOnly,
    /// The file was saved.
    Saved,
}

impl Stamp {
    /// A stamp that no file has: whatever is found differs from it.
    pub(crate) const NONE: Self = Self {
        modified: SystemTime::UNIX_EPOCH,
        len: u64::MAX,
        inode: None,
        device: None,
        status_changed: None,
    };

    /// Whether the later stamp is of another file: one that was renamed to this name, or one that a
    /// link in the path leads to by now.
    #[must_use]
    pub fn names_another_file(&self, later: &Self) -> bool {
        (self.device, self.inode) != (later.device, later.inode)
    }

    /// How `later` differs from this stamp.
    #[must_use]
    pub fn difference(&self, later: &Self) -> Difference {
        // `!=`, not `>`: a checkout or a restored backup moves mtimes backwards.
        if self.modified != later.modified
            || self.len != later.len
            || self.names_another_file(later)
        {
            Difference::Saved
        } else if self.status_changed != later.status_changed {
            Difference::StatusOnly
        } else {
            Difference::None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Difference, Stamp};
    use std::time::{Duration, SystemTime};

    fn stamp(modified: u64, len: u64, inode: u64, status_changed: i64) -> Stamp {
        Stamp {
            modified: SystemTime::UNIX_EPOCH + Duration::from_micros(modified),
            len,
            inode: Some(inode),
            device: Some(0),
            status_changed: Some((0, status_changed)),
        }
    }

    #[test]
    fn a_stamp_is_more_than_its_mtime() {
        let before = stamp(10, 5, 1, 1);
        #[rustfmt::skip]
        let cases = [
            ("nothing happened",     stamp(10, 5, 1, 1), Difference::None),
            ("saved",                stamp(11, 5, 1, 2), Difference::Saved),
            ("older copy put back",  stamp(9, 5, 1, 2),  Difference::Saved),
            ("longer, mtime kept",   stamp(10, 6, 1, 2), Difference::Saved),
            ("another file",         stamp(10, 5, 2, 1), Difference::Saved),
            ("chmod or `cp -p`",     stamp(10, 5, 1, 2), Difference::StatusOnly),
        ];
        for (what, after, expected) in cases {
            assert_eq!(before.difference(&after), expected, "{what}");
        }
    }
}
