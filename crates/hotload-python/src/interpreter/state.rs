//! What state an interpreter is in: from its start to its end.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use hotload_core::running::process::{ProcessEnd, ProcessGroup};

use crate::outcome::guest::Joined;
use crate::protocol::message::Request;
use crate::start::greeting::Greeting;
use crate::start::shim::ShimFile;
use crate::transport::hello::Hello;
use crate::transport::{Reception, Transport, Writer, frame};

/// After this time a start is reported as slow.
const SLOW_START: Duration = Duration::from_secs(3);

/// After this time an idle interpreter is asked to prepare for errors, which would delay a step that
/// comes at once.
const TIME_TO_PREPARE: Duration = Duration::from_millis(50);

/// A question that user code answers within this time is no news: the key that is pressed meanwhile is
/// still for hotload.
const TIME_TO_ANSWER: Duration = Duration::from_millis(200);

/// How long the loop of a guest may take until it calls.
const TIME_TO_CALL: Duration = Duration::from_secs(2);

/// How long a process may go on after its connection has ended, and the connection after its
/// process has: the one is about to end, and a child may hold the other.
pub(super) const TIME_TO_FOLLOW: Duration = Duration::from_millis(500);

/// What state an interpreter is in.
pub(super) enum State {
    /// Started; it has not said hello, or is not set up yet.
    Starting(Box<Starting>),
    /// It can run steps, or runs one, or is dying of itself.
    Up(Box<Up>),
    /// It is ending, so that another can be started. No step starts in it any more.
    Leaving(Leaving),
    /// Given up on, but its process has not ended yet.
    Ending(Box<dyn ProcessGroup>),
    /// Waits until then before the next start.
    Pausing(Instant),
    /// No program has joined.
    Waiting,
    /// A program has said hello; its loop has not called yet.
    Joining(Box<Joining>),
    /// There is none.
    Gone,
}

/// A program that was started.
pub(super) struct Starting {
    pub(super) greeting: Greeting,
    pub(super) is_slowness_reported: bool,
    pub(super) connected: Option<Connected>,
}

/// An interpreter that has connected.
pub(super) struct Connected {
    pub(super) hello: Hello,
    pub(super) transport: Transport,
    pub(super) writer: Writer,
}

impl Connected {
    /// Whether it reads requests while user code runs, so that one can interrupt it.
    fn reads_in_thread(&self) -> bool {
        self.hello.platform == "win32" && self.transport == Transport::Socket
    }
}

/// A program that has said hello, and whose loop has not called yet.
pub(super) struct Joining {
    pub(super) connected: Connected,
    pub(super) since: Instant,
    /// The files of the targets.
    pub(super) files: Vec<PathBuf>,
    pub(super) chosen: Option<Joined>,
    pub(super) is_lateness_reported: bool,
}

/// An interpreter that is set up.
pub(super) struct Up {
    pub(super) process: Box<dyn ProcessGroup>,
    pub(super) connection: Connected,
    /// Its private folder; a guest has none.
    pub(super) shim: Option<ShimFile>,
    /// Stays open for a little longer, to notice a launcher that starts several. With files it
    /// stays open for good.
    pub(super) reception: Option<Reception>,
    /// Whether user code has run in it, so that its end loses state.
    pub(super) has_state: bool,
    /// The files of the modules that it has loaded, apart from targets.
    pub(super) loaded: BTreeSet<PathBuf>,
    /// The files that it has loaded or read.
    pub(super) in_use: BTreeSet<PathBuf>,
    /// Whether it has sent something that is not an expected message.
    pub(super) is_garbled: bool,
    pub(super) work: Work,
    pub(super) end: End,
}

