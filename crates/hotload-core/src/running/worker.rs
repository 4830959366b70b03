//! What carries out steps outside of the loop: an interpreter, seen from here.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::running::report::{Outcome, StepFailure};
use crate::watching::poller::SourceRead;

/// What carries out steps outside of the loop and answers through its inbox: an interpreter.
pub trait Worker: Sized {
    /// What failed in a step.
    type Failure: StepFailure;
    /// What arrives for it from outside: a frame, the end of a process.
    type Event;
    /// What it has to report that concerns no step.
    type Notice;
    /// What it asks for while it runs a step: other steps, other files to watch. A
    /// [`Planner`](crate::running::planner::Planner) turns that into a plan.
    type Registered;
    /// Why it cannot go on.
    type Error;

    /// Whether a step can be started.
    fn is_ready(&self) -> bool;

    /// Takes what arrived and says what it means.
    fn receive(&mut self, event: Self::Event) -> Vec<News<Self>>;

    /// Acts on its own time limits. Called at the latest when it [wakes](Self::wakes_at).
    fn tick(&mut self, now: Instant) -> Vec<News<Self>>;

    /// When one of its time limits is next reached; `None` while it has none.
    fn wakes_at(&self) -> Option<Instant>;

    /// Whether something that it has loaded fails without this file, so that its removal calls for a
    /// cycle.
    fn needs(&self, _file: &Path) -> bool {
        false
    }

    /// Whether something that it has loaded was made from this file, or has read it.
    fn uses(&self, _file: &Path) -> bool {
        false
    }

    /// Whether the step that is running in it has the terminal.
    fn owns_terminal(&self) -> bool;

    /// The process that the step is running in, if a signal has stopped it.
    fn stopped(&self) -> Option<u32> {
        None
    }

    /// Interrupts the step that is running in it; false where that is not possible.
    fn interrupt(&mut self) -> bool;

    /// Replaces it by a new one: ends it at once if it runs a step, otherwise as `quit` does. The
    /// new one starts when the old one is gone.
    fn restart(&mut self);

    /// Whether it can be replaced by a new one, and so be ended at any time.
    fn is_replaceable(&self) -> bool {
        true
    }

    /// From now on it is not replaced when it ends.
    fn do_not_replace(&mut self);

    /// Asks it to end by itself.
    fn quit(&mut self);

    /// Ends it at once.
    fn kill(&mut self);

    /// Whether it has ended and left nothing running.
    fn is_gone(&self) -> bool;
}

/// What a worker reports.
pub enum News<W: Worker> {
    /// The running step ended.
    StepEnded(Outcome<W::Failure>),
    /// The step was started, but it was lost before that could run anything. How it ends if there is no
    /// other worker to run it.
    NeverBegan(Outcome<W::Failure>),
    /// It asks user code something that belongs to no step, and that takes long: a callable in the watch
    /// list. Until [`Self::Asked`] it is busy as with a step.
    Asking,
    /// User code has answered, or was interrupted.
    Asked,
    /// It has read a source and run it, or tried to.
    SourceRead(SourceRead),
    /// A file is in use: it is watched from now on, wherever it is.
    InUse(PathBuf),
    /// User code has opened this file for writing.
    Wrote(PathBuf),
    /// Only a new worker can run what has changed.
    Outdated,
    /// User code asked for this while a step ran.
    Registered(W::Registered),
    /// Something that concerns no step.
    Notice(W::Notice),
    /// It is new, and nothing has run in it yet.
    Fresh,
    /// A cycle is to run in it, whatever has been saved.
    Unserved,
    /// What earlier steps have left in it is gone: a cycle in which that happens has failed.
    Lost,
    /// It cannot go on.
    Fatal(W::Error),
    /// Standard output's reader is gone.
    OutputClosed,
    /// A person has ended it at the terminal.
    Interrupted,
}
