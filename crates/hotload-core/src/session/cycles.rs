//! Which step or cycle is started when, and what becomes of it.

use std::time::{Duration, Instant};

use crate::running::cycle::{Cycle, Next};
use crate::running::input::StopReason;
use crate::running::plan::{Started, StepContext};
use crate::running::report::{Outcome, Skip, StepFailure};
use crate::running::worker::Worker;
use crate::session::clock::Clock;
use crate::session::ending::Stopping;
use crate::session::observer::Observer;
use crate::session::{Ending, Session};
use crate::watching::file_system::FileSystem;

/// How long a file that does not compile may turn out to be half a save, counted from the tick
/// that saw it: editors and generators write the rest within 20 ms, and a tick may be late.
const HALF_WRITTEN: Duration = Duration::from_millis(60);

/// A failure that may come from half a save: shown when the rest has not come in time.
pub(super) struct Held<F> {
    failure: F,
    ended: Instant,
    until: Instant,
}

impl<W, F, C, O> Session<W, F, C, O>
where
    W: Worker,
    F: FileSystem,
    C: Clock,
    O: Observer<W>,
{
    /// Starts what can be started: the next step, the next cycle, or the end.
    pub(super) fn advance(&mut self) {
        loop {
            if self.ending.is_some() || self.running.is_some() || self.held.is_some() {
                return;
            }
            if let Some(stopping) = &self.stopping {
                let why = stopping.why;
                self.cut_cycle_short();
                return self.end(Ending::Stopped(why));
            }
            if self.is_superseded() {
                self.supersede_cycle();
            }
            if self.cycle.is_none() && self.is_done_printing() {
                return self.end(Ending::OutputClosed);
            }
            if self.cycle.is_none() && !self.warm_up() && !self.start_cycle() {
                return;
            }
            self.next_step();
        }
    }

    /// Whether nobody reads what later cycles would print.
    fn is_done_printing(&self) -> bool {
        self.is_output_closed && self.cycles > 0
    }

    /// Starts the warm-up of a new worker, if it has not had one.
    fn warm_up(&mut self) -> bool {
        if !self.is_cold || !self.worker.is_ready() {
            return false;
        }
        self.is_cold = false;
        self.cycle = Some(Cycle::warm_up(self.clock.now()));
        self.observer.warm_up_started();
        true
    }

    fn start_cycle(&mut self) -> bool {
        let first = self.cycles == 0;
        let is_wanted = first || self.owed || self.is_asked_for_by_a_save();
        if !is_wanted || !self.worker.is_ready() || !self.observer.may_run() {
            return false;
        }
        if self.plan.try_again(Some(&self.pending)) {
            // In a new worker, which then runs the cycle, whatever it reads before that.
            self.owed = true;
            self.worker.restart();
            return false;
        }
        self.owed = false;
        self.cycles += 1;
        let changes = std::mem::take(&mut self.pending);
        let seen = self.pending_since.take().filter(|_| !first);
        let now = self.clock.now();
        self.observer.cycle_started(self.cycles, &changes);
        self.cycle = Some(Cycle::new(self.cycles, seen, changes, now));
        true
    }

    fn next_step(&mut self) {
        let Some(cycle) = &mut self.cycle else { return };
        match cycle.next(&self.plan, &self.worker) {
            Next::Start(place) => {
                cycle.step_starts(self.clock.now());
                self.start_step(place);
            }
            Next::Skip(place, reason) => {
                cycle.step_starts(self.clock.now());
                self.running = Some(place);
                self.step_ended(Outcome::Skipped(Skip::expected(reason)));
            }
            Next::End => self.end_cycle(),
        }
    }

    fn start_step(&mut self, place: usize) {
        self.inbox.next_step();
        self.running = Some(place);
        let Some(cycle) = &self.cycle else { return };
        let step = cycle.step(&mut self.plan, place);
        self.observer.step_started(cycle.number, &step.name());
        let mut context = StepContext {
            worker: &mut self.worker,
            inbox: &self.inbox,
            changes: cycle.changes(),
        };
        if let Started::Ended(outcome) = step.start(&mut context) {
            self.step_ended(outcome);
        }
    }

    pub(super) fn step_ended(&mut self, outcome: Outcome<W::Failure>) {
        if self.held.is_some() {
            // The step has ended already.
            return;
        }
        let now = self.clock.now();
        let seen = self.cycle.as_ref().and_then(Cycle::change_seen);
        match (outcome, seen) {
            (Outcome::Failed(failure), Some(seen)) if self.may_be_half_written(&failure) => {
                self.held = Some(Held {
                    failure,
                    ended: now,
                    until: seen + HALF_WRITTEN,
                });
                // A slow step may have taken all the time in which the rest could be waited for.
                self.poll();
            }
            (outcome, _) => self.report_step(outcome, now),
        }
    }

    fn may_be_half_written(&self, failure: &W::Failure) -> bool {
        failure.half_written().is_some() && self.stopping.is_none()
    }

    /// Runs the held step again if the rest of its file has come, or lets its failure out.
    pub(super) fn settle_held_failure(&mut self, now: Instant) {
        let Some(held) = self.held.take() else { return };
        // A worker that has died meanwhile leaves the rest to the next cycle.
        let can_run = self.stopping.is_none() && self.worker.is_ready();
        let file = held.failure.half_written().filter(|_| can_run);
        if file.is_some_and(|file| self.take_pending(file)) {
            let place = self.running.expect("a held failure belongs to a step");
            self.start_step(place);
        } else if now >= held.until || self.stopping.is_some() {
            self.report_step(Outcome::Failed(held.failure), held.ended);
        } else {
            self.held = Some(held);
        }
    }

    fn report_step(&mut self, outcome: Outcome<W::Failure>, now: Instant) {
        let (Some(place), Some(cycle)) = (self.running.take(), &mut self.cycle) else {
            return;
        };
        let cut = self.cutting.take().map(|cutting| cutting.cut);
        let unasked_interrupt = self.stopping.is_none()
            && cut.is_none()
            && outcome.failure().is_some_and(StepFailure::is_interrupt);
        let name = cycle.step(&mut self.plan, place).name();
        let number = cycle.number;
        let report = cycle.step_ended(place, name, outcome, cut, now);
        self.observer.step_ended(number, report);
        if unasked_interrupt {
            self.stopping = Some(Stopping {
                why: StopReason::Interrupt,
                since: now,
                kill_at: None,
            });
        }
    }

    pub(super) fn end_cycle(&mut self) {
        let Some(cycle) = self.cycle.take() else {
            return;
        };
        let is_warm_up = cycle.is_warm_up();
        let report = cycle.into_report(self.poller.files_watched());
        if is_warm_up {
            return self.observer.warmed_up(&report);
        }
        self.observer.cycle_ended(&report);
        if self.pending.asks_for_a_cycle() {
            // As in `supersede_cycle`: what its steps have read is from before that save.
            self.poll();
        }
        if self.stopping.is_some() || self.ending.is_some() {
            return;
        }
        if self.settings.once {
            self.end(Ending::Once(report.outcome));
        } else if self.settings.fresh_worker {
            self.worker.restart();
        }
    }
}