/// What it is doing.
pub(super) enum Work {
    /// Nothing.
    Idle { since: Instant, is_prepared: bool },
    /// It runs a step.
    Step {
        ordered: Ordered,
        kind: WorkKind,
        /// Whether the driver has said that it runs.
        has_begun: bool,
        /// When a guest that has not begun is reported; `None` once it has been, and of others.
        silent_at: Option<Instant>,
        /// When a guest that was interrupted is reminded of that; `None` once it has been, and of others.
        remind_at: Option<Instant>,
    },
    /// A guest was asked for a step and has not begun, and it is no longer wanted.
    Withdrawn,
    /// It calls a callable in the watch list of a launch script.
    Asking {
        since: Instant,
        /// Whether the session knows.
        is_reported: bool,
    },
}

/// Which kind of step it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WorkKind {
    /// It reads a launch script.
    Script,
    /// It runs what changed, if anything did.
    Dependents,
    /// It runs what comes before all targets. It leaves no state that anyone would miss.
    Preload,
    /// Any other.
    Other,
}

impl WorkKind {
    pub(super) fn of(request: &Request) -> Self {
        match request {
            Request::Launch { .. } => Self::Script,
            Request::Dependents { .. } => Self::Dependents,
            Request::Preload { .. } => Self::Preload,
            _ => Self::Other,
        }
    }
}

/// What was done to a running step from outside.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ordered {
    /// Nothing.
    Nothing,
    /// It was interrupted.
    Interrupt,
    /// Its interpreter was killed, to be replaced.
    Replace,
}

/// Whether it is ending without having been asked to.
pub(super) enum End {
    /// It is not.
    No,
    /// Its connection has ended, its process has not.
    Disconnected { since: Instant, is_killed: bool },
    /// Its process has ended, its connection has not: what it sent before is still read.
    Ended { end: ProcessEnd, at: Instant },
}

/// An interpreter that is ending, so that another can be started.
pub(super) struct Leaving {
    pub(super) process: Box<dyn ProcessGroup>,
    /// When it is killed; `None` once it has been.
    pub(super) kill_at: Option<Instant>,
    /// The private folder is kept until its end.
    pub(super) _shim: Option<ShimFile>,
}

/// What happens after the end of the interpreter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Afterwards {
    /// Another one is started.
    Another,
    /// None is started.
    Nothing,
    /// None is started, and this one has been asked to end.
    Quit,
}

impl State {
    pub(super) fn process(&self) -> Option<&dyn ProcessGroup> {
        match self {
            Self::Starting(starting) => Some(&*starting.greeting.program.process),
            Self::Up(up) => Some(&*up.process),
            Self::Leaving(leaving) => Some(&*leaving.process),
            Self::Ending(process) => Some(&**process),
            Self::Pausing(_) | Self::Waiting | Self::Joining(_) | Self::Gone => None,
        }
    }

    pub(super) fn up(&mut self) -> Option<&mut Up> {
        match self {
            Self::Up(up) => Some(up),
            _ => None,
        }
    }
}

impl Starting {
    /// When it is next reported or given up on.
    pub(super) fn wakes_at(&self) -> Instant {
        let deadline = self.greeting.deadline();
        if self.is_slowness_reported {
            deadline
        } else {
            deadline.min(self.greeting.started() + SLOW_START)
        }
    }

    /// Whether its slowness is to be reported now. True once.
    pub(super) fn is_newly_slow(&mut self, now: Instant) -> bool {
        let is_slow = now >= self.greeting.started() + SLOW_START;
        is_slow && !std::mem::replace(&mut self.is_slowness_reported, true)
    }
}

impl Joining {
    /// The loop that has not called although it should have. Returned once.
    pub(super) fn newly_late_loop(&mut self, now: Instant) -> Option<String> {
        let is_late = self.wakes_at().is_some_and(|at| now >= at);
        let chosen = self.chosen.as_ref().filter(|_| is_late)?;
        self.is_lateness_reported = true;
        Some(chosen.loop_name.clone())
    }

    pub(super) fn wakes_at(&self) -> Option<Instant> {
        let waits = self.chosen.is_some() && !self.is_lateness_reported;
        waits.then(|| self.since + TIME_TO_CALL)
    }
}

impl Up {
    /// Whether a step can start in it.
    pub(super) fn is_ready(&self) -> bool {
        matches!((&self.work, &self.end), (Work::Idle { .. }, End::No))
    }

