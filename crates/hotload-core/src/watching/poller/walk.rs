//! Walks the watched folders: what is in them, and what is new.
//!
//! The first walk runs in slices between other things, so that it delays nothing, and only lists.
//! Each file gets its first look after that.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::watching::file_system::{Entry, EntryKind, FileSystem};
use crate::watching::folders::{Folder, FolderLook, Folders};
use crate::watching::poller::{Poller, Round};
use crate::watching::remark::Remark;
use crate::watching::stamp::Stamp;
use crate::watching::watch_set::{NewFiles, Root};
use crate::watching::watched_file::WatchedFile;

/// More files than this in a watched folder are probably a mistake.
const MANY_FILES: usize = 50_000;

/// What is left of a walk.
pub(crate) struct Walk {
    /// The folders that are to be entered.
    ahead: Vec<Ahead>,
    /// Whether there are cold files without a stamp.
    pub(crate) has_unseen: bool,
    /// When it began. A file saved since then has changed, even if it is looked at for the first
    /// time.
    began: SystemTime,
    /// What was watched before.
    before: Option<Before>,
    /// The indices of the roots that have files.
    matched: BTreeSet<usize>,
    /// Whether every folder has been entered once.
    is_listed: bool,
    has_remarked: bool,
}

/// A folder that is to be entered.
struct Ahead {
    path: PathBuf,
    roots: Vec<usize>,
    files: NewFiles,
    /// Where it really is, if a link leads to it or to a folder above it.
    real: Option<PathBuf>,
}

/// A folder that a listing shows for the first time.
struct NewFolder {
    path: PathBuf,
    roots: Vec<usize>,
    real: Option<PathBuf>,
}

/// What was watched before.
pub(crate) struct Before {
    pub(crate) roots: Vec<Root>,
    pub(crate) folders: Folders,
}

/// What a listing of a folder is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    /// To find what is new.
    ForNames,
    /// The same, and to look at what is known.
    Thorough,
}

/// What a listing shows.
#[derive(Default)]
struct Listed {
    /// Known files to look at.
    look_at: Vec<PathBuf>,
    new_files: Vec<OsString>,
    new_folders: Vec<NewFolder>,
    /// The roots that want a new file.
    roots: BTreeSet<usize>,
}

impl Walk {
    pub(crate) fn new(roots: &[Root], before: Option<Before>, began: SystemTime) -> Self {
        let ahead = roots.iter().enumerate().map(|(index, root)| Ahead {
            path: root.folder.clone(),
            roots: vec![index],
            files: NewFiles::Known,
            real: None,
        });
        Self {
            ahead: ahead.collect(),
            has_unseen: false,
            began,
            before,
            matched: BTreeSet::new(),
            is_listed: false,
            has_remarked: false,
        }
    }

    /// When it began.
    pub(crate) fn began(&self) -> SystemTime {
        self.began
    }

    /// Whether there are folders that it has not entered yet.
    pub(crate) fn is_listing(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// Whether every watched folder has been entered, and every file in them looked at once.
    pub(crate) fn is_over(&self) -> bool {
        self.ahead.is_empty() && !self.has_unseen
    }
}

/// Judges the first look at a file: whether it was saved since a walk began.
pub(crate) fn was_saved_since(
    began: SystemTime,
    file_system: &impl FileSystem,
) -> impl Fn(Stamp) -> bool {
    // Not after now: the clock of a network share may be ahead.
    move |stamp| stamp.modified >= began && stamp.modified <= file_system.time()
}

impl<F: FileSystem> Poller<F> {
    /// Enters folders that are ahead, as long as there is time. Returns whether none is left.
    pub(super) fn walk_on(&mut self, round: &mut Round, mut goes_on: impl FnMut() -> bool) -> bool {
        while let Some(ahead) = self.walk.ahead.pop() {
            self.enter(ahead, round);
            if !goes_on() {
                return self.walk.ahead.is_empty();
            }
        }
        if !std::mem::replace(&mut self.walk.is_listed, true) && self.walk.before.take().is_none() {
            self.remark_unmatched();
        }
        true
    }

    /// Remarks globs that nothing matches.
    fn remark_unmatched(&mut self) {
        for (index, root) in self.roots.iter().enumerate() {
            if let Some(glob) = root.filter.glob()
                && !self.walk.matched.contains(&index)
                && !self.hot.paths().iter().any(|path| root.wants(path))
            {
                self.remarks
                    .push(Remark::NothingMatches { glob: glob.into() });
            }
        }
    }

    /// Enters roots that were not there before.
    pub(super) fn enter_missing_roots(&mut self, round: &mut Round) {
        let missing = self.roots.iter().enumerate();
        let missing = missing.filter(|(_, root)| !self.folders.contains(&root.folder));
        let missing = missing.map(|(index, root)| NewFolder {
            path: root.folder.clone(),
            roots: vec![index],
            real: None,
        });
        self.enter_new(missing.collect(), round);
    }

