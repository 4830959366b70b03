//! The step that runs a shell command.

use std::fmt;
use std::process::{Command, ExitStatus};
use std::rc::Rc;

use crate::running::cut::Measure;
use crate::running::plan::{Started, Step, StepContext};
use crate::running::process::{ProcessEnd, ProcessGroup, Processes};
use crate::running::report::Outcome;
use crate::running::worker::Worker;

/// `run:COMMAND`: hands a command to the shell and waits for its end without blocking the loop.
pub struct RunCommand {
    command: String,
    processes: Rc<dyn Processes>,
    group: Option<Box<dyn ProcessGroup>>,
}

/// A command that could not be started or did not end with 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandFailure {
    /// The shell could not be started.
    NotStarted {
        /// The command as given.
        command: String,
        /// What the system said.
        reason: String,
    },
    /// It ended with something else than 0.
    Ended {
        /// The command as given.
        command: String,
        /// Its exit status.
        status: ExitStatus,
        /// Whether it was ended by Ctrl-C at the terminal that it owned.
        interrupted_at_terminal: bool,
    },
}

impl CommandFailure {
    /// Whether a person ended it at the terminal.
    #[must_use]
    pub fn is_interrupt(&self) -> bool {
        matches!(
            self,
            Self::Ended {
                interrupted_at_terminal: true,
                ..
            }
        )
    }
}

impl fmt::Display for CommandFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted { command, reason } => {
                write!(f, "cannot start `{command}`: {reason}")
            }
            Self::Ended {
                command, status, ..
            } => write!(f, "`{command}` ended with {status}"),
        }
    }
}

impl std::error::Error for CommandFailure {}

impl RunCommand {
    /// A step that runs `command` in the system's shell.
    #[must_use]
    pub fn new(command: impl Into<String>, processes: Rc<dyn Processes>) -> Self {
        Self {
            command: command.into(),
            processes,
            group: None,
        }
    }
}

impl<W> Step<W> for RunCommand
where
    W: Worker + 'static,
    W::Failure: From<CommandFailure> + Send,
    W::Event: Send,
{
    fn name(&self) -> String {
        format!("run:{}", self.command)
    }

    fn start(&mut self, context: &mut StepContext<'_, W>) -> Started<W::Failure> {
        let reply = context.inbox.reply_for_step();
        let command = self.command.clone();
        let spawned = self.processes.spawn(
            shell(&self.command),
            Box::new(move |end| reply.send(outcome(command, end))),
        );
        match spawned {
            Ok(group) => {
                self.group = Some(group);
                Started::Running
            }
            Err(error) => Started::Ended(Outcome::Failed(
                CommandFailure::NotStarted {
                    command: self.command.clone(),
                    reason: error.to_string(),
                }
                .into(),
            )),
        }
    }

    fn owns_terminal(&self, _worker: &W) -> bool {
        self.group
            .as_ref()
            .is_some_and(|group| group.owns_terminal())
    }

    fn stopped(&self, _worker: &W) -> Option<u32> {
        let group = self.group.as_ref().filter(|group| group.is_stopped());
        group.map(|group| group.id())
    }

    fn interrupt(&mut self, _worker: &mut W) -> bool {
        self.group.as_ref().is_some_and(|group| group.interrupt())
    }

    fn force(&mut self, worker: &mut W) -> Measure {
        self.kill(worker);
        Measure::Kill
    }

    fn kill(&mut self, _worker: &mut W) {
        if let Some(group) = &self.group {
            group.kill();
        }
    }
}

fn outcome<F: From<CommandFailure>>(command: String, end: ProcessEnd) -> Outcome<F> {
    if end.status.success() {
        return Outcome::Ok;
    }
    let interrupted = is_interrupt(end.status);
    let failure = CommandFailure::Ended {
        command,
        status: end.status,
        interrupted_at_terminal: interrupted && end.had_terminal,
    };
    if interrupted {
        Outcome::Interrupted(failure.into())
    } else {
        Outcome::Failed(failure.into())
    }
}

#[cfg(unix)]
fn is_interrupt(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGINT: i32 = 2;
    status.signal() == Some(SIGINT)
}

#[cfg(not(unix))]
fn is_interrupt(status: ExitStatus) -> bool {
    // STATUS_CONTROL_C_EXIT, as the unsigned code reads when taken for a signed one.
    const CONTROL_C_EXIT: i32 = 0xC000_013A_u32 as i32;
    status.code() == Some(CONTROL_C_EXIT)
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    shell
}

#[cfg(windows)]
fn shell(command: &str) -> Command {
    use std::os::windows::process::CommandExt;
    let mut shell = Command::new("cmd.exe");
    // `raw_arg`: cmd does not undo the quoting that `arg` adds. /S strips just the outer quotes.
    shell.raw_arg(format!("/D /S /C \"{command}\""));
    shell
}
