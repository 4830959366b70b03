//! The console's mode while keys are read. It changes nothing in how output is shown.

use std::io;
use std::thread;
use std::time::Duration;

use crossterm::event;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// A console has no wait that another thread's reading would not disturb, so it is asked again and
/// again.
const INTERVAL: Duration = Duration::from_millis(30);

/// The console was in its own mode.
pub(super) struct Mode;

/// Nothing that another process could undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark;

impl Mode {
    pub(super) fn mark(&self) -> Mark {
        Mark
    }

    /// Turns to reading keys.
    pub(super) fn enter() -> io::Result<Self> {
        enable_raw_mode().map(|()| Self)
    }

    /// Puts the mode back that was there before.
    pub(super) fn leave(self) {
        // Fails when the console is gone, and then nobody needs it.
        let _ = disable_raw_mode();
    }
}

/// A console has no foreground job.
pub(super) fn is_in_front() -> bool {
    true
}

pub(super) fn prepare_thread() {}

/// Waits for a while; the keys are looked at by whoever reads them.
pub(super) fn wait_for_key(_limit: Duration) -> io::Result<bool> {
    thread::sleep(INTERVAL);
    Ok(true)
}

/// Not known without taking it.
pub(super) fn has_input() -> bool {
    false
}

/// Drops what nobody has read.
pub(super) fn drop_input() {
    while let Ok(true) = event::poll(Duration::ZERO) {
        if event::read().is_err() {
            return;
        }
    }
}
