//! What the user asked for with `--python`.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::version::VersionPrefix;

/// Stands for the shim in a command line.
pub const SHIM_PLACEHOLDER: &str = "{shim}";

/// What the user asked for. Nothing of it is known to exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PythonRequest {
    /// Nothing: the default interpreter.
    Default,
    /// A file.
    Path(PathBuf),
    /// Any Python of this version, with these arguments.
    Version(VersionPrefix, Vec<String>),
    /// A program (a path or a name) or the name of a host, with arguments. One of these may contain
    /// [`SHIM_PLACEHOLDER`].
    Command {
        /// The first word.
        program: String,
        /// The other words.
        arguments: Vec<String>,
    },
}

/// A request that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestError {
    /// Nothing but spaces.
    Empty,
    /// A quote without a closing quote.
    UnbalancedQuotes(String),
    /// More than one [`SHIM_PLACEHOLDER`].
    TwoShims(String),
    /// [`SHIM_PLACEHOLDER`] is the program itself.
    ShimAsProgram(String),
    /// A range of versions, or a version followed by a tag.
    NoPrefix(String),
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "`--python` is empty"),
            Self::UnbalancedQuotes(text) => write!(f, "unbalanced quotes in `--python {text}`"),
            Self::TwoShims(text) => {
                write!(
                    f,
                    "`--python {text}` contains `{SHIM_PLACEHOLDER}` more than once"
                )
            }
            Self::ShimAsProgram(text) => {
                write!(
                    f,
                    "`--python {text}` needs a program to run `{SHIM_PLACEHOLDER}` with"
                )
            }
            Self::NoPrefix(text) => {
                write!(
                    f,
                    "`--python {text}`: a version is its first numbers, without a range or a tag"
                )
            }
        }
    }
}

impl Error for RequestError {}

impl RequestError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoPrefix(_) => {
                "`3` is the first Python 3 that is found, and `3.8` the first 3.8; \
                                  to choose one of several builds, give its path, which \
                                  `hotload --list-pythons` shows"
                    .into()
            }
            _ => format!(
                "`--python` takes a path, a name, a version, a host, or a command with \
                 `{SHIM_PLACEHOLDER}` where the script goes"
            ),
        }
    }
}

impl PythonRequest {
    /// Parses what was given to `--python`. The path of an existing file or folder may contain
    /// spaces.
    ///
    /// # Errors
    ///
    /// When the text is empty or not a command line.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        if text.trim().is_empty() {
            return Err(RequestError::Empty);
        }
        if Path::new(text).exists() && is_path_like(text) {
            return Ok(Self::Path(text.into()));
        }
        let words = split(text).ok_or_else(|| RequestError::UnbalancedQuotes(text.into()))?;
        let shims: usize = words
            .iter()
            .map(|word| word.matches(SHIM_PLACEHOLDER).count())
            .sum();
        if shims > 1 {
            return Err(RequestError::TwoShims(text.into()));
        }
        let mut words = words.into_iter();
        let program = words.next().ok_or(RequestError::Empty)?;
        let arguments: Vec<String> = words.collect();
        if program.contains(SHIM_PLACEHOLDER) {
            return Err(RequestError::ShimAsProgram(text.into()));
        }
        if arguments.is_empty() && is_path_like(&program) {
            return Ok(Self::Path(program.into()));
        }
        if is_range_or_tag(&program, &arguments) {
            return Err(RequestError::NoPrefix(text.into()));
        }
        Ok(match VersionPrefix::parse(&program) {
            Some(version) => Self::Version(version, arguments),
            None => Self::Command { program, arguments },
        })
    }
}

/// What other tools accept as a version: `>=3.8`, `cpython@3.8`, `3.8-3.11`, `3.x`, `2.7-32`, `3.13t`.
const RANGE_OR_TAG: &str =
    r"^((?i-u:c?python|pypy)?[<>=!~^@].*|\d+(\.\d+)*(\.?[xX*]|[tT]|(?i-u:a|b|rc)\d+|[-+,<>=!].*))$";

/// Whether these words ask for a version in a form that hotload does not understand.
fn is_range_or_tag(program: &str, arguments: &[String]) -> bool {
    if VersionPrefix::parse(program).is_some() {
        // `3.8 - 3.11`, `3.8 <4`
        let first = arguments.first();
        return first.is_some_and(|word| word == "-" || word.starts_with(['<', '>', '=', ',']));
    }
    let form = Regex::new(RANGE_OR_TAG).expect("the pattern is tested");
    form.is_match(program) && which::which(program).is_err()
}

