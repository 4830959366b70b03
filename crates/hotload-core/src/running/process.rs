//! What steps and interpreters need from the operating system's processes.
//!
//! The front end implements it: process groups, the guard that ends them, and who owns the
//! terminal are different on each system and nothing that the loop has to know.

use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// Starts programs, each in a group of its own with everything that it starts in turn.
pub trait Processes {
    /// Starts `command`. `ended` is called once, from any thread, when it has ended.
    ///
    /// # Errors
    ///
    /// As `Command::spawn`.
    fn spawn(&self, command: Command, ended: WhenEnded) -> io::Result<Box<dyn ProcessGroup>>;

    /// Where a program prints, unless hotload reads what it prints.
    fn output(&self) -> Stdio {
        Stdio::inherit()
    }

    /// Makes sure that this folder is removed, and that whatever was started with a file in it is
    /// ended, even if hotload is killed. Called before the folder exists and before the start.
    ///
    /// # Errors
    ///
    /// When there is no process that would do it.
    fn remove_in_the_end(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }

    /// Makes sure that this file is removed even if hotload is killed.
    ///
    /// # Errors
    ///
    /// When there is no process that would do it.
    fn remove_file_in_the_end(&self, _file: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// Called with how a program ended.
pub type WhenEnded = Box<dyn FnOnce(ProcessEnd) + Send>;

/// A running program and everything that it has started.
pub trait ProcessGroup {
    /// The process id of the program.
    fn id(&self) -> u32;

    /// Sends what Ctrl-C sends, unless it has just been sent; false where that is not possible.
    fn interrupt(&self) -> bool;

    /// Ends the whole group at once.
    fn kill(&self);

    /// Whether the group has the terminal.
    fn owns_terminal(&self) -> bool;

    /// Whether a signal has stopped the program, which waits to be continued.
    fn is_stopped(&self) -> bool {
        false
    }

    /// Takes the terminal back if the group has it. Returns whether it had: until now Ctrl-C went to
    /// the group alone.
    fn release_terminal(&self) -> bool;
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessEnd {
    /// Its exit status.
    pub status: ExitStatus,
    /// Whether it had the terminal, so that Ctrl-C and Ctrl-\ went to it alone.
    pub had_terminal: bool,
    /// Whether something that it had started was still running. That is ended, too.
    pub left_others: bool,
}

impl ProcessEnd {
    /// Whether Ctrl-C ended it, or the same signal from elsewhere.
    #[must_use]
    pub fn is_interrupt(&self) -> bool {
        is_interrupt(self.status)
    }

    /// Whether a person at the terminal ended it, with Ctrl-C or Ctrl-\.
    #[must_use]
    pub fn was_ended_at_terminal(&self) -> bool {
        self.had_terminal && (self.is_interrupt() || is_quit(self.status))
    }
}

#[cfg(unix)]
fn is_interrupt(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGINT: i32 = 2;
    status.signal() == Some(SIGINT)
}

#[cfg(unix)]
fn is_quit(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGQUIT: i32 = 3;
    status.signal() == Some(SIGQUIT)
}

#[cfg(not(unix))]
fn is_interrupt(status: ExitStatus) -> bool {
    // STATUS_CONTROL_C_EXIT, an unsigned code, read as a signed one.
    const CONTROL_C_EXIT: i32 = 0xC000_013A_u32 as i32;
    status.code() == Some(CONTROL_C_EXIT)
}

#[cfg(not(unix))]
fn is_quit(_status: ExitStatus) -> bool {
    false
}
