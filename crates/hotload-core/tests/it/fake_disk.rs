//! A disk in memory whose stamps are exactly what a test makes them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use hotload_core::watching::file_system::{Entry, EntryKind, FileSystem, Found};
use hotload_core::watching::poller::SourceRead;
use hotload_core::watching::stamp::Stamp;

/// The folder that names without a folder lie in.
pub(crate) const ROOT: &str = "/watched";

/// A disk in memory; clones are the same disk.
#[derive(Clone, Default)]
pub(crate) struct FakeDisk(Rc<RefCell<Contents>>);

#[derive(Default)]
struct Contents {
    nodes: BTreeMap<PathBuf, Node>,
    ticks: u32,
    /// How far the disk's clock has been put forward, in nanoseconds.
    jumped: i64,
    reads: BTreeMap<PathBuf, usize>,
    before_next_read: BTreeMap<PathBuf, Deed>,
    after_next_read: BTreeMap<PathBuf, Deed>,
    unreadable: BTreeSet<PathBuf>,
    on_look: Option<Rc<dyn Fn()>>,
}

type Deed = Box<dyn FnOnce(&FakeDisk)>;

struct Node {
    /// `None` for a folder.
    text: Option<String>,
    stamp: Stamp,
}

pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(ROOT).join(name)
}

impl FakeDisk {
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let disk = Self::default();
        disk.make_folder("");
        for (name, text) in files {
            disk.save(name, text);
        }
        disk
    }

    /// Writes a file in place, or a new one, at the next tick of the disk's clock.
    pub(crate) fn save(&self, name: &str, text: &str) {
        let (modified, status_changed) = self.next_times();
        self.rewrite(name, text, |stamp| {
            stamp.modified = modified;
            stamp.status_changed = Some(status_changed);
        });
    }

    /// Writes a file; of its stamp nothing changes by itself but the length.
    pub(crate) fn rewrite(&self, name: &str, text: &str, change: impl FnOnce(&mut Stamp)) {
        let path = path(name);
        if !self.0.borrow().nodes.contains_key(&path) {
            self.add(&path, Some(String::new()));
        }
        let mut contents = self.0.borrow_mut();
        let node = contents.nodes.get_mut(&path).expect("it was just added");
        node.text = Some(text.to_owned());
        node.stamp.len = text.len() as u64;
        change(&mut node.stamp);
    }

    pub(crate) fn make_folder(&self, name: &str) {
        self.add(&path(name), None);
    }

    /// Removes a file or a folder with all that is in it.
    pub(crate) fn remove(&self, name: &str) {
        let path = path(name);
        let mut contents = self.0.borrow_mut();
        contents.nodes.retain(|other, _| !other.starts_with(&path));
        drop(contents);
        self.touch_folder_of(&path);
    }

    /// Moves a file, or a folder with all that is in it. Replaces what is there.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        self.remove(to);
        let (from, to) = (path(from), path(to));
        let mut contents = self.0.borrow_mut();
        let all = std::mem::take(&mut contents.nodes).into_iter();
        let moved = all.map(|(path, node)| match path.strip_prefix(&from) {
            Ok(below) if below == Path::new("") => (to.clone(), node),
            Ok(below) => (to.join(below), node),
            Err(_) => (path, node),
        });
        contents.nodes = moved.collect();
        drop(contents);
        self.touch_folder_of(&from);
        self.touch_folder_of(&to);
    }

    /// Puts the disk's clock forward, or back.
    pub(crate) fn jump(&self, nanos: i64) {
        self.0.borrow_mut().jumped += nanos;
    }

    /// All files, and all folders.
    pub(crate) fn paths(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let contents = self.0.borrow();
        let nodes = contents.nodes.iter();
        let (files, folders): (Vec<_>, _) = nodes.partition(|(_, node)| node.text.is_some());
        let paths = |nodes: Vec<(&PathBuf, &Node)>| nodes.iter().map(|it| it.0.clone()).collect();
        (paths(files), paths(folders))
    }

    /// Makes a folder refuse to be listed, or list again.
    pub(crate) fn set_readable(&self, name: &str, readable: bool) {
        let mut contents = self.0.borrow_mut();
        if readable {
            contents.unreadable.remove(&path(name));
        } else {
            contents.unreadable.insert(path(name));
        }
    }

    /// Gives a folder the stamp that it had before, as a disk that does not touch folders.
    pub(crate) fn with_folder_stamp_kept(&self, name: &str, deed: impl FnOnce(&Self)) {
        let before = self.stamp(name);
        deed(self);
        let mut contents = self.0.borrow_mut();
        let node = contents.nodes.get_mut(&path(name));
        node.expect("the folder is still there").stamp = before;
    }

    /// Lets `deed` happen between the next look at a file and its read.
    pub(crate) fn before_next_read(&self, name: &str, deed: impl FnOnce(&Self) + 'static) {
        let deeds = &mut self.0.borrow_mut().before_next_read;
        deeds.insert(path(name), Box::new(deed));
    }

    /// Lets `deed` happen between the next read of a file and the look after it.
    pub(crate) fn after_next_read(&self, name: &str, deed: impl FnOnce(&Self) + 'static) {
        let deeds = &mut self.0.borrow_mut().after_next_read;
        deeds.insert(path(name), Box::new(deed));
    }

    /// Has this happen with each look: time may pass.
    pub(crate) fn on_look(&self, deed: impl Fn() + 'static) {
        self.0.borrow_mut().on_look = Some(Rc::new(deed));
    }

    /// How often a file was read since this was asked last.
    pub(crate) fn take_reads(&self, name: &str) -> usize {
        self.0.borrow_mut().reads.remove(&path(name)).unwrap_or(0)
    }

    pub(crate) fn stamp(&self, name: &str) -> Stamp {
        self.0.borrow().nodes[&path(name)].stamp
    }

    pub(crate) fn try_stamp(&self, file: &Path) -> Option<Stamp> {
        let contents = self.0.borrow();
        let node = contents.nodes.get(file).filter(|node| node.text.is_some());
        node.map(|node| node.stamp)
    }

    /// What an interpreter that reads the file now would say that it read.
    pub(crate) fn source(&self, name: &str) -> SourceRead {
        let contents = self.0.borrow();
        let node = &contents.nodes[&path(name)];
        let modified = node.stamp.modified.duration_since(SystemTime::UNIX_EPOCH);
        SourceRead {
            path: path(name),
            bytes: node.text.clone().expect("a folder has no text").into(),
            modified: modified.expect("a time after 1970").as_secs_f64(),
        }
    }

    fn next_times(&self) -> (SystemTime, (i64, i64)) {
        let mut contents = self.0.borrow_mut();
        contents.ticks += 1;
        let modified = contents.time();
        (modified, (0, i64::from(contents.ticks)))
    }

    fn add(&self, path: &Path, text: Option<String>) {
        let parent = path.parent().expect("the disk's root is never added");
        if parent != Path::new("/") && !self.0.borrow().nodes.contains_key(parent) {
            self.add(parent, None);
        }
        let (modified, status_changed) = self.next_times();
        let mut contents = self.0.borrow_mut();
        let stamp = Stamp {
            modified,
            len: 0,
            inode: Some(u64::from(contents.ticks)),
            device: Some(0),
            status_changed: Some(status_changed),
        };
        contents
            .nodes
            .insert(path.to_path_buf(), Node { text, stamp });
        drop(contents);
        self.touch_folder_of(path);
    }

    fn touch_folder_of(&self, path: &Path) {
        let (modified, status_changed) = self.next_times();
        let parent = path.parent().expect("every path here has a folder");
        if let Some(folder) = self.0.borrow_mut().nodes.get_mut(parent) {
            folder.stamp.modified = modified;
            folder.stamp.status_changed = Some(status_changed);
        }
    }
}

