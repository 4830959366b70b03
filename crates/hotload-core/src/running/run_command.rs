//! The step that runs a shell command.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::rc::Rc;
use std::sync::Arc;

use crate::running::process::{ProcessEnd, Processes};
use crate::running::report::Outcome;
use crate::running::step::{RunsIn, Started, Step, StepContext};
use crate::running::step_name::{StepKind, StepName};
use crate::running::worker::Worker;
use crate::watching::change_set::ChangeSet;

/// The environment variable that holds the changed files, a line each.
const CHANGED: &str = "HOTLOAD_CHANGED";

/// How many bytes of their names it holds at most, in whole lines: systems limit what a program can be
/// started with, Windows to 32,767 characters.
const LONGEST: usize = 30_000;

/// `run:COMMAND`: hands a command to the shell and waits for its end without blocking the loop.
///
/// The command finds the changed files in `HOTLOAD_CHANGED`; it is empty in a cycle that no change
/// caused.
pub struct RunCommand {
    command: String,
    folder: PathBuf,
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
    /// A step that runs `command` in the system's shell, in this folder. Names of files below it are
    /// relative to it.
    #[must_use]
    pub fn new(
        command: impl Into<String>,
        folder: impl Into<PathBuf>,
        processes: Rc<dyn Processes>,
    ) -> Self {
        Self {
            command: command.into(),
            folder: folder.into(),
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
        let mut shell = shell(&self.command);
        shell.current_dir(&self.folder);
        shell.stdout(self.processes.output());
        shell.env(CHANGED, changed(context.changes, &self.folder));
        let spawned = self.processes.spawn(
            shell,
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

/// The changed files, a line each.
fn changed(changes: &ChangeSet, folder: &Path) -> OsString {
    let mut lines = OsString::new();
    for (path, _) in changes.iter() {
        let path = path.strip_prefix(folder).unwrap_or(path).as_os_str();
        if lines.len() + 1 + path.len() > LONGEST {
            break;
        }
        if !lines.is_empty() {
            lines.push("\n");
        }
        lines.push(path);
    }
    lines
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

/// A command for the system's shell.
#[cfg(unix)]
#[must_use]
pub fn shell(command: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command);
    shell
}

/// A command for the system's shell.
#[cfg(windows)]
#[must_use]
pub fn shell(command: &str) -> Command {
    use std::os::windows::process::CommandExt;
    let mut shell = Command::new("cmd.exe");
    // `raw_arg`: cmd does not undo the quoting that `arg` adds. /S strips just the outer quotes.
    shell.raw_arg(format!("/D /S /C \"{command}\""));
    shell
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{LONGEST, changed};
    use crate::watching::change_set::{ChangeKind, ChangeSet};

    #[test]
    fn of_many_changed_files_the_first_are_named_as_a_whole() {
        let mut changes = ChangeSet::default();
        for index in 0..1000 {
            changes.insert(
                format!("/project/{index:0>200}.py").into(),
                ChangeKind::Modified,
            );
        }
        let lines = changed(&changes, Path::new("/project"))
            .into_string()
            .unwrap();
        assert_eq!(lines.lines().count(), LONGEST / 204);
        assert!(lines.lines().all(|line| line.len() == 203), "{lines}");
    }
}
