//! What looks as if it said which Python to use, and is not used.

use std::path::PathBuf;

/// Something near the target that is not used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// What is not used.
    pub path: PathBuf,
    /// Why not, as the end of a sentence about it.
    pub why: String,
}
