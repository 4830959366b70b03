//! What is reloaded besides the targets.

use serde::Serialize;

/// What a save reloads besides the targets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nothing.
    #[default]
    Module,
    /// The modules that changed.
    Changed,
    /// The modules that changed, and those that import them.
    Dependents,
    /// The same, and the old objects of each module that runs take on what the new ones are.
    Patch,
}

/// What a save reloads besides the targets, and what it leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// How much.
    pub level: Level,
    /// Modules that only run again when their own file is saved.
    pub keep: Vec<String>,
    /// Whether the names of a module are cleared before it runs.
    pub fresh: bool,
    /// Whether targets that neither import nor read what changed are left out.
    pub only_affected: bool,
}

impl Reach {
    /// Whether it differs from reloading the targets.
    #[must_use]
    pub fn needs_a_step(&self) -> bool {
        self.level != Level::Module || self.fresh
    }
}
