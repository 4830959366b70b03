//! What the interpreter of a request can and cannot do: one start, some questions.

use std::env;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use hotload_core::running::process::Processes;
use serde::{Deserialize, Serialize};

use crate::discovery::Candidates;
use crate::discovery::candidate::Candidate;
use crate::discovery::hosts::Interrupt;
use crate::driver::code_cache::Program;
use crate::driver::sending;
use crate::start::attempts::Attempts;
use crate::start::error::StartError;
use crate::start::greeting::{Greeting, StartEvent};
use crate::start::{StandardInput, Surroundings};
use crate::transport::frame;
use crate::transport::hello::Hello;
use crate::transport::{Connection, Sink, Transport};

/// How long an answer may take, once there was a hello.
const TIME_TO_ANSWER: Duration = Duration::from_secs(30);

/// How long what it has sent may take to come after its end.
const TIME_TO_FOLLOW: Duration = Duration::from_millis(500);

/// How long the process may take to end by itself.
const TIME_TO_END: Duration = Duration::from_secs(2);

/// How a start is made.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// What user code would read.
    pub standard_input: StandardInput,
    /// A folder that both sides see under one path, where the interpreter is elsewhere.
    pub shared_folder: Option<PathBuf>,
    /// How long the start may take.
    pub start_timeout: Duration,
    /// Takes what it prints, where hotload holds its standard output.
    pub output: Sink,
}

/// What was found out.
#[derive(Debug)]
pub struct Examination {
    /// What was started.
    pub candidate: Candidate,
    /// What it said of itself.
    pub hello: Hello,
    /// On which way it talks to hotload.
    pub transport: Transport,
    /// From its start to its hello.
    pub start_time: Duration,
    /// Variables of the environment that it was started without.
    pub left_out: Vec<String>,
    /// What it is like inside.
    pub facts: Facts,
    /// What an interrupt does to it.
    pub interrupt: InterruptEffect,
    /// What was tried before it, and why that was none.
    pub passed_over: Vec<StartError>,
}

/// What an interrupt does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterruptEffect {
    /// User code sees a KeyboardInterrupt.
    Interrupts,
    /// Nothing: only the end of the interpreter ends a step.
    Nothing,
    /// It ends the interpreter.
    Ends,
    /// Not tried here.
    Unknown,
}

/// What a Python says about itself.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Facts {
    /// `sys.version`
    pub version: String,
    /// `sys.prefix`
    pub prefix: String,
    /// The current folder.
    pub folder: String,
    /// Standard output, as the host has made it.
    pub output: Stream,
    /// Standard error.
    pub errors: Stream,
    /// Standard input.
    pub input: Stream,
    /// The encoding of file names.
    pub file_names: String,
    /// `sys.getdefaultencoding()`
    pub text: String,
    /// Whether what is printed goes to hotload.
    pub sends_output: bool,
    /// The flags that are set in `sys.flags`.
    pub flags: Vec<String>,
    /// Modules of the standard library that are not there.
    pub missing: Vec<String>,
    /// Whether the script knew its own file.
    pub has_file_name: bool,
    /// Whether the script runs in the main thread, where there are signals.
    pub in_main_thread: bool,
}

/// A standard stream.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Stream {
    /// The name of its type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Its encoding, `None` if it has none.
    pub encoding: String,
    /// Whether it is the one that Python has made.
    pub own: bool,
    /// Whether it is a terminal.
    pub terminal: bool,
    /// Its descriptor.
    pub descriptor: Option<i64>,
}

#[derive(Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
enum Reply {
    Examined(Box<Facts>),
    ExaminedWaiting,
    Interruptible { is: bool },
    Printed {},
}

#[derive(Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Question {
    Interrupt,
    Quit,
}

enum Event {
    Start(StartEvent),
    Reply(Reply),
    Disconnected,
}

/// Starts the first of the candidates that is an interpreter, and asks it.
///
/// # Errors
///
/// When none is one, or it does not answer.
pub fn examine(
    candidates: Candidates,
    conditions: &Conditions,
    processes: &dyn Processes,
) -> Result<Examination, StartError> {
    let (mut candidate, mut attempts) = Attempts::from(candidates);
    let mut passed_over = Vec::new();
    loop {
        match Visit::start(&candidate, conditions, processes).and_then(|visit| visit.ask(&attempts))
        {
            Ok(examination) => {
                return Ok(Examination {
                    passed_over,
                    ..examination
                });
            }
            Err(error) => {
                passed_over.push(error.clone());
                candidate = attempts.next(&candidate, error)?;
            }
        }
    }
}

/// One candidate that was started to be asked.
struct Visit<'v> {
    candidate: &'v Candidate,
    greeting: Greeting,
    events: Receiver<Event>,
    sender: Sender<Event>,
    has_ended: bool,
}

