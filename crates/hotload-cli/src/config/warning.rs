//! What users should know about a configuration even though it can be used.

use std::fmt;
use std::path::{Path, PathBuf};

use hotload_python::discovery::LeftOut;

/// Something that may explain what happens later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Warning {
    /// A configuration file or a `.venv` that is not used.
    LeftOut(LeftOut),
    /// A pattern of `--ignore` that matches nothing in what is watched.
    IgnoresNothing(String),
    /// A `pyproject.toml` that is not used, since there is a `hotload.toml` beside it.
    Second { used: PathBuf, shared: PathBuf },
}

impl Warning {
    /// Whether it says that this file is not used.
    pub(crate) fn is_about(&self, file: &Path) -> bool {
        matches!(self, Self::LeftOut(left_out) if left_out.path == file)
    }
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
            Self::Second { used, shared } => write!(
                f,
                "`[tool.hotload]` in `{}` is ignored, because there is `{}`",
                shared.display(),
                used.display()
            ),
        }
    }
}
