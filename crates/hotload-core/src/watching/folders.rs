//! The watched folders, and the files in them that nothing uses: the cold ones.
//!
//! A folder's own stamp changes when something in it is created, deleted or renamed, so one look
//! finds all of that. What is written in place shows in the file's stamp alone, for which the cold
//! files are looked at in turn. There may be many, so each has no more than its name and stamp here.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::watching::file_system::{EntryKind, FileSystem};
use crate::watching::stamp::{Difference, Stamp};

/// How long a folder's stamp does not vouch for its content, counted from when it was first seen:
/// two new files may come within one tick of the file system's clock.
const TOO_FRESH: Duration = Duration::from_secs(2);

/// While a stamp is fresh a folder is listed again at growing intervals, from this one...
const SHORTEST_REPEAT: Duration = Duration::from_millis(5);

/// ...to this one.
const LONGEST_REPEAT: Duration = Duration::from_millis(500);

/// A folder is listed again after this time even if its stamp stays the same: FAT and some network
/// shares do not touch the mtime of a folder.
pub(crate) const LIST_AGAIN: Duration = Duration::from_secs(2);

/// The watched folders.
#[derive(Default)]
pub(crate) struct Folders {
    folders: BTreeMap<PathBuf, Folder>,
    /// How far the looks at folders, the repeated listings and the looks at cold files have come
    /// in their turn.
    turn: Option<PathBuf>,
    listing_turn: Option<PathBuf>,
    cold_turn: ColdTurn,
    cold_files: usize,
    /// The folders that were reached through a link: where they really are -> their path.
    linked: BTreeMap<PathBuf, PathBuf>,
}

/// A watched folder.
pub(crate) struct Folder {
    /// The indices of the roots it belongs to: they may overlap, each with a filter of its own.
    pub(crate) roots: Vec<usize>,
    stamp: Stamp,
    first_seen: Instant,
    listed: Instant,
    /// Sorted by name.
    cold: Vec<ColdFile>,
}

/// A file that nothing uses.
struct ColdFile {
    name: Box<OsStr>,
    /// `None` until its first look.
    stamp: Option<Stamp>,
}

/// How far the looks at cold files have come in their turn.
#[derive(Default)]
struct ColdTurn {
    folder: PathBuf,
    index: usize,
}

/// What a look at a folder calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FolderLook {
    /// Nothing.
    Same,
    /// Its stamp changed: it is listed, and what is known in it is looked at.
    Changed,
    /// It is another folder, which has taken the name or to which a link leads by now. The same, and
    /// so is all that is known below it.
    Replaced,
    /// Its stamp is fresh: it is listed.
    Fresh,
    /// It is gone.
    Gone,
}

/// What the looks at cold files have come to.
pub(crate) struct ColdLooks {
    /// The files that are not what they were.
    pub(crate) differ: Vec<PathBuf>,
    /// How many files were looked at.
    pub(crate) count: usize,
    /// Whether the last one was looked at, so that the next turn begins.
    pub(crate) is_turn_over: bool,
}

impl Folders {
    pub(crate) fn contains(&self, path: &Path) -> bool {
        self.folders.contains_key(path)
    }

    /// Whether a folder is watched for all of these roots.
    pub(crate) fn has_all(&self, path: &Path, roots: &[usize]) -> bool {
        let folder = self.folders.get(path);
        folder.is_some_and(|folder| roots.iter().all(|root| folder.roots.contains(root)))
    }

    pub(crate) fn get(&self, path: &Path) -> Option<&Folder> {
        self.folders.get(path)
    }

    pub(crate) fn get_mut(&mut self, path: &Path) -> Option<&mut Folder> {
        self.folders.get_mut(path)
    }

    /// Adds a folder that is just being listed.
    pub(crate) fn enter(&mut self, path: PathBuf, roots: Vec<usize>, stamp: Stamp, now: Instant) {
        let folder = Folder {
            roots,
            stamp,
            first_seen: now,
            listed: now,
            cold: Vec::new(),
        };
        self.folders.insert(path, folder);
    }

    /// Removes a folder that is gone. Returns the files that were known in it.
    pub(crate) fn leave(&mut self, path: &Path) -> Vec<(PathBuf, Option<Stamp>)> {
        let Some(folder) = self.folders.remove(path) else {
            return Vec::new();
        };
        self.cold_files -= folder.cold.len();
        self.linked.retain(|_, linked| linked != path);
        let cold = folder.cold.into_iter();
        cold.map(|file| (path.join(&*file.name), file.stamp))
            .collect()
    }

