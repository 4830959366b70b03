//! What a person should know about a configuration that can be used all the same.

use std::fmt;
use std::path::PathBuf;

/// Something that may explain what happens later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Warning {
    /// A `hotload.toml` or a `.venv` that another user has put above the target's folder.
    OfAnotherUser(PathBuf),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OfAnotherUser(path) => write!(
                f,
                "`{}` is left out: it belongs to another user",
                path.display()
            ),
        }
    }
}
