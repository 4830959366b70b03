//! What users should know about a configuration even though it can be used.

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
                "`{}` is ignored: it belongs to another user",
                path.display()
            ),
        }
    }
}
