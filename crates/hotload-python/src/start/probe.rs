//! Which candidates are interpreters: all are started at once, each only to say hello.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use hotload_core::running::process::{ProcessEnd, Processes};

use crate::discovery::candidate::Candidate;
use crate::discovery::{Found, identity};
use crate::start::error::StartError;
use crate::start::{self, Launched, StandardInput, Surroundings};
use crate::transport::hello::Hello;
use crate::transport::{Arrival, Sink};

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

enum Event {
    Arrived(Arrival),
    Ended(ProcessEnd),
}

/// Starts each candidate, all at once, and waits for each for `limit` at most. Hosts that take a
/// licence are left alone.
#[must_use]
pub fn probe(found: Vec<Found>, processes: &dyn Processes, limit: Duration) -> Vec<Probe> {
    let (sender, events) = mpsc::channel();
    let started = Instant::now();
    let mut asked: Vec<Asked> = found
        .into_iter()
        .enumerate()
        .map(|(place, found)| Asked::start(found, place, processes, &sender))
        .collect();
    while asked.iter().any(Asked::is_open) {
        let left = limit.saturating_sub(started.elapsed());
        match events.recv_timeout(left) {
            Ok((place, event)) => asked[place].receive(event, started.elapsed()),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    each_once(asked.into_iter().map(|asked| asked.end(limit)))
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

/// A candidate that is being asked, or has answered.
struct Asked {
    candidate: Candidate,
    also: Vec<Candidate>,
    launched: Option<Launched>,
    answer: Option<Answer>,
    time: Duration,
}

impl Asked {
    fn start(
        found: Found,
        place: usize,
        processes: &dyn Processes,
        events: &Sender<(usize, Event)>,
    ) -> Self {
        let mut asked = Self {
            candidate: found.candidate,
            also: found.also,
            launched: None,
            answer: None,
            time: Duration::ZERO,
        };
        if asked
            .candidate
            .host
            .as_ref()
            .is_some_and(|host| host.licence)
        {
            asked.answer = Some(Answer::NotAsked);
            return asked;
        }
        let surroundings = Surroundings {
            standard_input: StandardInput::Silence,
            shared_folder: None,
            restarts: 0,
            output: &Sink::discard(),
        };
        let (arrived, ended) = (events.clone(), events.clone());
        let launched = start::launch(
            &asked.candidate,
            &surroundings,
            processes,
            // Nobody waits for those that come too late.
            Box::new(move |arrival| drop(arrived.send((place, Event::Arrived(arrival))))),
            Box::new(move |end| drop(ended.send((place, Event::Ended(end))))),
        );
        match launched {
            Ok(launched) => asked.launched = Some(launched),
            Err(error) => asked.answer = Some(Answer::Dead(error)),
        }
        asked
    }

    fn is_open(&self) -> bool {
        self.answer.is_none()
    }

    fn receive(&mut self, event: Event, time: Duration) {
        if !self.is_open() {
            return;
        }
        self.answer = Some(match event {
            Event::Arrived(Arrival::First(connection)) => Answer::Hello(connection.hello),
            Event::Arrived(Arrival::Another) => return,
            Event::Ended(end) => {
                Answer::Dead(StartError::Ended(self.candidate.clone(), end.status))
            }
        });
        self.time = time;
        self.kill();
    }

    /// It has said what it was started for.
    fn kill(&mut self) {
        if let Some(launched) = self.launched.take() {
            launched.process.kill();
        }
    }

    fn end(mut self, limit: Duration) -> Probe {
        self.kill();
        let silent = || Answer::Dead(StartError::TimedOut(self.candidate.clone(), limit));
        Probe {
            answer: self.answer.take().unwrap_or_else(silent),
            candidate: self.candidate,
            also: self.also,
            time: self.time,
        }
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
