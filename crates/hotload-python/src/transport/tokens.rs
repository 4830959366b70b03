//! The secrets by which hotload and an interpreter know each other.

use std::io;

/// The two secrets that hotload and the interpreter prove to each other.
///
/// They go through a file that only this user can read: launchers scrub the environment, children
/// inherit it, and everybody sees the arguments of a process.
#[derive(Clone)]
pub(crate) struct Tokens {
    /// What the interpreter proves.
    pub(crate) ours: String,
    /// What hotload proves.
    pub(crate) theirs: String,
}

impl Tokens {
    pub(crate) fn random() -> io::Result<Self> {
        Ok(Self {
            ours: random_hex()?,
            theirs: random_hex()?,
        })
    }
}

/// 32 digits that cannot be guessed.
pub(crate) fn random_hex() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
