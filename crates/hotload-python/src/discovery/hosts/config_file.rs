//! A configuration file, and the line in which something is wrong.

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::similar::most_similar;

/// A configuration file and its text.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its content.
    pub text: String,
    /// Whether it is the user's or the project's.
    pub owner: ConfigOwner,
}

/// The `[hosts]` of a configuration file.
#[derive(Debug, Clone, Copy)]
pub struct HostsTable<'f> {
    /// The file. What is wrong in the table is reported with its line there.
    pub file: &'f ConfigFile,
    /// What the file says under `hosts`, a table or not.
    pub value: &'f Spanned<DeValue<'f>>,
}

/// Whose configuration file it is. A project may come from anywhere, so its file is trusted less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigOwner {
    /// The user's own.
    User,
    /// The project's.
    Project,
}

/// A configuration file that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    path: PathBuf,
    /// Counted from 1.
    line: usize,
    what: String,
    hint: Option<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}:{}`: {}", self.path.display(), self.line, self.what)
    }
}

impl Error for ConfigError {}

impl ConfigError {
    /// What the user can do about it, if anything.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}

impl ConfigFile {
    /// An error in a part of the text: what is wrong, and a hint.
    #[must_use]
    pub fn error(&self, part: Range<usize>, what: String, hint: Option<String>) -> ConfigError {
        ConfigError {
            path: self.path.clone(),
            line: self.line_of(part),
            what,
            hint,
        }
    }

    /// The line in which a part of the text starts, counted from 1.
    #[must_use]
    pub fn line_of(&self, part: Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..part.start).unwrap_or_default();
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    /// Where a part of the text is: `hotload.toml:3`.
    #[must_use]
    pub fn place(&self, part: Range<usize>) -> String {
        let error = self.error(part, String::new(), None);
        format!("{}:{}", error.path.display(), error.line)
    }

    /// An error that the TOML parser has found.
    #[must_use]
    pub fn toml_error(&self, error: &toml::de::Error) -> ConfigError {
        self.error(error.span().unwrap_or(0..0), message_of(error), None)
    }

    /// Rejects keys that are not known. `what` says what kind of key they are.
    ///
    /// # Errors
    ///
    /// When there is such a key.
    pub fn check_keys(
        &self,
        table: &DeTable<'_>,
        known: &[&str],
        what: &str,
    ) -> Result<(), ConfigError> {
        let mut keys = table.keys();
        let Some(key) = keys.find(|key| !known.contains(&key.get_ref().as_ref())) else {
            return Ok(());
        };
        let hint = match most_similar(key.get_ref(), known.iter().copied()) {
            Some(similar) => format!("did you mean `{similar}`?"),
            None => format!("the keys are `{}`", known.join("`, `")),
        };
        let what = format!("unknown {what}: `{}`", key.get_ref());
        Err(self.error(key.span(), what, Some(hint)))
    }
}

/// The message of the TOML parser, on one line.
pub(super) fn message_of(error: &toml::de::Error) -> String {
    error.message().trim().replace('\n', " ")
}
