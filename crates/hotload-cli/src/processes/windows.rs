//! Programs in Job Objects that end with hotload. The console is shared: Ctrl-C reaches both.

use std::io;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use hotload_core::process::{ProcessEnd, ProcessGroup, Processes, WhenEnded};
use process_wrap::std::{ChildWrapper, CommandWrap, JobObject, KillOnDrop};

/// How often a program's end is looked for: waiting would keep it from being killed.
const END_LOOKED_FOR: Duration = Duration::from_millis(10);

/// The processes of this system.
pub(crate) struct SystemProcesses;

/// Whether user code waits for input. Not known here.
pub(crate) struct Foreground;

impl Foreground {
    pub(crate) fn is_taken(&self) -> bool {
        false
    }
}

/// Nothing is suspended here.
pub(crate) struct Suspension;

impl SystemProcesses {
    pub(crate) fn new() -> Self {
        Self
    }

    pub(crate) fn foreground(&self) -> Foreground {
        Foreground
    }

    pub(crate) fn suspension(&self) -> Suspension {
        Suspension
    }
}

type SharedChild = Arc<Mutex<Box<dyn ChildWrapper>>>;

impl Processes for SystemProcesses {
    fn spawn(&self, command: Command, ended: WhenEnded) -> io::Result<Box<dyn ProcessGroup>> {
        let mut command = CommandWrap::from(command);
        // The job is closed, and so ended, with the last handle to it: hotload's own.
        let child = command.wrap(KillOnDrop).wrap(JobObject).spawn()?;
        let child: SharedChild = Arc::new(Mutex::new(child));
        let waiting = Arc::clone(&child);
        thread::Builder::new()
            .name("process".into())
            .spawn(move || wait(&waiting, ended))?;
        Ok(Box::new(Group(child)))
    }
}

fn wait(child: &SharedChild, ended: WhenEnded) {
    loop {
        let status = lock(child).try_wait();
        match status {
            Ok(Some(status)) => {
                // What it has left behind goes with it.
                let _ = lock(child).start_kill();
                return ended(ProcessEnd {
                    status,
                    had_terminal: false,
                });
            }
            Ok(None) => thread::sleep(END_LOOKED_FOR),
            Err(_) => return,
        }
    }
}

fn lock(child: &SharedChild) -> std::sync::MutexGuard<'_, Box<dyn ChildWrapper>> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Group(SharedChild);

impl ProcessGroup for Group {
    fn interrupt(&self) {
        // The console has sent Ctrl-C to it as well.
    }

    fn kill(&self) {
        // Fails when it has ended already.
        let _ = lock(&self.0).start_kill();
    }

    fn release_terminal(&self) -> bool {
        false
    }
}