    /// Enters folders that were just created, with all that is in them.
    fn enter_new(&mut self, folders: Vec<NewFolder>, round: &mut Round) {
        if self.walk.is_listing() {
            // They may have been there all the time.
            return self.go_into(folders, NewFiles::Known);
        }
        let ahead_before = self.walk.ahead.len();
        self.go_into(folders, NewFiles::Created);
        while self.walk.ahead.len() > ahead_before
            && let Some(ahead) = self.walk.ahead.pop()
        {
            self.enter(ahead, round);
        }
    }

    fn enter(&mut self, ahead: Ahead, round: &mut Round) {
        let Ahead {
            path,
            roots,
            files,
            real,
        } = ahead;
        if let Some(folder) = self.folders.get_mut(&path) {
            let is_new = roots.iter().any(|root| !folder.roots.contains(root));
            if !is_new {
                return;
            }
            folder.roots.extend(roots);
        } else {
            let Some(stamp) = self.folder_stamp(&path) else {
                return;
            };
            if real.is_some_and(|real| !self.folders.link(&path, real)) {
                return;
            }
            self.folders.enter(path.clone(), roots, stamp, round.now);
            self.hints.watch(&path);
        }
        let Some(listed) = self.listing(&path, Listing::ForNames) else {
            return;
        };
        self.go_into(listed.new_folders, files);
        self.walk.matched.extend(listed.roots);
        match files {
            NewFiles::Known => self.add_known(&path, listed.new_files, round),
            NewFiles::Created => self.add_created(&path, listed.new_files, round),
        }
    }

    fn go_into(&mut self, folders: Vec<NewFolder>, files: NewFiles) {
        let ahead = folders.into_iter().map(|folder| Ahead {
            path: folder.path,
            roots: folder.roots,
            files,
            real: folder.real,
        });
        self.walk.ahead.extend(ahead);
    }

    /// Adds the files that a walk found in a folder.
    fn add_known(&mut self, folder: &Path, names: Vec<OsString>, round: &mut Round) {
        let unseen = match self.walk.before.take() {
            None => names,
            Some(mut before) => {
                let unseen = self.add_those_of_before(folder, names, &mut before, round);
                self.walk.before = Some(before);
                unseen
            }
        };
        self.walk.has_unseen |= !unseen.is_empty();
        self.folders.add_unseen(folder, unseen);
        if self.folders.cold_files() > MANY_FILES && !self.walk.has_remarked {
            self.walk.has_remarked = true;
            let root = self.roots.iter().find(|it| folder.starts_with(&it.folder));
            let folder = root.map_or(folder, |root| &root.folder).to_path_buf();
            self.remarks.push(Remark::ManyFiles { folder });
        }
    }

    /// Adds files that were watched before, or would have been found by the next tick. Returns the
    /// others.
    fn add_those_of_before(
        &mut self,
        folder: &Path,
        names: Vec<OsString>,
        before: &mut Before,
        round: &mut Round,
    ) -> Vec<OsString> {
        let mut unseen = Vec::new();
        for name in names {
            let path = folder.join(&name);
            if let Some(stamp) = before.folders.take_cold(&path) {
                self.folders.add_cold(&path, stamp);
                self.walk.has_unseen |= stamp.is_none();
            } else if before.roots.iter().any(|root| root.wants(&path)) {
                self.add_created(folder, vec![name], round);
            } else {
                unseen.push(name);
            }
        }
        unseen
    }

    /// Adds files that were just created.
    fn add_created(&mut self, folder: &Path, names: Vec<OsString>, round: &mut Round) {
        for name in names {
            self.watch_created(folder.join(name), round);
        }
    }

    /// Watches a file that was just created.
    pub(super) fn watch_created(&mut self, path: PathBuf, round: &mut Round) {
        self.hot.insert(path.clone(), WatchedFile::missing());
        self.look_at(&path, round);
    }

    /// Whether a file in a folder counts.
    pub(super) fn is_wanted_in(&self, folder: &Path, file: &Path) -> bool {
        let folder = self.folders.get(folder);
        folder.is_some_and(|folder| !self.wanting(&folder.roots, file, false).is_empty())
    }

    /// Looks at a folder, and lists it if there may be something new in it.
    pub(super) fn look_at_folder(&mut self, path: &Path, round: &mut Round) {
        round.count += 1;
        let seen = self.folder_stamp(path);
        match self.folders.looked(path, seen, round.now) {
            FolderLook::Same => {}
            FolderLook::Fresh => self.list(path, Listing::ForNames, round),
            FolderLook::Changed => {
                self.schedule.sign(round.now);
                self.list(path, Listing::Thorough, round);
            }
            FolderLook::Replaced => {
                self.schedule.sign(round.now);
                self.hints.watch(path);
                if self.folders.is_linked(path) {
                    let real = self.file_system.resolve(path);
                    self.folders.link(path, real);
                }
                self.list(path, Listing::Thorough, round);
                self.look_below(path, round);
            }
            FolderLook::Gone => self.leave(path, round),
        }
    }

