//! Has the operating system report changes of files: inotify, FSEvents, ReadDirectoryChangesW.
//!
//! What it reports are hints. Core decides what changed by looking.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use hotload_core::running::input::{Inbox, Input};
use hotload_core::running::worker::Worker;
use hotload_core::watching::hints::{Hint, Notifier};
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// Whether one watch reports on everything below a folder at no further cost. With inotify each
/// folder needs a watch of its own, and those that are left out would cost as much as all others.
const WATCHES_BELOW: bool = cfg!(any(target_os = "macos", windows));

/// Hands folders to the operating system.
pub(crate) struct SystemNotifier {
    folders: Sender<PathBuf>,
}

impl Notifier for SystemNotifier {
    fn watch(&mut self, folder: &Path) {
        // Fails when changes cannot be reported, which the inbox already knows.
        let _ = self.folders.send(folder.to_path_buf());
    }
}

impl SystemNotifier {
    /// Starts it. Each folder takes some time, so that is left to a thread.
    pub(crate) fn start<W: Worker + 'static>(inbox: Inbox<W>) -> Self
    where
        Inbox<W>: Send,
    {
        let (folders, receiver) = mpsc::channel();
        thread::spawn(move || {
            if let Err(error) = serve(&receiver, &inbox) {
                let reason = reason(&error);
                inbox.send(Input::Hint(Hint::Unavailable(reason)));
            }
        });
        Self { folders }
    }
}

fn serve<W: Worker + 'static>(folders: &Receiver<PathBuf>, inbox: &Inbox<W>) -> notify::Result<()>
where
    Inbox<W>: Send,
{
    let events = inbox.clone();
    let mut watcher = notify::recommended_watcher(move |event| hear(event, &events))?;
    let mut watched = Vec::new();
    for folder in folders {
        watch(&mut watcher, &folder, &mut watched)?;
        inbox.send(Input::Hint(Hint::Watching(folder)));
    }
    Ok(())
}

fn watch(
    watcher: &mut RecommendedWatcher,
    folder: &Path,
    watched: &mut Vec<PathBuf>,
) -> notify::Result<()> {
    let mode = if WATCHES_BELOW {
        if watched.iter().any(|above| folder.starts_with(above)) {
            return Ok(());
        }
        RecursiveMode::Recursive
    } else {
        RecursiveMode::NonRecursive
    };
    match watcher.watch(folder, mode) {
        Ok(()) => {
            if WATCHES_BELOW {
                watched.push(folder.to_path_buf());
            }
            Ok(())
        }
        // It is gone by now: when it returns, it is handed over again. Windows has no error of its own
        // for that.
        Err(error) if is_missing(&error) || !folder.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

fn is_missing(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

fn reason(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::MaxFilesWatch => "the limit of watched folders is reached \
             (`fs.inotify.max_user_watches`)"
            .into(),
        ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}

fn hear<W: Worker>(event: notify::Result<Event>, inbox: &Inbox<W>) {
    let Ok(event) = event else {
        // Something was reported that could not be read.
        return inbox.send(Input::Hint(Hint::Everything));
    };
    if event.need_rescan() {
        return inbox.send(Input::Hint(Hint::Everything));
    }
    let Some(hint) = hint_of(event.kind) else {
        return;
    };
    for path in event.paths {
        inbox.send(Input::Hint(hint(path)));
    }
}

fn hint_of(kind: EventKind) -> Option<fn(PathBuf) -> Hint> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Hint::Changed),
        EventKind::Access(_) => None,
        // The content follows, or more of it.
        EventKind::Create(CreateKind::File)
        | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any) => Some(Hint::Written),
        _ => Some(Hint::Changed),
    }
}
