//! The answer to `--doctor`: the interpreter is started and examined.

mod advice;
mod findings;

use std::path::PathBuf;

use hotload_python::start::StandardInput;
use hotload_python::start::examination::{self, Conditions, Examination};
use hotload_python::targets::Target;
use hotload_python::transport::Sink;
use serde_json::{Value, json};

use self::findings::Findings;
use crate::answers::print::print;
use crate::answers::{self, Form};
use crate::config::durations::start_timeout;
use crate::config::environment::{current_folder, shared_folder};
use crate::config::layers::Layers;
use crate::config::selection::Selection;
use crate::exit::Exit;
use crate::render::causes;
use crate::screen::terminal;
use crate::system::processes::SystemProcesses;

pub(super) fn answer(layers: &Layers, form: Form) -> Result<Vec<u8>, Exit> {
    let selection = Selection::new(layers, &folder(layers)?)?;
    let asked_for = layers.value(|options| options.interpreter.python.clone());
    let asked_for = asked_for.as_deref();
    let examination = match examine(layers, &selection) {
        Ok(examination) => examination,
        Err(exit) if form == Form::Json => {
            print(format!("{:#}\n", not_usable(asked_for, &exit)).as_bytes())?;
            return Err(exit);
        }
        Err(exit) => return Err(exit),
    };
    let findings = Findings {
        asked_for,
        selection: &selection,
        examination: &examination,
    };
    let text = match form {
        Form::Json => format!("{:#}\n", findings.as_json()),
        Form::Text => findings.as_text(),
    };
    Ok(text.into_bytes())
}

/// The folder of the first target, or the current one.
fn folder(layers: &Layers) -> Result<PathBuf, Exit> {
    let current = current_folder()?;
    let targets = layers.given("targets", |options| options.targets.clone());
    let first = targets.as_ref().and_then(|targets| {
        let text = targets.value.first()?;
        Some(Target::parse(text, targets.folder(&current)))
    });
    let target = first.transpose()?;
    Ok(target.map_or(current, |target| target.folder))
}

fn examine(layers: &Layers, selection: &Selection) -> Result<Examination, Exit> {
    let conditions = Conditions {
        standard_input: StandardInput::Inherited,
        shared_folder: shared_folder()?,
        start_timeout: start_timeout(layers)?,
        output: Sink::new(terminal::pass_on),
    };
    let candidates = answers::candidates(layers, selection)?;
    let processes = SystemProcesses::new();
    Ok(examination::examine(candidates, &conditions, &processes)?)
}

/// The answer for programs if there is no interpreter.
fn not_usable(asked_for: Option<&str>, exit: &Exit) -> Value {
    let causes: Vec<String> = causes(&*exit.error).map(ToString::to_string).collect();
    json!({
        "asked_for": asked_for,
        "usable": false,
        "error": exit.error.to_string(),
        "causes": causes,
        "hint": exit.hint,
    })
}
