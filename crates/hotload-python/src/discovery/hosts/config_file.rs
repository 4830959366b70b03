//! A configuration file, and where in it something is wrong.

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::DeTable;

/// A configuration file and its text.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
    /// Whose it is.
    pub owner: Owner,
}

/// Whose a configuration file is. A project may come from anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The user's own.
    User,
    /// The project's.
    Project,
}

/// A configuration file that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    path: PathBuf,
    /// From 1.
    line: usize,
    what: String,
    hint: Option<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}`, line {}: {}",
            self.path.display(),
            self.line,
            self.what
        )
    }
}

impl Error for ConfigError {}

impl ConfigError {
    /// The way out, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}

impl ConfigFile {
    /// What is wrong at a place in the text.
    pub(super) fn error(
        &self,
        place: Range<usize>,
        what: String,
        hint: Option<String>,
    ) -> ConfigError {
        let before = self.text.as_bytes().get(..place.start).unwrap_or_default();
        ConfigError {
            path: self.path.clone(),
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            what,
            hint,
        }
    }

    /// Its keys and values, each with its place.
    pub(super) fn parsed(&self) -> Result<Spanned<DeTable<'_>>, ConfigError> {
        DeTable::parse(&self.text).map_err(|error| {
            let place = error.span().unwrap_or(0..0);
            self.error(place, message_of(&error), None)
        })
    }
}

/// What the reader of TOML says, as one line.
pub(super) fn message_of(error: &toml::de::Error) -> String {
    error.message().trim().replace('\n', " ")
}
