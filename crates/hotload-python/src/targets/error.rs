//! Why a target cannot be used.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// A target that cannot be used.
#[derive(Debug)]
pub enum TargetError {
    /// Nothing.
    Empty,
    /// It looks like a file, and there is none.
    NoFile(String),
    /// A launch script that is not there, or what lies there instead.
    NoScript(String, &'static str),
    /// It is a folder.
    IsFolder(String),
    /// Neither a file nor a dotted name.
    NoName(String),
    /// What stands behind the colon is no dotted name.
    NoFunction(String, String),
    /// Both a module and a package have this name.
    Ambiguous(String, PathBuf, PathBuf),
    /// A path that cannot be sent: not Unicode.
    NotUnicode(PathBuf),
    /// Its folder cannot be looked at.
    Folder(PathBuf, io::Error),
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an empty target"),
            Self::NoFile(text) => write!(f, "no such file: `{text}`"),
            Self::NoScript(text, what) => {
                write!(f, "cannot run launch script `{text}`: {what}")
            }
            Self::IsFolder(text) => write!(f, "target `{text}` is a folder"),
            Self::NoName(text) => write!(f, "`{text}` is neither a file nor the name of a module"),
            Self::NoFunction(text, function) => write!(
                f,
                "`{function}` in target `{text}` is not the name of a function"
            ),
            Self::Ambiguous(name, ..) => write!(f, "`{name}` is both a module and a package"),
            Self::NotUnicode(path) => {
                write!(f, "the path of target `{}` is not Unicode", path.display())
            }
            Self::Folder(folder, _) => write!(f, "cannot look into `{}`", folder.display()),
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
    /// The way out, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Empty => "name a module or a file".into(),
            Self::NoFile(_) | Self::NoName(_) => {
                "a target is a module (`lib`, `pkg.mod`) or a file (`src/lib.py`), \
                 or either with `:function` behind it"
                    .into()
            }
            Self::IsFolder(text) => {
                format!("name a file in it; to reload on any change in it: `--watch {text}`")
            }
            Self::NoFunction(..) => "a function is a dotted name, as in `lib:main`".into(),
            Self::Ambiguous(_, module, package) => format!(
                "name the file: `{}` or `{}`",
                module.display(),
                package.display()
            ),
            Self::NotUnicode(_) | Self::Folder(..) | Self::NoScript(..) => return None,
        })
    }
}
