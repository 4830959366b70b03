//! Programs that are already running join a session: real ones, with the line typed as a user would.

mod coming;
pub(crate) mod hosts;
mod leaving;
mod loops;
mod output;
mod prompts;
mod refusals;
mod surroundings;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use crate::harness::{Project, Session};
use crate::pythons::{Python, pythons};
use crate::terminal::Terminal;

/// A module that counts its runs and prints `text`. Each is another text: a save without a change does not
/// count while a cycle runs.
pub(crate) fn counting(text: &str) -> String {
    static SAVES: AtomicUsize = AtomicUsize::new(0);
    let save = SAVES.fetch_add(1, Ordering::Relaxed);
    format!("# {save}\nn = globals().get('n', 0) + 1\nprint('{text} %d' % n)\n")
}

/// A session that waits for a program, and the folder with its file.
pub(crate) struct Waiting {
    pub(crate) session: Session,
    pub(crate) folder: TempDir,
}

impl Waiting {
    pub(crate) fn start(project: &Project, arguments: &[&str]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), project, arguments)
    }

    /// With this folder for the file.
    pub(crate) fn start_in(folder: TempDir, project: &Project, arguments: &[&str]) -> Self {
        let mut command = project.hotload(&["--guest"]);
        command
            .args(arguments)
            .env("XDG_RUNTIME_DIR", folder.path());
        let mut session = Session::start(&mut command, &pythons()[0]);
        session.says(".read())");
        Self { session, folder }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("hotload-guest")
    }

    /// The line to type.
    pub(crate) fn line(&self) -> String {
        format!("exec(open('{}').read())", self.file().display())
    }
}

/// A Python prompt in a terminal.
pub(crate) struct Prompt {
    pub(crate) terminal: Terminal,
}

impl Prompt {
    pub(crate) fn start(python: &Python) -> Self {
        Self::start_with(python, &[], &[])
    }

    pub(crate) fn start_with(
        python: &Python,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let mut prompt = Self {
            terminal: Terminal::spawn(command(python, arguments, environment)),
        };
        prompt.terminal.shows(">>> ");
        prompt
    }

    /// Types a line and waits until its echo and what it prints are there.
    #[track_caller]
    pub(crate) fn types(&mut self, line: &str, shown: &str) {
        self.terminal.types(&format!("{line}\n"));
        self.terminal.shows(shown);
    }

    #[track_caller]
    pub(crate) fn joins(&mut self, waiting: &Waiting) {
        self.types(&waiting.line(), "hotload: joined by");
    }
}

/// A session and a prompt that has joined it. The session has not reported anything that ran yet.
#[track_caller]
pub(crate) fn joined(python: &Python, lib: &str, arguments: &[&str]) -> (Project, Waiting, Prompt) {
    let project = Project::with("lib.py", lib);
    let waiting = Waiting::start(&project, arguments);
    let mut prompt = Prompt::start(python);
    prompt.joins(&waiting);
    (project, waiting, prompt)
}

/// A Python in a terminal, with what tests of prompts must not depend on taken out.
pub(crate) fn command(
    python: &Python,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> CommandBuilder {
    let mut command = CommandBuilder::new(&python.path);
    command.args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
    // Whatever is in a user's history or start-up files.
    command.env("HOME", "/nonexistent");
    command.cwd(std::env::temp_dir());
    command.env("TERM", "xterm");
    command.env("NO_COLOR", "1");
    for (name, value) in environment {
        command.env(name, value);
    }
    command
}

/// Where a program that has joined writes what a test compares.
pub(crate) fn report_file(project: &Project) -> PathBuf {
    project.file("report.txt")
}

/// What is in a file by now.
pub(crate) fn content(path: &PathBuf) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
