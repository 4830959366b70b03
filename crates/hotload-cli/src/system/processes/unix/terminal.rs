//! Which process group has the terminal, and what Ctrl-Z does.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, killpg, raise};
use nix::sys::termios::{self, SetArg, Termios};
use nix::unistd::{Pid, getpgrp, tcgetpgrp, tcsetpgrp};

use super::{Shared, State, has_no_job_control, lock};
use crate::system::descent;
use crate::system::keys;

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
            // reports it, and tries again when `fg` continues it. But `kill %1` also continues it: if
            // it stopped again, the signal would wait for ever.
            thread::sleep(ASK_AGAIN);
            if self.is_ending() {
                return;
            }
            if tcgetpgrp(terminal) != Ok(getpgrp()) {
                let _ = raise(Signal::SIGTTIN);
            }
        }
        let mut state = self.lock();
        self.keyboard.lend();
        let before = keys::mode_before_hotload(terminal);
        lock(&self.guard).put_back(before.as_ref());
        if tcsetpgrp(terminal, group).is_ok() {
            state.in_front = Some((group, before));
        } else {
            lock(&self.guard).put_back(None);
        }
        let _ = killpg(group, Signal::SIGCONT);
    }

    pub(super) fn take_terminal_back(&self, group: Pid) -> bool {
        self.streams.restore();
        let mut state = self.lock();
        self.notice_taking(&mut state, group);
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

    pub(super) fn owns_terminal(&self, group: Pid) -> bool {
        let mut state = self.lock();
        self.notice_taking(&mut state, group);
        matches!(&state.in_front, Some((in_front, _)) if *in_front == group)
    }

    /// Notes that user code has taken the terminal by itself, as shells do for what they start, and may
    /// never give it back.
    fn notice_taking(&self, state: &mut State, group: Pid) {
        let is_free = state.in_front.is_none() && !state.is_suspending;
        if is_free && self.is_taken_by(group) {
            self.keyboard.lend();
            lock(&self.guard).put_back(state.first_mode.as_ref());
            state.in_front = Some((group, state.first_mode.clone()));
        }
    }

    /// Whether the terminal's foreground is of this group, of a program that its leader has started, or
    /// of none: if a shell had put hotload in the background, the shell would be there.
    fn is_taken_by(&self, group: Pid) -> bool {
        let Some(Ok(front)) = self.terminal.as_ref().map(tcgetpgrp) else {
            return false;
        };
        if front == getpgrp() {
            return false;
        }
        let is_empty = || killpg(front, None) == Err(Errno::ESRCH);
        let mut below = descent::of_leader(group).into_iter();
        front == group || is_empty() || below.any(|process| process.group() == Some(front))
    }

    /// Puts the terminal back if something that cannot be waited for has it.
    pub(super) fn put_terminal_back(&self) {
        let in_front = self.lock().in_front.take();
        if let Some((_, before)) = in_front {
            self.come_to_front(before.as_ref());
        }
    }

    fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
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
        if has_no_job_control() || self.is_ending() {
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
