//! The console's mode while keys are read. It does not change how output is shown.

use std::io;
use std::thread;
use std::time::Duration;

use crossterm::event;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// The console is asked again and again, because every way to wait for it is disturbed when another
/// thread reads.
const INTERVAL: Duration = Duration::from_millis(30);

/// The console was in its own mode.
pub(super) struct Mode;

/// Nothing: another process cannot undo the mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark;

/// A console has no mode that shows it.
pub(super) fn is_screen_taken() -> bool {
    false
}

impl Mode {
    pub(super) fn mark(&self) -> Mark {
        Mark
    }

    /// Switches to the mode for keys.
    pub(super) fn enter() -> io::Result<Self> {
        enable_raw_mode().map(|()| Self)
    }

    /// Puts the mode from before back.
    pub(super) fn leave(self) {
        // Fails if the console is gone, and then it does not matter.
        let _ = disable_raw_mode();
    }
}

/// A console has no foreground job.
pub(super) fn is_in_front() -> bool {
    true
}

pub(super) fn prepare_thread() {}

/// Waits for a while. Whether there is a key is found out by reading.
pub(super) fn wait_for_key(_limit: Duration) -> io::Result<bool> {
    thread::sleep(INTERVAL);
    Ok(true)
}

/// Whether anything was typed. It is not known for whom, so it is discarded: a key that was typed while
/// user code ran must not become a command.
pub(super) fn has_input() -> bool {
    event::poll(Duration::ZERO).unwrap_or(false)
}

/// Discards what was not read.
pub(super) fn drop_input() {
    while let Ok(true) = event::poll(Duration::ZERO) {
        if event::read().is_err() {
            return;
        }
    }
}
