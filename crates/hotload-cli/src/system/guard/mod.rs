//! The guard: a second hotload process. When hotload dies, it ends what hotload started, removes the
//! private folders and puts the terminal back.
//!
//! It has its own session, so no signal from the terminal reaches it, and waits on a pipe that only
//! hotload holds. However hotload ends, even with `kill -9`, the pipe closes. A thread in the interpreter
//! cannot do the job: 2.7 cannot act while C code holds its lock, and 3.12 warns at every fork of a
//! threaded process.

mod charges;
mod mode;

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::{self, JoinHandle};

use nix::sys::signal::Signal;
use nix::sys::termios::Termios;
use nix::unistd::Pid;
use process_wrap::std::{CommandWrap, ProcessSession};

use crate::system::keys::Undo;
use crate::system::output::Traces;
use charges::Charges;
use mode::WholeMode;

/// The only argument of a guard.
const ARGUMENT: &str = "--hotload-guard";

/// hotload's end of the pipe to its guard.
pub(crate) struct Guard {
    /// Set until it is known to have started.
    starting: Option<JoinHandle<io::Result<ChildStdin>>>,
    pipe: Option<ChildStdin>,
}

impl Guard {
    /// Starts it in the background. `terminal` is the terminal whose mode it may have to put back.
    pub(crate) fn start(terminal: Option<File>) -> Self {
        let start = thread::Builder::new().name("guard".into());
        Self {
            starting: start.spawn(|| spawn(terminal)).ok(),
            pipe: None,
        }
    }

    /// Waits until it is running: from now on it looks after whatever is named to it.
    pub(crate) fn wait_until_up(&mut self) -> io::Result<()> {
        if let Some(starting) = self.starting.take() {
            let started = starting.join().unwrap_or(Err(io::ErrorKind::Other.into()));
            self.pipe = Some(started?);
        }
        match self.pipe {
            Some(_) => Ok(()),
            None => Err(io::Error::other("hotload's guard could not be started")),
        }
    }

    /// Has it end this group when hotload is gone.
    pub(crate) fn watch(&mut self, group: Pid) {
        self.send(format!("+{group}").as_bytes());
    }

    /// The group has ended by itself.
    pub(crate) fn forget(&mut self, group: Pid) {
        self.send(format!("-{group}").as_bytes());
    }

    /// Has it switch the terminal back from reading keys, or give it its title back, when hotload is gone.
    pub(crate) fn undo(&mut self, undo: Undo) {
        let line = match undo {
            Undo::Keys(mark) => format!("k{}", mark.map_or(0, |mark| mark.0.bits())),
            Undo::Traces(Traces { title, progress }) => {
                format!("w{}{}", u8::from(title), u8::from(progress))
            }
        };
        self.send(line.as_bytes());
    }

    /// Has it put this mode back when hotload is gone: user code has the terminal.
    pub(crate) fn put_back(&mut self, mode: Option<&Termios>) {
        let mode = mode.map_or_else(String::new, |mode| WholeMode::of(mode).to_string());
        self.send(format!("t{mode}").as_bytes());
    }

    /// Has it remove this folder when hotload is gone, and end what was started with a file in it and is
    /// not yet known to it.
    pub(crate) fn remove(&mut self, folder: &Path) {
        let folder = folder.as_os_str().as_bytes();
        // The pipe carries lines. A folder with a line break in its path is left behind if hotload is
        // killed.
        if !folder.contains(&b'\n') {
            self.send(&[b"/", folder].concat());
        }
    }

    /// Has it remove this file when hotload is gone.
    pub(crate) fn remove_file(&mut self, file: &Path) {
        let file = file.as_os_str().as_bytes();
        if !file.contains(&b'\n') {
            self.send(&[b"f", file].concat());
        }
    }

    fn send(&mut self, line: &[u8]) {
        if let Some(pipe) = &mut self.pipe {
            // Fails if the guard was killed; hotload still ends what it started itself.
            let _ = pipe.write_all(&[line, b"\n"].concat());
        }
    }
}

fn spawn(terminal: Option<File>) -> io::Result<ChildStdin> {
    let mut command = Command::new(own_program()?);
    command
        .arg(ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(terminal.map_or_else(Stdio::null, Stdio::from))
        .stderr(Stdio::null());
    // A session from its first instruction: otherwise Ctrl-C, or the end of the terminal, may end it while
    // it comes up.
    let mut child = CommandWrap::from(command).wrap(ProcessSession).spawn()?;
    // Not waited for: it outlives hotload by design.
    child
        .stdin()
        .take()
        .ok_or_else(|| io::ErrorKind::BrokenPipe.into())
}

/// This very program, even if its file has been replaced since.
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
    let unused = Arc::new(AtomicBool::new(false));
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        // A handler that does nothing: ignoring a signal would need unsafe code.
        let _ = signal_hook::flag::register(signal as i32, Arc::clone(&unused));
    }
    let mut charges = Charges::default();
    for line in io::stdin().lock().split(b'\n').map_while(Result::ok) {
        charges.take(&line);
    }
    charges.end();
}
