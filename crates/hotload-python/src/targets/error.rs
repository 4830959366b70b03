//! Why a target cannot be used.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// A target that cannot be used.
#[derive(Debug)]
pub enum TargetError {
    /// An empty text.
    Empty,
    /// It looks like a file, but there is no such file; and the one that may have been meant.
    NoFile(String, Option<String>),
    /// It is compiled, and the source that may have been meant.
    NoSource(String, Option<String>),
    /// A launch script that does not exist, or is something else: what it is instead.
    NoScript(String, &'static str),
    /// It cannot run as `__main__`: why not.
    NoMain(String, &'static str),
    /// It is a folder.
    IsFolder(String),
    /// Neither a file nor a dotted name; and the file that may have been meant.
    NoName(String, Option<String>),
    /// What follows the colon is not a dotted name.
    NoFunction(String, String),
    /// Both a module and a package have this name.
    Ambiguous(String, PathBuf, PathBuf),
    /// Its folder cannot be read.
    Folder(PathBuf, io::Error),
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the target is empty"),
            Self::NoFile(text, _) => write!(f, "no such file: `{text}`"),
            Self::NoSource(text, _) => write!(f, "target `{text}` is not Python source"),
            Self::NoScript(text, what) => {
                write!(f, "cannot run launch script `{text}`: {what}")
            }
            Self::NoMain(text, why) => write!(f, "cannot run `{text}` as `__main__`: {why}"),
            Self::IsFolder(text) => write!(f, "target `{text}` is a folder"),
            Self::NoName(text, _) => {
                write!(f, "`{text}` is neither a file nor the name of a module")
            }
            Self::NoFunction(text, function) => write!(
                f,
                "`{function}` in target `{text}` is not the name of a function"
            ),
            Self::Ambiguous(name, ..) => write!(f, "`{name}` is both a module and a package"),
            Self::Folder(folder, _) => write!(f, "cannot read the folder `{}`", folder.display()),
        }
    }
}

impl Error for TargetError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Folder(_, error) => Some(error),
            _ => None,
        }
    }
}

impl TargetError {
    /// What the user can do about it, if anything.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Empty => "name a module or a file".into(),
            Self::NoFile(_, Some(similar))
            | Self::NoSource(_, Some(similar))
            | Self::NoName(_, Some(similar)) => format!("did you mean `{similar}`?"),
            Self::NoFile(..) | Self::NoName(..) | Self::NoSource(..) => {
                "a target is a module (`lib`, `pkg.mod`) or a file (`src/lib.py`), \
                 optionally followed by `:function`"
                    .into()
            }
            Self::IsFolder(text) => {
                format!(
                    "name a file in it; to reload when anything in it changes, use `--watch {text}`"
                )
            }
            Self::NoFunction(..) => "a function is a dotted name, as in `lib:main`".into(),
            Self::Ambiguous(_, module, package) => format!(
                "name the file: `{}` or `{}`",
                module.display(),
                package.display()
            ),
            Self::NoMain(..) => "name its file, as in `hotload --main src/tool.py`".into(),
            Self::Folder(..) | Self::NoScript(..) => return None,
        })
    }
}
