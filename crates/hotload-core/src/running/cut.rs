//! What a save does while a step runs, and why a step is ended before its time.

use std::time::Duration;

/// What a save does while a step runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Busy {
    /// It waits: one more cycle follows.
    #[default]
    Queue,
    /// It interrupts the step.
    Interrupt,
    /// It ends the step at once.
    Restart,
}

/// Why a step is ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// A newer save has made it pointless.
    NewerSave,
    /// It has taken longer than this.
    TimeLimit(Duration),
}

/// What is done to a step that is ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// It gets what Ctrl-C sends.
    Interrupt,
    /// It is killed.
    Kill,
    /// It is killed with its worker, and a new worker takes the place of that.
    NewWorker,
}