impl<'v> Visit<'v> {
    fn start(
        candidate: &'v Candidate,
        conditions: &Conditions,
        processes: &dyn Processes,
    ) -> Result<Self, StartError> {
        let (sender, events) = mpsc::channel();
        let surroundings = Surroundings {
            standard_input: conditions.standard_input,
            shared_folder: conditions.shared_folder.as_deref(),
            restarts: 0,
            output: conditions.output.clone(),
        };
        let limit = conditions.start_timeout;
        let to_events = sender.clone();
        // Nobody waits for those that come too late.
        let send = move |event| drop(to_events.send(Event::Start(event)));
        let greeting = Greeting::start(candidate, &surroundings, limit, processes, send)?;
        Ok(Self {
            candidate,
            greeting,
            events,
            sender,
            has_ended: false,
        })
    }

    fn ask(mut self, attempts: &Attempts) -> Result<Examination, StartError> {
        let answer = self.examination(attempts);
        // It leaves by itself after the last answer; a licence is given back on the way.
        let end = Instant::now() + TIME_TO_END;
        while answer.is_ok() && !self.has_ended {
            match self
                .events
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(Event::Start(StartEvent::Ended(_))) | Err(_) => break,
                Ok(_) => {}
            }
        }
        self.greeting.program.process.kill();
        answer
    }

    fn examination(&mut self, attempts: &Attempts) -> Result<Examination, StartError> {
        let mut connection = self.wait_for_hello()?;
        let start_time = self.greeting.started().elapsed();
        attempts.check(self.candidate, connection.hello.version)?;
        let silent = || StartError::Disconnected(self.candidate.clone());
        self.send_driver(&mut connection).map_err(|_| silent())?;
        let Some(Reply::Examined(facts)) = self.next_reply() else {
            return Err(silent());
        };
        let interrupt = self.try_interrupt(&mut connection);
        Ok(Examination {
            candidate: self.candidate.clone(),
            hello: connection.hello,
            transport: connection.transport,
            start_time,
            left_out: self.greeting.program.left_out.clone(),
            facts: without_own_flag(*facts),
            interrupt,
            passed_over: Vec::new(),
        })
    }

    fn wait_for_hello(&self) -> Result<Connection, StartError> {
        loop {
            let event = self.events.recv_timeout(self.greeting.time_left());
            let event = event.map_err(|_| self.greeting.timed_out())?;
            if let Event::Start(event) = event
                && let Some(connection) = self.greeting.receive(event)?
            {
                return Ok(connection);
            }
        }
    }

    fn send_driver(&self, connection: &mut Connection) -> std::io::Result<()> {
        let driver = sending::examiner_for(&connection.hello, self.candidate.host.as_deref());
        let program = Program::text(&driver);
        sending::send(
            &mut connection.writer,
            &program,
            &self.greeting.program.tokens,
        )?;
        let nobody: Box<dyn Read + Send> = Box::new(std::io::empty());
        let mut reader = std::mem::replace(&mut connection.reader, nobody);
        let events = self.sender.clone();
        thread::spawn(move || {
            while let Ok(Some(reply)) = frame::read(&mut reader) {
                let _ = events.send(Event::Reply(reply));
            }
            let _ = events.send(Event::Disconnected);
        });
        Ok(())
    }

    fn next_reply(&mut self) -> Option<Reply> {
        let mut end = Instant::now() + TIME_TO_ANSWER;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left).ok()? {
                Event::Reply(Reply::Printed {}) | Event::Start(StartEvent::Arrived(_)) => {}
                Event::Reply(reply) => return Some(reply),
                Event::Disconnected => return None,
                // What it sent before may still be on its way.
                Event::Start(StartEvent::Ended(_)) => {
                    self.has_ended = true;
                    end = end.min(Instant::now() + TIME_TO_FOLLOW);
                }
            }
        }
    }

    fn try_interrupt(&mut self, connection: &mut Connection) -> InterruptEffect {
        let host = self.candidate.host.as_ref();
        let ends = host.is_some_and(|host| host.interrupt == Interrupt::Restart);
        // On Windows Ctrl-C comes from the console, to both.
        let is_tried = cfg!(unix) && !ends;
        let question = if is_tried {
            Question::Interrupt
        } else {
            Question::Quit
        };
        if connection
            .writer
            .write_all(&frame::encode(&question))
            .is_err()
        {
            return InterruptEffect::Unknown;
        }
        if !is_tried {
            return if ends {
                InterruptEffect::Ends
            } else {
                InterruptEffect::Unknown
            };
        }
        match self.next_reply() {
            Some(Reply::ExaminedWaiting) => {
                self.greeting.program.process.interrupt();
            }
            Some(Reply::Interruptible { is: false }) => return InterruptEffect::Nothing,
            _ => return InterruptEffect::Unknown,
        }
        match self.next_reply() {
            Some(Reply::Interruptible { is: true }) => InterruptEffect::Interrupts,
            Some(_) => InterruptEffect::Nothing,
            None => InterruptEffect::Ends,
        }
    }
}

/// hotload starts each Python with PYTHONDONTWRITEBYTECODE, so that flag says something about the Python
/// only where the user has set the variable.
fn without_own_flag(mut facts: Facts) -> Facts {
    if env::var_os("PYTHONDONTWRITEBYTECODE").is_none() {
        facts.flags.retain(|flag| flag != "dont_write_bytecode");
    }
    facts
}
