//! The file that events are appended to, one per line.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread;
use std::time::Duration;

use hotload_python::path;
use hotload_python::targets::Target;
use serde_json::Value;

use crate::exit::Exit;
use crate::system::output;

/// How long the end of a session waits for a reader.
const TIME_TO_READ: Duration = Duration::from_secs(1);

/// How many lines are kept for a reader that has stalled.
const MOST_OWED: usize = 10_000;

/// Where events may be written. It is not open yet.
pub(crate) enum EventPath {
    /// Standard output, which user code then does not have.
    StandardOutput,
    /// A file that is appended to.
    File {
        /// As it was given.
        given: PathBuf,
        /// With links resolved.
        path: PathBuf,
    },
}

/// An open file that events are appended to.
pub(crate) struct EventFile {
    lines: Lines,
    /// Standard output, if that is where they go.
    standard_output: Option<File>,
}

/// How lines get there.
enum Lines {
    /// Directly into a file, which never blocks.
    File(File),
    /// Through a thread, into a pipe or a device whose reader may stall.
    Thread(SyncSender<String>, Receiver<Written>),
}

/// The thread has written all lines.
struct Written;

impl EventPath {
    /// Refuses a file whose contents would be spoiled.
    pub(crate) fn check(
        given: &Path,
        current: &Path,
        targets: &[Target],
        watched: &[PathBuf],
    ) -> Result<Self, Exit> {
        if given == Path::new("-") {
            return Ok(Self::StandardOutput);
        }
        let refused = |why: &str| {
            Exit::usage(format!("`--events {}` {why}", given.display()))
                .hint("name a new file, or one that contains events")
        };
        let path = path_of(&current.join(given));
        let is_target = |target: &Target| {
            let location = target.location.as_ref();
            location.is_some_and(|location| location.file == path)
        };
        if targets.iter().any(is_target) {
            return Err(refused("is also a target"));
        }
        if watched
            .iter()
            .any(|watched| path_of(&current.join(watched)) == path)
        {
            return Err(refused("is also named by `--watch`"));
        }
        if !may_hold_events(&path) {
            return Err(refused("already exists and does not contain events"));
        }
        Ok(Self::File {
            given: given.into(),
            path,
        })
    }

    /// The file, which is not watched.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::StandardOutput => None,
            Self::File { path, .. } => Some(path),
        }
    }

    /// Opens the file, and creates it if there is none.
    pub(crate) fn open(self) -> Result<EventFile, Exit> {
        let (given, opened) = match &self {
            Self::StandardOutput => ("standard output".into(), open_standard_output()),
            Self::File { given, path } => (format!("`{}`", given.display()), open_file(path)),
        };
        opened
            .map_err(|error| Exit::usage_because(format!("cannot write events to {given}"), error))
    }
}

fn open_standard_output() -> io::Result<EventFile> {
    let file = output::take()?;
    Ok(EventFile {
        standard_output: Some(file.try_clone()?),
        lines: Lines::into(file)?,
    })
}

fn open_file(path: &Path) -> io::Result<EventFile> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    if may_end_in_half_a_line(path, &file) {
        // The disk was full, or hotload was killed.
        file.write_all(b"\n")?;
    }
    Ok(EventFile {
        standard_output: None,
        lines: Lines::into(file)?,
    })
}

fn may_end_in_half_a_line(path: &Path, file: &File) -> bool {
    let is_regular = file.metadata().is_ok_and(|found| found.is_file());
    let last = || {
        let mut file = File::open(path)?;
        let mut last = [0; 1];
        // Fails if it is empty.
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        io::Result::Ok(last)
    };
    is_regular && last().is_ok_and(|last| last != *b"\n")
}

impl Lines {
    fn into(file: File) -> io::Result<Self> {
        if file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            Ok(Self::File(file))
        } else {
            write_in_thread(file)
        }
    }
}

impl EventFile {
    /// Standard output, if events go there.
    pub(crate) fn standard_output(&self) -> Option<&File> {
        self.standard_output.as_ref()
    }

    /// Waits a limited time for the reader to take what was written.
    pub(super) fn close(self) {
        if let Lines::Thread(sender, written) = self.lines {
            drop(sender);
            // What is not read by then is lost.
            let _ = written.recv_timeout(TIME_TO_READ);
        }
    }

    pub(super) fn append(&mut self, event: &Value) -> io::Result<()> {
        // One write per line, so that another writer of the same file cannot get in between.
        let line = format!("{event}\n");
        match &mut self.lines {
            Lines::File(file) => file.write_all(line.as_bytes()),
            Lines::Thread(sender, _) => sender.try_send(line).map_err(|error| match error {
                TrySendError::Full(_) => io::Error::other("their reader has stalled"),
                TrySendError::Disconnected(_) => io::ErrorKind::BrokenPipe.into(),
            }),
        }
    }
}

fn write_in_thread(mut file: File) -> io::Result<Lines> {
    let (sender, lines) = mpsc::sync_channel::<String>(MOST_OWED);
    let (done, written) = mpsc::channel();
    thread::Builder::new()
        .name("events".into())
        .spawn(move || {
            for line in lines {
                if file.write_all(line.as_bytes()).is_err() {
                    return;
                }
            }
            // There is no receiver any more if the session did not wait.
            let _ = done.send(Written);
        })?;
    Ok(Lines::Thread(sender, written))
}

/// Whether the file may be appended to: it is new, empty, not a regular file, or starts like events.
fn may_hold_events(path: &Path) -> bool {
    let is_regular = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    if !is_regular {
        return true;
    }
    let mut first = [0; 1];
    match File::open(path).and_then(|mut file| file.read(&mut first)) {
        Ok(0) => true,
        Ok(_) => first == *b"{",
        // Not readable, but perhaps writable: opening it will show.
        Err(_) => true,
    }
}

/// The path with links resolved, even if the file does not exist yet.
fn path_of(path: &Path) -> PathBuf {
    path::real(path).unwrap_or_else(|_| path::watched(path))
}
