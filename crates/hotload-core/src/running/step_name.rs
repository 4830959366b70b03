//! What a step is called: its kind, and what it is about.

use std::fmt;

/// What a step is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepName {
    /// What kind of step it is.
    pub kind: StepKind,
    /// What follows the colon in `--step`: a target, a command, code. Empty if nothing does.
    pub text: String,
}

/// The kinds of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// Empties the screen.
    Clear,
    /// Runs the modules that changed, and those that import them.
    Dependents,
    /// Reloads a target.
    Reload,
    /// Calls a function of a target.
    Call,
    /// Executes statements.
    Exec,
    /// Runs a shell command.
    Run,
    /// Loads something once in each new worker.
    Preload,
    /// Reads a launch script.
    Launch,
    /// A step of a launch script that goes by the name it was given there.
    Named,
}

impl StepKind {
    fn word(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Dependents => "dependents",
            Self::Reload => "reload",
            Self::Call => "call",
            Self::Exec => "exec",
            Self::Run => "run",
            Self::Preload => "preload",
            Self::Launch => "launch",
            Self::Named => "",
        }
    }
}

impl StepName {
    /// A name of this kind.
    pub fn new(kind: StepKind, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { kind, text }
    }
}

impl fmt::Display for StepName {
    /// As `--step` spells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            StepKind::Clear | StepKind::Dependents => f.write_str(self.kind.word()),
            StepKind::Named => f.write_str(&self.text),
            kind => write!(f, "{}:{}", kind.word(), self.text),
        }
    }
}
