//! Turns what user code registers, and what a file of settings says, into a plan.

use std::path::Path;
use std::time::Duration;

use crate::running::cut::Busy;
use crate::running::plan::PlannedStep;
use crate::running::worker::Worker;
use crate::watching::watch_set::{NewFiles, WatchSet};

/// Turns what user code registers into steps and a watch set. The worker reports it as plain data:
/// how a step is carried out, and how a folder is filtered, is decided outside of it.
pub trait Planner<W: Worker> {
    /// The steps that follow the running one from now on; `None` if they stay as they are.
    fn steps(&self, registered: &W::Registered) -> Option<Vec<PlannedStep<W>>>;

    /// What is watched from now on; `None` if that stays as it is.
    fn watch_set(&self, registered: &W::Registered) -> Option<(WatchSet, NewFiles)>;

    /// Whether a file holds settings. A save of it runs nothing by itself.
    fn reads(&self, _file: &Path) -> bool {
        false
    }

    /// Reads the settings again, since a file that holds some was saved. `None` if everything stays as
    /// it is: nothing has changed, or they cannot be used.
    fn reread(&mut self) -> Option<Reread<W>> {
        None
    }
}

/// What holds from now on, since settings were read again.
pub struct Reread<W: Worker> {
    /// The steps; `None` if they stay as they are.
    pub steps: Option<Vec<PlannedStep<W>>>,
    /// What is watched; `None` if that stays as it is.
    pub watch_set: Option<WatchSet>,
    /// Whether a failed step ends the cycle.
    pub fail_fast: bool,
    /// Time between the end of one look at the files in use and the start of the next.
    pub poll_interval: Duration,
    /// What a save does while a step runs.
    pub busy: Busy,
    /// How long a step may take.
    pub step_limit: Option<Duration>,
}
