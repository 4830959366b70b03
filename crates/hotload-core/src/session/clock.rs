//! Time as the session sees it, so that a test can drive it.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Reads the time and waits for it to pass.
pub trait Clock {
    /// The monotonic time.
    fn now(&self) -> Instant;

    /// Waits for the next input, at most until `timeout` has passed.
    ///
    /// # Errors
    ///
    /// `Timeout` when nothing arrived in time, `Disconnected` when nothing can arrive any more.
    fn next_input<T>(&self, inputs: &Receiver<T>, timeout: Duration)
    -> Result<T, RecvTimeoutError>;
}

/// The clock of the operating system.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn next_input<T>(
        &self,
        inputs: &Receiver<T>,
        timeout: Duration,
    ) -> Result<T, RecvTimeoutError> {
        inputs.recv_timeout(timeout)
    }
}
