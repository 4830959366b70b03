//! The modes that print an answer on standard output and exit.

pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod list_pythons;

use std::io::{self, Write};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use clap::CommandFactory;
use hotload_python::driver;
use hotload_python::driver::export;
use hotload_python::version::{Dialect, Version};

use crate::arguments::{Arguments, Color};
use crate::exit::Exit;

/// The answer to a question on the command line, if there is one.
pub(crate) fn answer(arguments: &Arguments) -> Result<Option<Vec<u8>>, Exit> {
    if let Some(shell) = arguments.completions {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "hotload", &mut text);
        return Ok(Some(text));
    }
    if arguments.man {
        let mut text = Vec::new();
        clap_mangen::Man::new(Arguments::command())
            .render(&mut text)
            .map_err(|error| Exit::usage_because("cannot write the manual page", error))?;
        return Ok(Some(text));
    }
    if arguments.list_pythons {
        return list_pythons::answer(arguments).map(Some);
    }
    if arguments.doctor {
        return doctor::answer(arguments).map(Some);
    }
    if arguments.json {
        return Err(Exit::usage("`--json` answers nothing by itself")
            .hint("it goes with `--list-pythons` or `--doctor`"));
    }
    if arguments.export_api {
        return Ok(Some(export::export().into_bytes()));
    }
    let version = arguments.print_driver.as_deref();
    version
        .map(|version| {
            Ok(driver::generated(dialect(version)?)
                .to_string()
                .into_bytes())
        })
        .transpose()
}

fn dialect(text: &str) -> Result<Dialect, Exit> {
    let refused = |why: &str| {
        Exit::usage(format!("`--print-driver {text}`: {why}"))
            .hint("the drivers are `2.7`, and `3` for 3.4 and newer")
    };
    let version: Version = text.parse().map_err(|_| refused("not a version"))?;
    match text {
        "2" => Ok(Dialect::Two),
        "3" => Ok(Dialect::Three),
        _ if !version.is_supported() => Err(refused("there is no driver for this version")),
        _ if version.major == 2 => Ok(Dialect::Two),
        _ => Ok(Dialect::Three),
    }
}

/// Prints an answer.
pub(crate) fn print(answer: &[u8]) -> Result<ExitCode, Exit> {
    let mut output = io::stdout().lock();
    let written = output.write_all(answer).and_then(|()| output.flush());
    went_away(written)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether the reader of standard output went away, as one does that has seen enough.
fn went_away(written: io::Result<()>) -> Result<bool, Exit> {
    match written {
        Ok(()) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(true),
        Err(error) => Err(Exit::usage_because(
            "cannot write to standard output",
            error,
        )),
    }
}

/// An answer that is printed part by part, in colour where that is wanted.
pub(crate) struct Answer {
    output: AutoStream<io::StdoutLock<'static>>,
    is_wanted: bool,
}

impl Answer {
    pub(crate) fn new(color: Color) -> Self {
        let output = io::stdout().lock();
        let choice = match color {
            Color::Auto => AutoStream::choice(&output),
            Color::Always => ColorChoice::AlwaysAnsi,
            Color::Never => ColorChoice::Never,
        };
        Self {
            output: AutoStream::new(output, choice),
            is_wanted: true,
        }
    }

    /// False when nobody reads it any more.
    pub(crate) fn is_wanted(&self) -> bool {
        self.is_wanted
    }

    /// Prints the next part, which is seen at once.
    pub(crate) fn print(&mut self, part: &str) -> Result<(), Exit> {
        let written = self.output.write_all(part.as_bytes());
        let written = written.and_then(|()| self.output.flush());
        self.is_wanted &= !went_away(written)?;
        Ok(())
    }
}
