//! Programs in separate groups that end with hotload, however it ends, and which of them has the terminal.

use std::process::Command;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{Suspension, SystemProcesses};
#[cfg(windows)]
pub(crate) use windows::{Suspension, SystemProcesses};

/// Whether programs that are started are asked to print in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum TheirColor {
    /// They decide.
    #[default]
    Free,
    On,
    Off,
}

impl TheirColor {
    /// By the variables that programs agree on.
    fn ask(self, command: &mut Command) {
        match self {
            Self::Free => {}
            Self::On => {
                command.env("FORCE_COLOR", "1").env_remove("NO_COLOR");
            }
            Self::Off => {
                command.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
            }
        }
    }
}
