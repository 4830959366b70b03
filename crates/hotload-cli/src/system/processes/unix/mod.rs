//! Programs in process groups of their own, with the terminal handed to them when they ask.
//!
//! hotload stays in the foreground. A group that reads the terminal from the background is stopped by
//! the kernel (SIGTTIN, SIGTTOU); the thread that waits for it sees that, hands the terminal over and
//! continues it. That is also how hotload knows that user code waits at a prompt.

mod descriptors;
#[cfg(target_os = "linux")]
mod orphans;
mod terminal;

use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hotload_core::running::process::{ProcessEnd, ProcessGroup, Processes, WhenEnded};
use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::sys::termios::Termios;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpgrp, getppid, getsid};

use crate::system::descent;
use crate::system::guard::Guard;
use crate::system::keys::{self, Keyboard};
use crate::system::processes::TheirColor;

use descriptors::Waiting;

/// A stop that is over sooner is not reported: Ctrl-Z and `fg`.
const SHORT_STOP: Duration = Duration::from_millis(200);

/// How long an editor may take to end when hotload does.
const TIME_TO_END: Duration = Duration::from_millis(500);

/// Between two looks at what is about to end.
const A_MOMENT: Duration = Duration::from_millis(2);

/// The processes of this system.
pub(crate) struct SystemProcesses {
    shared: Arc<Shared>,
    color: TheirColor,
}

/// Stops and continues everything that hotload has started.
pub(crate) struct Suspension(Arc<Shared>);

struct Shared {
    /// The controlling terminal, if there is one.
    terminal: Option<File>,
    guard: Arc<Mutex<Guard>>,
    keyboard: Keyboard,
    streams: Waiting,
    /// Whether a signal has asked hotload to end. Set by the signal itself, so that nothing comes before.
    is_ending: Arc<AtomicBool>,
    state: Mutex<State>,
}

struct State {
    groups: Vec<Pid>,
    /// The mode of the terminal when hotload started.
    first_mode: Option<Termios>,
    /// The group that has the terminal, and the terminal's mode from before.
    in_front: Option<(Pid, Option<Termios>)>,
    /// Groups that asked for the terminal while another one had it, and were stopped.
    waiting: Vec<Pid>,
    /// Groups whose leader was stopped by another signal, and when.
    stopped: Vec<(Pid, Instant)>,
    /// Whether hotload is stopping itself and all groups.
    is_suspending: bool,
    /// The children that hotload had when it started.
    #[cfg(target_os = "linux")]
    children_before: Vec<Pid>,
}

impl SystemProcesses {
    pub(crate) fn new() -> Self {
        let terminal = File::options().read(true).write(true).open("/dev/tty").ok();
        let theirs = terminal.as_ref().and_then(|file| file.try_clone().ok());
        let guard = Arc::new(Mutex::new(Guard::start(theirs)));
        let guards = Arc::clone(&guard);
        let keyboard = Keyboard::new(move |undo| lock(&guards).undo(undo));
        let state = Mutex::new(State {
            groups: Vec::new(),
            first_mode: terminal.as_ref().and_then(keys::mode_before_hotload),
            in_front: None,
            waiting: Vec::new(),
            stopped: Vec::new(),
            is_suspending: false,
            #[cfg(target_os = "linux")]
            children_before: orphans::children(),
        });
        let shared = Arc::new(Shared {
            terminal,
            guard,
            keyboard,
            streams: Waiting::now(),
            is_ending: Arc::default(),
            state,
        });
        #[cfg(target_os = "linux")]
        {
            orphans::adopt_all();
            orphans::reap_in_background(&shared);
        }
        Self {
            shared,
            color: TheirColor::default(),
        }
    }

