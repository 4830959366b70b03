//! How an interpreter comes up: from a candidate to one that can run steps.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::PathBuf;
use std::rc::Rc;
use std::thread;
use std::time::Instant;

use hotload_core::running::input::Inbox;
use hotload_core::running::process::Processes;
use hotload_core::running::worker::News;

use crate::discovery::Candidates;
use crate::driver::code_cache::CodeCache;
use crate::driver::{self, sending};
use crate::interpreter::registering::Script;
use crate::interpreter::settings::{self, Settings};
use crate::interpreter::state::{Afterwards, Connected, End, Starting, State, Up, Work};
use crate::interpreter::{EventKind, Interpreter};
use crate::outcome::notice::{Notice, Ready};
use crate::path;
use crate::start::Surroundings;
use crate::start::attempts::Attempts;
use crate::start::error::StartError;
use crate::start::greeting::{Greeting, StartEvent};
use crate::start::stub;
use crate::targets::hint_at_missing;
use crate::transport::frame;
use crate::transport::{Arrival, Connection, Transport};
use crate::version::Dialect;

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
        let code_cache = CodeCache::new(settings.code_cache.clone());
        let mut interpreter = Self {
            code_cache,
            ..Self::none_yet(candidates, settings, processes, inbox)
        };
        match interpreter.launch() {
            Ok(()) => Ok(interpreter),
            Err(error) => {
                interpreter.early_news = interpreter.try_next(error)?;
                Ok(interpreter)
            }
        }
    }

    /// One that has not been started, and keeps no code.
    pub(super) fn none_yet(
        candidates: Candidates,
        settings: Settings,
        processes: Rc<dyn Processes>,
        inbox: Inbox<Self>,
    ) -> Self {
        let (candidate, attempts) = Attempts::from(candidates);
        Self {
            candidate,
            attempts,
            settings,
            processes,
            inbox,
            generation: 0,
            starts: 0,
            state: State::Gone,
            afterwards: Afterwards::Another,
            hello: None,
            failed_starts: 0,
            script: Script::default(),
            code_cache: CodeCache::new(None),
            door: None,
            early_news: Vec::new(),
        }
    }

    /// Starts the next candidate in place of one that is not a Python.
    pub(super) fn try_next(
        &mut self,
        mut error: StartError,
    ) -> Result<Vec<News<Self>>, StartError> {
        let mut news = Vec::new();
        loop {
            let passed_over = if self.attempts.is_for_version() {
                Notice::PassedOver(error.clone())
            } else {
                Notice::Skipped(error.clone())
            };
            self.candidate = self.attempts.next(&self.candidate, error)?;
            news.push(News::Notice(passed_over));
            match self.launch() {
                Ok(()) => return Ok(news),
                Err(next) => error = next,
            }
        }
    }

    pub(super) fn launch(&mut self) -> Result<(), StartError> {
        self.starts += 1;
        self.script.start_anew();
        if self.generation == 0 && self.attempts.is_doubtful(&self.candidate) {
            stub::check(&self.candidate)?;
        }
        let send = self.sender();
        let surroundings = Surroundings {
            standard_input: self.settings.standard_input,
            shared_folder: self.settings.shared_folder.as_deref(),
            restarts: self.generation,
            output: self.settings.output.clone(),
        };
        let greeting = Greeting::start(
            &self.candidate,
            &surroundings,
            self.settings.start_timeout,
            &*self.processes,
            move |event| send(EventKind::Start(event)),
        )?;
        // Now, while the program starts, and not later, when it is waiting for its driver.
        let drivers = [Dialect::Three, Dialect::Two].map(driver::generated);
        self.code_cache.read_ahead(&drivers);
        self.state = State::Starting(Box::new(Starting {
            greeting,
            is_slowness_reported: false,
            connected: None,
        }));
        Ok(())
    }

    pub(super) fn start_event(&mut self, event: StartEvent) -> Vec<News<Self>> {
        match event {
            StartEvent::Arrived(Arrival::First(connection)) => self.connected(connection),
            StartEvent::Arrived(Arrival::Another) => {
                vec![News::Notice(Notice::Another(self.candidate.clone()))]
            }
            StartEvent::Ended(end) => self.ended(end),
        }
    }

    fn connected(&mut self, connection: Connection) -> Vec<News<Self>> {
        let State::Starting(starting) = &mut self.state else {
            return Vec::new();
        };
        let version = connection.hello.version;
        if let Err(error) = self.attempts.check(&self.candidate, version) {
            return self.give_up(error);
        }
        let setup = settings::setup(
            &self.settings,
            &starting.greeting.program,
            &connection.hello,
        );
        let Connection {
            hello,
            transport,
            reader,
            mut writer,
        } = connection;
        let driver = sending::driver_for(&hello, self.candidate.host.as_deref());
        let program = self.code_cache.program(&hello, &driver);
        let tokens = &starting.greeting.program.tokens;
        let sent = program
            .send(tokens, &mut writer)
            .and_then(|()| writer.write_all(&frame::encode(&setup)));
        // A connection that cannot be written to ends, which the process's end explains.
        if sent.is_err() {
            return Vec::new();
        }
        self.hello = Some(hello.clone());
        starting.connected = Some(Connected {
            hello,
            transport,
            writer,
        });
        if let Err(error) = self.read_frames(reader) {
            return self.give_up(StartError::preparation(error));
        }
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

    pub(super) fn read_frames(&self, mut reader: Box<dyn Read + Send>) -> io::Result<()> {
        let send = self.sender();
        let read = move || {
            loop {
                match frame::read_text(&mut reader) {
                    Ok(Some(text)) => send(EventKind::Frame(text)),
                    Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                        send(EventKind::Garbled);
                        break;
                    }
                    Ok(None) | Err(_) => break,
                }
            }
            send(EventKind::Disconnected);
        };
        thread::Builder::new().name("frames".into()).spawn(read)?;
        Ok(())
    }

    pub(super) fn found(&mut self, files: &[Option<String>]) -> Vec<News<Self>> {
        if files.len() != self.settings.targets.len() {
            return self.garbled();
        }
        let targets = self.settings.targets.iter();
        if let Some(missing) = targets.zip(files).position(|(_, file)| file.is_none()) {
            let targets = &self.settings.targets;
            let error = StartError::NoTarget {
                target: targets[missing].spelled.clone(),
                candidate: Box::new(self.candidate.clone()),
                hint: hint_at_missing(targets, missing, &self.settings.current_folder),
            };
            return self.give_up(error);
        }
        self.ready(files.iter().flatten().map(path::watched).collect())
    }

    pub(super) fn ready(&mut self, files: Vec<PathBuf>) -> Vec<News<Self>> {
        let starting = match std::mem::replace(&mut self.state, State::Gone) {
            State::Starting(starting) => *starting,
            other => {
                self.state = other;
                return Vec::new();
            }
        };
        let Starting {
            greeting,
            connected: Some(connection),
            ..
        } = starting
        else {
            return Vec::new();
        };
        let start_time = greeting.started().elapsed();
        let program = greeting.program;
        // Over files the folder is the connection, and is left as it is.
        if connection.transport != Transport::Files {
            program.shim.remove_script();
        }
        let ready = Ready {
            candidate: self.candidate.clone(),
            hello: connection.hello.clone(),
            restarts: self.generation,
            transport: connection.transport,
            start_time,
            left_out: program.left_out,
            joined: None,
        };
        let work = Work::Idle {
            since: Instant::now(),
            is_prepared: false,
        };
        self.state = State::Up(Box::new(Up {
            process: program.process,
            connection,
            shim: Some(program.shim),
            reception: Some(program.reception),
            has_state: false,
            loaded: BTreeSet::new(),
            in_use: BTreeSet::new(),
            is_garbled: false,
            work,
            end: End::No,
        }));
        let mut news: Vec<News<Self>> = files.into_iter().map(News::InUse).collect();
        news.push(News::Notice(Notice::Ready(ready)));
        news.push(News::Fresh);
        news
    }

    /// Ends what was started. The first start of a session ends the session with it; a later one
    /// is tried again.
    pub(super) fn give_up(&mut self, error: StartError) -> Vec<News<Self>> {
        let state = std::mem::replace(&mut self.state, State::Gone);
        self.code_cache.distrust();
        if let State::Starting(starting) = state {
            let process = starting.greeting.program.process;
            process.kill();
            self.state = State::Ending(process);
        }
        if self.generation == 0 {
            return self
                .try_next(error)
                .unwrap_or_else(|error| vec![News::Fatal(error)]);
        }
        self.start_anew(false);
        vec![News::Notice(Notice::StartFailed {
            error,
            pause: self.pause(),
        })]
    }
}
