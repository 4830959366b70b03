//! A command that may start a Python. Only a hello proves that it does.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::discovery::hosts::Host;
use crate::discovery::request::SHIM_PLACEHOLDER;
use crate::ownership::Trust;
use crate::version::VersionPrefix;

/// A program that may be a Python, and the arguments to start it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The program, with its folder.
    pub program: PathBuf,
    /// The arguments. The shim replaces [`SHIM_PLACEHOLDER`] in one of them, or comes last.
    pub arguments: Vec<String>,
    /// Where it was found.
    pub source: Provenance,
    /// The row of the hosts' table that says how it is started.
    pub host: Option<Arc<Host>>,
    /// The version, as far as its name or its folder tells.
    pub version: Option<VersionPrefix>,
    /// Whose files may lead to it, checked again right before it is started. `None` if it was not found
    /// near the target.
    pub trust: Option<Arc<Trust>>,
}

/// Where a candidate was found. Every message about it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// `--python`.
    Given,
    /// An active environment; which variable names it.
    ActiveEnvironment(&'static str),
    /// A `.venv` at or above the target's folder.
    ProjectEnvironment,
    /// PATH.
    Path,
    /// The versions of pyenv.
    Pyenv,
    /// The environments of conda.
    Conda,
    /// The interpreters that uv has installed.
    Uv,
    /// The registry of Windows (PEP 514).
    Registry,
    /// The `py` launcher on Windows.
    Launcher,
    /// A framework build on macOS.
    Framework,
    /// A place where a host is usually installed.
    InstallPlace,
    /// It was running already, and has joined.
    Joined,
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Given => "from `--python`",
            Self::ActiveEnvironment(variable) => return write!(f, "from {variable}"),
            Self::ProjectEnvironment => "from `.venv`",
            Self::Path => "from PATH",
            Self::Pyenv => "from pyenv",
            Self::Conda => "from conda",
            Self::Uv => "from uv",
            Self::Registry => "from the registry",
            Self::Launcher => "from the `py` launcher",
            Self::Framework => "from the frameworks",
            Self::InstallPlace => "from its usual place",
            Self::Joined => "joined by itself",
        })
    }
}

impl Candidate {
    /// A program without arguments that is not a host.
    pub(crate) fn plain(program: PathBuf, source: Provenance) -> Self {
        Self {
            program,
            arguments: Vec::new(),
            source,
            host: None,
            version: None,
            trust: None,
        }
    }

    /// A program that is already running, and is not started.
    pub(crate) fn guest() -> Self {
        Self::plain(PathBuf::from("guest"), Provenance::Joined)
    }

    /// The same, with what is known of its version.
    pub(crate) fn with_version(self, version: Option<VersionPrefix>) -> Self {
        Self { version, ..self }
    }

    /// The arguments with the shim among them.
    #[must_use]
    pub fn arguments_with(&self, shim: &Path) -> Vec<OsString> {
        let index = self
            .arguments
            .iter()
            .position(|word| word.contains(SHIM_PLACEHOLDER));
        let mut words: Vec<OsString> = self.arguments.iter().map(OsString::from).collect();
        match index {
            None => words.push(shim.into()),
            Some(index) => {
                let (before, after) = self.arguments[index]
                    .split_once(SHIM_PLACEHOLDER)
                    .expect("the word was chosen because it contains the placeholder");
                words[index] = OsString::from(before);
                words[index].push(shim);
                words[index].push(after);
            }
        }
        words
    }
}

impl fmt::Display for Candidate {
    /// The command as a user would type it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.program.display())?;
        for word in &self.arguments {
            // Readers need no quotes around braces and `=`, and neither did whoever typed them.
            let bare = word.replace(SHIM_PLACEHOLDER, "x").replace('=', "");
            if shell_words::quote(&bare) == bare {
                write!(f, " {word}")?;
            } else {
                write!(f, " {}", shell_words::quote(word))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Provenance};
    use std::path::Path;

    #[test]
    fn the_shim_replaces_its_placeholder_or_comes_last() {
        let cases: [(&[&str], &[&str]); 4] = [
            (&[], &["/s.py"]),
            (&["-S"], &["-S", "/s.py"]),
            (&["-x", "{shim}", "-q"], &["-x", "/s.py", "-q"]),
            (&["cae", "noGUI={shim}"], &["cae", "noGUI=/s.py"]),
        ];
        for (arguments, expected) in cases {
            let candidate = Candidate {
                arguments: arguments.iter().map(|&word| word.into()).collect(),
                ..Candidate::plain("host".into(), Provenance::Given)
            };
            assert_eq!(candidate.arguments_with(Path::new("/s.py")), expected);
        }
    }

    #[test]
    fn a_command_is_shown_as_one_types_it() {
        let candidate = Candidate {
            arguments: ["-x", "a b", "noGUI={shim}", "py3file {shim}", "{shim}"]
                .map(String::from)
                .into(),
            ..Candidate::plain("/bin/host".into(), Provenance::Given)
        };
        assert_eq!(
            candidate.to_string(),
            "/bin/host -x 'a b' noGUI={shim} 'py3file {shim}' {shim}"
        );
    }
}