    /// Ends what is left of what was started: an editor, a command. It may put the terminal back first.
    pub(crate) fn end_rest(&self) {
        for signal in [Signal::SIGTERM, Signal::SIGKILL] {
            let groups = self.shared.lock().groups.clone();
            for group in groups {
                self.shared.signal(group, signal);
                self.shared.signal(group, Signal::SIGCONT);
            }
            if self.shared.have_ended_within(TIME_TO_END) {
                break;
            }
        }
        self.shared.end_orphans();
    }

    /// Asks what is started from now on to print in colour, or not to.
    pub(crate) fn set_color(&mut self, color: TheirColor) {
        self.color = color;
    }

    pub(crate) fn keyboard(&self) -> Keyboard {
        self.shared.keyboard.clone()
    }

    pub(crate) fn suspension(&self) -> Suspension {
        Suspension(Arc::clone(&self.shared))
    }
}

impl Suspension {
    /// Ends everything that was started, if the session cannot do it.
    pub(crate) fn kill_all(&self) {
        // Each signal takes the lock itself.
        let groups = self.0.lock().groups.clone();
        for group in groups {
            self.0.kill(group);
        }
        self.0.put_terminal_back();
        self.0.keyboard.restore();
    }

    /// Set by a signal that is to end hotload.
    pub(crate) fn is_ending(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.is_ending)
    }

    /// Ctrl-Z: stops what was started, then hotload itself; returns when hotload is continued.
    pub(crate) fn suspend(&self) {
        self.0.suspend();
    }
}

impl Processes for SystemProcesses {
    fn remove_in_the_end(&self, folder: &Path) -> io::Result<()> {
        let mut guard = lock(&self.shared.guard);
        guard.wait_until_up()?;
        guard.remove(folder);
        Ok(())
    }

    fn remove_file_in_the_end(&self, file: &Path) -> io::Result<()> {
        let mut guard = lock(&self.shared.guard);
        guard.wait_until_up()?;
        guard.remove_file(file);
        Ok(())
    }

    fn spawn(&self, mut command: Command, ended: WhenEnded) -> io::Result<Box<dyn ProcessGroup>> {
        use std::os::unix::process::CommandExt;
        lock(&self.shared.guard).wait_until_up()?;
        // The thread below waits for the child: std's `Child` does not report stops.
        let shared = Arc::clone(&self.shared);
        let group = {
            // Locked: otherwise, if it ended at once, it would be taken for an orphan.
            let mut state = shared.lock();
            self.color.ask(&mut command);
            let child = command.process_group(0).spawn()?;
            let group = Pid::from_raw(child.id().cast_signed());
            state.groups.push(group);
            group
        };
        lock(&shared.guard).watch(group);
        let wait = move || ended(shared.wait(group));
        if let Err(error) = thread::Builder::new().name("process".into()).spawn(wait) {
            // Nothing else would ever end it.
            let _ = killpg(group, Signal::SIGKILL);
            return Err(error);
        }
        Ok(Box::new(Group {
            group,
            shared: Arc::clone(&self.shared),
        }))
    }
}

struct Group {
    group: Pid,
    shared: Arc<Shared>,
}

impl ProcessGroup for Group {
    fn id(&self) -> u32 {
        self.group.as_raw().cast_unsigned()
    }

    fn interrupt(&self) -> bool {
        self.shared.signal(self.group, Signal::SIGINT);
        // A group that is waiting for the terminal must be continued to see the signal.
        self.shared.signal(self.group, Signal::SIGCONT);
        true
    }

    fn kill(&self) {
        self.shared.kill(self.group);
    }

    fn owns_terminal(&self) -> bool {
        self.shared.owns_terminal(self.group)
    }

    fn is_stopped(&self) -> bool {
        let mut stopped = self.shared.lock().stopped.clone().into_iter();
        stopped.any(|(group, since)| group == self.group && since.elapsed() >= SHORT_STOP)
    }

