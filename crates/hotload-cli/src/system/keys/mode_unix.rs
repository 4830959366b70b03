//! The terminal's mode while keys are read: no echo and no waiting for Enter. Everything else stays as
//! it was: Ctrl-C and Ctrl-Z are signals, and output is processed as usual.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::sys::termios::{
    FlushArg, LocalFlags, OutputFlags, SetArg, SpecialCharacterIndices, Termios, tcflush,
    tcgetattr, tcsetattr,
};
use nix::unistd::{getpgrp, tcgetpgrp};

/// What is off while keys are read: waiting for Enter, and echo.
const KEYS: LocalFlags = LocalFlags::ICANON.union(LocalFlags::ECHO);

/// The mode that the terminal had before.
pub(super) struct Mode {
    before: Termios,
}

/// How to recognize the mode for keys: the flags that were switched off for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark(pub(crate) LocalFlags);

impl Mark {
    /// Puts the mode back, if it has not been changed since.
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
    /// Switches to the mode for keys.
    pub(super) fn enter() -> io::Result<Self> {
        let before = without_keys(tcgetattr(io::stdin())?);
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

    /// Puts the mode from before back.
    pub(super) fn leave(self) {
        // Otherwise another program is in the foreground by now, with its own mode.
        if is_in_front() {
            // Fails if the terminal is gone, and then it does not matter.
            let _ = set(&self.before);
        }
    }
}

/// The terminal's mode, as it was before any hotload.
pub(crate) fn mode_before_hotload(terminal: impl AsFd) -> Option<Termios> {
    tcgetattr(terminal).ok().map(without_keys)
}

/// The mode, with what another hotload on the same terminal may have switched off to read keys. Who puts
/// the mode back last would otherwise leave it off. Programs with a screen of their own switch off more.
fn without_keys(mut mode: Termios) -> Termios {
    let is_for_keys =
        !mode.local_flags.intersects(KEYS) && mode.local_flags.contains(LocalFlags::ISIG);
    if is_for_keys && mode.output_flags.contains(OutputFlags::OPOST) {
        mode.local_flags |= KEYS;
    }
    mode
}

/// Takes effect now, not after pending output: after Ctrl-S that could take forever.
fn set(mode: &Termios) -> io::Result<()> {
    Ok(tcsetattr(io::stdin(), SetArg::TCSANOW, mode)?)
}

/// Whether a program has switched off that line feeds go to the first column. Those that ask for a line,
/// with readline or without, leave that on.
pub(super) fn is_screen_taken() -> bool {
    let for_lines = OutputFlags::OPOST | OutputFlags::ONLCR;
    tcgetattr(io::stdin()).is_ok_and(|mode| !mode.output_flags.contains(for_lines))
}

/// Whether hotload is the terminal's foreground job.
pub(super) fn is_in_front() -> bool {
    tcgetpgrp(io::stdin()) == Ok(getpgrp())
}

/// Makes a read or a change of mode fail when hotload is in the background, where it would otherwise
/// stop hotload as a whole.
pub(super) fn prepare_thread() {
    let mut set = SigSet::empty();
    set.add(Signal::SIGTTIN);
    set.add(Signal::SIGTTOU);
    let _ = set.thread_swap_mask(SigmaskHow::SIG_BLOCK);
}

/// Waits for a key. Returns whether there is one.
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

/// Whether something was typed and not read.
pub(super) fn has_input() -> bool {
    wait_for_key(Duration::ZERO).unwrap_or(false)
}

/// Discards what was not read.
pub(super) fn drop_input() {
    let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
}
