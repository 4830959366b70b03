//! What an interpreter has to tell besides the outcomes of steps.

use std::path::PathBuf;
use std::time::Duration;

use crate::discovery::candidate::Candidate;
use crate::outcome::death::Death;
use crate::outcome::failure::{Failure, UserError};
use crate::outcome::guest::{GuestNotice, Joined};
use crate::outcome::hint::Hint;
use crate::outcome::leftovers::Counts;
use crate::outcome::patching::Patched;
use crate::outcome::reloading::{ImportingModule, KeptFor, Reloaded};
use crate::start::error::StartError;
use crate::transport::Transport;
use crate::transport::hello::Hello;

/// What an interpreter has to tell.
#[derive(Debug, Clone)]
pub enum Notice {
    /// It has not said hello yet.
    SlowStart {
        /// What was started.
        candidate: Candidate,
        /// For how long it has been waited for.
        waited: Duration,
        /// For how long it will be.
        limit: Duration,
    },
    /// A candidate does not have the version that was asked for, or no Python, and the next is tried.
    PassedOver(StartError),
    /// The Python that a shell would start cannot be used, and the next is tried.
    Skipped(StartError),
    /// It can run steps.
    Ready(Ready),
    /// The launcher has started another one with the same shim; that was sent away.
    Another(Candidate),
    /// User code has printed this, and hotload shows it.
    Printed {
        /// What.
        text: String,
        /// Whether it belongs to standard error.
        is_error: bool,
    },
    /// User code has entered the event loop of a GUI, by calling this; or has left it.
    EventLoop(Option<String>),
    /// About a guest.
    Guest(GuestNotice),
    /// A module was run.
    Reloaded(Reloaded),
    /// A module did not run, since another that it needs has failed.
    StayedOld {
        /// Its full name.
        module: String,
        /// What failed.
        needs: String,
    },
    /// A module would have run, but was left as it is.
    Kept {
        /// Its full name.
        module: String,
        /// Why.
        why: KeptFor,
    },
    /// What has lived on in a module that ran.
    Patched(Patched),
    /// `--reload patch` does what `--reload dependents` does, because of such an exception.
    Unpatched(String),
    /// A C extension that is loaded has changed, which only a new interpreter notices.
    Outdated {
        /// Its file.
        file: PathBuf,
    },
    /// Who imports whom.
    Graph(Vec<ImportingModule>),
    /// An error that ended no step: of a thread, of `__del__`, of `atexit`.
    Error(Box<UserError>),
    /// So many more of them came in one step.
    ErrorsDropped(u64),
    /// There is more or less than before of what reloads leave behind.
    Leftovers(Counts),
    /// A library does what a person may not expect.
    Hint(Hint),
    /// It ended without being asked to. A new one is started.
    Died {
        /// How.
        death: Death,
        /// Whether it had loaded anything, so that state was lost.
        state_lost: bool,
        /// Whether it had been asked to run a step and had not begun: the next one runs that.
        step_follows: bool,
    },
    /// A `hotload.py` that `import hotload` did not give, since the driver has its own.
    NewerApi {
        /// The file.
        file: PathBuf,
        /// Its version.
        version: String,
    },
    /// Functions and classes that a module keeps although its file no longer defines them. Comes with
    /// each step after which that is so.
    OldDefinitions {
        /// The module.
        module: String,
        /// Their names.
        names: Vec<String>,
    },
    /// A callable in the watch list of a launch script failed.
    WatchListFailed(Failure),
    /// A new one did not come up either; it is tried again after the pause.
    StartFailed {
        /// Why.
        error: StartError,
        /// Until the next try.
        pause: Duration,
    },
}

/// An interpreter that can run steps.
#[derive(Debug, Clone)]
pub struct Ready {
    /// What was started.
    pub candidate: Candidate,
    /// What it said of itself.
    pub hello: Hello,
    /// How many interpreters died before it.
    pub restarts: u32,
    /// On which way it talks to hotload.
    pub transport: Transport,
    /// From its start until now.
    pub start_time: Duration,
    /// Variables of the environment that it was started without.
    pub left_out: Vec<String>,
    /// How it has joined, if it was not started.
    pub joined: Option<Joined>,
}