    /// Where a folder really is that was reached through a link. Returns false, and forgets it, if the
    /// same folder was reached through another one.
    pub(crate) fn link(&mut self, path: &Path, real: PathBuf) -> bool {
        self.linked.retain(|_, linked| linked != path);
        let linked = self.linked.entry(real);
        linked.or_insert_with(|| path.to_path_buf()) == path
    }

    /// Whether a folder was reached through a link.
    pub(crate) fn is_linked(&self, path: &Path) -> bool {
        self.linked.values().any(|linked| linked == path)
    }

    /// The watched folders below a path.
    pub(crate) fn below(&self, path: &Path) -> Vec<PathBuf> {
        let range = (Bound::Excluded(path), Bound::Unbounded);
        let below = self.folders.range::<Path, _>(range);
        let below = below.take_while(|(folder, _)| folder.starts_with(path));
        below.map(|(folder, _)| folder.clone()).collect()
    }

    /// Records that a folder is being listed.
    pub(crate) fn listed(&mut self, path: &Path, now: Instant) {
        if let Some(folder) = self.folders.get_mut(path) {
            folder.listed = now;
        }
    }

    /// How many cold files there are.
    pub(crate) fn cold_files(&self) -> usize {
        self.cold_files
    }

    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.folders.keys().cloned().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.folders.len()
    }

    /// The nearest watched folder that a path lies in.
    pub(crate) fn above(&self, path: &Path) -> Option<PathBuf> {
        let mut above = path.ancestors().skip(1);
        above
            .find(|path| self.contains(path))
            .map(Path::to_path_buf)
    }

    /// The folder whose turn it is to be looked at.
    pub(crate) fn next_in_turn(&mut self) -> Option<PathBuf> {
        let next = next(&self.folders, self.turn.as_deref());
        self.turn.clone_from(&next);
        next
    }

    /// The folder whose turn it is to be listed again, if that is due.
    pub(crate) fn next_listing(&mut self, now: Instant) -> Option<PathBuf> {
        let path = next(&self.folders, self.listing_turn.as_deref())?;
        let listed = self.folders.get(&path)?.listed;
        if now.saturating_duration_since(listed) < LIST_AGAIN {
            return None;
        }
        self.listing_turn = Some(path.clone());
        Some(path)
    }

    /// Takes what a look at a folder found.
    pub(crate) fn looked(&mut self, path: &Path, seen: Option<Stamp>, now: Instant) -> FolderLook {
        let (Some(folder), Some(seen)) = (self.folders.get_mut(path), seen) else {
            return FolderLook::Gone;
        };
        if folder.stamp.difference(&seen) != Difference::None {
            let before = std::mem::replace(&mut folder.stamp, seen);
            folder.first_seen = now;
            folder.listed = now;
            return match before.names_another_file(&seen) {
                true => FolderLook::Replaced,
                false => FolderLook::Changed,
            };
        }
        let age_when_listed = folder.listed.saturating_duration_since(folder.first_seen);
        let listed_since = now.saturating_duration_since(folder.listed);
        let pause = age_when_listed.clamp(SHORTEST_REPEAT, LONGEST_REPEAT);
        if age_when_listed < TOO_FRESH && listed_since >= pause {
            folder.listed = now;
            return FolderLook::Fresh;
        }
        FolderLook::Same
    }

    /// The stamp of a cold file, which is taken out; `None` if there is no such file.
    pub(crate) fn take_cold(&mut self, path: &Path) -> Option<Option<Stamp>> {
        let folder = self.folders.get_mut(path.parent()?)?;
        let index = folder.find(path.file_name()?).ok()?;
        self.cold_files -= 1;
        Some(folder.cold.remove(index).stamp)
    }

    /// Adds a cold file, unless its folder is not watched.
    pub(crate) fn add_cold(&mut self, path: &Path, stamp: Option<Stamp>) {
        let folder = path.parent().and_then(|path| self.folders.get_mut(path));
        let (Some(folder), Some(name)) = (folder, path.file_name()) else {
            return;
        };
        if let Err(index) = folder.find(name) {
            folder.cold.insert(
                index,
                ColdFile {
                    name: name.into(),
                    stamp,
                },
            );
            self.cold_files += 1;
        }
    }

    /// Adds files that have not been looked at yet, unless their folder is not watched.
    pub(crate) fn add_unseen(&mut self, path: &Path, names: Vec<OsString>) {
        let Some(folder) = self.folders.get_mut(path) else {
            return;
        };
        self.cold_files -= folder.cold.len();
        folder.cold.extend(names.into_iter().map(|name| ColdFile {
            name: name.into_boxed_os_str(),
            stamp: None,
        }));
        // Stable: of two files with one name the one that was known is kept.
        folder.cold.sort_by(|a, b| a.name.cmp(&b.name));
        folder
            .cold
            .dedup_by(|later, first| later.name == first.name);
        folder.cold.shrink_to_fit();
        self.cold_files += folder.cold.len();
    }

    /// Looks at all cold files of a folder. Returns those that are not what they were.
    pub(crate) fn look_at_cold_in(
        &mut self,
        path: &Path,
        file_system: &impl FileSystem,
        was_saved: impl Fn(Stamp) -> bool,
    ) -> Vec<PathBuf> {
        let mut differ = Vec::new();
        let Some(folder) = self.folders.get_mut(path) else {
            return differ;
        };
        let mut file_path = path.join("name");
        for file in &mut folder.cold {
            file_path.set_file_name(&file.name);
            if file.differs(&file_path, file_system, &was_saved) {
                differ.push(file_path.clone());
            }
        }
        differ
    }

    /// Looks at cold files in their turn, as long as `goes_on` says so, and no longer than one turn
    /// takes. `was_saved` judges the stamp of a file that is looked at for the first time.
    pub(crate) fn look_at_cold(
        &mut self,
        file_system: &impl FileSystem,
        was_saved: impl Fn(Stamp) -> bool,
        mut goes_on: impl FnMut() -> bool,
    ) -> ColdLooks {
        let (mut differ, mut count) = (Vec::new(), 0);
        let start = std::mem::take(&mut self.cold_turn);
        let mut first = start.index;
        let range = (Bound::Included(start.folder.as_path()), Bound::Unbounded);
        for (path, folder) in self.folders.range_mut::<Path, _>(range) {
            if *path != start.folder {
                first = 0;
            }
            let mut file_path = path.join("name");
            for index in first..folder.cold.len() {
                let file = &mut folder.cold[index];
                file_path.set_file_name(&file.name);
                count += 1;
                if file.differs(&file_path, file_system, &was_saved) {
                    differ.push(file_path.clone());
                }
                if !goes_on() {
                    self.cold_turn = ColdTurn {
                        folder: path.clone(),
                        index: index + 1,
                    };
                    return ColdLooks {
                        differ,
                        count,
                        is_turn_over: false,
                    };
                }
            }
        }
        ColdLooks {
            differ,
            count,
            is_turn_over: true,
        }
    }

    /// The next turn of looks at cold files begins now.
    pub(crate) fn begin_cold_turn(&mut self) {
        self.cold_turn = ColdTurn::default();
    }
}

