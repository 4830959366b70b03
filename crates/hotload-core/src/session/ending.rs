//! How a session comes to its end, and its worker with it.

use std::time::{Duration, Instant};

use crate::running::cut::{CtrlC, Cut};
use crate::running::cycle::Next;
use crate::running::input::{Input, Stop, StopReason};
use crate::running::worker::{News, Worker};
use crate::session::clock::Clock;
use crate::session::current::{Current, StepState};
use crate::session::observer::Observer;
use crate::session::parts::{Error, Kinds};
use crate::session::{Ending, Session};

/// How long to wait for the end of a killed worker.
const TIME_TO_DIE: Duration = Duration::from_secs(1);

/// Ctrl-C that is pressed again within this time ends the session.
const TWICE: Duration = Duration::from_secs(1);

/// Whether a session goes on.
pub(super) enum Course<E> {
    /// It goes on.
    GoesOn,
    /// It ends when its running step has ended.
    Stopping(Stopping),
    /// It has ended.
    Ended(Ending<E>),
}

/// A session that ends when its running step has ended.
pub(super) struct Stopping {
    pub(super) why: StopReason,
    pub(super) since: Instant,
    pub(super) kill_at: Option<Instant>,
}

impl<E> Course<E> {
    /// When the running step is killed; `None` if it is not stopping, or may take its time.
    pub(super) fn kill_at(&self) -> Option<Instant> {
        match self {
            Self::Stopping(stopping) => stopping.kill_at,
            Self::GoesOn | Self::Ended(_) => None,
        }
    }

    pub(super) fn is_stopping(&self) -> bool {
        matches!(self, Self::Stopping(_))
    }
}

impl<K: Kinds> Session<K> {
    /// Ends a cycle that has steps left.
    pub(super) fn cut_cycle_short(&mut self) {
        self.asked();
        let now = self.now();
        if let Some(current) = &mut self.current {
            if current.cycle.next(&self.plan, &self.parts.worker) != Next::End {
                current.cycle.cut_short(now);
            }
            self.end_cycle();
        }
    }

    pub(super) fn stop(&mut self, stop: Stop) {
        if self.course.is_stopping() {
            return self.kill();
        }
        let now = self.now();
        if stop.why == StopReason::Interrupt && self.ctrl_c_stops_cycle(now) {
            return self.stop_cycle(now);
        }
        self.parts.worker.do_not_replace();
        // A step that is already being cut short is not interrupted twice: its `finally` may run.
        let running = self.current.as_mut().and_then(Current::running_mut);
        let cutting = running.and_then(|running| running.cutting.take());
        let kill_at = stop.patience.map(|patience| now + patience);
        self.course = Course::Stopping(Stopping {
            why: stop.why,
            since: now,
            kill_at: kill_at.or(cutting.and_then(|cutting| cutting.force_at)),
        });
        self.settle_held_failure(now);
        match (self.current.as_ref().and_then(Current::running), cutting) {
            (Some(running), None) => {
                running.runs_in.interrupt(&mut self.parts.worker);
            }
            // It has ignored the first Ctrl-C.
            (Some(_), Some(cutting)) if cutting.cut == Cut::Person => self.kill(),
            _ => {}
        }
    }

    /// Whether Ctrl-C stops what runs, and not the session.
    pub(super) fn ctrl_c_stops_cycle(&self, now: Instant) -> bool {
        let again = |at: Instant| now.saturating_duration_since(at) < TWICE;
        self.settings.ctrl_c == CtrlC::StopsCycle
            && matches!(self.course, Course::GoesOn)
            && self.current.is_some()
            && !self.is_warming_up()
            && !self.stopped_at.is_some_and(again)
    }

    /// Stops the running step, and with it the cycle.
    pub(super) fn stop_cycle(&mut self, now: Instant) {
        self.note_stopped_cycle(now);
        self.settle_held_failure(now);
        if self.current.as_ref().and_then(Current::running).is_some() {
            self.cut(Cut::Person, now);
        }
    }

    /// The cycle that runs was stopped by a person: its remaining steps do not run.
    pub(super) fn note_stopped_cycle(&mut self, now: Instant) {
        self.stopped_at = Some(now);
        if let Some(current) = &mut self.current {
            current.cycle.stop();
        }
    }

    /// Ends the running step by force, and the session with it.
    pub(super) fn kill(&mut self) {
        if let Some(current) = &mut self.current {
            if let Some(running) = current.running() {
                running.runs_in.kill(&mut self.parts.worker);
            }
            current.step = StepState::Between;
        }
        self.parts.worker.kill();
    }

    /// Ends the session. The first reason counts.
    pub(super) fn end(&mut self, ending: Ending<Error<K>>) {
        if !matches!(self.course, Course::Ended(_)) {
            self.course = Course::Ended(ending);
        }
    }

    pub(super) fn end_worker(&mut self) {
        self.parts.worker.quit();
        if !self.worker_ends_within(self.settings.time_to_end) {
            self.parts.worker.kill();
            // What survives SIGKILL for this long hangs in the kernel: there is no point in waiting.
            let _ = self.worker_ends_within(TIME_TO_DIE);
        }
    }

    fn worker_ends_within(&mut self, limit: Duration) -> bool {
        let deadline = self.now() + limit;
        while !self.parts.worker.is_gone() {
            let left = deadline.saturating_duration_since(self.now());
            if left.is_zero() {
                return false;
            }
            let wakes_at = self.parts.worker.wakes_at();
            let due = wakes_at.map_or(left, |at| at.saturating_duration_since(self.now()));
            match self.parts.clock.next_input(&self.inputs, left.min(due)) {
                Ok(Input::Worker(event)) => {
                    // Of what it reports on its way out only notices still matter.
                    for item in self.parts.worker.receive(event) {
                        if let News::Notice(notice) = item {
                            self.parts.observer.notice(self.cycles, notice);
                        }
                    }
                }
                Ok(Input::Stop(_)) => self.parts.worker.kill(),
                Ok(
                    Input::StepEnded(..)
                    | Input::Key(_)
                    | Input::Request(_)
                    | Input::Hint(_)
                    | Input::OutputClosed,
                )
                | Err(_) => {}
            }
            // Its own time limits still count.
            let now = self.now();
            let _ = self.parts.worker.tick(now);
        }
        true
    }
}
