//! The terminal's mode while keys are read: no echo, no waiting for Enter, and everything else as
//! it was. Ctrl-C and Ctrl-Z stay signals, and output is processed as ever.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::termios::{
    FlushArg, LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcflush, tcgetattr, tcsetattr,
};
use nix::unistd::{getpgrp, tcgetpgrp};

/// What is off while keys are read: waiting for Enter, and echo.
const KEYS: LocalFlags = LocalFlags::ICANON.union(LocalFlags::ECHO);

/// The mode that the terminal had, to be put back.
pub(super) struct Mode {
    before: Termios,
}

/// What tells the mode for keys: the flags that are off in it and were on before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark(pub(crate) LocalFlags);

impl Mark {
    /// Puts the mode back, if nobody has changed it since.
    pub(crate) fn undo(self, terminal: impl AsFd + Copy) {
        if let Ok(mut mode) = tcgetattr(terminal)
            && !mode.local_flags.intersects(self.0)
        {
            mode.local_flags |= self.0;
            let _ = tcsetattr(terminal, SetArg::TCSANOW, &mode);
        }
    }
}

impl Mode {
    /// Turns to reading keys.
    pub(super) fn enter() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut mode = before.clone();
        mode.local_flags.remove(KEYS);
        mode.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
        mode.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        set(&mode)?;
        Ok(Self { before })
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.before.local_flags & KEYS)
    }

    /// Puts the mode back that was there before.
    pub(super) fn leave(self) {
        // Whoever is in front by now has a mode of his own.
        if is_in_front() {
            // Fails when the terminal is gone, and then nobody needs it.
            let _ = set(&self.before);
        }
    }
}

/// At once: waiting for the output to be written could take for ever, after Ctrl-S.
fn set(mode: &Termios) -> io::Result<()> {
    Ok(tcsetattr(io::stdin(), SetArg::TCSANOW, mode)?)
}

/// Whether hotload is the terminal's foreground job.
pub(super) fn is_in_front() -> bool {
    tcgetpgrp(io::stdin()) == Ok(getpgrp())
}

/// A read or a change of mode that comes when hotload is in the background already fails, rather
/// than stop the whole of it.
pub(super) fn prepare_thread() {
    let mut set = SigSet::empty();
    set.add(Signal::SIGTTIN);
    set.add(Signal::SIGTTOU);
    let _ = set.thread_swap_mask(SigmaskHow::SIG_BLOCK);
}

/// Waits for a key, and says whether one came.
pub(super) fn wait_for_key(limit: Duration) -> io::Result<bool> {
    let limit = PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX);
    let stdin = io::stdin();
    let mut waits = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
    match poll(&mut waits, limit) {
        Err(Errno::EINTR) => return Ok(false),
        result => result?,
    };
    let came = waits[0].revents().unwrap_or(PollFlags::empty());
    if came.intersects(PollFlags::POLLHUP | PollFlags::POLLERR | PollFlags::POLLNVAL) {
        return Err(io::ErrorKind::BrokenPipe.into());
    }
    Ok(came.contains(PollFlags::POLLIN))
}

/// Whether something was typed that nobody has read.
pub(super) fn has_input() -> bool {
    wait_for_key(Duration::ZERO).unwrap_or(false)
}

/// Drops what nobody has read.
pub(super) fn drop_input() {
    let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
}
