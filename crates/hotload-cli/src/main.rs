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

use crate::arguments::{Arguments, Color, Questions};
use crate::config::layers::Layers;
use crate::config::warning::Warning;
use crate::config::{Config, appearance, display, environment};
use crate::exit::Exit;
use crate::screen::Screen;
use crate::screen::appearance::Appearance;
use crate::screen::terminal::Terminal;
use crate::system::processes::{SystemProcesses, TheirColor};

fn main() -> ExitCode {
    #[cfg(unix)]
    if let Some(code) = system::guard::run_if_asked() {
        return code;
    }
    answers::complete::answer_shell();
    let arguments = match Arguments::read(env::args_os()) {
        Ok(arguments) => arguments,
        // As clap does it: help goes to standard output, errors to standard error with status 2.
        Err(error) => render::usage::plain_error(error).exit(),
    };
    let Arguments {
        options,
        questions,
        provided,
    } = arguments;
    let mut layers = Layers::of_command_line(options, provided);
    match run(&questions, &mut layers) {
        Ok(code) => code,
        Err(exit) => {
            let text = render::fatal::error(&exit);
            Terminal::new(display::color(&layers)).write_words(&text);
            ExitCode::from(exit.status)
        }
    }
}

fn run(questions: &Questions, layers: &mut Layers) -> Result<ExitCode, Exit> {
    if let Some(code) = answers::answer_at_once(questions)? {
        return Ok(code);
    }
    layers.read_environment()?;
    let mut found = Vec::new();
    let read = layers.read_files(&environment::current_folder()?, &mut found);
    warn(layers, &found);
    read?;
    if let Some(code) = answers::answer(questions, layers)? {
        return Ok(code);
    }
    // Started first: the guard comes up while the options are checked.
    let mut processes = SystemProcesses::new();
    processes.set_color(match display::color(layers) {
        Color::Auto => TheirColor::Free,
        Color::Always => TheirColor::On,
        Color::Never => TheirColor::Off,
    });
    let mut found = Vec::new();
    let config = Config::check(layers, &mut found);
    warn(layers, &found);
    match questions.graph {
        Some(format) => session::graph(config?, processes, format),
        None => session::run(config?, processes),
    }
}

fn warn(layers: &Layers, warnings: &[Warning]) {
    let appearance = Appearance::with_volume(appearance::volume(layers));
    Screen::new(display::color(layers), appearance).warn(warnings);
}
