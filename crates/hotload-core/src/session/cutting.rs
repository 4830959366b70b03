//! Cuts a running step short: a newer save has made it pointless, or it takes too long.

use std::time::{Duration, Instant};

use crate::running::cut::{Busy, Cut, CutBy};
use crate::running::cycle::Next;
use crate::running::step::RunsIn;
use crate::running::worker::Worker;
use crate::session::Session;
use crate::session::current::{Current, Cutting};
use crate::session::observer::Observer;
use crate::session::parts::Kinds;

/// How long an interrupted step may go on: its `finally` runs in this time.
const GRACE: Duration = Duration::from_secs(2);

impl<K: Kinds> Session<K> {
    /// Cuts the running step short if there is a reason, and by force if it does not react.
    pub(super) fn cut_if_due(&mut self, since: Duration, now: Instant) {
        let running = self.current.as_ref().and_then(Current::running);
        match running.and_then(|running| running.cutting) {
            None => {
                if let Some(cut) = self.reason_to_cut(since) {
                    self.cut(cut, now);
                }
            }
            Some(cutting) if cutting.force_at.is_some_and(|force_at| now >= force_at) => {
                self.force(cutting.cut, now);
            }
            Some(_) => {}
        }
    }

    fn reason_to_cut(&self, since: Duration) -> Option<Cut> {
        if self.is_warming_up() {
            return None;
        }
        let limit = self.settings.step_limit.filter(|limit| since >= *limit);
        let saved = self.save_preempts().then_some(Cut::NewerSave);
        limit.map(Cut::TimeLimit).or(saved)
    }

    /// Interrupts the running step, or ends it by force where that is wanted or nothing else works.
    pub(super) fn cut(&mut self, cut: Cut, now: Instant) {
        let at_once = cut == Cut::NewerSave && self.settings.busy == Busy::Restart;
        self.cut_running_step(cut, at_once, now);
    }

    pub(super) fn force(&mut self, cut: Cut, now: Instant) {
        self.cut_running_step(cut, true, now);
    }

    fn cut_running_step(&mut self, cut: Cut, by_force: bool, now: Instant) {
        let worker = &mut self.parts.worker;
        let Some(current) = &mut self.current else {
            return;
        };
        let cycle = current.cycle.number;
        let Some(running) = current.running_mut() else {
            return;
        };
        let is_spared = matches!(running.runs_in, RunsIn::Worker) && !worker.is_replaceable();
        let is_interrupted = (!by_force || is_spared) && running.runs_in.interrupt(worker);
        let by = if is_interrupted || is_spared {
            CutBy::Interrupt
        } else {
            running.runs_in.force(worker)
        };
        // A person decides how long to wait, and what is never ended by force has no limit.
        let has_limit = by == CutBy::Interrupt && cut != Cut::Person && !is_spared;
        running.cutting = Some(Cutting {
            cut,
            since: now,
            force_at: has_limit.then(|| now + GRACE),
        });
        self.parts.observer.step_cut(cycle, cut, by);
        if by == CutBy::NewWorker {
            // Of a question the old one reports nothing.
            self.asked();
        }
    }

    pub(super) fn is_warming_up(&self) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|current| current.cycle.is_warm_up())
    }

    /// Whether a save that has not run may end what is running.
    fn save_preempts(&self) -> bool {
        self.settings.busy != Busy::Queue
            && !self.settings.once
            && self.pending.asks_for_a_save(self.now())
    }

    /// Whether a save waits for the running step's end.
    pub(super) fn save_waits(&self, owns_terminal: bool) -> bool {
        let preempts = self.save_preempts() && !owns_terminal && !self.is_warming_up();
        self.pending.has_save() && !preempts
    }

    /// Whether the remaining steps of the running cycle are pointless.
    pub(super) fn is_superseded(&self) -> bool {
        let Some(current) = &self.current else {
            return false;
        };
        let cycle = &current.cycle;
        let has_steps_left = || cycle.next(&self.plan, &self.parts.worker) != Next::End;
        !cycle.is_warm_up() && (cycle.is_superseded() || self.save_preempts() && has_steps_left())
    }

    /// Ends a cycle whose result must not be taken for the last one: another follows, whatever
    /// becomes of the save that made it pointless.
    pub(super) fn supersede_cycle(&mut self) {
        if let Some(current) = &mut self.current {
            current.cycle.supersede();
        }
        self.pending.owe_a_cycle();
        self.cut_cycle_short();
        self.look_at_pending();
    }
}
