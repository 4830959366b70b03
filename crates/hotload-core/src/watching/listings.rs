//! The stamps of files as the listing of their folder has them, for Windows: a listing opens no file.
//!
//! While a file is open, for however short a time, Windows refuses to rename another one over it,
//! and to open it for a writer who shares it with nobody. A poller that opened files would make
//! every tenth save of an editor fail.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::watching::stamp::Stamp;

/// A listing is used for this many times as long as it took, so that looks at one file after the
/// other do not list a large folder for each.
const WORTH: u32 = 4;

/// Folders that were listed not long ago.
#[derive(Debug, Default)]
pub(crate) struct Listings {
    listed: RefCell<HashMap<PathBuf, Listed>>,
    /// Every folder that was ever listed. Its own stamp is not taken from the listing of its parent.
    folders: RefCell<HashSet<PathBuf>>,
}

#[derive(Debug)]
struct Listed {
    /// By name, in lower case: `LIB.py` is `lib.py`.
    stamps: HashMap<OsString, Stamp>,
    good_until: Instant,
}

impl Listings {
    /// The stamp of the regular file at `path`; `None` if the listing of its folder does not have
    /// it, which says nothing: it may be a link, a folder, a short name, or missing.
    pub(crate) fn stamp(
        &self,
        path: &Path,
        stamp_of: fn(&fs::Metadata) -> io::Result<Stamp>,
    ) -> Option<Stamp> {
        let (folder, name) = (path.parent()?, path.file_name()?);
        if self.folders.borrow().contains(path) {
            return None;
        }
        let name = folded(name);
        let mut listed = self.listed.borrow_mut();
        if let Some(known) = listed.get(folder) {
            return known.stamps.get(&name).copied();
        }
        let found = list(folder, stamp_of).ok()?;
        let stamp = found.stamps.get(&name).copied();
        self.folders.borrow_mut().insert(folder.into());
        listed.insert(folder.into(), found);
        stamp
    }

    /// Drops what is too old to be used.
    pub(crate) fn drop_old(&self) {
        let now = Instant::now();
        let mut listed = self.listed.borrow_mut();
        listed.retain(|_, listed| now < listed.good_until);
    }

    /// Drops what is known of a path.
    pub(crate) fn drop_path(&self, path: &Path) {
        let mut listed = self.listed.borrow_mut();
        if let Some(folder) = path.parent() {
            listed.remove(folder);
        }
    }
}

fn list(folder: &Path, stamp_of: fn(&fs::Metadata) -> io::Result<Stamp>) -> io::Result<Listed> {
    let started = Instant::now();
    let mut stamps = HashMap::new();
    for entry in fs::read_dir(folder)? {
        // One that cannot be read any more is missing.
        let Ok(entry) = entry else { continue };
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if metadata.is_file()
            && let Ok(stamp) = stamp_of(&metadata)
        {
            stamps.insert(folded(&entry.file_name()), stamp);
        }
    }
    let took: Duration = started.elapsed();
    Ok(Listed {
        stamps,
        good_until: Instant::now() + took * WORTH,
    })
}

/// A name as Windows compares it, more or less: one that differs from what is in the folder is
/// looked at itself.
fn folded(name: &OsStr) -> OsString {
    match name.to_str() {
        Some(text) => text.to_lowercase().into(),
        None => name.into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test that cannot go on has failed

    use super::Listings;
    use crate::watching::stamp::Stamp;
    use std::fs;
    use std::io;

    fn by_length(metadata: &fs::Metadata) -> io::Result<Stamp> {
        Ok(Stamp {
            len: metadata.len(),
            ..Stamp::NONE
        })
    }

    #[test]
    fn stamps_come_from_one_listing_until_it_is_dropped() {
        let name = format!("hotload-listings-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        let file = folder.join("Lib.py");
        fs::write(&file, "12").unwrap();
        let listings = Listings::default();
        let len = |name: &str| {
            let stamp = listings.stamp(&folder.join(name), by_length);
            stamp.map(|stamp| stamp.len)
        };
        assert_eq!(len("Lib.py"), Some(2));
        fs::write(&file, "123").unwrap();
        assert_eq!(len("lib.PY"), Some(2));
        listings.drop_path(&file);
        assert_eq!(len("lib.py"), Some(3));
        assert_eq!(len("other.py"), None);
        assert_eq!(listings.stamp(&folder, by_length), None);
        // A listing of a few files is soon too old to be used.
        fs::write(&file, "1234").unwrap();
        while len("lib.py") != Some(4) {
            listings.drop_old();
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
