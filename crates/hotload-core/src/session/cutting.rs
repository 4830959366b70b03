//! Ends a running step before its time: a newer save has made it pointless, or it takes too long.

use std::time::{Duration, Instant};

use crate::running::cut::{Busy, Cut, Measure};
use crate::running::cycle::{Cycle, Next};
use crate::running::worker::Worker;
use crate::session::Session;
use crate::session::clock::Clock;
use crate::session::observer::Observer;
use crate::watching::file_system::FileSystem;

/// How long an interrupted step may go on: its `finally` runs in this time.
const GRACE: Duration = Duration::from_secs(2);

/// A running step that is being ended before its time.
pub(super) struct Cutting {
    pub(super) cut: Cut,
    /// When it is ended by force; `None` once it was.
    pub(super) force_at: Option<Instant>,
}

impl<W, F, C, O> Session<W, F, C, O>
where
    W: Worker,
    F: FileSystem,
    C: Clock,
    O: Observer<W>,
{
    /// Ends the running step if there is a reason, and by force if it does not hear.
    pub(super) fn cut_if_due(&mut self, place: usize, since: Duration, now: Instant) {
        match &self.cutting {
            None => {
                if let Some(cut) = self.reason_to_cut(since) {
                    self.cut(place, cut, now);
                }
            }
            Some(cutting) if cutting.force_at.is_some_and(|force_at| now >= force_at) => {
                self.force(place, cutting.cut);
            }
            Some(_) => {}
        }
    }

    fn reason_to_cut(&self, since: Duration) -> Option<Cut> {
        if self.cycle.as_ref().is_none_or(Cycle::is_warm_up) {
            return None;
        }
        let limit = self.settings.step_limit.filter(|limit| since >= *limit);
        let saved = self.does_a_save_count_at_once().then_some(Cut::NewerSave);
        limit.map(Cut::TimeLimit).or(saved)
    }

    fn cut(&mut self, place: usize, cut: Cut, now: Instant) {
        let at_once = cut == Cut::NewerSave && self.settings.busy == Busy::Restart;
        let Some(cycle) = &self.cycle else { return };
        let step = cycle.step(&mut self.plan, place);
        if at_once || !step.interrupt(&mut self.worker) {
            return self.force(place, cut);
        }
        self.observer
            .step_cut(cycle.number, cut, Measure::Interrupt);
        self.cutting = Some(Cutting {
            cut,
            force_at: Some(now + GRACE),
        });
    }

    fn force(&mut self, place: usize, cut: Cut) {
        let Some(cycle) = &self.cycle else { return };
        let measure = cycle.step(&mut self.plan, place).force(&mut self.worker);
        self.observer.step_cut(cycle.number, cut, measure);
        self.cutting = Some(Cutting {
            cut,
            force_at: None,
        });
    }

    /// Whether there is a save that a cycle may start for.
    pub(super) fn is_asked_for_by_a_save(&self) -> bool {
        self.pending.asks_for_a_cycle() && !self.paused
    }

    fn does_a_save_count_at_once(&self) -> bool {
        self.settings.busy != Busy::Queue && !self.settings.once && self.is_asked_for_by_a_save()
    }

    /// Whether a save has come that the running step is not ended for.
    pub(super) fn does_a_save_wait(&self, owns_terminal: bool) -> bool {
        let is_warm_up = self.cycle.as_ref().is_some_and(Cycle::is_warm_up);
        let counts = self.does_a_save_count_at_once() && !owns_terminal && !is_warm_up;
        self.pending.asks_for_a_cycle() && !counts
    }

    /// Whether the steps that the running cycle has left are pointless.
    pub(super) fn is_superseded(&self) -> bool {
        self.cycle.as_ref().is_some_and(|cycle| {
            !cycle.is_warm_up()
                && (cycle.is_superseded()
                    || self.does_a_save_count_at_once()
                        && cycle.next(&self.plan, &self.worker) != Next::End)
        })
    }

    /// Ends a cycle whose result nobody is to take for the last one: another follows, whatever
    /// becomes of the save that has caused it.
    pub(super) fn supersede_cycle(&mut self) {
        if let Some(cycle) = &mut self.cycle {
            cycle.supersede();
        }
        self.owed = true;
        self.cut_cycle_short();
        // Its steps have read the text from before the save, so that the next look finds the save
        // again. Found now, it does not interrupt the run that it has caused.
        self.poll();
    }
}
