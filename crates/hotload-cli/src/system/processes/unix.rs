//! Programs in process groups of their own, with the terminal handed to them when they ask.
//!
//! hotload stays in front. A group that reads the terminal from behind is stopped by the kernel
//! (SIGTTIN, SIGTTOU); its waiting thread sees that, hands the terminal over and continues it. So
//! hotload also knows that user code waits at a prompt.

use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hotload_core::running::process::{ProcessEnd, ProcessGroup, Processes, WhenEnded};
use nix::errno::Errno;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, killpg, raise};
use nix::sys::termios::{self, SetArg, Termios};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpgrp, getppid, getsid, tcgetpgrp, tcsetpgrp};

use crate::system::guard::Guard;
use crate::system::keys::Keyboard;

/// A stop that is over sooner is nobody's business: Ctrl-Z and `fg`.
const SHORT_STOP: Duration = Duration::from_millis(200);

/// Between two tries to get the terminal for a group while hotload itself is in the background.
const ASK_AGAIN: Duration = Duration::from_millis(200);

/// The processes of this system.
pub(crate) struct SystemProcesses {
    shared: Arc<Shared>,
}

/// Stops and continues everything that hotload has started.
pub(crate) struct Suspension(Arc<Shared>);

struct Shared {
    /// The controlling terminal, if there is one.
    terminal: Option<File>,
    guard: Arc<Mutex<Guard>>,
    keyboard: Keyboard,
    state: Mutex<State>,
}

struct State {
    groups: Vec<Pid>,
    /// The group that has the terminal, and how the terminal was before.
    in_front: Option<(Pid, Option<Termios>)>,
    /// Groups that were stopped for the terminal while another had it.
    waiting: Vec<Pid>,
    /// Groups whose leader another signal has stopped, and when.
    stopped: Vec<(Pid, Instant)>,
    /// Whether hotload is stopping all of them with itself.
    is_suspending: bool,
}

impl SystemProcesses {
    pub(crate) fn new() -> Self {
        let terminal = File::options().read(true).write(true).open("/dev/tty").ok();
        let theirs = terminal.as_ref().and_then(|file| file.try_clone().ok());
        let guard = Arc::new(Mutex::new(Guard::start(theirs)));
        let told = Arc::clone(&guard);
        let keyboard = Keyboard::new(move |mark| lock(&told).undo(mark));
        let state = Mutex::new(State {
            groups: Vec::new(),
            in_front: None,
            waiting: Vec::new(),
            stopped: Vec::new(),
            is_suspending: false,
        });
        Self {
            shared: Arc::new(Shared {
                terminal,
                guard,
                keyboard,
                state,
            }),
        }
    }

    pub(crate) fn keyboard(&self) -> Keyboard {
        self.shared.keyboard.clone()
    }

    pub(crate) fn suspension(&self) -> Suspension {
        Suspension(Arc::clone(&self.shared))
    }
}

