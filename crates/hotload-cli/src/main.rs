//! hotload: the reloader for Pythons you cannot change.
//!
//! Reads the command line, then answers a question or runs a session. Only `render` turns values into
//! text, and only `screen::terminal` writes to the terminal.

// In the order in which they may use each other: each only those above it.

mod exit;

mod system;

mod arguments;

mod render;

mod screen;

mod config;

mod answers;

mod session;

use std::env;
use std::process::ExitCode;

use crate::arguments::{Arguments, Questions};
use crate::config::layers::Layers;
use crate::config::{Config, display};
use crate::exit::Exit;
use crate::screen::Screen;
use crate::screen::terminal::Terminal;
use crate::system::processes::SystemProcesses;

fn main() -> ExitCode {
    #[cfg(unix)]
    if let Some(code) = system::guard::run_if_asked() {
        return code;
    }
    let Arguments { options, questions } = match Arguments::read(env::args_os()) {
        Ok(arguments) => arguments,
        // As clap does it: help goes to standard output, errors to standard error with status 2.
        Err(error) => render::usage::plain_error(error).exit(),
    };
    let layers = Layers::new(options);
    match run(&questions, &layers) {
        Ok(code) => code,
        Err(exit) => {
            let text = render::fatal::error(&*exit.error, exit.hint.as_deref());
            Terminal::new(display::color(&layers)).write_words(&text);
            ExitCode::from(exit.status)
        }
    }
}

fn run(questions: &Questions, layers: &Layers) -> Result<ExitCode, Exit> {
    if let Some(code) = answers::answer(questions, layers)? {
        return Ok(code);
    }
    // Started first: the guard comes up while the options are checked.
    let processes = SystemProcesses::new();
    let mut found = Vec::new();
    let config = Config::check(layers, &mut found);
    Screen::new(display::color(layers), display::volume(layers)).warn(&found);
    match questions.graph {
        Some(format) => session::graph(config?, processes, format),
        None => session::run(config?, processes),
    }
}
