//! Programs that tests make: a script for `sh`, on Windows a batch file.

use std::path::{Path, PathBuf};

use crate::harness::{Project, quoted};
use crate::pythons::Python;

/// What such a program does, one after another.
pub(crate) enum Does<'d> {
    /// Writes a line on standard output.
    Prints(&'d str),
    /// Writes a line on standard error.
    Complains(&'d str),
    /// Runs a program with these options and the arguments that it was given, and ends as that does.
    Starts(&'d Path, &'d str),
    /// As `Starts`, if it was given this word first, which it keeps; otherwise it fails.
    StartsAfter(&'d str, &'d Path),
    /// Ends.
    Exits(u8),
}

/// Makes a program of this name, and returns its path: on Windows with an ending.
pub(crate) fn save_program(project: &Project, name: &str, steps: &[Does<'_>]) -> PathBuf {
    let lines: Vec<String> = steps.iter().map(Does::line).collect();
    let name = format!("{name}{ENDING}");
    project.save(&name, format!("{START}{}\n", lines.join(NEXT_LINE)));
    let file = project.file(&name);
    make_executable(&file);
    file
}

#[cfg(unix)]
mod written {
    pub(crate) const ENDING: &str = "";
    pub(super) const START: &str = "#!/bin/sh\n";
    pub(super) const NEXT_LINE: &str = "\n";
}

#[cfg(windows)]
mod written {
    pub(crate) const ENDING: &str = ".bat";
    pub(super) const START: &str = "@echo off\r\n";
    pub(super) const NEXT_LINE: &str = "\r\n";
}

pub(crate) use written::ENDING;
use written::{NEXT_LINE, START};

impl Does<'_> {
    #[cfg(unix)]
    fn line(&self) -> String {
        match self {
            Self::Prints(text) => format!("echo '{text}'"),
            Self::Complains(text) => format!("echo '{text}' >&2"),
            Self::Starts(program, options) => {
                format!("exec '{}' {options} \"$@\"", program.display())
            }
            Self::StartsAfter(word, program) => {
                let program = program.display();
                format!("[ \"$1\" = {word} ] || exit 9\nshift\nexec '{program}' \"$@\"")
            }
            Self::Exits(status) => format!("exit {status}"),
        }
    }

    #[cfg(windows)]
    fn line(&self) -> String {
        match self {
            Self::Prints(text) => format!("echo {text}"),
            Self::Complains(text) => format!("echo {text}>&2"),
            Self::Starts(program, options) => format!("\"{}\" {options} %*", program.display()),
            Self::StartsAfter(word, program) => {
                let program = program.display();
                format!("if not \"%~1\"==\"{word}\" exit 9\r\n\"{program}\" %2 %3 %4 %5")
            }
            Self::Exits(status) => format!("exit {status}"),
        }
    }
}

/// Makes a command for `--run` that does what this Python text says.
pub(crate) fn save_command(project: &Project, python: &Python, text: &str) -> String {
    project.save("commands/command.txt", text);
    format!("{} commands/command.txt", quoted(&python.path))
}

#[cfg(unix)]
pub(crate) fn make_executable(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(windows)]
pub(crate) fn make_executable(_file: &Path) {}
