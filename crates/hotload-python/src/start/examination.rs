//! Finds out what an interpreter can do: starts it once, and asks it some questions.

use std::env;
use std::io::{self, IsTerminal, Write};
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

/// How long an answer may take after the hello.
const TIME_TO_ANSWER: Duration = Duration::from_secs(30);

/// How long something that it sent may take to arrive after it has ended.
const TIME_TO_FOLLOW: Duration = Duration::from_millis(500);

/// How long the process may take to end on its own.
const TIME_TO_END: Duration = Duration::from_secs(2);

/// What a start depends on.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// The standard input of user code.
    pub standard_input: StandardInput,
    /// A folder that hotload and the interpreter see under the same path, if the interpreter is on another
    /// machine or in a container.
    pub shared_folder: Option<PathBuf>,
    /// How long the start may take.
    pub start_timeout: Duration,
    /// Takes what it prints, if hotload holds its standard output.
    pub output: Sink,
}

/// What was found out.
#[derive(Debug)]
pub struct Examination {
    /// What was started.
    pub candidate: Candidate,
    /// Its hello.
    pub hello: Hello,
    /// How it talks to hotload.
    pub transport: Transport,
    /// From its start to its hello.
    pub start_time: Duration,
    /// Environment variables that were removed.
    pub left_out: Vec<String>,
    /// What it reported.
    pub facts: Facts,
    /// What an interrupt does to it.
    pub interrupt: InterruptEffect,
    /// Why the candidates before it were not used.
    pub passed_over: Vec<StartError>,
}

/// What an interrupt does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterruptEffect {
    /// User code sees a KeyboardInterrupt.
    Interrupts,
    /// Nothing: a step can only be ended by ending the interpreter.
    Nothing,
    /// It ends the interpreter.
    Ends,
    /// It was not tried.
    Unknown,
}

/// What a Python reports.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Facts {
    /// `sys.version`
    pub version: String,
    /// `sys.prefix`
    pub prefix: String,
    /// The current folder.
    pub folder: String,
    /// Standard output, as the host has set it up.
    pub output: Stream,
    /// Standard error.
    pub errors: Stream,
    /// Standard input.
    pub input: Stream,
    /// The encoding of file names.
    pub file_names: String,
    /// `sys.getdefaultencoding()`
    pub text: String,
    /// Whether output goes to hotload.
    pub sends_output: bool,
    /// The flags that are set in `sys.flags`.
    pub flags: Vec<String>,
    /// Modules of the standard library that are missing.
    pub missing: Vec<String>,
    /// Whether `__file__` was set in the script.
    pub has_file_name: bool,
    /// Whether the script runs in the main thread, which is where signals can be handled.
    pub in_main_thread: bool,
}

/// A standard stream.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Stream {
    /// The name of its type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Its encoding, or the text `None` if it has none.
    pub encoding: String,
    /// Whether it is the one that Python set up.
    pub own: bool,
    /// Whether it is a terminal.
    pub terminal: bool,
    /// Its descriptor.
    pub descriptor: Option<i64>,
}

