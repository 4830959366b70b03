//! The interpreter as the session's worker: started, fed with one step at a time, started anew
//! when it dies.
//!
//! It waits for nothing: threads wait for the connection, for frames and for the process's end,
//! and send what comes as events.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use hotload_core::change_set::{ChangeKind, ChangeSet};
use hotload_core::input::{Inbox, Input};
use hotload_core::process::{ProcessEnd, ProcessGroup, Processes};
use hotload_core::report::Outcome;
use hotload_core::worker::{News, Worker};

use crate::attempts::Attempts;
use crate::candidate::Candidate;
use crate::discovery::Candidates;
use crate::failure::Failure;
use crate::frame;
use crate::hello::Hello;
use crate::interpreter::launching::Launching;
use crate::interpreter::replacing::TIME_TO_FOLLOW;
use crate::launch::{self, Launched, Surroundings};
use crate::message::{Reply, Request, StepRequest, StepResult};
use crate::notice::{Notice, Ready};
use crate::reply;
use crate::setup::{self, Settings};
use crate::shim::ShimFile;
use crate::start_error::StartError;
use crate::traceback::capture::Capture;
use crate::transport::{self, Arrival, Connection, Reception, Transport, Writer};

/// After this time a start is said to be slow.
const SLOW_START: Duration = Duration::from_secs(3);

/// So long after its first step an idle interpreter is asked to prepare for errors, which would
/// delay a step that comes at once.
const TIME_TO_PREPARE: Duration = Duration::from_millis(50);

mod launching;
mod replacing;

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
        /// Set when the first step has ended.
        first_step_ended: Option<Instant>,
        /// Whether it has been asked to prepare for errors.
        prepared: bool,
        /// Set when the connection has ended.
        disconnected: Option<Instant>,
        /// Set when the process has ended. What it has sent before is still read.
        ended: Option<(ProcessEnd, Instant)>,
        /// Whether it has sent what is no message.
        garbled: bool,
        shim: ShimFile,
        /// Still open, to tell of a launcher that starts several.
        _reception: Reception,
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
    Reply(Reply),
    /// The connection carries something else than frames.
    Garbled,
    /// The connection has ended, or is of no more use.
    Disconnected,
    Ended(ProcessEnd),
}

impl Interpreter {
    /// Starts the first of the candidates that can be. What becomes of it comes in through `inbox`.
    ///
    /// # Errors
    ///
    /// When no program can be started at all.
    pub fn start(
        candidates: Candidates,
        settings: Settings,
        processes: Rc<dyn Processes>,
        inbox: Inbox<Self>,
    ) -> Result<Self, StartError> {
        let (candidate, attempts) = Attempts::from(candidates);
        let mut interpreter = Self {
            candidate,
            attempts,
            settings,
            processes,
            inbox,
            generation: 0,
            starts: 0,
            state: State::Gone,
            hello: None,
            failed_starts: 0,
            launched: Launching::default(),
            interrupting: false,
            restarting: false,
            is_last: false,
            quitting: false,
        };
        match interpreter.launch() {
            Ok(()) => Ok(interpreter),
            Err(error) => interpreter.try_next(error).map(|_| interpreter),
        }
    }

    /// Starts the next candidate in place of one that is none.
    fn try_next(&mut self, mut error: StartError) -> Result<Vec<News<Self>>, StartError> {
        let mut news = Vec::new();
        loop {
            let passed_over = Notice::PassedOver(error.to_string());
            self.candidate = self.attempts.next(&self.candidate, error)?;
            news.push(News::Notice(passed_over));
            match self.launch() {
                Ok(()) => return Ok(news),
                Err(next) => error = next,
            }
        }
    }

    fn launch(&mut self) -> Result<(), StartError> {
        self.starts += 1;
        self.launched.start_anew();
        let arrived = self.sender();
        let ended = self.sender();
        let surroundings = Surroundings {
            standard_input: self.settings.standard_input,
            shared_folder: self.settings.shared_folder.as_deref(),
            restarts: self.generation,
        };
        let launched = launch::launch(
            &self.candidate,
            &surroundings,
            &*self.processes,
            Box::new(move |arrival| arrived(EventKind::Arrived(arrival))),
            Box::new(move |end| ended(EventKind::Ended(end))),
        )?;
        self.state = State::Starting {
            launched,
            since: Instant::now(),
            slowness_told: false,
            connected: None,
        };
        Ok(())
    }

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

