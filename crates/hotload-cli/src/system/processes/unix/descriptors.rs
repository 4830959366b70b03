//! What user code may leave on the standard streams, which it shares with hotload.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use nix::fcntl::{FcntlArg, OFlag, fcntl};

/// Which standard streams wait for input, or for room, when hotload starts.
pub(super) struct Waiting([bool; 3]);

impl Waiting {
    pub(super) fn now() -> Self {
        let mut waiting = [false; 3];
        each(|index, stream| waiting[index] = flags(stream).is_some_and(waits));
        Self(waiting)
    }

    /// Has them wait again. `asyncio` switches that off, for everyone who shares the terminal: later
    /// reads find its end, and writes fail.
    pub(super) fn restore(&self) {
        each(|index, stream| {
            if let Some(flags) = flags(stream)
                && self.0[index]
                && !waits(flags)
            {
                let _ = fcntl(stream, FcntlArg::F_SETFL(flags - OFlag::O_NONBLOCK));
            }
        });
    }
}

fn each(mut action: impl FnMut(usize, BorrowedFd<'_>)) {
    action(0, io::stdin().as_fd());
    action(1, io::stdout().as_fd());
    action(2, io::stderr().as_fd());
}

fn flags(stream: BorrowedFd<'_>) -> Option<OFlag> {
    let flags = fcntl(stream, FcntlArg::F_GETFL).ok()?;
    Some(OFlag::from_bits_retain(flags))
}

fn waits(flags: OFlag) -> bool {
    !flags.contains(OFlag::O_NONBLOCK)
}
