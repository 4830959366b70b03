//! The few questions the poller asks of a file system.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use crate::watching::stamp::Stamp;

/// What the poller asks of a file system. Paths are followed through symbolic links.
pub trait FileSystem {
    /// What lies at `path` and its stamp.
    ///
    /// # Errors
    ///
    /// As `stat`: nothing there, or no permission to look.
    fn look(&self, path: &Path) -> io::Result<Found>;

    /// The whole content of a file.
    ///
    /// # Errors
    ///
    /// As `open` and `read`.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The names in a folder, in any order.
    ///
    /// # Errors
    ///
    /// As `opendir` and `readdir`.
    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>>;
}

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Whether it is a folder; everything else counts as a file.
    pub is_folder: bool,
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
            is_folder: metadata.is_dir(),
            stamp: stamp_of(&metadata)?,
        })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        // An entry that cannot be read is as good as missing.
        for entry in fs::read_dir(folder)?.flatten() {
            entries.push(Entry {
                kind: kind_of(&entry),
                name: entry.file_name(),
            });
        }
        Ok(entries)
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
        // Vanished between the listing and this look, or no file: the next listing tells.
        _ => EntryKind::Other,
    }
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