impl Suspension {
    /// Ends everything that was started, when the session cannot.
    pub(crate) fn kill_all(&self) {
        // The lock is free again for each signal.
        let groups = self.0.lock().groups.clone();
        for group in groups {
            self.0.signal(group, Signal::SIGKILL);
        }
        self.0.keyboard.restore();
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

    fn spawn(&self, mut command: Command, ended: WhenEnded) -> io::Result<Box<dyn ProcessGroup>> {
        use std::os::unix::process::CommandExt;
        lock(&self.shared.guard).wait_until_up()?;
        // Zombies are waited for by the thread below: std's `Child` does not report stops.
        let child = command.process_group(0).spawn()?;
        let group = Pid::from_raw(child.id().cast_signed());
        let shared = Arc::clone(&self.shared);
        shared.adopt(group);
        let wait = move || ended(shared.wait(group));
        if let Err(error) = thread::Builder::new().name("process".into()).spawn(wait) {
            // Nobody would ever end it.
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
        // A group that waits for the terminal has to run to see it.
        self.shared.signal(self.group, Signal::SIGCONT);
        true
    }

    fn kill(&self) {
        self.shared.signal(self.group, Signal::SIGKILL);
    }

    fn owns_terminal(&self) -> bool {
        let in_front = &self.shared.lock().in_front;
        matches!(in_front, Some((group, _)) if *group == self.group)
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

    /// Has the guard end a group that was just started.
    fn adopt(&self, group: Pid) {
        self.lock().groups.push(group);
        lock(&self.guard).watch(group);
    }

    /// Signals a group that has not ended: the number of one that has may be another's by now.
    fn signal(&self, group: Pid, signal: Signal) {
        let state = self.lock();
        if state.groups.contains(&group) {
            // All of its members may have ended, its leader not yet been waited for.
            let _ = killpg(group, signal);
        }
    }

    /// Waits for the end of a group's leader, serving its wishes for the terminal.
    fn wait(&self, leader: Pid) -> ProcessEnd {
        let changes = WaitPidFlag::WUNTRACED | WaitPidFlag::WCONTINUED;
        let status = loop {
            match waitpid(leader, Some(changes)) {
                Ok(WaitStatus::Stopped(_, Signal::SIGTTIN | Signal::SIGTTOU)) => {
                    self.hand_terminal_over(leader);
                }
                // Ctrl-Z went to it alone. Sent on, it stops hotload's whole job, as in a pipe.
                Ok(WaitStatus::Stopped(_, Signal::SIGTSTP)) if nobody_continues_us() => {
                    self.signal(leader, Signal::SIGCONT);
                }
                Ok(WaitStatus::Stopped(_, Signal::SIGTSTP)) => {
                    let _ = killpg(getpgrp(), Signal::SIGTSTP);
                }
                // On purpose: `kill -STOP`, and user code that stops itself.
                Ok(WaitStatus::Stopped(..)) => self.note_stop(leader),
                Ok(WaitStatus::Continued(_)) => self.forget_stop(leader),
                Err(Errno::EINTR) => {}
                Ok(WaitStatus::Exited(_, code)) => break ExitStatus::from_raw(code << 8),
                Ok(WaitStatus::Signaled(_, signal, _)) => {
                    break ExitStatus::from_raw(signal as i32);
                }
                Ok(_) => {}
                // Nobody else waits for it, so this does not happen; unknown is a failure.
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

    /// What the leader has left behind goes with it. Returns whether there was something.
    fn end(&self, leader: Pid) -> bool {
        let mut state = self.lock();
        let left_others = killpg(leader, Signal::SIGKILL).is_ok();
        state.groups.retain(|group| *group != leader);
        lock(&self.guard).forget(leader);
        left_others
    }

    fn hand_terminal_over(&self, group: Pid) {
        let Some(terminal) = &self.terminal else {
            return;
        };
        while tcgetpgrp(terminal) != Ok(getpgrp()) {
            {
                let mut state = self.lock();
                if state.in_front.is_some() {
                    return state.waiting.push(group);
                }
                if !state.groups.contains(&group) {
                    return;
                }
            }
            // hotload is in the background itself: it stops as its user code has, so that the
            // shell says so, and tries again when `fg` continues it.
            let _ = raise(Signal::SIGTTIN);
            thread::sleep(ASK_AGAIN);
        }
        let mut state = self.lock();
        self.keyboard.lend();
        let before = termios::tcgetattr(terminal).ok();
        lock(&self.guard).put_back(before.as_ref());
        if tcsetpgrp(terminal, group).is_ok() {
            state.in_front = Some((group, before));
        } else {
            lock(&self.guard).put_back(None);
        }
        let _ = killpg(group, Signal::SIGCONT);
    }

    fn take_terminal_back(&self, group: Pid) -> bool {
        let mut state = self.lock();
        match state.in_front.take() {
            Some((in_front, before)) if in_front == group => {
                self.come_to_front(before.as_ref());
                self.keyboard.take_back();
                // They ask again, and are stopped and heard again.
                for group in state.waiting.drain(..) {
                    let _ = killpg(group, Signal::SIGCONT);
                }
                true
            }
            other => {
                state.in_front = other;
                false
            }
        }
    }

    fn come_to_front(&self, before: Option<&Termios>) {
        let Some(terminal) = &self.terminal else {
            return;
        };
        with_blocked(Signal::SIGTTOU, || {
            // Fails when the terminal is gone, and then nobody needs it.
            let _ = tcsetpgrp(terminal, getpgrp());
            if let Some(before) = before {
                // A debugger or curses that was killed leaves it raw.
                let _ = termios::tcsetattr(terminal, SetArg::TCSADRAIN, before);
            }
        });
        // From here on it is hotload's or the shell's.
        lock(&self.guard).put_back(None);
    }

    fn suspend(&self) {
        if nobody_continues_us() {
            return;
        }
        let groups = {
            let mut state = self.lock();
            state.is_suspending = true;
            self.keyboard.lend();
            // Who is in front stays so: other threads go on before this one, and would take what
            // sits at a prompt for a run that a save may cut.
            if state.in_front.is_some() {
                self.come_to_front(None);
            }
            state.groups.clone()
        };
        for group in &groups {
            self.signal(*group, Signal::SIGSTOP);
        }
        // To this very thread: sent to the process, it may take effect after the next lines.
        let _ = raise(Signal::SIGSTOP);
        // Here `fg` or `bg` has continued us.
        self.give_terminal_again();
        for group in &groups {
            self.signal(*group, Signal::SIGCONT);
        }
        self.lock().is_suspending = false;
    }

    /// To the group that had it, where `fg` and not `bg` has continued hotload.
    fn give_terminal_again(&self) {
        let mut state = self.lock();
        let in_front = state.in_front.take();
        if let (Some((group, before)), Some(terminal)) = (in_front, &self.terminal)
            && tcgetpgrp(terminal) == Ok(getpgrp())
            && state.groups.contains(&group)
            && tcsetpgrp(terminal, group).is_ok()
        {
            lock(&self.guard).put_back(before.as_ref());
            state.in_front = Some((group, before));
        } else {
            self.keyboard.take_back();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether no shell is there that could say `fg`, as in a container or behind `ssh -t`. The kernel
/// does not let Ctrl-Z stop a program then.
fn nobody_continues_us() -> bool {
    match (getsid(Some(getppid())), getsid(None)) {
        (Ok(parents), Ok(ours)) => parents != ours,
        _ => true,
    }
}

/// Blocked, not ignored: an ignored signal is inherited by what is started meanwhile.
fn with_blocked(signal: Signal, action: impl FnOnce()) {
    let mut set = SigSet::empty();
    set.add(signal);
    let before = set.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    action();
    if let Ok(before) = before {
        let _ = before.thread_set_mask();
    }
}
