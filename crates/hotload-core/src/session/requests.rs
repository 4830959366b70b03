//! What other programs ask a session for.

use std::time::Duration;

use crate::running::cut::Cut;
use crate::running::input::{KeyCommand, SessionRequest, Stop, StopReason};
use crate::running::step::RunsIn;
use crate::running::worker::Worker;
use crate::session::Session;
use crate::session::current::Current;
use crate::session::ending::Course;
use crate::session::observer::Observer;
use crate::session::parts::Kinds;

/// How long what runs may take to end when the session is asked to.
const PATIENCE: Duration = Duration::from_secs(2);

impl<K: Kinds> Session<K> {
    /// Carries out what another program asks for, whether a cycle runs or not.
    pub(super) fn request(&mut self, request: SessionRequest) {
        if !matches!(self.course, Course::GoesOn) {
            return;
        }
        match request {
            SessionRequest::Rerun => self.pending.owe_a_cycle(),
            SessionRequest::Restart => self.restart_for_a_cycle(),
            SessionRequest::Interrupt => {
                if self.current.is_some() && !self.is_warming_up() {
                    self.stop_cycle(self.now());
                }
            }
            SessionRequest::Pause => self.set_paused(true),
            SessionRequest::Resume => self.set_paused(false),
            SessionRequest::Quit => self.stop(Stop {
                why: StopReason::Quit,
                patience: Some(PATIENCE),
            }),
        }
    }

    fn restart_for_a_cycle(&mut self) {
        let now = self.now();
        self.pending.owe_a_cycle();
        self.plan.try_again(None);
        self.asked();
        let running = self.current.as_ref().and_then(Current::running);
        let runs_in_worker = running.is_some_and(|it| matches!(it.runs_in, RunsIn::Worker));
        if running.is_some() {
            self.note_stopped_cycle(now);
            self.force(Cut::Person, now);
        }
        if !runs_in_worker {
            self.parts.worker.restart();
        }
        let paused = self.pending.is_paused();
        self.parts.observer.key(KeyCommand::Restart, paused);
    }

    fn set_paused(&mut self, paused: bool) {
        if self.pending.is_paused() != paused {
            self.pending.toggle_pause();
            self.parts.observer.key(KeyCommand::Pause, paused);
        }
    }
}
