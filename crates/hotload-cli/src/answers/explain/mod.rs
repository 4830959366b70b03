//! `--explain`: the tracebacks in a text, shown the way errors are.
//!
//! Each is shown as soon as it has been read, so a log can be of any length.

mod input;
mod reports;
mod shown;

use std::path::Path;
use std::process::ExitCode;

use hotload_python::traceback::text::tracebacks;

use self::input::{Input, unreadable};
use self::reports::Reports;
use self::shown::Shown;
use crate::answers::print::Answer;
use crate::config::environment::is_unicode;
use crate::config::layers::Layers;
use crate::config::{appearance, display};
use crate::exit::Exit;
use crate::render::error::Look;
use crate::screen::terminal;

/// Shows the tracebacks in a file; `-` is standard input.
pub(super) fn run(path: &Path, layers: &Layers) -> Result<ExitCode, Exit> {
    let color = display::color(layers);
    let input = Input::open(path, color)?;
    let mut answer = Answer::new(color);
    let look = Look {
        style: appearance::traceback(layers),
        columns: terminal::columns_of_output(),
        unicode: is_unicode(),
    };
    let name = input.name.clone();
    let kind = input.kind;
    let mut shown = Shown::new(look.style);
    let mut reports = Reports::new(look);
    for traceback in tracebacks(input.text) {
        let traceback = traceback.map_err(|error| unreadable(&name, error))?;
        shown.add(traceback, &mut reports, &mut answer)?;
        if !answer.is_wanted() {
            return Ok(ExitCode::SUCCESS);
        }
    }
    match shown.finish(&mut answer)? {
        0 => Err(kind.nothing_found(&name)),
        _ => Ok(ExitCode::SUCCESS),
    }
}
