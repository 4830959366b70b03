//! What is reported about modules.

use std::path::PathBuf;

use serde::Deserialize;

/// A module that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reloaded {
    /// Its full name.
    pub module: String,
    /// Its file.
    pub file: PathBuf,
    /// Exactly what was compiled.
    pub source: Vec<u8>,
    /// The saved modules, or the paths of other files, on which it depends. Empty on a first load, and
    /// for a target that runs anyway.
    pub because: Vec<String>,
}

/// Why a module was left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptFor {
    /// `--keep` names it.
    Keep,
    /// It is a preload, or was loaded by one.
    Preload,
}

/// A module, and what it imports.
#[derive(Debug, Clone, Deserialize)]
pub struct ImportingModule {
    /// Its full name.
    pub module: String,
    /// Its file.
    pub file: String,
    /// The watched modules that it imports, in the order of the imports.
    pub imports: Vec<String>,
}
