//! A candidate that was started, until it says hello or cannot any more.
//!
//! It does not wait: what happens comes as events, which go where the caller waits for everything.

use std::time::{Duration, Instant};

use hotload_core::running::process::{ProcessEnd, Processes};

use crate::discovery::candidate::Candidate;
use crate::start::error::StartError;
use crate::start::{self, Launched, Surroundings};
use crate::transport::{Arrival, Connection};

/// A candidate that was started and is to say hello.
pub(crate) struct Greeting {
    pub(crate) launched: Launched,
    candidate: Candidate,
    started: Instant,
    limit: Duration,
}

/// What happens to a candidate that was started.
pub(crate) enum GreetingEvent {
    /// A Python has said hello.
    Arrived(Arrival),
    /// The program has ended.
    Ended(ProcessEnd),
}

impl Greeting {
    /// Starts a candidate, which may take `limit` to say hello. `send` is called from threads.
    pub(crate) fn start(
        candidate: &Candidate,
        surroundings: &Surroundings<'_>,
        limit: Duration,
        processes: &dyn Processes,
        send: impl Fn(GreetingEvent) + Clone + Send + Sync + 'static,
    ) -> Result<Self, StartError> {
        let started = Instant::now();
        let ended = send.clone();
        let launched = start::launch(
            candidate,
            surroundings,
            processes,
            Box::new(move |arrival| send(GreetingEvent::Arrived(arrival))),
            Box::new(move |end| ended(GreetingEvent::Ended(end))),
        )?;
        Ok(Self {
            launched,
            candidate: candidate.clone(),
            started,
            limit,
        })
    }

    /// What an event means: the hello, the end of the start, or nothing new.
    pub(crate) fn receive(&self, event: GreetingEvent) -> Result<Option<Connection>, StartError> {
        match event {
            GreetingEvent::Arrived(Arrival::First(connection)) => Ok(Some(connection)),
            GreetingEvent::Arrived(Arrival::Another) => Ok(None),
            GreetingEvent::Ended(end) => Err(StartError::Ended(self.candidate.clone(), end.status)),
        }
    }

    /// Since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// How long it may still take.
    pub(crate) fn time_left(&self) -> Duration {
        self.limit.saturating_sub(self.elapsed())
    }

    /// Why a candidate that has said nothing in its time has failed.
    pub(crate) fn timed_out(&self) -> StartError {
        let candidate = self.candidate.clone();
        if self.launched.reception.has_met_strangers() {
            StartError::Stranger(candidate, self.limit)
        } else {
            StartError::TimedOut(candidate, self.limit)
        }
    }
}
