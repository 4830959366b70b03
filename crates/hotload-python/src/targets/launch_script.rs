//! A launch script: a file that says in Python what is watched and what is done.

use std::path::PathBuf;

/// A launch script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchScript {
    /// As given.
    pub spelled: String,
    /// The file, absolute.
    pub file: PathBuf,
    /// Its `sys.path[0]`.
    pub folder: PathBuf,
}
