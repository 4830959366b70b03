//! The interpreter as the session's worker: started, given one step at a time, and replaced when it
//! dies.
//!
//! It never blocks: threads wait for the connection, for frames and for the end of the process, and
//! send what arrives as events.

mod guest;
mod registering;
mod replacing;
mod replying;
pub mod settings;
mod starting;
mod state;

use std::io::Write;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use hotload_core::running::input::{Inbox, Input};
use hotload_core::running::process::{ProcessGroup, Processes};
use hotload_core::running::worker::{News, Worker};
use hotload_core::watching::change_set::{ChangeKind, ChangeSet};

use crate::discovery::candidate::Candidate;
use crate::driver::code_cache::CodeCache;
use crate::interpreter::guest::{Door, TIME_TO_BEGIN};
use crate::interpreter::registering::Script;
use crate::interpreter::settings::Settings;
use crate::interpreter::state::{Afterwards, End, Ordered, State, Work, WorkKind};
use crate::outcome::failure::Failure;
use crate::outcome::guest::GuestNotice;
use crate::outcome::notice::Notice;
use crate::path;
use crate::protocol::message::{Request, StepRequest};
use crate::protocol::registered::Registered;
use crate::start::attempts::Attempts;
use crate::start::error::StartError;
use crate::start::greeting::StartEvent;
use crate::targets::reach::Level;
use crate::transport::hello::Hello;
use crate::transport::{Arrival, frame};

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
    afterwards: Afterwards,
    /// The hello of the last one that connected.
    hello: Option<Hello>,
    /// How many starts in a row have not led to a run.
    failed_starts: u32,
    script: Script,
    code_cache: CodeCache,
    /// Where programs that are already running join; `None` if hotload starts one itself.
    door: Option<Door>,
    /// What the first start has to report: it came before the session could listen.
    early_news: Vec<News<Self>>,
}

/// Something that arrived, and from which of the session's interpreters.
pub struct Event {
    start: u32,
    kind: EventKind,
}

enum EventKind {
    Start(StartEvent),
    /// A program that is already running wants to join.
    AtDoor(Arrival),
    /// The text of a frame. It is parsed here, in the loop: each thread has an arena of memory, which
    /// the values of a large reply would leave fragmented.
    Frame(Vec<u8>),
    /// The connection carries something other than frames.
    Garbled,
    /// The connection has ended, or is of no more use.
    Disconnected,
}

impl Interpreter {
    fn sender(&self) -> impl Fn(EventKind) + Clone + Send + Sync + 'static {
        let inbox = self.inbox.clone();
        let start = self.starts;
        move |kind| inbox.send(Input::Worker(Event { start, kind }))
    }

    /// Starts a step; its outcome comes as news. False when there is nothing to run it in.
    pub(crate) fn run(&mut self, request: &Request, changes: &ChangeSet) -> bool {
        let is_guest = self.is_guest();
        let Some(up) = self.state.up().filter(|up| up.is_ready()) else {
            return false;
        };
        let request_of_step = frame::encode(&StepRequest {
            request,
            changed: changed(changes),
            removed: changes.removed().map(path::text).collect(),
        });
        // A write that fails is the end of the connection, which the reader reports.
        let _ = up.connection.writer.write_all(&request_of_step);
        up.work = Work::Step {
            ordered: Ordered::Nothing,
            kind: WorkKind::of(request),
            has_begun: false,
            silent_at: is_guest.then(|| Instant::now() + TIME_TO_BEGIN),
            remind_at: None,
        };
        true
    }

    /// Whether a launch script has registered a plan in this interpreter.
    pub(crate) fn has_plan(&self) -> bool {
        self.script.has_plan()
    }

    /// Whether it can run a step, and has loaded none of the watched modules yet.
    pub(crate) fn has_loaded_nothing(&self) -> bool {
        matches!(&self.state, State::Up(up) if up.is_ready() && !up.has_state && up.in_use.is_empty())
    }

    fn notice_of_slow_start(&self, since: Instant, now: Instant) -> News<Self> {
        News::Notice(Notice::SlowStart {
            candidate: self.candidate.clone(),
            waited: now.saturating_duration_since(since),
            limit: self.settings.start_timeout,
        })
    }
}

impl Worker for Interpreter {
    type Failure = Failure;
    type Event = Event;
    type Notice = Notice;
    type Registered = Registered;
    type Error = StartError;

    fn is_ready(&self) -> bool {
        matches!(&self.state, State::Up(up) if up.is_ready())
    }

    fn receive(&mut self, event: Event) -> Vec<News<Self>> {
        if let EventKind::AtDoor(arrival) = event.kind {
            return self.at_door(arrival);
        }
        if event.start != self.starts {
            return Vec::new();
        }
        match event.kind {
            EventKind::AtDoor(_) => Vec::new(),
            EventKind::Start(event) => self.start_event(event),
            EventKind::Frame(text) => match frame::decode(&text) {
                Ok(reply) => self.replied(reply),
                Err(_) => self.garbled(),
            },
            EventKind::Garbled if self.is_guest() => self.guest_garbled(),
            EventKind::Garbled => self.garbled(),
            EventKind::Disconnected if self.is_guest() => self.guest_left(None),
            EventKind::Disconnected => self.disconnected(),
        }
    }

