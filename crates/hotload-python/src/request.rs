//! What the user asked for with `--python`.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where the shim goes in a command line.
pub const SHIM_PLACE: &str = "{shim}";

/// What the user asked for: not yet anything that is known to exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Nothing: the interpreter of the project or of the machine.
    Default,
    /// A file.
    Path(PathBuf),
    /// A name to look for on PATH.
    Name(String),
    /// A program, a path or a name, with arguments; one of them may hold [`SHIM_PLACE`].
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
    /// Nothing but blanks.
    Empty,
    /// A quote that is not closed.
    UnbalancedQuotes(String),
    /// More than one [`SHIM_PLACE`].
    TwoShims(String),
    /// [`SHIM_PLACE`] is the program itself.
    ShimAsProgram(String),
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "`--python` is empty"),
            Self::UnbalancedQuotes(text) => write!(f, "unbalanced quotes in `--python {text}`"),
            Self::TwoShims(text) => {
                write!(f, "`{SHIM_PLACE}` stands twice in `--python {text}`")
            }
            Self::ShimAsProgram(text) => {
                write!(
                    f,
                    "`--python {text}` names no program to run `{SHIM_PLACE}` with"
                )
            }
        }
    }
}

impl Error for RequestError {}

impl Request {
    /// Reads what was given to `--python`. What names an existing file or folder is a path,
    /// blanks and all.
    ///
    /// # Errors
    ///
    /// When the text is empty or no command line.
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
            .map(|word| word.matches(SHIM_PLACE).count())
            .sum();
        if shims > 1 {
            return Err(RequestError::TwoShims(text.into()));
        }
        let mut words = words.into_iter();
        let program = words.next().ok_or(RequestError::Empty)?;
        let arguments: Vec<String> = words.collect();
        if program.contains(SHIM_PLACE) {
            return Err(RequestError::ShimAsProgram(text.into()));
        }
        Ok(if !arguments.is_empty() {
            Self::Command { program, arguments }
        } else if is_path_like(&program) {
            Self::Path(program.into())
        } else {
            Self::Name(program)
        })
    }
}

/// Whether a word can only be a path; one without a separator may be a name on PATH, unless a
/// file of that name lies here and nothing on PATH has it.
fn is_path_like(text: &str) -> bool {
    text.chars().any(std::path::is_separator)
        || Path::new(text).is_file() && which::which(text).is_err()
}

#[cfg(not(windows))]
fn split(text: &str) -> Option<Vec<String>> {
    shell_words::split(text).ok()
}

/// Splits as Windows programs do, but for the escape of quotes: backslashes are path separators.
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
    use super::{Request, RequestError, split_keeping_backslashes};

    fn command(program: &str, arguments: &[&str]) -> Request {
        Request::Command {
            program: program.into(),
            arguments: arguments.iter().map(|&word| word.into()).collect(),
        }
    }

    #[test]
    fn a_request_is_a_path_a_name_or_a_command() {
        let here = env!("CARGO_MANIFEST_DIR");
        let cases = [
            (here.to_owned(), Request::Path(here.into())),
            ("no/such/file".into(), Request::Path("no/such/file".into())),
            ("python9.9".into(), Request::Name("python9.9".into())),
            ("env python".into(), command("env", &["python"])),
            (
                "host -x {shim} 'a b'".into(),
                command("host", &["-x", "{shim}", "a b"]),
            ),
            (
                "abaqus cae noGUI={shim}".into(),
                command("abaqus", &["cae", "noGUI={shim}"]),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(Request::parse(&text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused() {
        let cases = [
            ("  ", RequestError::Empty),
            ("a 'b", RequestError::UnbalancedQuotes("a 'b".into())),
            (
                "a {shim} {shim}",
                RequestError::TwoShims("a {shim} {shim}".into()),
            ),
            ("{shim}", RequestError::ShimAsProgram("{shim}".into())),
        ];
        for (text, expected) in cases {
            assert_eq!(Request::parse(text), Err(expected), "{text}");
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