impl Folder {
    /// The index of a cold file.
    pub(crate) fn find(&self, name: &OsStr) -> Result<usize, usize> {
        self.cold.binary_search_by(|file| (*file.name).cmp(name))
    }

    /// How many cold files it has.
    pub(crate) fn cold_files(&self) -> usize {
        self.cold.len()
    }

    /// The name of the cold file at an index.
    pub(crate) fn name(&self, index: usize) -> &OsStr {
        &self.cold[index].name
    }

    /// Whether a listing shows another inode than the last look at the cold file at an index did.
    pub(crate) fn is_replaced(&self, index: usize, inode: Option<u64>) -> bool {
        let known = self.cold[index].stamp.and_then(|stamp| stamp.inode);
        known.is_some() && inode.is_some() && known != inode
    }
}

impl ColdFile {
    fn differs(
        &mut self,
        path: &Path,
        file_system: &impl FileSystem,
        was_saved: impl Fn(Stamp) -> bool,
    ) -> bool {
        let found = file_system.look(path).ok();
        let seen = found
            .filter(|found| found.kind == EntryKind::File)
            .map(|found| found.stamp);
        match (self.stamp, seen) {
            (Some(known), Some(seen)) => known.difference(&seen) != Difference::None,
            (None, Some(seen)) => {
                let saved = was_saved(seen);
                self.stamp = Some(if saved { Stamp::NONE } else { seen });
                saved
            }
            (_, None) => true,
        }
    }
}

fn next(folders: &BTreeMap<PathBuf, Folder>, after: Option<&Path>) -> Option<PathBuf> {
    let start = after.map_or(Bound::Unbounded, Bound::Excluded);
    let mut rest = folders.range::<Path, _>((start, Bound::Unbounded));
    let found = rest.next().or_else(|| folders.first_key_value());
    found.map(|(path, _)| path.clone())
}
