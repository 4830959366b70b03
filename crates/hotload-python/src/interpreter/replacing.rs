//! How an interpreter ends, and when another takes its place.

use std::io::Write;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use hotload_core::running::process::ProcessEnd;
use hotload_core::running::report::Outcome;
use hotload_core::running::worker::News;

use crate::interpreter::{Interpreter, State};
use crate::outcome::death::{Cause, Death, LastWords};
use crate::outcome::failure::Failure;
use crate::outcome::notice::Notice;
use crate::protocol::message::Request;
use crate::protocol::reply;
use crate::start::error::StartError;
use crate::transport::Transport;
use crate::transport::frame;

/// How long a process may go on after its connection has ended, and the connection after its
/// process has: the one is on its way out, and a child may hold the other.
pub(super) const TIME_TO_FOLLOW: Duration = Duration::from_millis(500);

/// How long one that is to be replaced may take to end: user code's `atexit` runs in this time.
const TIME_TO_LEAVE: Duration = Duration::from_secs(2);

/// Between two starts of interpreters that do not come up; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Interpreter {
    /// User code has written into the connection: nothing that comes from there means anything.
    pub(super) fn garbled(&mut self) -> Vec<News<Self>> {
        if let State::Up {
            process, garbled, ..
        } = &mut self.state
        {
            *garbled = true;
            process.kill();
        }
        Vec::new()
    }

    pub(super) fn disconnected(&mut self) -> Vec<News<Self>> {
        match &mut self.state {
            State::Up {
                disconnected,
                ended,
                ..
            } => {
                disconnected.get_or_insert_with(Instant::now);
                match ended {
                    Some(_) if self.quitting => {
                        self.state = State::Gone;
                        Vec::new()
                    }
                    Some(_) => self.died(),
                    None => Vec::new(),
                }
            }
            State::Starting {
                connected: Some(_), ..
            } => self.give_up(StartError::Disconnected(self.candidate.clone())),
            _ => Vec::new(),
        }
    }

    pub(super) fn ended(&mut self, end: ProcessEnd) -> Vec<News<Self>> {
        match &mut self.state {
            State::Up {
                connection,
                disconnected: None,
                ended,
                ..
            } if self.quitting && connection.transport != Transport::Files => {
                // What its `atexit` has told may still be on its way.
                *ended = Some((end, Instant::now()));
                Vec::new()
            }
            _ if self.quitting => {
                self.state = State::Gone;
                Vec::new()
            }
            State::Starting { .. } => {
                let error = StartError::Ended(self.candidate.clone(), end.status);
                self.state = State::Gone;
                self.give_up(error)
            }
            State::Up {
                disconnected,
                ended,
                ..
            } => {
                *ended = Some((end, Instant::now()));
                match disconnected {
                    Some(_) => self.died(),
                    None => Vec::new(),
                }
            }
            State::Leaving { .. } => {
                self.start_anew(true);
                Vec::new()
            }
            State::Ending { .. } | State::Pausing { .. } | State::Gone => {
                self.state = State::Gone;
                Vec::new()
            }
        }
    }

    /// Its process has ended and all that it has sent was read.
    pub(super) fn died(&mut self) -> Vec<News<Self>> {
        let State::Up {
            process,
            connection,
            running,
            loaded,
            disconnected,
            ended: Some((end, ended)),
            garbled,
            shim,
            ..
        } = std::mem::replace(&mut self.state, State::Gone)
        else {
            return Vec::new();
        };
        if self.restarting || self.interrupting && self.is_last {
            // It was to end what it did, and has ended altogether.
            self.start_anew(true);
            let outcome = Outcome::Interrupted(Failure::InterpreterDied);
            return running
                .then_some(News::StepEnded(outcome))
                .into_iter()
                .collect();
        }
        self.code_cache.distrust();
        let words = LastWords::read(&shim.last_words);
        let killed_by_us = disconnected
            .is_some_and(|since| ended.saturating_duration_since(since) >= TIME_TO_FOLLOW);
        let cause = match () {
            () if garbled => Cause::Garbled,
            () if words.is_connection_gone() => Cause::ConnectionClosed,
            () if killed_by_us => Cause::Disconnected,
            () if end.left_others && process.id() != connection.hello.process_id => {
                Cause::LauncherEnded(end.status)
            }
            () => Cause::Ended(end.status),
        };
        let dump = words.dump().filter(|_| cause == Cause::Ended(end.status));
        let crash = dump.as_deref().and_then(|dump| {
            let territory = &self.settings.territory;
            reply::crash(dump, &connection.hello, territory)
        });
        let death = Death { cause, dump, crash };
        let state_lost = loaded;
        let mut news = vec![News::Lost, News::Notice(Notice::Died { death, state_lost })];
        if running {
            news.push(News::StepEnded(Outcome::Failed(Failure::InterpreterDied)));
        }
        if end.had_terminal && is_ended_from_terminal(end.status) {
            news.push(News::Interrupted);
        } else {
            self.start_anew(loaded);
        }
        news
    }

    /// Ends it so that another can take its place: at once if it runs a step.
    pub(super) fn replace(&mut self) {
        let state = std::mem::replace(&mut self.state, State::Gone);
        self.state = match state {
            State::Up {
                process,
                mut connection,
                running: false,
                disconnected: None,
                ended: None,
                shim,
                ..
            } => {
                // If it cannot be asked any more it is ending already.
                let _ = connection.writer.write_all(&frame::encode(&Request::Quit));
                State::Leaving {
                    process,
                    kill_at: Some(Instant::now() + TIME_TO_LEAVE),
                    _shim: shim,
                }
            }
            State::Up { ref process, .. } => {
                self.restarting = true;
                process.kill();
                state
            }
            // Somebody has asked for it: now.
            State::Pausing { .. } => State::Pausing {
                until: Instant::now(),
            },
            state => state,
        };
    }

    /// Has a new one started at the next tick, unless the session ends. One that has died before it
    /// has run a target is not followed at once.
    pub(super) fn start_anew(&mut self, had_run: bool) {
        if self.quitting || self.is_last {
            self.state = State::Gone;
            return;
        }
        self.interrupting = false;
        self.restarting = false;
        if had_run {
            self.failed_starts = 0;
        } else {
            self.failed_starts += 1;
        }
        self.generation += 1;
        // What the one before still sends is nobody's.
        self.starts += 1;
        self.state = State::Pausing {
            until: Instant::now() + self.pause(),
        };
    }

    /// How long to wait before the next start: nothing after a run, then more and more.
    pub(super) fn pause(&self) -> Duration {
        match self.failed_starts {
            0 => Duration::ZERO,
            failed => (FIRST_PAUSE * 2u32.saturating_pow(failed - 1)).min(LONGEST_PAUSE),
        }
    }
}

/// Whether the process died of Ctrl-C or Ctrl-\.
#[cfg(unix)]
fn is_ended_from_terminal(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGINT: i32 = 2;
    const SIGQUIT: i32 = 3;
    matches!(status.signal(), Some(SIGINT | SIGQUIT))
}

#[cfg(not(unix))]
fn is_ended_from_terminal(_status: ExitStatus) -> bool {
    false
}
