//! How an interpreter ends, and when another takes its place.

use std::io::Write;
use std::time::{Duration, Instant};

use hotload_core::running::process::ProcessEnd;
use hotload_core::running::report::Outcome;
use hotload_core::running::worker::News;

use crate::interpreter::Interpreter;
use crate::interpreter::settings::Settings;
use crate::interpreter::state::{
    Afterwards, End, Leaving, Ordered, State, TIME_TO_FOLLOW, Up, Work,
};
use crate::outcome::death::{Cause, Death, LastWords};
use crate::outcome::failure::Failure;
use crate::outcome::notice::Notice;
use crate::protocol::message::Request;
use crate::protocol::reply;
use crate::start::error::StartError;
use crate::transport::{Transport, frame};

/// How long one that is being replaced may take to end: user code's `atexit` runs in this time.
const TIME_TO_LEAVE: Duration = Duration::from_secs(2);

/// Between two starts of interpreters that do not come up; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Interpreter {
    /// What arrived is not an expected message, so nothing from this connection can be trusted.
    pub(super) fn garbled(&mut self) -> Vec<News<Self>> {
        match &mut self.state {
            State::Up(up) => {
                up.is_garbled = true;
                up.process.kill();
                Vec::new()
            }
            State::Starting(_) => {
                let error = StartError::Disconnected(self.candidate.clone());
                self.give_up(error)
            }
            State::Leaving(_)
            | State::Ending(_)
            | State::Pausing(_)
            | State::Waiting
            | State::Joining(_)
            | State::Gone => Vec::new(),
        }
    }

    pub(super) fn disconnected(&mut self) -> Vec<News<Self>> {
        match &mut self.state {
            State::Up(up) => match up.end {
                End::No => {
                    up.end = End::Disconnected {
                        since: Instant::now(),
                        is_killed: false,
                    };
                    Vec::new()
                }
                End::Disconnected { .. } => Vec::new(),
                End::Ended { .. } if self.afterwards == Afterwards::Quit => {
                    self.state = State::Gone;
                    Vec::new()
                }
                End::Ended { .. } => self.died(None),
            },
            State::Starting(starting) if starting.connected.is_some() => {
                let error = StartError::Disconnected(self.candidate.clone());
                self.give_up(error)
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn ended(&mut self, end: ProcessEnd) -> Vec<News<Self>> {
        let is_quitting = self.afterwards == Afterwards::Quit;
        match &mut self.state {
            State::Up(up) => {
                let disconnected = match up.end {
                    End::Disconnected { since, .. } => Some(since),
                    End::No | End::Ended { .. } => None,
                };
                if is_quitting && (disconnected.is_some() || up.has_file_transport()) {
                    self.state = State::Gone;
                    return Vec::new();
                }
                // What it sent before, and what its `atexit` reports, may still arrive.
                let at = Instant::now();
                up.end = End::Ended { end, at };
                match disconnected {
                    Some(_) => self.died(disconnected),
                    None => Vec::new(),
                }
            }
            _ if is_quitting => {
                self.state = State::Gone;
                Vec::new()
            }
            State::Starting(_) => {
                let error = StartError::Ended(self.candidate.clone(), end.status);
                self.state = State::Gone;
                self.give_up(error)
            }
            State::Leaving(_) => {
                self.start_anew(true);
                Vec::new()
            }
            State::Ending(_)
            | State::Pausing(_)
            | State::Waiting
            | State::Joining(_)
            | State::Gone => {
                self.state = State::Gone;
                Vec::new()
            }
        }
    }

    /// Its process has ended and everything that it sent has been read. `disconnected` is when its
    /// connection had ended, if it did so first.
    pub(super) fn died(&mut self, disconnected: Option<Instant>) -> Vec<News<Self>> {
        let State::Up(up) = std::mem::replace(&mut self.state, State::Gone) else {
            return Vec::new();
        };
        let End::Ended { end, at } = up.end else {
            return Vec::new();
        };
        let was_running = up.is_running_step();
        let never_began = up.is_step_to_begin();
        let is_last = self.afterwards != Afterwards::Another;
        let was_asked_to = match up.ordered() {
            Ordered::Replace => true,
            Ordered::Interrupt => is_last,
            Ordered::Nothing => false,
        };
        if was_asked_to {
            self.start_anew(true);
            let outcome = Outcome::Interrupted(Failure::InterpreterDied);
            return vec![News::StepEnded(outcome)];
        }
        self.code_cache.distrust();
        let killed_by_us =
            disconnected.is_some_and(|since| at.saturating_duration_since(since) >= TIME_TO_FOLLOW);
        let death = self.death_of(&up, end, killed_by_us);
        let state_lost = up.has_state;
        let mut news = vec![
            News::Lost,
            News::Notice(Notice::Died {
                death,
                state_lost,
                step_follows: never_began,
            }),
        ];
        if was_running {
            let outcome = Outcome::Failed(Failure::InterpreterDied);
            news.push(if never_began {
                News::NeverBegan(outcome)
            } else {
                News::StepEnded(outcome)
            });
        }
        if end.was_ended_at_terminal() {
            news.push(News::Interrupted);
        } else {
            self.start_anew(state_lost);
        }
        news
    }

    fn death_of(&self, up: &Up, end: ProcessEnd, killed_by_us: bool) -> Death {
        let hello = &up.connection.hello;
        let words = up.shim.as_ref();
        let words = words.map_or_else(LastWords::none, |shim| LastWords::read(&shim.last_words));
        let cause = if up.is_garbled {
            Cause::Garbled
        } else if words.is_connection_gone() {
            Cause::ConnectionClosed
        } else if killed_by_us {
            Cause::Disconnected
        } else if end.left_others && up.process.id() != hello.process_id {
            Cause::LauncherEnded(end.status)
        } else {
            Cause::Ended(end.status)
        };
        let dump = words.dump().filter(|_| cause == Cause::Ended(end.status));
        let Settings {
            territory,
            current_folder,
            ..
        } = &self.settings;
        let crash = dump
            .as_deref()
            .and_then(|dump| reply::crash(dump, hello, territory, current_folder));
        Death { cause, dump, crash }
    }

    /// Ends it so that another can take its place: at once if it runs a step.
    pub(super) fn replace(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::Gone) {
            State::Up(mut up) => match (&up.work, &up.end) {
                // Its step is reported when it has ended, or now, if its result is on its way.
                (Work::Step { .. }, _) => {
                    up.order(Ordered::Replace);
                    up.process.kill();
                    State::Up(up)
                }
                (_, End::Ended { .. }) => return self.start_anew(true),
                // User code that does not answer would not notice a request either.
                (Work::Asking { .. } | Work::Withdrawn, End::No) => up.leave(None),
                (_, End::Disconnected { .. }) => up.leave(None),
                (_, End::No) => {
                    // If this fails it is ending already.
                    let quit = frame::encode(&Request::Quit);
                    let _ = up.connection.writer.write_all(&quit);
                    up.leave(Some(Instant::now() + TIME_TO_LEAVE))
                }
            },
            // A person asked for it: now.
            State::Pausing(_) => State::Pausing(Instant::now()),
            state => state,
        };
    }

    /// Its step has ended while it was being killed: what comes next runs in the next one.
    pub(super) fn leave_after_step(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::Gone) {
            State::Up(up) if matches!(up.end, End::Ended { .. }) => return self.start_anew(true),
            State::Up(up) => up.leave(None),
            state => state,
        };
    }

    /// Has a new one started at the next tick, unless the session ends. One that died before it
    /// ran a target is not replaced at once.
    pub(super) fn start_anew(&mut self, had_run: bool) {
        if self.afterwards != Afterwards::Another {
            self.state = State::Gone;
            return;
        }
        if had_run {
            self.failed_starts = 0;
        } else {
            self.failed_starts += 1;
        }
        self.generation += 1;
        // Whatever the one before still sends is ignored.
        self.starts += 1;
        self.state = State::Pausing(Instant::now() + self.pause());
    }

    /// How long to wait before the next start: nothing after a run, then more and more.
    pub(super) fn pause(&self) -> Duration {
        match self.failed_starts {
            0 => Duration::ZERO,
            failed => (FIRST_PAUSE * 2u32.saturating_pow(failed - 1)).min(LONGEST_PAUSE),
        }
    }
}

impl Up {
    fn has_file_transport(&self) -> bool {
        self.connection.transport == Transport::Files
    }

    /// It ends, so that another can be started; it is killed at `kill_at` if it has not ended.
    fn leave(self: Box<Self>, kill_at: Option<Instant>) -> State {
        let Self { process, shim, .. } = *self;
        if kill_at.is_none() {
            process.kill();
        }
        State::Leaving(Leaving {
            process,
            kill_at,
            _shim: shim,
        })
    }
}
