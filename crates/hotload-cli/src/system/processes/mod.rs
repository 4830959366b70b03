//! Programs in groups of their own, ended with hotload however it ends, and who has the terminal.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{Suspension, SystemProcesses};
#[cfg(windows)]
pub(crate) use windows::{Suspension, SystemProcesses};