    fn tick(&mut self, now: Instant) -> Vec<News<Self>> {
        if !self.early_news.is_empty() {
            return std::mem::take(&mut self.early_news);
        }
        match &mut self.state {
            State::Starting(starting) => {
                if now >= starting.greeting.deadline() {
                    let error = starting.greeting.timed_out();
                    return self.give_up(error);
                }
                if starting.is_newly_slow(now) {
                    let since = starting.greeting.started();
                    return vec![self.notice_of_slow_start(since, now)];
                }
            }
            State::Up(up) => match up.end {
                // A child may hold its connection for as long as it likes.
                End::Ended { .. }
                    if self.afterwards == Afterwards::Quit
                        && up.wakes_at().is_some_and(|at| now >= at) =>
                {
                    self.state = State::Gone;
                }
                End::Ended { .. } if up.wakes_at().is_some_and(|at| now >= at) => {
                    return self.died(None);
                }
                End::Disconnected { since, .. } if up.wakes_at().is_some_and(|at| now >= at) => {
                    // Its end arrives as an event.
                    up.process.kill();
                    up.end = End::Disconnected {
                        since,
                        is_killed: true,
                    };
                }
                End::No => return self.use_idle_time(now),
                End::Ended { .. } | End::Disconnected { .. } => {}
            },
            State::Joining(joining) => {
                let late = joining.newly_late_loop(now);
                let notice = |loop_name| Notice::Guest(GuestNotice::NotCalled { loop_name });
                return late
                    .map(|name| News::Notice(notice(name)))
                    .into_iter()
                    .collect();
            }
            State::Leaving(leaving) => leaving.kill_if_due(now),
            State::Pausing(until) if now >= *until => {
                if let Err(error) = self.launch() {
                    return self.give_up(error);
                }
            }
            State::Pausing(_) | State::Waiting | State::Ending(_) | State::Gone => {}
        }
        Vec::new()
    }

    fn wakes_at(&self) -> Option<Instant> {
        if !self.early_news.is_empty() {
            return Some(Instant::now());
        }
        match &self.state {
            State::Starting(starting) => Some(starting.wakes_at()),
            State::Up(up) => {
                let asks_at = self.script.asks_at().filter(|_| up.is_ready());
                up.wakes_at().into_iter().chain(asks_at).min()
            }
            State::Joining(joining) => joining.wakes_at(),
            State::Leaving(leaving) => leaving.kill_at,
            State::Pausing(until) => Some(*until),
            State::Waiting | State::Ending(_) | State::Gone => None,
        }
    }

    fn needs(&self, file: &Path) -> bool {
        let is_observed = self.settings.level != Level::Module || self.script.observes();
        is_observed && matches!(&self.state, State::Up(up) if up.loaded.contains(file))
    }

    fn uses(&self, file: &Path) -> bool {
        matches!(&self.state, State::Up(up) if up.in_use.contains(file))
    }

    fn owns_terminal(&self) -> bool {
        self.state
            .process()
            .is_some_and(ProcessGroup::owns_terminal)
    }

    fn stopped(&self) -> Option<u32> {
        let process = self.state.process().filter(|process| process.is_stopped());
        process.map(ProcessGroup::id)
    }

    fn is_replaceable(&self) -> bool {
        !self.is_guest()
    }

    fn interrupt(&mut self) -> bool {
        if self.is_guest() {
            self.interrupt_guest();
            return true;
        }
        if let State::Up(up) = &mut self.state {
            up.order(Ordered::Interrupt);
            return up.interrupt();
        }
        self.state.process().is_some_and(ProcessGroup::interrupt)
    }

    fn restart(&mut self) {
        // A host is never ended.
        if self.is_guest() {
            return;
        }
        self.replace();
    }

    fn do_not_replace(&mut self) {
        if self.afterwards == Afterwards::Another {
            self.afterwards = Afterwards::Nothing;
        }
    }

    fn quit(&mut self) {
        self.afterwards = Afterwards::Quit;
        if self.is_guest() {
            return self.dismiss_guest();
        }
        match &mut self.state {
            State::Up(up) => match (&up.end, &up.work) {
                (End::Ended { .. }, _) => self.state = State::Gone,
                (_, Work::Idle { .. }) => {
                    // If this fails it is ending already.
                    let quit = frame::encode(&Request::Quit);
                    let _ = up.connection.writer.write_all(&quit);
                }
                // A callable that does not return would not notice a request.
                (_, Work::Step { .. } | Work::Withdrawn | Work::Asking { .. }) => self.kill(),
            },
            State::Pausing(_) => self.state = State::Gone,
            State::Leaving(_) => {}
            State::Starting(_)
            | State::Joining(_)
            | State::Waiting
            | State::Ending(_)
            | State::Gone => self.kill(),
        }
    }

    fn kill(&mut self) {
        if self.is_guest() {
            return self.drop_guest();
        }
        if let Some(process) = self.state.process() {
            process.kill();
        }
    }

    fn is_gone(&self) -> bool {
        matches!(self.state, State::Gone)
    }
}

/// The changed files, as user code sees them.
fn changed(changes: &ChangeSet) -> Vec<String> {
    let there = changes
        .iter()
        .filter(|(_, kind)| *kind != ChangeKind::Removed);
    there.map(|(file, _)| path::text(file)).collect()
}
