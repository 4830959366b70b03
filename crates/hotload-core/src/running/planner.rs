//! Turns what user code registers into a plan.

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
}
