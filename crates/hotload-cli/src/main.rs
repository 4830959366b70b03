//! hotload: the reloader for Pythons you cannot change.
//!
//! Reads the command line, puts the parts together and lets the session run. Only `render` turns
//! values into text, and only `terminal` writes to the terminal.

// In the order in which they may use each other: each only those above it.

mod exit;

mod system;

mod arguments;

mod render;

mod screen;

mod config;

mod answers;

mod session;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::screen::terminal::Terminal;
use crate::system::processes::SystemProcesses;

fn main() -> ExitCode {
    #[cfg(unix)]
    if let Some(code) = system::guard::run_if_asked() {
        return code;
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // clap's own way: help goes to standard output, errors to standard error with status 2.
        Err(error) => {
            let error = arguments::without_wrong_tip(error);
            render::usage::plain_error(error).exit()
        }
    };
    let color = arguments.color;
    match run(arguments) {
        Ok(code) => code,
        Err(exit) => {
            let text = render::fatal::error(&*exit.error, exit.hint.as_deref());
            Terminal::new(color).write(&text);
            ExitCode::from(exit.status)
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode, Exit> {
    if let Some(path) = &arguments.explain {
        return answers::explain::run(path, &arguments);
    }
    if let Some(answer) = answers::answer(&arguments)? {
        return answers::print(&answer);
    }
    // First: while the arguments are looked at, the guard comes up.
    let processes = SystemProcesses::new();
    session::run(config::Config::from_arguments(arguments)?, processes)
}