#[derive(Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
enum ExaminerReply {
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

enum Incoming {
    Start(StartEvent),
    Reply(ExaminerReply),
    Disconnected,
}

/// Starts the candidates in turn until one is an interpreter, and asks that one.
///
/// # Errors
///
/// When no candidate is an interpreter, or it does not answer.
pub fn examine(
    candidates: Candidates,
    conditions: &Conditions,
    processes: &dyn Processes,
) -> Result<Examination, StartError> {
    let (mut candidate, mut attempts) = Attempts::from(candidates);
    let mut passed_over = Vec::new();
    loop {
        match Examining::start(&candidate, conditions, processes)
            .and_then(|examining| examining.ask(&attempts))
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

/// A candidate that is being examined.
struct Examining<'v> {
    candidate: &'v Candidate,
    greeting: Greeting,
    events: Receiver<Incoming>,
    sender: Sender<Incoming>,
    has_ended: bool,
}

impl<'v> Examining<'v> {
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
        // Events that arrive too late are ignored.
        let send = move |event| drop(to_events.send(Incoming::Start(event)));
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
        // It ends on its own after the last answer, which gives a licence back.
        let end = Instant::now() + TIME_TO_END;
        while answer.is_ok() && !self.has_ended {
            match self
                .events
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(Incoming::Start(StartEvent::Ended(_))) | Err(_) => break,
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
        let Some(ExaminerReply::Examined(facts)) = self.next_reply() else {
            return Err(silent());
        };
        let interrupt = self.try_interrupt(&mut connection);
        Ok(Examination {
            candidate: self.candidate.clone(),
            hello: connection.hello,
            transport: connection.transport,
            start_time,
            left_out: self.greeting.program.left_out.clone(),
            facts: without_null(without_own_flag(*facts)),
            interrupt,
            passed_over: Vec::new(),
        })
    }

    fn wait_for_hello(&self) -> Result<Connection, StartError> {
        loop {
            let event = self.events.recv_timeout(self.greeting.time_left());
            let event = event.map_err(|_| self.greeting.timed_out())?;
            if let Incoming::Start(event) = event
                && let Some(connection) = self.greeting.receive(event)?
            {
                return Ok(connection);
            }
        }
    }

    fn send_driver(&self, connection: &mut Connection) -> std::io::Result<()> {
        let driver = sending::examiner_for(&connection.hello, self.candidate.host.as_deref());
        let program = Program::text(&driver);
        program.send(&self.greeting.program.tokens, &mut connection.writer)?;
        let empty = Box::new(std::io::empty());
        let mut reader = std::mem::replace(&mut connection.reader, empty);
        let events = self.sender.clone();
        thread::spawn(move || {
            while let Ok(Some(reply)) = frame::read(&mut reader) {
                let _ = events.send(Incoming::Reply(reply));
            }
            let _ = events.send(Incoming::Disconnected);
        });
        Ok(())
    }

    fn next_reply(&mut self) -> Option<ExaminerReply> {
        let mut end = Instant::now() + TIME_TO_ANSWER;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left).ok()? {
                Incoming::Reply(ExaminerReply::Printed {})
                | Incoming::Start(StartEvent::Arrived(_)) => {}
                Incoming::Reply(reply) => return Some(reply),
                Incoming::Disconnected => return None,
                // What it sent before may still arrive.
                Incoming::Start(StartEvent::Ended(_)) => {
                    self.has_ended = true;
                    end = end.min(Instant::now() + TIME_TO_FOLLOW);
                }
            }
        }
    }

    fn try_interrupt(&mut self, connection: &mut Connection) -> InterruptEffect {
        let host = self.candidate.host.as_ref();
        let ends = host.is_some_and(|host| host.interrupt == Interrupt::Restart);
        let is_tried = !ends;
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
            return InterruptEffect::Ends;
        }
        match self.next_reply() {
            Some(ExaminerReply::ExaminedWaiting) => {
                // On Windows Ctrl-C comes from the console, and would reach hotload too. There the
                // interpreter reads the interrupt.
                if !self.greeting.program.process.interrupt() {
                    let interrupt = frame::encode(&Question::Interrupt);
                    // One that has gone is noticed by its reply.
                    let _ = connection.writer.write_all(&interrupt);
                }
            }
            Some(ExaminerReply::Interruptible { is: false }) => return InterruptEffect::Nothing,
            _ => return InterruptEffect::Unknown,
        }
        match self.next_reply() {
            Some(ExaminerReply::Interruptible { is: true }) => InterruptEffect::Interrupts,
            Some(_) => InterruptEffect::Nothing,
            None => InterruptEffect::Ends,
        }
    }
}

/// Windows takes NUL for a terminal. The streams of the interpreter are those of hotload.
fn without_null(mut facts: Facts) -> Facts {
    if cfg!(windows) {
        facts.input.terminal &= io::stdin().is_terminal();
        facts.output.terminal &= io::stdout().is_terminal();
        facts.errors.terminal &= io::stderr().is_terminal();
    }
    facts
}

/// hotload starts each Python with PYTHONDONTWRITEBYTECODE, so that flag says something about the Python
/// only where the user has set the variable.
fn without_own_flag(mut facts: Facts) -> Facts {
    if env::var_os("PYTHONDONTWRITEBYTECODE").is_none() {
        facts.flags.retain(|flag| flag != "dont_write_bytecode");
    }
    facts
}
