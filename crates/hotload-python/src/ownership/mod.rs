//! Who owns a file. Nothing is started because of a file that another user has put above a target's
//! folder.
//!
//! The owner of the target's folder decides what runs in any case, and so does whoever owns a folder
//! above it. But a folder above it may be writable for everyone, as `/tmp` is.
//!
//! The path is followed from the root, one name at a time. What has passed cannot be exchanged by
//! others any more: that would need a folder that they may write to, and in a sticky folder an entry
//! of their own.

use std::error::Error;
use std::fmt;
#[cfg(not(unix))]
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::Trust;
#[cfg(unix)]
pub use unix::is_ours_alone;
#[cfg(unix)]
pub(crate) use unix::is_ours_or_roots;

/// Why a file that was found is not used.
#[derive(Debug)]
pub enum Distrust {
    /// It, or what leads to it, belongs to another user.
    OtherOwner(PathBuf),
    /// Every user may write to it, or to a folder that leads to it.
    Writable(PathBuf),
    /// It cannot be checked, or has changed while it was.
    Unchecked(PathBuf, io::Error),
}

impl Distrust {
    /// What does not pass.
    fn path(&self) -> &Path {
        match self {
            Self::OtherOwner(path) | Self::Writable(path) | Self::Unchecked(path, _) => path,
        }
    }

    /// Why the file at `path` is not used, as the end of a sentence about it.
    #[must_use]
    pub fn about(&self, path: &Path) -> String {
        let name = if self.path() == path {
            "it".to_owned()
        } else {
            format!("`{}`", self.path().display())
        };
        match self {
            Self::OtherOwner(_) => format!("{name} belongs to another user"),
            Self::Writable(_) => format!("every user may write to {name}"),
            Self::Unchecked(_, error) => {
                format!("who owns {name} cannot be checked: {error}")
            }
        }
    }
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.about(Path::new("")))
    }
}

impl Error for Distrust {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unchecked(_, error) => Some(error),
            Self::OtherOwner(_) | Self::Writable(_) => None,
        }
    }
}

/// Whose files are used: on this system everyone's, since ownership is not checked.
#[cfg(not(unix))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust;

#[cfg(not(unix))]
impl Trust {
    /// For what is found in a target's folder or above.
    #[must_use]
    pub fn of(_folder: &Path) -> Self {
        Self
    }

    /// Opens a file.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(&self, path: &Path) -> Result<File, Distrust> {
        File::open(path).map_err(|error| Distrust::Unchecked(path.into(), error))
    }

    /// Trusts every program.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn check_program(&self, _program: &Path) -> Result<(), Distrust> {
        Ok(())
    }

    /// Trusts every package.
    pub(crate) fn is_package(&self, _init: &Path) -> bool {
        true
    }
}

/// Always true: ownership is not checked on this system.
#[cfg(not(unix))]
pub(crate) fn is_ours_or_roots(_found: &std::fs::Metadata) -> bool {
    true
}

/// Always true: permissions are not checked on this system.
#[cfg(not(unix))]
#[must_use]
pub fn is_ours_alone(_found: &std::fs::Metadata) -> bool {
    true
}
