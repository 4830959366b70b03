//! The interpreter as the session's worker: started, fed with one step at a time, started anew
//! when it dies.
//!
//! It waits for nothing: threads wait for the connection, for frames and for the process's end,
//! and send what comes as events.

use std::io::Write;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hotload_core::running::input::{Inbox, Input};
use hotload_core::running::process::{ProcessEnd, ProcessGroup, Processes};
use hotload_core::running::worker::{News, Worker};
use hotload_core::watching::change_set::{ChangeKind, ChangeSet};

use crate::discovery::candidate::Candidate;
use crate::driver::code_cache::CodeCache;
use crate::interpreter::registering::Launching;
use crate::interpreter::replacing::TIME_TO_FOLLOW;
use crate::interpreter::settings::Settings;
use crate::outcome::failure::Failure;
use crate::outcome::notice::Notice;
use crate::protocol::message::{Request, StepRequest};
use crate::protocol::registered::Registered;
use crate::start::Launched;
use crate::start::attempts::Attempts;
use crate::start::error::StartError;
use crate::start::shim::ShimFile;
use crate::transport::frame;
use crate::transport::hello::Hello;
use crate::transport::{Arrival, Reception, Transport, Writer};

/// After this time a start is said to be slow.
const SLOW_START: Duration = Duration::from_secs(3);

/// After this time an idle interpreter is asked to prepare for errors, which would delay a step that
/// comes at once.
const TIME_TO_PREPARE: Duration = Duration::from_millis(50);

mod registering;
mod replacing;
mod replying;
pub mod settings;
mod starting;

/// The interpreter of a session.
pub struct Interpreter {
    candidate: Candidate,
    /// What else may be tried before the first interpreter is there.
    attempts: Attempts,
    settings: Settings,
    processes: Rc<dyn Processes>,
    inbox: Inbox<Self>,
    /// How many interpreters came before this one.
    generation: u32,
    /// Which start of a program an event belongs to.
    starts: u32,
    state: State,
    /// What the last one that connected has said of itself.
    hello: Option<Hello>,
    failed_starts: u32,
    launched: Launching,
    code_cache: CodeCache,
    /// Whether the running step was interrupted by us.
    interrupting: bool,
    /// Whether it was killed to be started anew.
    restarting: bool,
    /// Whether another is started when it ends.
    is_last: bool,
    quitting: bool,
}

enum State {
    /// Started, no hello yet; or connected and not set up yet.
    Starting {
        launched: Launched,
        since: Instant,
        slowness_told: bool,
        connected: Option<Connected>,
    },
    /// Can run steps, or runs one.
    Up {
        process: Box<dyn ProcessGroup>,
        connection: Connected,
        running: bool,
        loaded: bool,
        /// Since when it has nothing to do, unless it runs a step.
        idle_since: Instant,
        /// Whether it has been asked to prepare for errors.
        prepared: bool,
        /// Set when the connection has ended.
        disconnected: Option<Instant>,
        /// Set when the process has ended. What it has sent before is still read.
        ended: Option<(ProcessEnd, Instant)>,
        /// Whether it has sent what is no message.
        garbled: bool,
        shim: ShimFile,
        /// Open for a little longer, to tell of a launcher that starts several; files stay so.
        reception: Option<Reception>,
    },
    /// Asked to end, so that another can be started.
    Leaving {
        process: Box<dyn ProcessGroup>,
        kill_at: Option<Instant>,
        _shim: ShimFile,
    },
    /// Given up, but its process has not ended yet.
    Ending {
        process: Box<dyn ProcessGroup>,
    },
    /// Waits before the next start.
    Pausing {
        until: Instant,
    },
    Gone,
}

struct Connected {
    hello: Hello,
    transport: Transport,
    writer: Writer,
}

/// Something that came in, and from which of the session's interpreters.
pub struct Event {
    start: u32,
    kind: EventKind,
}

enum EventKind {
    Arrived(Arrival),
    /// The text of a frame. It is read here, in the loop: each thread has an arena of memory, which the
    /// values of a large reply would leave in pieces.
    Frame(Vec<u8>),
    /// The connection carries something else than frames.
    Garbled,
    /// The connection has ended, or is of no more use.
    Disconnected,
    Ended(ProcessEnd),
}

impl Interpreter {
    fn sender(&self) -> impl Fn(EventKind) + Send + 'static {
        let inbox = self.inbox.clone();
        let start = self.starts;
        move |kind| inbox.send(Input::Worker(Event { start, kind }))
    }

    /// Starts a step; its outcome comes as news. False when there is nothing to run it in.
    pub(crate) fn run(&mut self, request: &Request, changes: &ChangeSet) -> bool {
        let State::Up {
            connection,
            running,
            loaded,
            ..
        } = &mut self.state
        else {
            return false;
        };
        // A write that fails is the end of the connection, which the reader reports.
        self.launched.is_reading = matches!(request, Request::Launch { .. });
        let changed = changed(changes);
        let request_of_step = frame::encode(&StepRequest { request, changed });
        let _ = connection.writer.write_all(&request_of_step);
        *running = true;
        *loaded |= !matches!(request, Request::Preload { .. });
        true
    }

    /// Whether a launch script has registered a plan in this interpreter.
    pub(crate) fn has_plan(&self) -> bool {
        self.launched.has_plan
    }

    fn process(&self) -> Option<&dyn ProcessGroup> {
        match &self.state {
            State::Starting { launched, .. } => Some(&*launched.process),
            State::Up { process, .. }
            | State::Leaving { process, .. }
            | State::Ending { process } => Some(&**process),
            State::Pausing { .. } | State::Gone => None,
        }
    }
}

