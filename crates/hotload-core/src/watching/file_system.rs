//! The few questions the poller asks of a file system.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

#[cfg(windows)]
use crate::watching::listings::InListing;
use crate::watching::stamp::Stamp;

/// What the poller asks of a file system. Paths are followed through symbolic links.
pub trait FileSystem {
    /// What lies at `path` and its stamp.
    ///
    /// # Errors
    ///
    /// As `stat`: nothing there, or no permission to look.
    fn look(&self, path: &Path) -> io::Result<Found>;

    /// The content of a regular file, at most its first `limit` bytes. Nothing else is read, and
    /// opening a FIFO does not wait for whoever writes into it.
    ///
    /// # Errors
    ///
    /// As `open` and `read`, and if it is not a regular file. `WouldBlock` if whoever writes it
    /// shares it with nobody until it is written.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;

    /// The names in a folder, in any order.
    ///
    /// # Errors
    ///
    /// As `opendir` and `readdir`.
    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>>;

    /// The path without links. Where nothing can say so, the path itself.
    fn resolve(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }

    /// The time that a file saved now gets for its stamp, as far as this machine knows.
    fn time(&self) -> SystemTime;

    /// How long a stamp like this does not vouch for the content, counted from when it was first
    /// seen.
    fn time_in_doubt(&self, _stamp: Stamp) -> Duration {
        COARSEST
    }

    /// A round of looks begins. What was kept from looks before it is no longer used.
    fn begin_round(&self) {}

    /// The next look at this path must not use anything that was kept from a look before.
    fn renew(&self, _path: &Path) {}
}

/// The coarsest mtime in use (FAT, HFS+) is 2 s, and the clock of a network share may be off by
/// anything.
pub(crate) const COARSEST: Duration = Duration::from_secs(2);

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub kind: EntryKind,
    /// Its stamp.
    pub stamp: Stamp,
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name, without the folder.
    pub name: OsString,
    /// What it is.
    pub kind: EntryKind,
    /// Its inode number as the folder has it, where the system says so without a further look. May
    /// differ from the stamp's for a link or a mount point.
    pub inode: Option<u64>,
}

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file, or a link to one.
    File,
    /// A folder, not a link to one.
    Folder,
    /// A link to a folder: a walk that follows it must not go in circles.
    FolderLink,
    /// A device, a socket, or a link to nothing.
    Other,
}

/// The file system of the machine.
#[derive(Debug, Default)]
pub struct DiskFileSystem {
    #[cfg(windows)]
    listings: crate::watching::listings::Listings,
}

impl FileSystem for DiskFileSystem {
    fn look(&self, path: &Path) -> io::Result<Found> {
        #[cfg(windows)]
        match self.listings.find(path, stamp_of) {
            InListing::File(stamp) => {
                let kind = EntryKind::File;
                return Ok(Found { kind, stamp });
            }
            // As on Unix, where the file with the other name is another one.
            InListing::Renamed => return Err(io::ErrorKind::NotFound.into()),
            InListing::No => {}
        }
        let metadata = fs::metadata(path)?;
        Ok(Found {
            kind: kind_of_target(&metadata),
            stamp: stamp_of(&metadata)?,
        })
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let file = open_without_waiting(path).map_err(withheld)?;
        // Whoever calls has looked at it, but it may have been replaced since.
        check_regular(&file.metadata()?)?;
        let mut content = Vec::new();
        let read = file.take(limit).read_to_end(&mut content);
        read.map_err(withheld)?;
        Ok(content)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        // An entry that cannot be read is as good as missing.
        for entry in fs::read_dir(folder)?.flatten() {
            entries.push(Entry {
                kind: kind_of(&entry),
                inode: inode_of(&entry),
                name: entry.file_name(),
            });
        }
        Ok(entries)
    }

    fn resolve(&self, path: &Path) -> PathBuf {
        fs::canonicalize(path).map_or_else(|_| path.to_path_buf(), without_prefix)
    }

    fn time(&self) -> SystemTime {
        SystemTime::now()
    }

    #[cfg(windows)]
    fn time_in_doubt(&self, stamp: Stamp) -> Duration {
        if is_coarse(stamp) {
            COARSEST
        } else {
            CLOCK_TICK
        }
    }

    #[cfg(windows)]
    fn begin_round(&self) {
        self.listings.drop_old();
    }

    #[cfg(windows)]
    fn renew(&self, path: &Path) {
        self.listings.drop_path(path);
    }
}

