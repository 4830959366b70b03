//! Which candidates are interpreters: all are started at once, each only to say hello.

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

/// A candidate, and what came of asking it.
#[derive(Debug)]
pub struct Probe {
    /// What was asked.
    pub candidate: Candidate,
    /// Further ways to the same interpreter.
    pub also: Vec<Candidate>,
    /// What it said.
    pub answer: Answer,
    /// How long that took.
    pub time: Duration,
}

/// What a candidate said.
#[derive(Debug)]
pub enum Answer {
    /// It is an interpreter.
    Hello(Hello),
    /// It is none.
    Dead(StartError),
    /// It was not asked: a start takes a licence.
    NotAsked,
}

/// Starts each candidate, all at once, and waits for each for `limit` at most. Hosts that take a
/// licence are left alone.
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

/// A version manager's stub and what it starts say the same of themselves: the first one stays, and
/// knows of the others. A host is told apart from the Python in it.
fn each_once(probes: impl Iterator<Item = Probe>) -> Vec<Probe> {
    let mut places: HashMap<PathBuf, usize> = HashMap::new();
    let mut once: Vec<Probe> = Vec::new();
    for mut probe in probes {
        let Some(identity) = probe.identity() else {
            once.push(probe);
            continue;
        };
        if let Some(place) = places.get(&identity) {
            let first = &mut once[*place];
            first.also.push(probe.candidate);
            first.also.append(&mut probe.also);
        } else {
            places.insert(identity, once.len());
            once.push(probe);
        }
    }
    once
}

/// A candidate that is being probed.
struct Probing {
    candidate: Candidate,
    also: Vec<Candidate>,
    state: State,
}

enum State {
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
            State::Answered(Answer::NotAsked, Duration::ZERO)
        } else {
            let events = events.clone();
            // Nobody waits for those that come too late.
            let send = move |event| drop(events.send((index, event)));
            match Greeting::start(&candidate, &silence(), limit, processes, send) {
                Ok(greeting) => State::Waiting(Box::new(greeting)),
                Err(error) => State::Answered(Answer::Dead(error), Duration::ZERO),
            }
        };
        Self {
            candidate,
            also,
            state,
        }
    }

    /// How long it may still take to answer; `None` once it has.
    fn time_left(&self) -> Option<Duration> {
        match &self.state {
            State::Waiting(greeting) => Some(greeting.time_left()),
            State::Answered(..) => None,
        }
    }

    fn receive(&mut self, event: StartEvent) {
        let State::Waiting(greeting) = &self.state else {
            return;
        };
        let answer = match greeting.receive(event) {
            Ok(Some(connection)) => Answer::Hello(connection.hello),
            Ok(None) => return,
            Err(error) => Answer::Dead(error),
        };
        // It has said what it was started for.
        greeting.program.process.kill();
        self.state = State::Answered(answer, greeting.started().elapsed());
    }

    fn end(self) -> Probe {
        let (answer, time) = match self.state {
            State::Answered(answer, time) => (answer, time),
            State::Waiting(greeting) => {
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

/// A candidate that is only asked who it is prints nothing.
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

    /// The file that says hello, where that is all there is to it.
    fn identity(&self) -> Option<PathBuf> {
        match &self.answer {
            Answer::Hello(hello) if self.candidate.host.is_none() => {
                Some(identity(Path::new(&hello.executable)))
            }
            _ => None,
        }
    }

    /// The host's name, where it is one.
    #[must_use]
    pub fn host(&self) -> Option<&Arc<crate::discovery::hosts::Host>> {
        self.candidate.host.as_ref()
    }
}
