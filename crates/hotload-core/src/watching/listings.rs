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
    /// By name, in lower case: `LIB.py` is `lib.py`. With the name as it is spelled.
    stamps: HashMap<OsString, (OsString, Stamp)>,
    good_until: Instant,
}

/// What the listing of a folder says about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InListing {
    /// A regular file.
    File(Stamp),
    /// It has another name, which differs in case only.
    Renamed,
    /// Nothing: it may be a link, a folder, a short name, or missing.
    No,
}

impl Listings {
    /// What is known of the file at `path`.
    pub(crate) fn find(
        &self,
        path: &Path,
        stamp_of: fn(&fs::Metadata) -> io::Result<Stamp>,
    ) -> InListing {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return InListing::No;
        };
        if self.folders.borrow().contains(path) {
            return InListing::No;
        }
        let mut listed = self.listed.borrow_mut();
        if let Some(known) = listed.get(folder) {
            return known.find(name);
        }
        let Ok(new) = list(folder, stamp_of) else {
            return InListing::No;
        };
        let found = new.find(name);
        self.folders.borrow_mut().insert(folder.into());
        listed.insert(folder.into(), new);
        found
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

impl Listed {
    fn find(&self, name: &OsStr) -> InListing {
        match self.stamps.get(&folded(name)) {
            Some((spelled, stamp)) if spelled == name => InListing::File(*stamp),
            Some(_) => InListing::Renamed,
            None => InListing::No,
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
            let name = entry.file_name();
            stamps.insert(folded(&name), (name, stamp));
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

    use super::{InListing, Listings};
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
        let find = |name: &str| listings.find(&folder.join(name), by_length);
        let len = |name: &str| match find(name) {
            InListing::File(stamp) => Some(stamp.len),
            InListing::Renamed | InListing::No => None,
        };
        assert_eq!(len("Lib.py"), Some(2));
        fs::write(&file, "123").unwrap();
        assert_eq!(len("Lib.py"), Some(2));
        assert_eq!(find("lib.PY"), InListing::Renamed);
        listings.drop_path(&file);
        assert_eq!(len("Lib.py"), Some(3));
        assert_eq!(find("other.py"), InListing::No);
        assert_eq!(listings.find(&folder, by_length), InListing::No);
        // A listing of a few files is soon too old to be used.
        fs::write(&file, "1234").unwrap();
        while len("Lib.py") != Some(4) {
            listings.drop_old();
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
