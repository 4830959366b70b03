//! A candidate that was started, until it says hello or has failed to.
//!
//! Nothing here blocks: what happens arrives as events, among the others that the caller waits for.

use std::time::{Duration, Instant};

use hotload_core::running::process::{ProcessEnd, Processes};

use crate::discovery::candidate::Candidate;
use crate::start::error::StartError;
use crate::start::{self, StartedProgram, Surroundings};
use crate::transport::{Arrival, Connection};

/// Used when adding the limit to the time would overflow.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3_600);

/// A candidate that was started, and has to say hello.
pub(crate) struct Greeting {
    pub(crate) program: StartedProgram,
    candidate: Candidate,
    started: Instant,
    limit: Duration,
}

/// What happens to a candidate that was started.
pub(crate) enum StartEvent {
    /// A Python said hello.
    Arrived(Arrival),
    /// The program ended.
    Ended(ProcessEnd),
}

impl Greeting {
    /// Starts a candidate, which may take up to `limit` to say hello. `send` is called from threads.
    pub(crate) fn start(
        candidate: &Candidate,
        surroundings: &Surroundings<'_>,
        limit: Duration,
        processes: &dyn Processes,
        send: impl Fn(StartEvent) + Clone + Send + Sync + 'static,
    ) -> Result<Self, StartError> {
        let started = Instant::now();
        let ended = send.clone();
        let program = start::start_program(
            candidate,
            surroundings,
            processes,
            Box::new(move |arrival| send(StartEvent::Arrived(arrival))),
            Box::new(move |end| ended(StartEvent::Ended(end))),
        )?;
        Ok(Self {
            program,
            candidate: candidate.clone(),
            started,
            limit,
        })
    }

    /// What an event means: a connection, a failure, or nothing.
    pub(crate) fn receive(&self, event: StartEvent) -> Result<Option<Connection>, StartError> {
        match event {
            StartEvent::Arrived(Arrival::First(connection)) => Ok(Some(connection)),
            StartEvent::Arrived(Arrival::Another) => Ok(None),
            StartEvent::Ended(end) => Err(StartError::Ended(self.candidate.clone(), end.status)),
        }
    }

    /// When it was started.
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// When it has to have said hello.
    pub(crate) fn deadline(&self) -> Instant {
        let deadline = self.started.checked_add(self.limit);
        deadline.unwrap_or(self.started + A_YEAR)
    }

    /// How much time it has left.
    pub(crate) fn time_left(&self) -> Duration {
        self.deadline().saturating_duration_since(Instant::now())
    }

    /// The error of a candidate that has not said hello in time.
    pub(crate) fn timed_out(&self) -> StartError {
        let candidate = self.candidate.clone();
        if self.program.reception.has_met_strangers() {
            StartError::Stranger(candidate, self.limit)
        } else {
            StartError::TimedOut(candidate, self.limit)
        }
    }
}
