//! The secrets by which hotload and an interpreter recognize each other.

use std::io;

use subtle::ConstantTimeEq;

/// The two secrets with which hotload and the interpreter prove who they are.
///
/// They are passed in a file that only this user can read. The environment would not do: launchers
/// clean it, and children inherit it. Nor would arguments, which every user can see.
#[derive(Clone)]
pub(crate) struct Tokens {
    /// What the interpreter has to say.
    pub(crate) ours: String,
    /// What hotload has to say.
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

/// 32 hexadecimal digits that cannot be guessed.
///
/// # Errors
///
/// When the system has no randomness to give.
pub fn random_hex() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether two tokens are the same. How long that takes does not depend on where they differ.
#[must_use]
pub fn are_equal(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
