//! A place that may hold a Python. Only its hello proves that it does.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::discovery::hosts::Host;
use crate::discovery::request::SHIM_PLACE;
use crate::version::VersionPrefix;

/// A program that may be a Python, with the arguments around the shim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The program, with its folder.
    pub program: PathBuf,
    /// The arguments; one of them may hold the shim's place, else the shim comes last.
    pub arguments: Vec<String>,
    /// Where it came from.
    pub source: Source,
    /// The row of the table that it is started by.
    pub host: Option<Arc<Host>>,
    /// What its name or its folder says of its version.
    pub version: Option<VersionPrefix>,
}

/// Where a candidate came from. Shown in every message about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `--python`.
    Given,
    /// The environment variable that an activated environment sets.
    ActiveEnvironment(&'static str),
    /// A `.venv` at or above the target's folder.
    ProjectEnvironment,
    /// The search path.
    Path,
    /// The versions of pyenv.
    Pyenv,
    /// The environments of conda.
    Conda,
    /// The interpreters that uv has installed.
    Uv,
    /// The registry of Windows (PEP 514).
    Registry,
    /// The `py` launcher of Windows.
    Launcher,
    /// A framework build on macOS.
    Framework,
    /// Where a host is usually installed.
    InstallPlace,
}

impl fmt::Display for Source {
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
        })
    }
}

impl Candidate {
    /// A program without arguments and recipe.
    pub(crate) fn plain(program: PathBuf, source: Source) -> Self {
        Self {
            program,
            arguments: Vec::new(),
            source,
            host: None,
            version: None,
        }
    }

    /// As it is, but for what is known of its version.
    pub(crate) fn of_version(self, version: Option<VersionPrefix>) -> Self {
        Self { version, ..self }
    }

    /// The arguments with the shim in its place.
    #[must_use]
    pub fn arguments_with(&self, shim: &Path) -> Vec<OsString> {
        let place = self
            .arguments
            .iter()
            .position(|word| word.contains(SHIM_PLACE));
        let mut words: Vec<OsString> = self.arguments.iter().map(OsString::from).collect();
        match place {
            None => words.push(shim.into()),
            Some(place) => {
                let (before, after) = self.arguments[place]
                    .split_once(SHIM_PLACE)
                    .expect("the word was chosen because it holds the place");
                words[place] = OsString::from(before);
                words[place].push(shim);
                words[place].push(after);
            }
        }
        words
    }
}

impl fmt::Display for Candidate {
    /// The command as a person would type it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.program.display())?;
        for word in &self.arguments {
            // Braces and `=` need no quotes to a reader, and are what was typed.
            let bare = word.replace(SHIM_PLACE, "x").replace('=', "");
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
    use super::{Candidate, Source};
    use std::path::Path;

    #[test]
    fn the_shim_goes_to_its_place_or_to_the_end() {
        let cases: [(&[&str], &[&str]); 4] = [
            (&[], &["/s.py"]),
            (&["-S"], &["-S", "/s.py"]),
            (&["-x", "{shim}", "-q"], &["-x", "/s.py", "-q"]),
            (&["cae", "noGUI={shim}"], &["cae", "noGUI=/s.py"]),
        ];
        for (arguments, expected) in cases {
            let candidate = Candidate {
                arguments: arguments.iter().map(|&word| word.into()).collect(),
                ..Candidate::plain("host".into(), Source::Given)
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
            ..Candidate::plain("/bin/host".into(), Source::Given)
        };
        assert_eq!(
            candidate.to_string(),
            "/bin/host -x 'a b' noGUI={shim} 'py3file {shim}' {shim}"
        );
    }
}
