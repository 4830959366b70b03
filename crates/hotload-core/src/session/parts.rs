//! What a session is put together from.

use crate::running::planner::Planner;
use crate::running::worker::Worker;
use crate::session::clock::Clock;
use crate::session::observer::Observer;
use crate::watching::file_system::FileSystem;
use crate::watching::poller::Poller;

/// The kinds of parts that a session is put together from.
pub trait Kinds {
    /// What carries out steps.
    type Worker: Worker;
    /// What turns registered steps into a plan.
    type Planner: Planner<Self::Worker>;
    /// Where the watched files are.
    type FileSystem: FileSystem;
    /// The time.
    type Clock: Clock;
    /// Who sees what happens.
    type Observer: Observer<Self::Worker>;
}

/// The parts of a session.
pub struct Parts<K: Kinds> {
    /// What carries out steps.
    pub worker: K::Worker,
    /// What turns registered steps into a plan.
    pub planner: K::Planner,
    /// What finds out which files changed.
    pub poller: Poller<K::FileSystem>,
    /// The time.
    pub clock: K::Clock,
    /// Who sees what happens.
    pub observer: K::Observer,
}

/// How a step of the session's worker fails.
pub(super) type Failure<K> = <<K as Kinds>::Worker as Worker>::Failure;

/// Why the session's worker cannot go on.
pub type Error<K> = <<K as Kinds>::Worker as Worker>::Error;
