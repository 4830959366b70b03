//! What a save and Ctrl-C do while a step runs, and why a step is cut short.

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

/// What Ctrl-C does while a cycle runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CtrlC {
    /// It ends the session.
    EndsSession,
    /// It stops the cycle. Pressed again within a second it ends the session.
    StopsCycle,
}

/// Why a step is cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// A newer save has made it pointless.
    NewerSave,
    /// A person stopped it with Ctrl-C.
    Person,
    /// It has taken longer than this.
    TimeLimit(Duration),
}

/// How a step is cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutBy {
    /// By what Ctrl-C sends.
    Interrupt,
    /// By killing it.
    Kill,
    /// By killing its worker, which a new one replaces.
    NewWorker,
}
