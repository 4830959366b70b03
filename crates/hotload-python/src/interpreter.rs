//! The interpreter as the session's worker: started, fed with one step at a time, started anew
//! when it dies.
//!
//! It waits for nothing: threads wait for the connection, for frames and for the process's end,
//! and send what comes as events.

use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use hotload_core::input::{Inbox, Input};
use hotload_core::process::{ProcessEnd, ProcessGroup, Processes};
use hotload_core::worker::{News, Worker};

use crate::candidate::Candidate;
use crate::failure::Failure;
use crate::frame;
use crate::handshake::{self, Connection};
use crate::hello::Hello;
use crate::interpreter::replacing::TIME_TO_FOLLOW;
use crate::launch::{self, Launched};
use crate::message::{Reply, Request, StepResult};
use crate::notice::{Notice, Ready};
use crate::reply;
use crate::setup::{self, Settings};
use crate::shim::ShimFile;
use crate::start_error::StartError;

/// After this time a start is said to be slow.
const SLOW_START: Duration = Duration::from_secs(3);

mod replacing;

/// The interpreter of a session.
pub struct Interpreter {
    candidate: Candidate,
    settings: Settings,
    processes: Rc<dyn Processes>,
    inbox: Inbox<Self>,
    /// Which start of an interpreter an event belongs to.
    generation: u32,
    state: State,
    failed_starts: u32,
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
        /// Set when the connection has ended.
        disconnected: Option<Instant>,
        /// Set when the process has ended. What it has sent before is still read.
        ended: Option<(ProcessEnd, Instant)>,
        /// Windows removes no file that a program has open, and Python keeps its script open.
        _shim: Option<ShimFile>,
    },
    /// Asked to end, so that another can be started.
    Leaving {
        process: Box<dyn ProcessGroup>,
        kill_at: Option<Instant>,
        _shim: Option<ShimFile>,
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
    stream: TcpStream,
}

/// Something that came in, and from which of the session's interpreters.
pub struct Event {
    generation: u32,
    kind: EventKind,
}

enum EventKind {
    Connected(Connection),
    Reply(Reply),
    /// The connection has ended, or carries something else than frames.
    Disconnected,
    Ended(ProcessEnd),
}

impl Interpreter {
    /// Starts the candidate. What becomes of it comes in through `inbox`.
    ///
    /// # Errors
    ///
    /// When the program cannot be started at all.
    pub fn start(
        candidate: Candidate,
        settings: Settings,
        processes: Rc<dyn Processes>,
        inbox: Inbox<Self>,
    ) -> Result<Self, StartError> {
        let mut interpreter = Self {
            candidate,
            settings,
            processes,
            inbox,
            generation: 0,
            state: State::Gone,
            failed_starts: 0,
            interrupting: false,
            restarting: false,
            is_last: false,
            quitting: false,
        };
        interpreter.launch()?;
        Ok(interpreter)
    }

    fn launch(&mut self) -> Result<(), StartError> {
        let connected = self.sender();
        let ended = self.sender();
        let launched = launch::launch(
            &self.candidate,
            self.settings.standard_input,
            self.generation,
            &*self.processes,
            move |connection| connected(EventKind::Connected(connection)),
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
        let generation = self.generation;
        move |kind| inbox.send(Input::Worker(Event { generation, kind }))
    }

    /// Starts a step; its outcome comes as news. False when there is nothing to run it in.
    pub(crate) fn run(&mut self, request: &Request) -> bool {
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
        let _ = connection.stream.write_all(&frame::encode(request));
        *running = true;
        *loaded |= !matches!(request, Request::Preload { .. });
        true
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
        let hello = connection.hello;
        if !hello.version.is_supported() {
            let error = StartError::TooOld(self.candidate.clone(), hello.version);
            return self.give_up(error);
        }
        let setup = setup::setup(&self.settings, launched);
        let mut stream = connection.stream;
        let sent = handshake::send_driver(&stream, &hello, &launched.tokens)
            .and_then(|()| stream.write_all(&frame::encode(&setup)))
            .and_then(|()| stream.try_clone());
        // A connection that cannot be written to ends, which the process's end explains.
        let Ok(reading) = sent else { return Vec::new() };
        *connected = Some(Connected { hello, stream });
        self.read_frames(reading);
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

    fn read_frames(&self, stream: TcpStream) {
        let send = self.sender();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            while let Ok(Some(reply)) = frame::read(&mut stream) {
                send(EventKind::Reply(reply));
            }
            send(EventKind::Disconnected);
        });
    }

    fn replied(&mut self, reply: Reply) -> Vec<News<Self>> {
        match reply {
            Reply::Found { files } => self.found(&files),
            Reply::Result(result) => self.step_ended(result),
            Reply::Interrupted => self.interrupted_between_steps(),
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
                candidate: self.candidate.clone(),
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
        let ready = Ready {
            candidate: self.candidate.clone(),
            hello: connection.hello.clone(),
            restarts: self.generation,
            start_time: since.elapsed(),
        };
        self.state = State::Up {
            process: launched.process,
            connection,
            running: false,
            loaded: false,
            disconnected: None,
            ended: None,
            _shim: cfg!(windows).then_some(launched.shim),
        };
        let mut news: Vec<News<Self>> = files.into_iter().map(News::InUse).collect();
        news.push(News::Notice(Notice::Ready(ready)));
        news.push(News::Fresh);
        news
    }

    fn step_ended(&mut self, result: StepResult) -> Vec<News<Self>> {
        let State::Up {
            process, running, ..
        } = &mut self.state
        else {
            return Vec::new();
        };
        *running = false;
        self.interrupting = false;
        let had_terminal = process.release_terminal();
        if result.output_closed {
            // What failed is the printing: nobody wants to know.
            return vec![News::OutputClosed];
        }
        let mut news = Vec::new();
        for (read, reloaded) in result.sources.iter().filter_map(reply::source_read) {
            news.push(News::SourceRead(read));
            news.extend(reloaded.map(News::Notice));
        }
        news.push(News::StepEnded(reply::outcome(result, had_terminal)));
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
            return vec![News::Fatal(error)];
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
        )
    }

    fn receive(&mut self, event: Event) -> Vec<News<Self>> {
        if event.generation != self.generation {
            return Vec::new();
        }
        match event.kind {
            EventKind::Connected(connection) => self.connected(connection),
            EventKind::Reply(reply) => self.replied(reply),
            EventKind::Disconnected => self.disconnected(),
            EventKind::Ended(end) => self.ended(end),
        }
    }

    fn tick(&mut self, now: Instant) -> Vec<News<Self>> {
        match &mut self.state {
            State::Starting {
                since,
                slowness_told,
                ..
            } => {
                let waited = now.saturating_duration_since(*since);
                let limit = self.settings.start_timeout;
                if waited >= limit {
                    let error = StartError::TimedOut(self.candidate.clone(), limit);
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
            State::Pausing { until } if now >= *until => match self.launch() {
                Ok(()) => Vec::new(),
                Err(error) => self.give_up(error),
            },
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
            State::Up {
                connection,
                running: false,
                ..
            } => {
                // If it cannot be asked any more it is ending already.
                let _ = connection.stream.write_all(&frame::encode(&Request::Quit));
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