    fn connected(&mut self, connection: Connection) -> Vec<News<Self>> {
        let State::Starting {
            launched,
            connected,
            ..
        } = &mut self.state
        else {
            return Vec::new();
        };
        let version = connection.hello.version;
        if !version.is_supported() {
            let error = StartError::TooOld(self.candidate.clone(), version);
            return self.give_up(error);
        }
        if !self.attempts.is_wanted(version) {
            let error = StartError::OtherVersion(self.candidate.clone(), version);
            return self.give_up(error);
        }
        let setup = setup::setup(&self.settings, launched);
        let Connection {
            hello,
            transport,
            reader,
            mut writer,
        } = connection;
        let driver = transport::driver_for(&hello, self.candidate.host.as_deref());
        let sent = transport::send_driver(&mut writer, &driver, &launched.tokens)
            .and_then(|()| writer.write_all(&frame::encode(&setup)));
        // A connection that cannot be written to ends, which the process's end explains.
        if sent.is_err() {
            return Vec::new();
        }
        self.hello = Some(hello.clone());
        *connected = Some(Connected {
            hello,
            transport,
            writer,
        });
        self.read_frames(reader);
        if self.settings.is_every_target_found() {
            let files = self
                .settings
                .targets
                .iter()
                .filter_map(|target| target.location.as_ref());
            let files = files.map(|location| location.file.clone()).collect();
            return self.ready(files);
        }
        Vec::new()
    }

