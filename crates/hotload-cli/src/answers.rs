//! The modes that print an answer on standard output and exit.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use hotload_python::api;
use hotload_python::driver::{self, Dialect, Version};

use crate::arguments::Arguments;
use crate::doctor;
use crate::exit::Exit;
use crate::list_pythons;

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
        return Ok(Some(api::export().into_bytes()));
    }
    let version = arguments.print_driver.as_deref();
    version
        .map(|version| Ok(driver::generate(dialect(version)?).to_string().into_bytes()))
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

/// Prints an answer. A reader that goes away early has seen enough.
pub(crate) fn print(answer: &[u8]) -> Result<ExitCode, Exit> {
    let mut output = io::stdout().lock();
    match output.write_all(answer).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Exit::usage_because(
            "cannot write to standard output",
            error,
        )),
        _ => Ok(ExitCode::SUCCESS),
    }
}
