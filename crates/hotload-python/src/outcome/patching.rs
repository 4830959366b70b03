//! What has lived on from a module's last run.

use serde::Deserialize;

/// A module that ran anew under `Level::Patch`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Patched {
    /// Its full name.
    pub module: String,
    /// Whether it raised an exception, so that everything is as it was before.
    pub taken_back: bool,
    /// The functions that have changed, whose old objects behave like the new ones.
    pub functions: Vec<String>,
    /// The same of classes. A method belongs to its class.
    pub classes: Vec<String>,
    /// What could not be carried over.
    pub replaced: Vec<Replaced>,
    /// What was carried over only in part.
    pub refused: Vec<Refused>,
}

/// A function or class of which whoever holds the old one keeps that.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Replaced {
    /// Its dotted name in the module.
    pub name: String,
    /// Why the old one could not become the new one.
    pub why: String,
    /// How many instances a class has; `None`: unknown, or no class.
    pub instances: Option<u64>,
}

/// Something that a function or class could not take on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refused {
    /// Its dotted name in the module.
    pub name: String,
    /// Why not.
    pub why: String,
}