    /// Looks at what is known below a folder that is another one by now.
    pub(super) fn look_below(&mut self, path: &Path, round: &mut Round) {
        for file in self.hot.below(path) {
            self.look_at(&file, round);
        }
        for folder in self.folders.below(path) {
            self.look_at_folder(&folder, round);
        }
    }

    /// Lists a folder, and looks at what is new in it or may have changed.
    pub(super) fn list(&mut self, path: &Path, listing: Listing, round: &mut Round) {
        self.folders.listed(path, round.now);
        let Some(listed) = self.listing(path, listing) else {
            return;
        };
        self.enter_new(listed.new_folders, round);
        self.add_created(path, listed.new_files, round);
        for known in &listed.look_at {
            self.look_at(known, round);
        }
        if listing == Listing::Thorough {
            let was_saved = was_saved_since(self.walk.began, &self.file_system);
            let differ = self
                .folders
                .look_at_cold_in(path, &self.file_system, was_saved);
            for known in &differ {
                self.look_at(known, round);
            }
        }
    }

    /// What is in a folder; `None` if it cannot be listed.
    fn listing(&mut self, path: &Path, listing: Listing) -> Option<Listed> {
        match self.file_system.list(path) {
            Ok(entries) => Some(self.sort_out(path, entries, listing)),
            Err(error) => {
                // Listed again in time.
                self.cannot_list(path, &error);
                None
            }
        }
    }

    fn sort_out(&self, path: &Path, entries: Vec<Entry>, listing: Listing) -> Listed {
        let mut listed = Listed::default();
        let Some(folder) = self.folders.get(path) else {
            return listed;
        };
        let mut is_there = vec![false; folder.cold_files()];
        for entry in entries {
            match (entry.kind, folder.find(&entry.name)) {
                (EntryKind::File, Ok(index)) => {
                    is_there[index] = true;
                    if folder.is_replaced(index, entry.inode) {
                        listed.look_at.push(path.join(entry.name));
                    }
                }
                (EntryKind::File, Err(_)) => {
                    let file = path.join(&entry.name);
                    if self.hot.contains(&file) {
                        if listing == Listing::Thorough {
                            listed.look_at.push(file);
                        }
                        continue;
                    }
                    let roots = self.wanting(&folder.roots, &file, false);
                    if !roots.is_empty() {
                        listed.new_files.push(entry.name);
                        listed.roots.extend(roots);
                    }
                }
                (EntryKind::Folder, _) => {
                    let inner = self.new_folder(path, &entry, folder);
                    let is_linked = self.folders.is_linked(path);
                    listed.new_folders.extend(inner.map(|inner| NewFolder {
                        real: is_linked.then(|| self.file_system.resolve(&inner.path)),
                        ..inner
                    }));
                }
                (EntryKind::FolderLink, _) => {
                    let inner = self.new_folder(path, &entry, folder);
                    listed.new_folders.extend(inner.and_then(|inner| {
                        let real = Some(self.end_of_link(&inner.path)?);
                        Some(NewFolder { real, ..inner })
                    }));
                }
                (EntryKind::Other, _) => {}
            }
        }
        let gone = (0..is_there.len()).filter(|index| !is_there[*index]);
        let gone = gone.map(|index| path.join(folder.name(index)));
        listed.look_at.extend(gone);
        listed
    }

    /// The folder that an entry stands for, if it counts and is not watched yet.
    fn new_folder(&self, path: &Path, entry: &Entry, folder: &Folder) -> Option<NewFolder> {
        let inner = path.join(&entry.name);
        if self.folders.has_all(&inner, &folder.roots) {
            return None;
        }
        let roots = self.wanting(&folder.roots, &inner, true);
        (!roots.is_empty()).then_some(NewFolder {
            path: inner,
            roots,
            real: None,
        })
    }

    /// The folder that a link leads to, unless it is above one of those that led to the link: a walk
    /// would go in circles.
    fn end_of_link(&self, link: &Path) -> Option<PathBuf> {
        let real = self.file_system.resolve(link);
        let above = link.ancestors().skip(1);
        let is_loop = above
            .take_while(|folder| self.folders.contains(folder))
            .any(|folder| self.file_system.resolve(folder).starts_with(&real));
        (!is_loop).then_some(real)
    }

    /// Which of these roots want a file or folder.
    fn wanting(&self, roots: &[usize], path: &Path, is_folder: bool) -> Vec<usize> {
        let wants = |root: &usize| self.roots[*root].filter.wants(path, is_folder);
        roots.iter().copied().filter(wants).collect()
    }

    /// A folder is gone: its files are missing, and those of the folders in it.
    fn leave(&mut self, path: &Path, round: &mut Round) {
        for (path, stamp) in self.folders.leave(path) {
            if let Some(stamp) = stamp {
                let file = WatchedFile::found(stamp, round.now);
                self.hot.insert(path.clone(), file);
                self.look_at(&path, round);
            }
        }
    }

    fn folder_stamp(&self, path: &Path) -> Option<Stamp> {
        let found = self.file_system.look(path).ok()?;
        (found.kind == EntryKind::Folder).then_some(found.stamp)
    }
}
