//! Finds out which candidates are interpreters: starts all at once, each only for its hello.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use hotload_core::running::process::Processes;

use crate::discovery::candidate::Candidate;
use crate::discovery::{Found, identity};
use crate::start::error::StartError;
use crate::start::greeting::{Greeting, StartEvent};
use crate::start::{StandardInput, Surroundings};
use crate::transport::Sink;
use crate::transport::hello::Hello;

/// A candidate, and what it turned out to be.
#[derive(Debug)]
pub struct Probe {
    /// What was started.
    pub candidate: Candidate,
    /// Other ways to start the same interpreter.
    pub also: Vec<Candidate>,
    /// What it turned out to be.
    pub answer: Answer,
    /// From its start to its answer.
    pub time: Duration,
}

/// What a candidate turned out to be.
#[derive(Debug)]
pub enum Answer {
    /// An interpreter.
    Hello(Hello),
    /// Not an interpreter.
    Dead(StartError),
    /// It was not started, because that takes a licence.
    NotAsked,
}

/// Starts all candidates at once, and waits for each for at most `limit`. Hosts that take a licence are
/// not started.
#[must_use]
pub fn probe(found: Vec<Found>, processes: &dyn Processes, limit: Duration) -> Vec<Probe> {
    let (sender, events) = mpsc::channel();
    let mut all: Vec<Probing> = found
        .into_iter()
        .enumerate()
        .map(|(index, found)| Probing::start(found, index, limit, processes, &sender))
        .collect();
    while let Some(left) = all.iter().filter_map(Probing::time_left).max() {
        match events.recv_timeout(left) {
            Ok((index, event)) => all[index].receive(event),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    each_once(all.into_iter().map(Probing::end))
}

/// A version manager's stub and the Python that it starts say the same hello: the first stays, with the
/// others as other ways to start it. A host differs from the Python that it contains.
fn each_once(probes: impl Iterator<Item = Probe>) -> Vec<Probe> {
    let mut indexes: HashMap<PathBuf, usize> = HashMap::new();
    let mut once: Vec<Probe> = Vec::new();
    for mut probe in probes {
        let Some(identity) = probe.identity() else {
            once.push(probe);
            continue;
        };
        if let Some(index) = indexes.get(&identity) {
            let first = &mut once[*index];
            first.also.push(probe.candidate);
            first.also.append(&mut probe.also);
        } else {
            indexes.insert(identity, once.len());
            once.push(probe);
        }
    }
    once
}

/// A candidate that is being probed.
struct Probing {
    candidate: Candidate,
    also: Vec<Candidate>,
    state: ProbingState,
}

enum ProbingState {
    Waiting(Box<Greeting>),
    Answered(Answer, Duration),
}

impl Probing {
    fn start(
        found: Found,
        index: usize,
        limit: Duration,
        processes: &dyn Processes,
        events: &Sender<(usize, StartEvent)>,
    ) -> Self {
        let Found { candidate, also } = found;
        let state = if candidate.host.as_ref().is_some_and(|host| host.licence) {
            ProbingState::Answered(Answer::NotAsked, Duration::ZERO)
        } else {
            let events = events.clone();
            // Events that arrive too late are ignored.
            let send = move |event| drop(events.send((index, event)));
            match Greeting::start(&candidate, &silence(), limit, processes, send) {
                Ok(greeting) => ProbingState::Waiting(Box::new(greeting)),
                Err(error) => ProbingState::Answered(Answer::Dead(error), Duration::ZERO),
            }
        };
        Self {
            candidate,
            also,
            state,
        }
    }

    /// How much time it has left to answer; `None` once it has answered.
    fn time_left(&self) -> Option<Duration> {
        match &self.state {
            ProbingState::Waiting(greeting) => Some(greeting.time_left()),
            ProbingState::Answered(..) => None,
        }
    }

    fn receive(&mut self, event: StartEvent) {
        let ProbingState::Waiting(greeting) = &self.state else {
            return;
        };
        let answer = match greeting.receive(event) {
            Ok(Some(connection)) => Answer::Hello(connection.hello),
            Ok(None) => return,
            Err(error) => Answer::Dead(error),
        };
        // Its hello was all that it was started for.
        greeting.program.process.kill();
        self.state = ProbingState::Answered(answer, greeting.started().elapsed());
    }

    fn end(self) -> Probe {
        let (answer, time) = match self.state {
            ProbingState::Answered(answer, time) => (answer, time),
            ProbingState::Waiting(greeting) => {
                greeting.program.process.kill();
                (Answer::Dead(greeting.timed_out()), Duration::ZERO)
            }
        };
        Probe {
            candidate: self.candidate,
            also: self.also,
            answer,
            time,
        }
    }
}

/// For a start that nothing is shown of.
fn silence() -> Surroundings<'static> {
    Surroundings {
        standard_input: StandardInput::Silence,
        shared_folder: None,
        restarts: 0,
        output: Sink::discard(),
    }
}

impl Probe {
    /// Whether it is an interpreter that hotload can use.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        matches!(&self.answer, Answer::Hello(hello) if hello.version.is_supported())
    }

    /// The file of the interpreter; `None` for a host, whose program matters too.
    fn identity(&self) -> Option<PathBuf> {
        match &self.answer {
            Answer::Hello(hello) if self.candidate.host.is_none() => {
                Some(identity(Path::new(&hello.executable)))
            }
            _ => None,
        }
    }

    /// The host, if it is one.
    #[must_use]
    pub fn host(&self) -> Option<&Arc<crate::discovery::hosts::Host>> {
        self.candidate.host.as_ref()
    }
}
