//! Programs in separate groups that end with hotload, however it ends, and which of them has the terminal.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{Suspension, SystemProcesses};
#[cfg(windows)]
pub(crate) use windows::{Suspension, SystemProcesses};