impl FileSystem for FakeDisk {
    fn look(&self, path: &Path) -> io::Result<Found> {
        let on_look = self.0.borrow().on_look.clone();
        if let Some(deed) = on_look {
            deed();
        }
        let contents = self.0.borrow();
        let node = contents.nodes.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Found {
            kind: node.kind(),
            stamp: node.stamp,
        })
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let before = self.0.borrow_mut().before_next_read.remove(path);
        if let Some(deed) = before {
            deed(self);
        }
        let mut contents = self.0.borrow_mut();
        *contents.reads.entry(path.to_path_buf()).or_default() += 1;
        let node = contents.nodes.get(path).ok_or(io::ErrorKind::NotFound)?;
        let text = node.text.clone().ok_or(io::ErrorKind::IsADirectory)?;
        let after = contents.after_next_read.remove(path);
        drop(contents);
        if let Some(deed) = after {
            deed(self);
        }
        let mut content = text.into_bytes();
        content.truncate(usize::try_from(limit).expect("a limit is short"));
        Ok(content)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        self.look(folder)?;
        let contents = self.0.borrow();
        if contents.unreadable.contains(folder) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let below = contents.nodes.range(folder.to_path_buf()..);
        let inside = below
            .take_while(|(path, _)| path.starts_with(folder))
            .filter(|(path, _)| path.parent() == Some(folder));
        Ok(inside.map(|(path, node)| entry(path, node)).collect())
    }

    fn time(&self) -> SystemTime {
        self.0.borrow().time()
    }
}

impl Node {
    fn kind(&self) -> EntryKind {
        match self.text {
            Some(_) => EntryKind::File,
            None => EntryKind::Folder,
        }
    }
}

impl Contents {
    fn time(&self) -> SystemTime {
        let ticks = i64::from(self.ticks) * 4_000_000;
        let nanos = 1_700_000_000_000_000_000 + ticks + self.jumped;
        let nanos = u64::try_from(nanos).expect("a time after 1970");
        SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos)
    }
}

fn entry(path: &Path, node: &Node) -> Entry {
    Entry {
        name: path.file_name().expect("an entry has a name").to_owned(),
        kind: node.kind(),
        inode: node.stamp.inode,
    }
}
