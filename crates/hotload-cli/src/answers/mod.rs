//! The questions that hotload answers on standard output, instead of running a session.

pub(crate) mod complete;
mod doctor;
mod explain;
mod init;
mod list_pythons;
pub(crate) mod print;
mod send;
mod show_config;

use std::path::Path;
use std::process::ExitCode;

use clap_complete::Shell;
use hotload_python::discovery::Candidates;
use hotload_python::discovery::hosts::Host;
use hotload_python::driver;
use hotload_python::driver::export;
use hotload_python::version::{Dialect, Version};

use crate::arguments::{self, Questions, SendCommand};
use crate::config::layers::Layers;
use crate::config::selection::Selection;
use crate::config::{appearance, display};
use crate::exit::Exit;
use crate::screen::Screen;
use crate::screen::appearance::Appearance;

/// Answers a question that has the same answer whatever is configured, if there is one.
pub(crate) fn answer_at_once(questions: &Questions) -> Result<Option<ExitCode>, Exit> {
    let text = match Question::asked(questions)? {
        Some(Question::Completions(shell)) => completions(shell),
        Some(Question::Manual) => manual()?,
        Some(Question::Api) => export::export().into_bytes(),
        Some(Question::Driver(version)) => driver(version)?,
        _ => return Ok(None),
    };
    print::print(&text).map(Some)
}

/// Answers the other questions.
pub(crate) fn answer(questions: &Questions, layers: &Layers) -> Result<Option<ExitCode>, Exit> {
    let text = match Question::asked(questions)? {
        Some(Question::Explain(path)) => return explain::run(path, layers).map(Some),
        Some(Question::Pythons(probing, form)) => list_pythons::answer(layers, probing, form)?,
        Some(Question::Doctor(form)) => doctor::answer(layers, form)?,
        Some(Question::Send(command)) => send::answer(command, layers)?,
        Some(Question::Config) => show_config::answer(layers)?,
        Some(Question::Init) => init::answer(layers)?,
        _ => return Ok(None),
    };
    print::print(&text).map(Some)
}

enum Question<'q> {
    Explain(&'q Path),
    Completions(Shell),
    Manual,
    Pythons(Probing, Form),
    Doctor(Form),
    Send(SendCommand),
    Config,
    Init,
    Api,
    Driver(&'q str),
}

/// Whether Pythons are started to find out what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Probing {
    Each,
    None,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
}

impl<'q> Question<'q> {
    fn asked(questions: &'q Questions) -> Result<Option<Self>, Exit> {
        let form = if questions.json {
            Form::Json
        } else {
            Form::Text
        };
        let probing = if questions.no_probe {
            Probing::None
        } else {
            Probing::Each
        };
        let question = questions.explain.as_deref().map(Self::Explain);
        let question = question
            .or(questions.send.map(Self::Send))
            .or(questions.completions.map(Self::Completions))
            .or(questions.man.then_some(Self::Manual))
            .or(questions
                .list_pythons
                .then_some(Self::Pythons(probing, form)))
            .or(questions.doctor.then_some(Self::Doctor(form)));
        if question.is_none() && questions.json {
            return Err(Exit::usage("`--json` needs `--list-pythons` or `--doctor`"));
        }
        Ok(question
            .or(questions.show_config.then_some(Self::Config))
            .or(questions.init.then_some(Self::Init))
            .or(questions.export_api.then_some(Self::Api))
            .or(questions.print_driver.as_deref().map(Self::Driver)))
    }
}

fn completions(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut arguments::command(), "hotload", &mut text);
    text
}

fn manual() -> Result<Vec<u8>, Exit> {
    let mut text = Vec::new();
    clap_mangen::Man::new(arguments::command())
        .render(&mut text)
        .map_err(|error| Exit::usage_because("cannot write the manual page", error))?;
    Ok(text)
}

fn driver(version: &str) -> Result<Vec<u8>, Exit> {
    Ok(driver::generate(dialect(version)?).to_string().into_bytes())
}

fn dialect(text: &str) -> Result<Dialect, Exit> {
    let refused = |why: &str| {
        Exit::usage(format!("`--print-driver {text}`: {why}"))
            .hint("there are two drivers: `2.7`, and `3` for Python 3.4 and newer")
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

/// The programs that may be that interpreter.
fn candidates(layers: &Layers, selection: &Selection) -> Result<Candidates, Exit> {
    let mut warnings = Vec::new();
    let candidates = selection.candidates(&mut warnings);
    // Shown at once: they may explain why there is no answer.
    let appearance = Appearance::with_volume(appearance::volume(layers));
    Screen::new(display::color(layers), appearance).warn(&warnings);
    candidates
}

/// Where a host's recipe was tested.
fn tested(host: &Host) -> String {
    match &host.tested {
        Some(on) => format!("tested on {on}"),
        None => "untested".into(),
    }
}
