//! Opens a place in the user's editor.

use std::env;
use std::path::Path;
use std::process::Command;

/// The user's editor.
#[derive(Debug, Clone)]
pub(crate) struct Editor {
    /// As it was given.
    pub(crate) command: String,
    /// The environment variable that it comes from.
    pub(crate) variable: &'static str,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: u64,
    /// From 1, where it is known.
    pub(crate) column: Option<u64>,
}

impl Editor {
    /// The editor that the environment names.
    pub(crate) fn from_environment() -> Option<Self> {
        ["VISUAL", "EDITOR"].into_iter().find_map(|variable| {
            let command = env::var(variable).ok()?;
            (!command.trim().is_empty()).then_some(Self { command, variable })
        })
    }

    /// The command that opens a place, or why there is none.
    pub(crate) fn open(&self, place: &Place) -> Result<Command, String> {
        let words = split(&self.command)?;
        let (program, arguments) = words.split_first().ok_or("it is empty")?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .args(place_arguments(program, place));
        Ok(command)
    }
}

/// As a shell splits it; on Windows a backslash is none of the shell's.
fn split(command: &str) -> Result<Vec<String>, String> {
    if cfg!(windows) {
        let command = command.replace('\\', "\\\\");
        return shell_words::split(&command).map_err(|error| error.to_string());
    }
    shell_words::split(command).map_err(|error| error.to_string())
}

/// How this editor is told a line. One that is not known gets the file alone.
fn place_arguments(program: &str, place: &Place) -> Vec<String> {
    let name = Path::new(program).file_stem().unwrap_or_default();
    let name = name.to_string_lossy().to_lowercase();
    let Place { file, line, column } = place;
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
    use super::{Editor, Place};

    #[test]
    fn each_editor_is_told_the_line_in_its_own_way() {
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
            let place = Place {
                file: "/tmp/a b.py".into(),
                line: 7,
                column: Some(3),
            };
            let command = editor.open(&place).unwrap();
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
        let place = Place {
            file: "a.py".into(),
            line: 1,
            column: None,
        };
        assert!(editor.open(&place).is_err());
    }
}
