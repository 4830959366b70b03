//! What users should know about a configuration even though it can be used.

use std::fmt;

use hotload_python::discovery::LeftOut;

/// Something that may explain what happens later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Warning {
    /// A `hotload.toml` or a `.venv` that is not used.
    LeftOut(LeftOut),
    /// A pattern of `--ignore` that matches nothing in what is watched.
    IgnoresNothing(String),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeftOut(LeftOut { path, why }) => {
                write!(f, "`{}` is ignored: {why}", path.display())
            }
            Self::IgnoresNothing(pattern) => {
                write!(f, "`--ignore {pattern}` matches nothing that is watched")
            }
        }
    }
}
