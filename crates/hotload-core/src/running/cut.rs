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

/// How a step is ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutBy {
    /// By what Ctrl-C sends.
    Interrupt,
    /// By killing it.
    Kill,
    /// By killing its worker, which a new one replaces.
    NewWorker,
}
