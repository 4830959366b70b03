//! Which interpreter is started, and how.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hotload_python::discovery::Candidates;

use crate::config::layers::Layers;
use crate::config::selection::Selection;
use crate::config::warning::Warning;
use crate::config::{durations, environment};
use crate::exit::Exit;

/// Which interpreter is started, and how.
pub(crate) struct Starting {
    pub(crate) candidates: Candidates,
    pub(crate) start_timeout: Duration,
    pub(crate) shared_folder: Option<PathBuf>,
    pub(crate) compiled_code: Option<PathBuf>,
}

impl Starting {
    /// Configuration files and environments are looked for in `folder` and above.
    pub(super) fn check(
        layers: &Layers,
        folder: &Path,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Exit> {
        Ok(Self {
            start_timeout: durations::start_timeout(layers)?,
            shared_folder: environment::shared_folder()?,
            compiled_code: environment::compiled_code()
                .filter(|_| !layers.is_on(|options| options.interpreter.no_cache)),
            candidates: Selection::new(layers, folder)?.candidates(warnings)?,
        })
    }
}
