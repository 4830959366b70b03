//! What a launch script registers: steps and a watch list.

use std::path::PathBuf;

use hotload_core::watching::watch_set::NewFiles;
use serde::Deserialize;

/// What a launch script registers, as far as it is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its steps, in their order.
    pub steps: Option<Vec<LaunchStep>>,
    /// What its watch list stands for, and what it means that a file is new in it.
    pub watched: Option<(Watched, NewFiles)>,
}

/// A step that a launch script has registered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LaunchStep {
    /// What runs it.
    pub kind: LaunchStepKind,
    /// Its name in messages and events.
    pub name: String,
    /// The shell command of a `Command`.
    pub command: Option<String>,
    /// Whether it runs what imports a saved module, too, and misses one that is removed.
    #[serde(default)]
    pub observes: bool,
}

/// What runs a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaunchStepKind {
    /// `ClearTerminal`
    Clear,
    /// `Command`
    Command,
    /// Python.
    Python,
}

/// What a watch list stands for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Watched {
    /// What `listfiles` was called with.
    pub folders: Vec<WatchedFolder>,
    /// Files, absolute.
    pub files: Vec<PathBuf>,
    /// Whether it contains a callable, which has to be asked again from time to time.
    pub is_live: bool,
}

/// A folder that is watched with everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WatchedFolder {
    /// The folder, absolute.
    pub folder: PathBuf,
    /// How the names of its files end.
    pub ending: String,
    /// Files that are left out.
    pub left_out: Vec<PathBuf>,
}