    fn read_frames(&self, mut reader: Box<dyn Read + Send>) {
        let send = self.sender();
        thread::spawn(move || {
            loop {
                match frame::read(&mut reader) {
                    Ok(Some(reply)) => send(EventKind::Reply(reply)),
                    Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                        send(EventKind::Garbled);
                        break;
                    }
                    Ok(None) | Err(_) => break,
                }
            }
            send(EventKind::Disconnected);
        });
    }

    fn replied(&mut self, reply: Reply) -> Vec<News<Self>> {
        match reply {
            Reply::Found { files } => self.found(&files),
            Reply::Result(result) if self.launched.asking => self.asked(&result),
            Reply::Result(result) => self.step_ended(*result),
            Reply::Errors { errors } => self.errors(&errors),
            Reply::Interrupted => self.interrupted_between_steps(),
            Reply::Printed { text } => vec![News::Notice(Notice::Printed(text))],
            Reply::Leftovers { counts } => vec![News::Notice(Notice::Leftovers(counts))],
            Reply::Bye => Vec::new(),
        }
    }

    /// Ctrl-C reached the driver while it waited for a request.
    fn interrupted_between_steps(&mut self) -> Vec<News<Self>> {
        let State::Up {
            process, running, ..
        } = &self.state
        else {
            return Vec::new();
        };
        if *running && self.interrupting {
            // Ours, and it has overtaken the request.
            process.interrupt();
        } else if !running && process.release_terminal() {
            // A thread of user code has the terminal, so nobody else has seen it.
            return vec![News::Interrupted];
        }
        Vec::new()
    }

    fn found(&mut self, files: &[Option<String>]) -> Vec<News<Self>> {
        let targets = self.settings.targets.iter();
        if let Some((target, _)) = targets.zip(files).find(|(_, file)| file.is_none()) {
            let error = StartError::NoTarget {
                target: target.spelled.clone(),
                candidate: Box::new(self.candidate.clone()),
            };
            return self.give_up(error);
        }
        self.ready(
            files
                .iter()
                .flatten()
                .map(|file| reply::resolved(file))
                .collect(),
        )
    }

    fn ready(&mut self, files: Vec<PathBuf>) -> Vec<News<Self>> {
        let State::Starting {
            launched,
            since,
            connected: Some(connection),
            ..
        } = std::mem::replace(&mut self.state, State::Gone)
        else {
            return Vec::new();
        };
        // Over files the folder is the connection, and is left as it is.
        if connection.transport != Transport::Files {
            launched.shim.remove_script();
        }
        let ready = Ready {
            candidate: self.candidate.clone(),
            hello: connection.hello.clone(),
            restarts: self.generation,
            start_time: since.elapsed(),
            left_out: launched.left_out,
        };
        self.state = State::Up {
            process: launched.process,
            connection,
            running: false,
            loaded: false,
            first_step_ended: None,
            prepared: false,
            disconnected: None,
            ended: None,
            garbled: false,
            shim: launched.shim,
            _reception: launched.reception,
        };
        let mut news: Vec<News<Self>> = files.into_iter().map(News::InUse).collect();
        news.push(News::Notice(Notice::Ready(ready)));
        news.push(News::Fresh);
        news
    }

    /// Errors that ended no step.
    fn errors(&self, captures: &[Capture]) -> Vec<News<Self>> {
        let Some(hello) = &self.hello else {
            return Vec::new();
        };
        let territory = &self.settings.territory;
        let errors = captures
            .iter()
            .filter_map(|capture| reply::error(capture, hello, territory));
        errors
            .map(|error| News::Notice(Notice::Error(Box::new(error))))
            .collect()
    }

    fn step_ended(&mut self, result: StepResult) -> Vec<News<Self>> {
        let mut errors = self.errors(&result.errors);
        if result.errors_dropped > 0 {
            errors.push(News::Notice(Notice::ErrorsDropped(result.errors_dropped)));
        }
        let State::Up {
            process,
            connection,
            running,
            first_step_ended,
            ..
        } = &mut self.state
        else {
            return Vec::new();
        };
        *running = false;
        first_step_ended.get_or_insert_with(Instant::now);
        self.interrupting = false;
        let had_terminal = process.release_terminal();
        if result.output_closed {
            // What failed is the printing: nobody wants to know.
            return vec![News::OutputClosed];
        }
        let hello = connection.hello.clone();
        let mut news = reply::told(&result);
        news.append(&mut errors);
        news.extend(self.registered(&result));
        let is_unusable = self.launched.is_reading && !self.launched.is_usable;
        let outcome = reply::outcome(result, had_terminal, &hello, &self.settings.territory);
        match (&self.settings.launch, &outcome) {
            (Some(script), Outcome::Failed(failure)) if is_unusable => {
                let error = StartError::launch(script, failure);
                // What is in the error is not told twice.
                if matches!(failure, Failure::Error(_)) {
                    news.push(News::StepEnded(outcome));
                }
                news.push(News::Fatal(error));
            }
            _ => news.push(News::StepEnded(outcome)),
        }
        news
    }

    /// Ends what was started. The first start of a session ends the session with it; a later one
    /// is tried again.
    fn give_up(&mut self, error: StartError) -> Vec<News<Self>> {
        let state = std::mem::replace(&mut self.state, State::Gone);
        if let State::Starting { launched, .. } = state {
            launched.process.kill();
            self.state = State::Ending {
                process: launched.process,
            };
        }
        if self.generation == 0 {
            return self
                .try_next(error)
                .unwrap_or_else(|error| vec![News::Fatal(error)]);
        }
        self.start_anew(false);
        vec![News::Notice(Notice::StartFailed {
            reason: error.to_string(),
            pause: self.pause(),
        })]
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
            EventKind::Reply(reply) => self.replied(reply),
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
                first_step_ended: Some(since),
                prepared: prepared @ false,
                ..
            } if now.saturating_duration_since(*since) >= TIME_TO_PREPARE => {
                *prepared = true;
                // A write that fails is the end of the connection, which the reader reports.
                let _ = connection
                    .writer
                    .write_all(&frame::encode(&Request::Prepare));
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

    fn owns_terminal(&self) -> bool {
        self.process().is_some_and(ProcessGroup::owns_terminal)
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
    there.map(|(path, _)| setup::text(path)).collect()
}