/// Whether a word can only be a path. A word without a separator may be a name on PATH, unless
/// there is a file of that name here and none on PATH.
fn is_path_like(text: &str) -> bool {
    text.chars().any(std::path::is_separator)
        || Path::new(text).is_file() && which::which(text).is_err()
}

#[cfg(not(windows))]
fn split(text: &str) -> Option<Vec<String>> {
    shell_words::split(text).ok()
}

/// Splits as Windows programs do, except that a backslash does not escape a quote: it separates the
/// parts of a path.
#[cfg(windows)]
fn split(text: &str) -> Option<Vec<String>> {
    split_keeping_backslashes(text)
}

#[cfg(any(windows, test))]
fn split_keeping_backslashes(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' | '\t' if !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    (!quoted).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::{PythonRequest, RequestError, VersionPrefix, split_keeping_backslashes};

    fn command(program: &str, arguments: &[&str]) -> PythonRequest {
        PythonRequest::Command {
            program: program.into(),
            arguments: arguments.iter().map(|&word| word.into()).collect(),
        }
    }

    fn version(version: &str, arguments: &[&str]) -> PythonRequest {
        PythonRequest::Version(
            VersionPrefix::parse(version).unwrap(),
            arguments.iter().map(|&word| word.into()).collect(),
        )
    }

    #[test]
    fn ranges_and_tags_of_versions_are_told_apart_from_names() {
        let refused = [
            ">=3.8",
            ">= 3.8",
            "~=3.8",
            "^3",
            "==3.8.*",
            "3.8-3.11",
            "3.8 - 3.11",
            "3.8 <3.12",
            "3.8,<3.12",
            "3.x",
            "3.*",
            "3.8+",
            "2.7-32",
            "3.13t",
            "3.14rc1",
            "3.14-dev",
            "python>=3.8",
            "cpython@3.8",
            "pypy@3.9",
        ];
        for text in refused {
            let expected = RequestError::NoPrefix(text.into());
            assert_eq!(PythonRequest::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_request_is_a_path_a_name_or_a_command() {
        let here = env!("CARGO_MANIFEST_DIR");
        let cases = [
            (here.to_owned(), PythonRequest::Path(here.into())),
            (
                "no/such/file".into(),
                PythonRequest::Path("no/such/file".into()),
            ),
            ("python9.9".into(), command("python9.9", &[])),
            ("2.7".into(), version("2.7", &[])),
            ("3".into(), version("3", &[])),
            ("3 -S".into(), version("3", &["-S"])),
            (
                "2.7 -x {shim} 1".into(),
                version("2.7", &["-x", "{shim}", "1"]),
            ),
            ("3.+1".into(), command("3.+1", &[])),
            ("3ds max".into(), command("3ds", &["max"])),
            ("3.11.7.1".into(), command("3.11.7.1", &[])),
            ("abaqus cae".into(), command("abaqus", &["cae"])),
            ("env python".into(), command("env", &["python"])),
            (
                if cfg!(windows) {
                    "host -x {shim} \"a b\"".into()
                } else {
                    "host -x {shim} 'a b'".into()
                },
                command("host", &["-x", "{shim}", "a b"]),
            ),
            (
                "abaqus cae noGUI={shim}".into(),
                command("abaqus", &["cae", "noGUI={shim}"]),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(PythonRequest::parse(&text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused() {
        let unbalanced = if cfg!(windows) { "a \"b" } else { "a 'b" };
        let cases = [
            ("  ", RequestError::Empty),
            (
                unbalanced,
                RequestError::UnbalancedQuotes(unbalanced.into()),
            ),
            (
                "a {shim} {shim}",
                RequestError::TwoShims("a {shim} {shim}".into()),
            ),
            ("{shim}", RequestError::ShimAsProgram("{shim}".into())),
        ];
        for (text, expected) in cases {
            assert_eq!(PythonRequest::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn on_windows_backslashes_stay() {
        let words = split_keeping_backslashes(r#""C:\Program Files\py\python.exe" -S C:\x"#);
        let expected = [r"C:\Program Files\py\python.exe", "-S", r"C:\x"];
        assert_eq!(words.as_deref(), Some(&expected.map(String::from)[..]));
        assert_eq!(split_keeping_backslashes(r#"a "b"#), None);
    }
}
