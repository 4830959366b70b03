//! Which process group has the terminal, and what Ctrl-Z does.

use std::thread;
use std::time::Duration;

use nix::sys::signal::{SigSet, SigmaskHow, Signal, killpg, raise};
use nix::sys::termios::{self, SetArg, Termios};
use nix::unistd::{Pid, getpgrp, tcgetpgrp, tcsetpgrp};

use super::{Shared, has_no_job_control, lock};

/// Between two tries to get the terminal for a group while hotload itself is in the background.
const ASK_AGAIN: Duration = Duration::from_millis(200);

impl Shared {
    pub(super) fn hand_terminal_over(&self, group: Pid) {
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
            // hotload is in the background itself. It stops like user code did, so that the shell
            // reports it, and tries again when `fg` continues it.
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

    pub(super) fn take_terminal_back(&self, group: Pid) -> bool {
        let mut state = self.lock();
        match state.in_front.take() {
            Some((in_front, before)) if in_front == group => {
                self.come_to_front(before.as_ref());
                self.keyboard.take_back();
                // They ask again, and are stopped again.
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
            // Fails if the terminal is gone, and then it does not matter.
            let _ = tcsetpgrp(terminal, getpgrp());
            if let Some(before) = before {
                // A debugger or a curses program leaves it in raw mode when it is killed.
                let _ = termios::tcsetattr(terminal, SetArg::TCSADRAIN, before);
            }
        });
        // From here on the terminal belongs to hotload or the shell.
        lock(&self.guard).put_back(None);
    }

    pub(super) fn suspend(&self) {
        if has_no_job_control() {
            return;
        }
        let groups = {
            let mut state = self.lock();
            state.is_suspending = true;
            self.keyboard.lend();
            // `in_front` stays as it is: other threads continue before this one, and would otherwise
            // take user code at a prompt for a run that a save may cut short.
            if state.in_front.is_some() {
                self.come_to_front(None);
            }
            state.groups.clone()
        };
        for group in &groups {
            self.signal(*group, Signal::SIGSTOP);
        }
        // To this thread: a signal to the process may take effect after the next lines.
        let _ = raise(Signal::SIGSTOP);
        // `fg` or `bg` has continued hotload.
        self.give_terminal_again();
        for group in &groups {
            self.signal(*group, Signal::SIGCONT);
        }
        self.lock().is_suspending = false;
    }

    /// Gives the terminal back to the group that had it, if it was `fg` that continued hotload.
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

/// Runs with a signal blocked, not ignored: programs that are started meanwhile inherit ignored signals.
fn with_blocked(signal: Signal, action: impl FnOnce()) {
    let mut set = SigSet::empty();
    set.add(signal);
    let before = set.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    action();
    if let Ok(before) = before {
        let _ = before.thread_set_mask();
    }
}