    /// Interrupts the running step. False where that is not possible.
    pub(super) fn interrupt(&mut self) -> bool {
        if self.process.interrupt() {
            return true;
        }
        if !self.connection.reads_in_thread() {
            return false;
        }
        let interrupt = frame::encode(&Request::Interrupt);
        self.connection.writer.write_all(&interrupt).is_ok()
    }

    pub(super) fn is_running_step(&self) -> bool {
        matches!(self.work, Work::Step { .. })
    }

    /// Whether it was asked to run a step and has not begun to.
    pub(super) fn is_step_to_begin(&self) -> bool {
        matches!(
            self.work,
            Work::Step {
                has_begun: false,
                ..
            }
        )
    }

    /// What was done to the running step; `Nothing` if there is none.
    pub(super) fn ordered(&self) -> Ordered {
        match self.work {
            Work::Step { ordered, .. } => ordered,
            Work::Idle { .. } | Work::Withdrawn | Work::Asking { .. } => Ordered::Nothing,
        }
    }

    /// Notes what is done to the running step.
    pub(super) fn order(&mut self, order: Ordered) {
        if let Work::Step { ordered, .. } = &mut self.work {
            *ordered = order;
        }
    }

    pub(super) fn rest(&mut self) {
        self.work = Work::Idle {
            since: Instant::now(),
            is_prepared: false,
        };
    }

    /// Whether it has been idle for long enough to prepare for errors. True once.
    pub(super) fn prepares(&mut self, now: Instant) -> bool {
        match &mut self.work {
            Work::Idle { since, is_prepared } if now >= *since + TIME_TO_PREPARE => {
                !std::mem::replace(is_prepared, true)
            }
            _ => false,
        }
    }

    /// Whether a guest takes so long to begin, without a word, that it has to be said. True once.
    pub(super) fn is_newly_silent(&mut self, now: Instant) -> bool {
        match &mut self.work {
            Work::Step {
                has_begun: false,
                silent_at,
                ..
            } => silent_at.take_if(|at| now >= *at).is_some(),
            _ => false,
        }
    }

    /// Whether a guest has to be reminded of an interrupt. True once.
    pub(super) fn has_to_remind(&mut self, now: Instant) -> bool {
        match &mut self.work {
            Work::Step { remind_at, .. } => remind_at.take_if(|at| now >= *at).is_some(),
            _ => false,
        }
    }

    /// Whether user code takes so long to answer that the session has to know. True once.
    pub(super) fn is_newly_slow_to_answer(&mut self, now: Instant) -> bool {
        match &mut self.work {
            Work::Asking { since, is_reported } if now >= *since + TIME_TO_ANSWER => {
                !std::mem::replace(is_reported, true)
            }
            _ => false,
        }
    }

    /// When it is next to be looked at.
    pub(super) fn wakes_at(&self) -> Option<Instant> {
        match (&self.end, &self.work) {
            (End::Ended { at, .. }, _) => Some(*at + TIME_TO_FOLLOW),
            (
                End::Disconnected {
                    is_killed: true, ..
                },
                _,
            ) => None,
            (End::Disconnected { since, .. }, _) => Some(*since + TIME_TO_FOLLOW),
            (End::No, Work::Idle { since, is_prepared }) if !is_prepared => {
                Some(*since + TIME_TO_PREPARE)
            }
            (
                End::No,
                Work::Asking {
                    since,
                    is_reported: false,
                },
            ) => Some(*since + TIME_TO_ANSWER),
            (
                End::No,
                Work::Step {
                    has_begun: false,
                    silent_at,
                    ..
                },
            ) => *silent_at,
            (End::No, Work::Step { remind_at, .. }) => *remind_at,
            (End::No, _) => None,
        }
    }
}

impl Leaving {
    /// Kills it if it has taken too long.
    pub(super) fn kill_if_due(&mut self, now: Instant) {
        if self.kill_at.take_if(|kill_at| now >= *kill_at).is_some() {
            self.process.kill();
        }
    }
}