    fn release_terminal(&self) -> bool {
        self.shared.take_terminal_back(self.group)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Ends a group and what its leader has started elsewhere.
    fn kill(&self, group: Pid) {
        // Looked for before, since children of what has ended cannot be told from others.
        let elsewhere = descent::of_leader(group);
        self.signal(group, Signal::SIGKILL);
        for process in elsewhere {
            process.kill();
        }
    }

    /// Waits until nothing runs any more and the terminal is hotload's.
    fn have_ended_within(&self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        loop {
            {
                let state = self.lock();
                if state.groups.is_empty() && state.in_front.is_none() {
                    return true;
                }
            }
            if Instant::now() >= end {
                return false;
            }
            thread::sleep(A_MOMENT);
        }
    }

    /// Orphans are not known here.
    #[cfg(not(target_os = "linux"))]
    fn end_orphans(&self) {}

    /// Signals a group, unless it has ended: its number may belong to another one by now.
    fn signal(&self, group: Pid, signal: Signal) {
        let state = self.lock();
        if state.groups.contains(&group) {
            // Fails if all members have ended and only the leader has not been waited for yet.
            let _ = killpg(group, signal);
        }
    }

    /// Waits for the end of a group's leader, and hands it the terminal when it asks.
    fn wait(&self, leader: Pid) -> ProcessEnd {
        let changes = WaitPidFlag::WUNTRACED | WaitPidFlag::WCONTINUED;
        let status = loop {
            match waitpid(leader, Some(changes)) {
                Ok(WaitStatus::Stopped(_, Signal::SIGTTIN | Signal::SIGTTOU)) => {
                    self.hand_terminal_over(leader);
                }
                // Ctrl-Z went to this group only. Sent to hotload's group, it stops the whole job, as it
                // would stop a pipe.
                Ok(WaitStatus::Stopped(_, Signal::SIGTSTP)) if has_no_job_control() => {
                    self.signal(leader, Signal::SIGCONT);
                }
                Ok(WaitStatus::Stopped(_, Signal::SIGTSTP)) => {
                    let _ = killpg(getpgrp(), Signal::SIGTSTP);
                }
                // On purpose: `kill -STOP`, or user code that stops itself.
                Ok(WaitStatus::Stopped(..)) => self.note_stop(leader),
                Ok(WaitStatus::Continued(_)) => self.forget_stop(leader),
                Err(Errno::EINTR) => {}
                Ok(WaitStatus::Exited(_, code)) => break ExitStatus::from_raw(code << 8),
                Ok(WaitStatus::Signaled(_, signal, _)) => {
                    break ExitStatus::from_raw(signal as i32);
                }
                Ok(_) => {}
                // Nothing else waits for it, so this does not happen; an unknown end is a failure.
                Err(_) => break ExitStatus::from_raw(1 << 8),
            }
        };
        self.forget_stop(leader);
        let left_others = self.end(leader);
        ProcessEnd {
            status,
            had_terminal: self.take_terminal_back(leader),
            left_others,
        }
    }

    fn note_stop(&self, leader: Pid) {
        let mut state = self.lock();
        if !state.is_suspending {
            state.stopped.push((leader, Instant::now()));
        }
    }

    fn forget_stop(&self, leader: Pid) {
        self.lock().stopped.retain(|(group, _)| *group != leader);
    }

    /// Ends what the leader has left behind. Returns whether there was anything.
    fn end(&self, leader: Pid) -> bool {
        let left_others = {
            let mut state = self.lock();
            let left_others = killpg(leader, Signal::SIGKILL).is_ok();
            state.groups.retain(|group| *group != leader);
            left_others
        };
        self.end_orphans();
        lock(&self.guard).forget(leader);
        left_others
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether there is no shell that could run `fg`, as in a container or under `ssh -t`. Then the kernel
/// does not let Ctrl-Z stop a program either.
fn has_no_job_control() -> bool {
    match (getsid(Some(getppid())), getsid(None)) {
        (Ok(parents), Ok(ours)) => parents != ours,
        _ => true,
    }
}
