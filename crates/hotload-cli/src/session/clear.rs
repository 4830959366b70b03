//! The step that clears the terminal.

use std::rc::Rc;

use hotload_core::running::report::Outcome;
use hotload_core::running::step::{Started, Step, StepContext};
use hotload_core::running::step_name::{StepKind, StepName};
use hotload_core::running::worker::Worker;
use hotload_python::outcome::failure::Failure;

use crate::screen::Screen;

/// `clear`: an empty screen with the header on top.
pub(crate) struct Clear {
    pub(crate) screen: Rc<Screen>,
    /// Whether it may: `--no-clear` overrules a launch script.
    pub(crate) is_allowed: bool,
}

impl<W: Worker<Failure = Failure>> Step<W> for Clear {
    fn name(&self) -> StepName {
        StepName::new(StepKind::Clear, "")
    }

    fn start(&mut self, _context: &mut StepContext<'_, W>) -> Started<Failure> {
        if self.is_allowed {
            self.screen.clear();
        }
        Started::Ended(Outcome::Ok)
    }
}