/// The clock that gives NTFS its times may tick as rarely as every 15.6 ms.
#[cfg(windows)]
const CLOCK_TICK: Duration = Duration::from_millis(20);

/// Whether a time may have been rounded: exFAT has 10 ms, FAT 2 s. NTFS has 100 ns.
#[cfg(any(windows, test))]
fn is_coarse(stamp: Stamp) -> bool {
    const EXFAT: u32 = 10_000_000;
    let since = stamp.modified.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(true, |since| since.subsec_nanos() % EXFAT == 0)
}

/// On Windows a file may be open to one process alone. It counts as not ready to be read.
fn withheld(error: io::Error) -> io::Error {
    const SHARING_VIOLATION: i32 = 32;
    const LOCK_VIOLATION: i32 = 33;
    match error.raw_os_error() {
        Some(SHARING_VIOLATION | LOCK_VIOLATION) if cfg!(windows) => {
            io::ErrorKind::WouldBlock.into()
        }
        _ => error,
    }
}

/// Windows resolves paths to those with `\\?\`, which nothing else has.
fn without_prefix(path: PathBuf) -> PathBuf {
    let text = path.to_str().unwrap_or_default();
    match text.strip_prefix(r"\\?\") {
        Some(rest) if rest.as_bytes().get(1) == Some(&b':') => rest.into(),
        _ => path,
    }
}

fn check_regular(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        Ok(())
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ))
    }
}

/// Opens a file for reading. A FIFO would otherwise wait for whoever writes into it.
#[cfg(unix)]
fn open_without_waiting(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options()
        .read(true)
        .custom_flags(O_NONBLOCK)
        .open(path)
}

#[cfg(not(unix))]
fn open_without_waiting(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// `O_NONBLOCK`, which std does not name.
#[cfg(any(target_os = "linux", target_os = "android"))]
const O_NONBLOCK: i32 = if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
    0x80
} else if cfg!(target_arch = "sparc64") {
    0x4000
} else {
    0x800
};

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
const O_NONBLOCK: i32 = if cfg!(any(target_os = "solaris", target_os = "illumos")) {
    0x80
} else {
    // macOS and the BSDs.
    0x4
};

fn kind_of_target(metadata: &fs::Metadata) -> EntryKind {
    if metadata.is_dir() {
        EntryKind::Folder
    } else if metadata.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    }
}

fn kind_of(entry: &fs::DirEntry) -> EntryKind {
    match entry.file_type() {
        Ok(kind) if kind.is_dir() => EntryKind::Folder,
        Ok(kind) if kind.is_file() => EntryKind::File,
        Ok(kind) if kind.is_symlink() => match fs::metadata(entry.path()) {
            Ok(target) if target.is_file() => EntryKind::File,
            Ok(target) if target.is_dir() => EntryKind::FolderLink,
            _ => EntryKind::Other,
        },
        // It vanished since the listing, or is not a file: the next listing shows which.
        _ => EntryKind::Other,
    }
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have none")]
fn inode_of(entry: &fs::DirEntry) -> Option<u64> {
    use std::os::unix::fs::DirEntryExt;
    Some(entry.ino())
}

#[cfg(not(unix))]
fn inode_of(_entry: &fs::DirEntry) -> Option<u64> {
    None
}

#[cfg(unix)]
fn stamp_of(metadata: &fs::Metadata) -> io::Result<Stamp> {
    use std::os::unix::fs::MetadataExt;
    Ok(Stamp {
        modified: metadata.modified()?,
        len: metadata.len(),
        inode: Some(metadata.ino()),
        device: Some(metadata.dev()),
        status_changed: Some((metadata.ctime(), metadata.ctime_nsec())),
    })
}

#[cfg(not(unix))]
fn stamp_of(metadata: &fs::Metadata) -> io::Result<Stamp> {
    Ok(Stamp {
        modified: metadata.modified()?,
        len: metadata.len(),
        inode: None,
        device: None,
        status_changed: None,
    })
}

#[cfg(test)]
mod tests {
    use super::is_coarse;
    use crate::watching::stamp::Stamp;
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_time_that_a_file_system_may_have_rounded_is_coarse() {
        let coarse = |nanos| {
            let modified = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, nanos);
            is_coarse(Stamp {
                modified,
                ..Stamp::NONE
            })
        };
        assert!(coarse(0), "FAT");
        assert!(coarse(120_000_000), "exFAT");
        assert!(!coarse(123_456_700), "NTFS");
    }
}
