//! The guard: a second process of hotload that ends what was started when hotload dies, removes the
//! private folders and puts the terminal back.
//!
//! It has a session of its own, so no signal from the terminal reaches it, and waits on a pipe that
//! only hotload holds. However hotload ends, `kill -9` included, the pipe closes. A thread in the
//! interpreter would be no answer: 2.7 cannot act while C code holds its lock, and 3.12 warns at
//! every fork of a threaded process.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufRead, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::sys::termios::LocalFlags;
use nix::unistd::{Pid, setsid};

use crate::keys::Mark;

/// The only argument of a guard.
const ARGUMENT: &str = "--hotload-guard";

/// How long an interpreter that finds hotload gone may take to end by itself, so that `atexit` runs.
const TIME_TO_END: Duration = Duration::from_millis(300);

/// hotload's end of the pipe to its guard.
pub(crate) struct Guard {
    pipe: ChildStdin,
}

impl Guard {
    /// `terminal` is the one whose mode it may have to put back.
    pub(crate) fn start(terminal: Option<File>) -> io::Result<Self> {
        let mut child = Command::new(own_program()?)
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(terminal.map_or_else(Stdio::null, Stdio::from))
            .stderr(Stdio::null())
            .spawn()?;
        let pipe = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        // Not waited for: it outlives us by design.
        Ok(Self { pipe })
    }

    /// Ends this group when hotload is gone.
    pub(crate) fn watch(&mut self, group: Pid) {
        self.tell('+', group);
    }

    /// The group has ended.
    pub(crate) fn forget(&mut self, group: Pid) {
        self.tell('-', group);
    }

    /// Puts the terminal back from reading keys when hotload is gone.
    pub(crate) fn undo(&mut self, mark: Option<Mark>) {
        let flags = mark.map_or(0, |mark| u64::from(mark.0.bits()));
        let _ = writeln!(self.pipe, "k{flags}");
    }

    /// Removes this folder when hotload is gone.
    pub(crate) fn remove(&mut self, folder: &Path) {
        let folder = folder.as_os_str().as_bytes();
        // A line cannot hold a line break. Such a folder stays if hotload is killed.
        if !folder.contains(&b'\n') {
            let _ = self.pipe.write_all(&[b"/", folder, b"\n"].concat());
        }
    }

    fn tell(&mut self, what: char, group: Pid) {
        // A guard that was killed guards nothing; hotload still ends what it started itself.
        let _ = writeln!(self.pipe, "{what}{group}");
    }
}

/// This very program, also when its file has been replaced since.
fn own_program() -> io::Result<PathBuf> {
    let link = PathBuf::from("/proc/self/exe");
    if link.exists() {
        return Ok(link);
    }
    env::current_exe()
}

/// Runs the guard if this process was started as one.
pub(crate) fn run_if_asked() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    let asked = arguments.next() == Some(OsString::from(ARGUMENT)) && arguments.next().is_none();
    asked.then(|| {
        guard();
        ExitCode::SUCCESS
    })
}

fn guard() {
    // Fails only for a group leader, which a child is not.
    let _ = setsid();
    let unused = Arc::new(AtomicBool::new(false));
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        // An empty handler: ignoring a signal takes unsafe code.
        let _ = signal_hook::flag::register(signal as i32, Arc::clone(&unused));
    }
    let mut charges = Charges::default();
    for line in io::stdin().lock().split(b'\n').map_while(Result::ok) {
        charges.take(&line);
    }
    charges.end();
}

/// What the guard looks after.
#[derive(Default)]
struct Charges {
    groups: Vec<Pid>,
    folders: Vec<PathBuf>,
    /// Set while keys are read.
    mark: Option<Mark>,
}

impl Charges {
    /// Takes a line that hotload has written.
    fn take(&mut self, line: &[u8]) {
        let Some((what, name)) = line.split_first() else {
            return;
        };
        if *what == b'/' {
            self.folders.retain(|folder| folder.exists());
            self.folders.push(PathBuf::from(OsStr::from_bytes(name)));
            return;
        }
        let Some(number) = str::from_utf8(name).ok().and_then(|name| name.parse().ok()) else {
            return;
        };
        if *what == b'k' {
            let flags = LocalFlags::from_bits_truncate(number);
            self.mark = (!flags.is_empty()).then_some(Mark(flags));
            return;
        }
        let Ok(group) = number.try_into().map(Pid::from_raw) else {
            return;
        };
        self.groups.retain(|known| *known != group);
        if *what == b'+' {
            self.groups.push(group);
        }
    }

    /// hotload is gone.
    fn end(&self) {
        if let Some(mark) = self.mark {
            // Before a shell has its prompt there.
            mark.undo(&io::stdout());
        }
        if !self.groups.is_empty() {
            thread::sleep(TIME_TO_END);
        }
        for group in &self.groups {
            // It may have ended by itself.
            let _ = killpg(*group, Signal::SIGKILL);
        }
        for folder in &self.folders {
            // hotload has removed it itself, unless it was killed.
            let _ = fs::remove_dir_all(folder);
        }
    }
}
