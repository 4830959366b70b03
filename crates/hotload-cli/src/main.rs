//! hotload: the reloader for Pythons you cannot change.
//!
//! Reads the command line, puts the parts together and lets the session run. Only `render` turns
//! values into text, and only `terminal` writes to the terminal.

mod answers;
mod arguments;
mod cache_folder;
mod clear;
mod config;
mod config_files;
mod display;
mod doctor;
mod editor;
mod events;
mod exit;
mod explain;
mod filter;
#[cfg(unix)]
mod guard;
mod keys;
mod launch;
mod list_pythons;
mod output;
mod processes;
mod render;
mod session;
mod signals;
mod terminal;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::processes::SystemProcesses;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    #[cfg(unix)]
    if let Some(code) = guard::run_if_asked() {
        return code;
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // clap's own way: help goes to standard output, errors to standard error with status 2.
        Err(error) => arguments::without_wrong_tip(error).exit(),
    };
    let color = arguments.color;
    match run(arguments) {
        Ok(code) => code,
        Err(exit) => {
            Terminal::new(color).write(&render::exit(&exit));
            ExitCode::from(exit.status)
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode, Exit> {
    if let Some(path) = &arguments.explain {
        return explain::run(path, &arguments);
    }
    if let Some(answer) = answers::answer(&arguments)? {
        return answers::print(&answer);
    }
    // First: while the arguments are looked at, the guard comes up.
    let processes = SystemProcesses::new();
    session::run(config::Config::from_arguments(arguments)?, processes)
}
