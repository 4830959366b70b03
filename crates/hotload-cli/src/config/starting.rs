//! Which interpreter is started, and how.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hotload_python::discovery::Candidates;
use hotload_python::interpreter::settings::GuestSettings;

use crate::config::layers::Layers;
use crate::config::selection::Selection;
use crate::config::warning::Warning;
use crate::config::{durations, environment, guest};
use crate::exit::Exit;

/// Which interpreter is started, and how.
pub(crate) struct Starting {
    pub(crate) origin: Origin,
    pub(crate) start_timeout: Duration,
    pub(crate) shared_folder: Option<PathBuf>,
    pub(crate) compiled_code: Option<PathBuf>,
}

/// Where the interpreter comes from.
#[derive(Clone)]
pub(crate) enum Origin {
    /// hotload starts the first of these that is one.
    Start(Candidates),
    /// It is in a program that is already running, and joins.
    Guest(GuestSettings),
}

impl Starting {
    /// Configuration files and environments are looked for in `folder` and above.
    pub(super) fn check(
        layers: &Layers,
        folder: &Path,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Exit> {
        let origin = match guest::check(layers)? {
            Some(guest) => Origin::Guest(guest),
            None => {
                let selection = Selection::new(layers, folder)?;
                Origin::Start(selection.candidates(warnings)?)
            }
        };
        Ok(Self {
            start_timeout: durations::start_timeout(layers)?,
            shared_folder: environment::shared_folder()?,
            compiled_code: environment::compiled_code()
                .filter(|_| !layers.is_on(|options| options.interpreter.no_cache)),
            origin,
        })
    }
}
