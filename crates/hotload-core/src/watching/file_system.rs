//! The few questions the poller asks of a file system.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use crate::watching::stamp::Stamp;

/// What the poller asks of a file system. Paths are followed through symbolic links.
pub trait FileSystem {
    /// What lies at `path` and its stamp.
    ///
    /// # Errors
    ///
    /// As `stat`: nothing there, or no permission to look.
    fn look(&self, path: &Path) -> io::Result<Found>;

    /// The content of a regular file, at most its first `limit` bytes. Nothing else is opened: a
    /// FIFO or a device could block, or do something, when it is.
    ///
    /// # Errors
    ///
    /// As `open` and `read`, and if it is not a regular file.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;

    /// The names in a folder, in any order.
    ///
    /// # Errors
    ///
    /// As `opendir` and `readdir`.
    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>>;

    /// The time that a file saved now gets for its stamp, as far as this machine knows.
    fn time(&self) -> SystemTime;
}

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
    /// A folder, not a link to one: links are not followed into folders, so no walk goes in circles.
    Folder,
    /// A link to a folder, a device, a socket, or a link to nothing.
    Other,
}

/// The file system of the machine.
#[derive(Debug, Default, Clone, Copy)]
pub struct DiskFileSystem;

impl FileSystem for DiskFileSystem {
    fn look(&self, path: &Path) -> io::Result<Found> {
        let metadata = fs::metadata(path)?;
        Ok(Found {
            kind: kind_of_target(&metadata),
            stamp: stamp_of(&metadata)?,
        })
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let is_regular = |metadata: fs::Metadata| match metadata.is_file() {
            true => Ok(()),
            false => Err(io::Error::from(io::ErrorKind::InvalidInput)),
        };
        // Before it is opened, since that alone can block; and after, since it may have been
        // replaced in between.
        is_regular(fs::metadata(path)?)?;
        let file = File::open(path)?;
        is_regular(file.metadata()?)?;
        let mut content = Vec::new();
        file.take(limit).read_to_end(&mut content)?;
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

    fn time(&self) -> SystemTime {
        SystemTime::now()
    }
}

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
        status_changed: Some((metadata.ctime(), metadata.ctime_nsec())),
    })
}

#[cfg(not(unix))]
fn stamp_of(metadata: &fs::Metadata) -> io::Result<Stamp> {
    Ok(Stamp {
        modified: metadata.modified()?,
        len: metadata.len(),
        inode: None,
        status_changed: None,
    })
}