impl Worker for Interpreter {
    type Failure = Failure;
    type Event = Event;
    type Notice = Notice;
    type Registered = Registered;
    type Error = StartError;

    fn is_ready(&self) -> bool {
        matches!(
            self.state,
            State::Up {
                running: false,
                disconnected: None,
                ended: None,
                ..
            }
        ) && !self.launched.asking
    }

    fn receive(&mut self, event: Event) -> Vec<News<Self>> {
        if event.start != self.starts {
            return Vec::new();
        }
        match event.kind {
            EventKind::Arrived(Arrival::First(connection)) => self.connected(connection),
            EventKind::Arrived(Arrival::Another) => {
                vec![News::Notice(Notice::Another(self.candidate.clone()))]
            }
            EventKind::Frame(text) => match frame::decode(&text) {
                Ok(reply) => self.replied(reply),
                Err(_) => self.garbled(),
            },
            EventKind::Garbled => self.garbled(),
            EventKind::Disconnected => self.disconnected(),
            EventKind::Ended(end) => self.ended(end),
        }
    }

    fn tick(&mut self, now: Instant) -> Vec<News<Self>> {
        match &mut self.state {
            State::Starting {
                launched,
                since,
                slowness_told,
                ..
            } => {
                let waited = now.saturating_duration_since(*since);
                let limit = self.settings.start_timeout;
                if waited >= limit {
                    let candidate = self.candidate.clone();
                    let error = if launched.reception.has_met_strangers() {
                        StartError::Stranger(candidate, limit)
                    } else {
                        StartError::TimedOut(candidate, limit)
                    };
                    return self.give_up(error);
                }
                if waited >= SLOW_START && !*slowness_told {
                    *slowness_told = true;
                    let candidate = self.candidate.clone();
                    return vec![News::Notice(Notice::SlowStart {
                        candidate,
                        waited,
                        limit,
                    })];
                }
                Vec::new()
            }
            State::Up {
                ended: Some((_, since)),
                ..
            } if now.saturating_duration_since(*since) >= TIME_TO_FOLLOW => self.died(),
            State::Up {
                process,
                disconnected: Some(since),
                ..
            } => {
                // Its end comes as an event.
                if now.saturating_duration_since(*since) >= TIME_TO_FOLLOW {
                    process.kill();
                }
                Vec::new()
            }
            State::Leaving {
                process,
                kill_at: Some(kill_at),
                ..
            } if now >= *kill_at => {
                process.kill();
                Vec::new()
            }
            State::Up {
                connection,
                running: false,
                idle_since: since,
                prepared: prepared @ false,
                reception,
                ..
            } if now.saturating_duration_since(*since) >= TIME_TO_PREPARE => {
                *prepared = true;
                if connection.transport == Transport::Socket {
                    *reception = None;
                }
                let compile = self.code_cache.asks().then_some(Request::Compile);
                for request in [Request::Prepare].into_iter().chain(compile) {
                    // A write that fails is the end of the connection, which the reader reports.
                    let _ = connection.writer.write_all(&frame::encode(&request));
                }
                Vec::new()
            }
            State::Pausing { until } if now >= *until => match self.launch() {
                Ok(()) => Vec::new(),
                Err(error) => self.give_up(error),
            },
            State::Up { running: false, .. } => {
                self.ask(now);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn wakes_at(&self) -> Option<Instant> {
        Some(Instant::now() + Duration::from_millis(20))
    }

    fn owns_terminal(&self) -> bool {
        self.process().is_some_and(ProcessGroup::owns_terminal)
    }

    fn stopped(&self) -> Option<u32> {
        let process = self.process().filter(|process| process.is_stopped());
        process.map(ProcessGroup::id)
    }

    fn interrupt(&mut self) -> bool {
        self.interrupting = true;
        self.process().is_some_and(ProcessGroup::interrupt)
    }

    fn restart(&mut self) {
        self.replace();
    }

    fn do_not_replace(&mut self) {
        self.is_last = true;
    }

    fn quit(&mut self) {
        self.quitting = true;
        match &mut self.state {
            State::Up { ended: Some(_), .. } => self.state = State::Gone,
            // A callable that does not return would not hear it.
            State::Up { .. } if self.launched.asking => self.kill(),
            State::Up {
                connection,
                running: false,
                ..
            } => {
                // If it cannot be asked any more it is ending already.
                let _ = connection.writer.write_all(&frame::encode(&Request::Quit));
            }
            State::Pausing { .. } => self.state = State::Gone,
            State::Leaving { .. } => {}
            _ => self.kill(),
        }
    }

    fn kill(&mut self) {
        if let Some(process) = self.process() {
            process.kill();
        }
    }

    fn is_gone(&self) -> bool {
        matches!(self.state, State::Gone)
    }
}

/// What user code is told of the changes.
fn changed(changes: &ChangeSet) -> Vec<String> {
    let there = changes
        .iter()
        .filter(|(_, kind)| *kind != ChangeKind::Removed);
    there.map(|(path, _)| settings::text(path)).collect()
}
