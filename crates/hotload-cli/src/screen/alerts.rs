//! What happens when the outcome changes: a bell, a message of the terminal, a command.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use hotload_core::running::process::{ProcessEnd, Processes};
use hotload_core::running::report::CycleOutcome;
use hotload_core::running::run_command::shell;
use hotload_python::outcome::failure::UserError;

use crate::arguments::{Alert, Color};
use crate::render::reported;
use crate::screen::appearance::OutcomeCommands;
use crate::screen::terminal::{self, Terminal};

/// How long a command may take to end when the session ends.
const TIME_TO_END: Duration = Duration::from_secs(5);

/// Notices when the outcome changes. At the start all is well.
pub(crate) struct Alerts {
    color: Color,
    processes: Rc<dyn Processes>,
    has_failed: bool,
    /// How many commands are running, as far as is known, and the ends of those that are not.
    running: usize,
    ended: (Sender<()>, Receiver<()>),
    /// File and line of the first error of the running cycle.
    location: Option<(String, u64)>,
}

impl Alerts {
    pub(crate) fn new(color: Color, processes: Rc<dyn Processes>) -> Self {
        Self {
            color,
            processes,
            has_failed: false,
            running: 0,
            ended: mpsc::channel(),
            location: None,
        }
    }

    pub(crate) fn cycle_started(&mut self) {
        self.location = None;
    }

    /// User code has failed in the running cycle.
    pub(crate) fn error(&mut self, error: &UserError) {
        if self.location.is_none()
            && let Some(primary) = &error.report.primary
        {
            let file = primary.abs.as_ref().unwrap_or(&primary.file).clone();
            self.location = Some((file, primary.line.unwrap_or(1)));
        }
    }

    /// A cycle has ended. `names` are the targets.
    pub(crate) fn cycle_ended(
        &mut self,
        outcome: CycleOutcome,
        names: &str,
        (alert, commands): (Alert, OutcomeCommands),
    ) {
        let has_failed = match outcome {
            CycleOutcome::Ok => false,
            CycleOutcome::Failed => true,
            // A person stopped it, which says nothing about the code.
            CycleOutcome::Interrupted => return,
        };
        if has_failed == self.has_failed {
            return;
        }
        self.has_failed = has_failed;
        let word = if has_failed { "failed" } else { "ok" };
        Terminal::new(self.color).alert(alert, &format!("hotload: {word} {names}"));
        let command = if has_failed {
            commands.on_fail
        } else {
            commands.on_ok
        };
        if let Some((command, folder)) = command {
            self.start(&command, folder, word);
        }
    }

    /// Lets the commands that are running come to their end.
    pub(crate) fn finish(&self) {
        for _ in 0..self.running {
            if self.ended.1.recv_timeout(TIME_TO_END).is_err() {
                return;
            }
        }
    }

    fn start(&mut self, command: &str, folder: PathBuf, outcome: &str) {
        let (file, line) = self
            .location
            .clone()
            .map_or_else(Default::default, |(file, line)| {
                (OsString::from(file), line.to_string())
            });
        let mut shell: Command = shell(command);
        shell
            .current_dir(folder)
            .env("HOTLOAD_OUTCOME", outcome)
            .env("HOTLOAD_FILE", file)
            .env("HOTLOAD_LINE", line)
            .stdin(Stdio::null())
            // Standard output is user code's.
            .stdout(terminal::standard_error());
        let color = self.color;
        let name = command.to_owned();
        let sender = self.ended.0.clone();
        let ended = move |end: ProcessEnd| {
            if !end.status.success() {
                let text = reported::alert_failed(&name, &end.status.to_string());
                Terminal::new(color).write_words(&text);
            }
            // Fails when the session has ended.
            let _ = sender.send(());
        };
        // It goes on by itself: its end is reported only if it fails.
        match self.processes.spawn(shell, Box::new(ended)) {
            Ok(_) => self.running = self.running + 1 - self.ended.1.try_iter().count(),
            Err(error) => {
                let text = reported::alert_failed(command, &error.to_string());
                Terminal::new(color).write_words(&text);
            }
        }
    }
}
