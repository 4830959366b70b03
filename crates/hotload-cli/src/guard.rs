//! The guard: a second process of hotload that ends what was started when hotload dies.
//!
//! It has a session of its own, so no signal from the terminal reaches it, and waits on a pipe that
//! only hotload holds. However hotload ends, `kill -9` included, the pipe closes. A thread in the
//! interpreter would be no answer: 2.7 cannot act while C code holds its lock, and 3.12 warns at
//! every fork of a threaded process.

use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::{ChildStdin, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, setsid};

/// The only argument of a guard.
const ARGUMENT: &str = "--hotload-guard";

/// How long an interpreter that finds hotload gone may take to end by itself, so that `atexit` runs.
const TIME_TO_END: Duration = Duration::from_millis(300);

/// hotload's end of the pipe to its guard.
pub(crate) struct Guard {
    pipe: ChildStdin,
}

impl Guard {
    pub(crate) fn start() -> io::Result<Self> {
        let mut child = Command::new(own_program()?)
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
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
    let mut groups: Vec<Pid> = Vec::new();
    for line in io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        let Some(group) = line.get(1..).and_then(|number| number.parse().ok()) else {
            continue;
        };
        let group = Pid::from_raw(group);
        groups.retain(|known| *known != group);
        if line.starts_with('+') {
            groups.push(group);
        }
    }
    if groups.is_empty() {
        return;
    }
    thread::sleep(TIME_TO_END);
    for group in groups {
        // It may have ended by itself.
        let _ = killpg(group, Signal::SIGKILL);
    }
}
