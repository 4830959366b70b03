//! The files that are looked at closely: named, in use, or changed not long ago.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::watching::change_set::ChangeKind;
use crate::watching::file_system::{EntryKind, FileSystem};
use crate::watching::stamp::Stamp;
use crate::watching::watched_file::WatchedFile;

/// At most this many files are in focus: whoever edits does so in a few files.
const FOCUS: usize = 16;

/// The files that are looked at closely.
#[derive(Default)]
pub(crate) struct HotFiles {
    files: BTreeMap<PathBuf, WatchedFile>,
    /// Those that are looked at in each tick: the last ones that were put to use or changed, the
    /// latest first.
    focus: VecDeque<PathBuf>,
    /// Those that were missing or incomplete at their last look.
    unfinished: BTreeSet<PathBuf>,
    /// How far the looks at the others have come in their turn.
    turn: Option<PathBuf>,
    /// The same for comparisons.
    compared: Option<PathBuf>,
}

impl HotFiles {
    pub(crate) fn get(&self, path: &Path) -> Option<&WatchedFile> {
        self.files.get(path)
    }

    pub(crate) fn get_mut(&mut self, path: &Path) -> Option<&mut WatchedFile> {
        self.files.get_mut(path)
    }

    pub(crate) fn contains(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    pub(crate) fn insert(&mut self, path: PathBuf, file: WatchedFile) {
        self.files.insert(path, file);
    }

    pub(crate) fn remove(&mut self, path: &Path) {
        self.files.remove(path);
        self.focus.retain(|focused| focused != path);
    }

    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.files.keys().cloned().collect()
    }

    /// Those below a folder.
    pub(crate) fn below(&self, folder: &Path) -> Vec<PathBuf> {
        let range = (Bound::Excluded(folder), Bound::Unbounded);
        let below = self.files.range::<Path, _>(range);
        let below = below.take_while(|(path, _)| path.starts_with(folder));
        below.map(|(path, _)| path.clone()).collect()
    }

    /// The folders that they are in.
    pub(crate) fn folders(&self) -> BTreeSet<PathBuf> {
        let folders = self.files.keys().filter_map(|path| path.parent());
        folders.map(Path::to_path_buf).collect()
    }

    pub(crate) fn retain(&mut self, mut keeps: impl FnMut(&Path, &mut WatchedFile) -> bool) {
        self.files.retain(|path, file| keeps(path, file));
        let files = &self.files;
        self.focus.retain(|path| files.contains_key(path));
    }

    /// Has a file looked at in each tick, until enough others are.
    pub(crate) fn focus(&mut self, path: &Path) {
        let index = self.focus.iter().position(|focused| focused == path);
        let path = index
            .and_then(|index| self.focus.remove(index))
            .unwrap_or_else(|| path.into());
        self.focus.truncate(FOCUS - 1);
        self.focus.push_front(path);
    }

    pub(crate) fn focused(&self) -> Vec<PathBuf> {
        self.focus.iter().cloned().collect()
    }

    pub(crate) fn is_focused(&self, path: &Path) -> bool {
        self.focus.iter().any(|focused| focused == path)
    }

    /// Whether a file in focus is missing or incomplete, which may be over any moment.
    pub(crate) fn is_restless(&self) -> bool {
        let mut unfinished = self.unfinished.iter();
        unfinished.any(|path| self.is_unfinished(path) && self.is_focused(path))
    }

    /// Whether any file is missing or incomplete for the moment.
    pub(crate) fn has_unfinished(&self) -> bool {
        self.unfinished.iter().any(|path| self.is_unfinished(path))
    }

    fn is_unfinished(&self, path: &Path) -> bool {
        self.files.get(path).is_some_and(WatchedFile::is_unfinished)
    }

    /// How many are there.
    pub(crate) fn count(&self) -> usize {
        self.files.values().filter(|file| file.is_there()).count()
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// The file whose turn it is to be looked at; the first one follows the last one.
    pub(crate) fn next_in_turn(&mut self) -> Option<PathBuf> {
        let next = next(&self.files, self.turn.as_deref());
        self.turn.clone_from(&next);
        next
    }

    /// The file in use whose turn it is to be compared.
    pub(crate) fn next_to_compare(&mut self) -> Option<PathBuf> {
        for _ in 0..self.files.len() {
            let path = next(&self.files, self.compared.as_deref())?;
            self.compared = Some(path.clone());
            if self.files.get(&path).is_some_and(WatchedFile::is_in_use) {
                return Some(path);
            }
        }
        None
    }

    /// Whether a file has the stamp of the last look, and nothing is waited for.
    pub(crate) fn has_known_stamp(&self, path: &Path, file_system: &impl FileSystem) -> bool {
        let file = self.files.get(path);
        file.is_some_and(|file| !file.is_unfinished() && file.stamp() == stamp(file_system, path))
    }

    /// Looks at a file and says whether it has changed.
    pub(crate) fn look(
        &mut self,
        path: &Path,
        now: Instant,
        file_system: &impl FileSystem,
    ) -> Option<ChangeKind> {
        let file = self.files.get_mut(path)?;
        let kind = file.update(path, stamp(file_system, path), now, file_system);
        if file.is_unfinished() {
            self.unfinished.insert(path.to_path_buf());
        } else {
            self.unfinished.remove(path);
        }
        if file.is_gone() {
            self.remove(path);
        } else if kind.is_some() || file.is_unfinished() {
            self.focus(path);
        }
        kind
    }
}

fn next(files: &BTreeMap<PathBuf, WatchedFile>, after: Option<&Path>) -> Option<PathBuf> {
    let start = after.map_or(Bound::Unbounded, Bound::Excluded);
    let mut rest = files.range::<Path, _>((start, Bound::Unbounded));
    let found = rest.next().or_else(|| files.first_key_value());
    found.map(|(path, _)| path.clone())
}

/// The stamp of a regular file. One that cannot be looked at (no permission, a share that is away)
/// is as good as missing.
pub(crate) fn stamp(file_system: &impl FileSystem, path: &Path) -> Option<Stamp> {
    let found = file_system.look(path).ok()?;
    (found.kind == EntryKind::File).then_some(found.stamp)
}
