//! The step that clears the terminal.

use std::rc::Rc;

use hotload_core::running::report::Outcome;
use hotload_core::running::step::{Started, Step, StepContext};
use hotload_core::running::step_name::{StepKind, StepName};
use hotload_python::interpreter::Interpreter;
use hotload_python::outcome::failure::Failure;

use crate::screen::display::Header;
use crate::screen::terminal::Terminal;

/// `clear`: an empty screen with the header on top.
pub(crate) struct Clear {
    /// Where.
    pub(crate) terminal: Rc<Terminal>,
    /// What is on top.
    pub(crate) header: Rc<Header>,
    /// Whether it may: `--no-clear` is stronger than a launch script.
    pub(crate) is_wanted: bool,
}

impl Step<Interpreter> for Clear {
    fn name(&self) -> StepName {
        StepName::new(StepKind::Clear, "")
    }

    fn start(&mut self, _context: &mut StepContext<'_, Interpreter>) -> Started<Failure> {
        if self.is_wanted {
            self.header.start_screen(&self.terminal);
        }
        Started::Ended(Outcome::Ok)
    }
}
