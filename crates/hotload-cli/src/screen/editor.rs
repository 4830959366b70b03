//! Opens a location in the user's editor.

use std::env;
use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::Command;

use shell_words::ParseError;

/// The user's editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Editor {
    /// Its command, as it was given.
    pub(crate) command: String,
    /// The environment variable that it comes from.
    pub(crate) variable: &'static str,
}

/// A location in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: u64,
    /// From 1, where it is known.
    pub(crate) column: Option<u64>,
}

/// Why an editor was not started.
#[derive(Debug)]
pub(crate) struct EditorError {
    editor: Editor,
    why: Why,
}

#[derive(Debug)]
enum Why {
    /// Its command cannot be split into words.
    Quotes(ParseError),
    /// Its command is empty.
    Empty,
    /// The system could not start it.
    Start(io::Error),
}

impl fmt::Display for EditorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Editor { command, variable } = &self.editor;
        match self.why {
            Why::Empty => write!(f, "`{command}` (from {variable}) does not name a program"),
            Why::Quotes(_) | Why::Start(_) => {
                write!(f, "cannot start `{command}` (from {variable})")
            }
        }
    }
}

impl Error for EditorError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.why {
            Why::Quotes(error) => Some(error),
            Why::Start(error) => Some(error),
            Why::Empty => None,
        }
    }
}

impl Editor {
    /// The editor that the environment names.
    pub(crate) fn from_environment() -> Option<Self> {
        ["VISUAL", "EDITOR"].into_iter().find_map(|variable| {
            let command = env::var(variable).ok()?;
            (!command.trim().is_empty()).then_some(Self { command, variable })
        })
    }

    /// The command that opens a location.
    pub(crate) fn open(&self, location: &Location) -> Result<Command, EditorError> {
        let words = split(&self.command).map_err(|error| self.failed(Why::Quotes(error)))?;
        let (program, arguments) = words.split_first().ok_or_else(|| self.failed(Why::Empty))?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .args(location_arguments(program, location));
        Ok(command)
    }

    /// Its command could not be started.
    pub(crate) fn not_started(&self, error: io::Error) -> EditorError {
        self.failed(Why::Start(error))
    }

    fn failed(&self, why: Why) -> EditorError {
        let editor = self.clone();
        EditorError { editor, why }
    }
}

/// As a shell splits it; on Windows a backslash has no meaning to the shell.
fn split(command: &str) -> Result<Vec<String>, ParseError> {
    if cfg!(windows) {
        return shell_words::split(&command.replace('\\', "\\\\"));
    }
    shell_words::split(command)
}

/// The arguments with which this editor goes to a line. An unknown editor gets only the file.
fn location_arguments(program: &str, location: &Location) -> Vec<String> {
    let name = Path::new(program).file_stem().unwrap_or_default();
    let name = name.to_string_lossy().to_lowercase();
    let Location { file, line, column } = location;
    let with_column = match column {
        Some(column) => format!("{file}:{line}:{column}"),
        None => format!("{file}:{line}"),
    };
    match name.as_str() {
        "vi" | "vim" | "nvim" | "view" | "gvim" | "mvim" | "nvi" | "elvis" | "nano" | "pico"
        | "emacs" | "emacsclient" | "xemacs" | "mg" | "jove" | "joe" | "jmacs" | "jed" | "ne"
        | "kak" | "gedit" | "mcedit" | "micro" | "vis" | "less" => {
            vec![format!("+{line}"), file.clone()]
        }
        "code" | "code-insiders" | "codium" | "vscodium" | "cursor" | "windsurf" => {
            vec!["--goto".into(), with_column]
        }
        "subl" | "sublime_text" | "zed" | "zeditor" | "hx" | "helix" | "atom" | "lapce" => {
            vec![with_column]
        }
        "mate" | "kate" | "kwrite" | "idea" | "pycharm" | "charm" => {
            vec!["--line".into(), line.to_string(), file.clone()]
        }
        "notepad++" => vec![format!("-n{line}"), file.clone()],
        _ => vec![file.clone()],
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::{Editor, Location};

    #[test]
    fn each_editor_is_given_the_line_in_its_own_way() {
        let cases = [
            ("vim", "+7 /tmp/a b.py"),
            ("/usr/bin/nano -w", "-w +7 /tmp/a b.py"),
            ("emacsclient -nw -a ''", "-nw -a  +7 /tmp/a b.py"),
            ("code --wait", "--wait --goto /tmp/a b.py:7:3"),
            ("subl", "/tmp/a b.py:7:3"),
            ("pycharm", "--line 7 /tmp/a b.py"),
            ("my-editor", "/tmp/a b.py"),
        ];
        for (command, expected) in cases {
            let editor = Editor {
                command: command.into(),
                variable: "EDITOR",
            };
            let location = Location {
                file: "/tmp/a b.py".into(),
                line: 7,
                column: Some(3),
            };
            let command = editor.open(&location).unwrap();
            let arguments: Vec<_> = command
                .get_args()
                .map(|word| word.to_string_lossy())
                .collect();
            assert_eq!(arguments.join(" "), expected);
        }
    }

    #[test]
    fn an_editor_that_cannot_be_split_says_why() {
        let editor = Editor {
            command: "vim 'x".into(),
            variable: "EDITOR",
        };
        let location = Location {
            file: "a.py".into(),
            line: 1,
            column: None,
        };
        let error = editor.open(&location).unwrap_err();
        assert_eq!(error.to_string(), "cannot start `vim 'x` (from EDITOR)");
        assert_eq!(error.source().unwrap().to_string(), "missing closing quote");
    }
}
