//! The step that runs a shell command.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::{Command, ExitStatus};
use std::rc::Rc;
use std::sync::Arc;

use crate::running::process::{ProcessEnd, Processes};
use crate::running::report::Outcome;
use crate::running::step::{RunsIn, Started, Step, StepContext};
use crate::running::step_name::{StepKind, StepName};
use crate::running::worker::Worker;

/// `run:COMMAND`: hands a command to the shell and waits for its end without blocking the loop.
pub struct RunCommand {
    command: String,
    processes: Rc<dyn Processes>,
}

/// A command that could not be started, or whose exit status is not 0.
#[derive(Debug, Clone)]
pub enum CommandFailure {
    /// The shell could not be started.
    NotStarted {
        /// The command as given.
        command: String,
        /// What the system said.
        cause: Arc<io::Error>,
    },
    /// Its exit status was not 0.
    Ended {
        /// The command as given.
        command: String,
        /// Its exit status.
        status: ExitStatus,
        /// Whether Ctrl-C ended it while it owned the terminal.
        interrupted_at_terminal: bool,
    },
}

impl CommandFailure {
    /// Whether a person interrupted it at the terminal.
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
            Self::NotStarted { command, .. } => write!(f, "cannot start `{command}`"),
            Self::Ended {
                command, status, ..
            } => write!(f, "`{command}` ended with {status}"),
        }
    }
}

impl Error for CommandFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotStarted { cause, .. } => Some(&**cause),
            Self::Ended { .. } => None,
        }
    }
}

impl RunCommand {
    /// A step that runs `command` in the system's shell.
    #[must_use]
    pub fn new(command: impl Into<String>, processes: Rc<dyn Processes>) -> Self {
        Self {
            command: command.into(),
            processes,
        }
    }
}

impl<W> Step<W> for RunCommand
where
    W: Worker + 'static,
    W::Failure: From<CommandFailure> + Send,
    W::Event: Send,
{
    fn name(&self) -> StepName {
        StepName::new(StepKind::Run, self.command.as_str())
    }

    fn start(&mut self, context: &mut StepContext<'_, W>) -> Started<W::Failure> {
        let reply = context.inbox.reply_for_step();
        let command = self.command.clone();
        let spawned = self.processes.spawn(
            shell(&self.command),
            Box::new(move |end| reply.send(outcome(command, end))),
        );
        match spawned {
            Ok(group) => Started::Running(RunsIn::Process(group)),
            Err(error) => Started::Ended(Outcome::Failed(
                CommandFailure::NotStarted {
                    command: self.command.clone(),
                    cause: Arc::new(error),
                }
                .into(),
            )),
        }
    }
}

fn outcome<F: From<CommandFailure>>(command: String, end: ProcessEnd) -> Outcome<F> {
    if end.status.success() {
        return Outcome::Ok;
    }
    let interrupted = end.is_interrupt();
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
