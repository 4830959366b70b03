//! What carries out steps outside of the loop: an interpreter, seen from here.

use std::path::PathBuf;
use std::time::Instant;

use crate::running::plan::PlannedStep;
use crate::running::report::{Outcome, StepFailure};
use crate::watching::poller::SourceRead;
use crate::watching::watch_set::{Newcomers, WatchSet};

/// What carries out steps outside of the loop and answers through its inbox: an interpreter.
pub trait Worker: Sized {
    /// What failed in a step.
    type Failure: StepFailure;
    /// What comes in for it from outside: a frame, the end of a process.
    type Event;
    /// What it has to tell that concerns no step.
    type Notice;
    /// Why it cannot go on.
    type Error;

    /// Whether a step can be started.
    fn is_ready(&self) -> bool;

    /// Takes what came in and says what that means.
    fn receive(&mut self, event: Self::Event) -> Vec<News<Self>>;

    /// Called often, for its own time limits.
    fn tick(&mut self, now: Instant) -> Vec<News<Self>>;

    /// Whether the step that is running in it has the terminal.
    fn owns_terminal(&self) -> bool;

    /// The process that the step is running in, if a signal has stopped it.
    fn stopped(&self) -> Option<u32> {
        None
    }

    /// Interrupts the step that is running in it; false where nothing can.
    fn interrupt(&mut self) -> bool;

    /// Ends it and starts it anew: at once if it runs a step, else as `quit` does. The new one comes
    /// up when the old one is gone.
    fn restart(&mut self);

    /// When it ends from now on, it is not started anew.
    fn do_not_replace(&mut self);

    /// Asks it to end by itself.
    fn quit(&mut self);

    /// Ends it at once.
    fn kill(&mut self);

    /// Whether it has ended and left nothing behind.
    fn is_gone(&self) -> bool;
}

/// What a worker has to say.
pub enum News<W: Worker> {
    /// The running step ended.
    StepEnded(Outcome<W::Failure>),
    /// It has read a source and run it, or tried to.
    SourceRead(SourceRead),
    /// A file is in use: it is watched from now on, wherever it lies.
    InUse(PathBuf),
    /// From now on these steps follow the running one.
    Plan(Vec<PlannedStep<W>>),
    /// From now on this is watched.
    Watch(WatchSet, Newcomers),
    /// Something that concerns no step.
    Notice(W::Notice),
    /// It is new, and nothing has run in it yet.
    Fresh,
    /// What earlier steps have left in it is gone: a cycle in which that happens has failed.
    Lost,
    /// It cannot go on.
    Fatal(W::Error),
    /// Nobody reads what the steps print any more.
    OutputClosed,
    /// A person has ended it at the terminal.
    Interrupted,
}
