//! Which step or cycle is started when, and how it ends.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::running::cut::{Busy, Cut};
use crate::running::cycle::{Cycle, Next};
use crate::running::input::StopReason;
use crate::running::planner::Planner;
use crate::running::report::{Outcome, Skip, StepFailure};
use crate::running::step::{Started, StepContext};
use crate::running::worker::Worker;
use crate::session::current::{Current, HeldFailure, RunningStep, StepState};
use crate::session::ending::{Course, Stopping};
use crate::session::observer::Observer;
use crate::session::parts::{Failure, Kinds};
use crate::session::repetition::Found;
use crate::session::{Ending, Session};
use crate::watching::change_set::ChangeSet;
use crate::watching::watch_set::NewFiles;

/// How long a file that does not compile may turn out to be half a save, counted from the tick
/// that noticed it: editors and generators write the rest within 20 ms, and a tick may be late.
const HALF_WRITTEN: Duration = Duration::from_millis(60);

impl<K: Kinds> Session<K> {
    /// Starts what can be started: the next step, the next cycle, or the end.
    pub(super) fn advance(&mut self) {
        loop {
            let between = |current: &Current<_>| matches!(current.step, StepState::Between);
            if !self.current.as_ref().is_none_or(between) {
                return;
            }
            match &self.course {
                Course::Ended(_) => return,
                Course::Stopping(Stopping { why, .. }) => {
                    let why = *why;
                    self.cut_cycle_short();
                    return self.end(Ending::Stopped(why));
                }
                Course::GoesOn => {}
            }
            if self.is_superseded() {
                self.supersede_cycle();
            }
            if self.current.is_none() && self.is_done_printing() {
                return self.end(Ending::OutputClosed);
            }
            if self.current.is_none() && !self.warm_up() && !self.start_cycle() {
                return;
            }
            self.next_step();
        }
    }

    /// Whether what later cycles print has no reader.
    fn is_done_printing(&self) -> bool {
        self.is_output_closed && self.cycles > 0
    }

    /// Starts the warm-up of a new worker, if it has not had one.
    fn warm_up(&mut self) -> bool {
        if !self.is_cold || !self.parts.worker.is_ready() {
            return false;
        }
        self.is_cold = false;
        self.current = Some(Current::new(Cycle::warm_up(self.now())));
        self.parts.observer.warm_up_started();
        true
    }

    fn start_cycle(&mut self) -> bool {
        let is_first = self.cycles == 0 && !self.settings.postpone;
        let can_run = self.parts.worker.is_ready() && self.parts.observer.may_run();
        if !can_run || !(is_first || self.pending.asks(self.now())) {
            return false;
        }
        self.reread_settings();
        if !is_first && !self.pending.asks(self.now()) {
            return false;
        }
        if self.plan.try_again(Some(self.pending.changes())) {
            // In a new worker, which then runs the cycle, whatever it reads before that.
            self.pending.owe_a_cycle();
            self.parts.worker.restart();
            return false;
        }
        self.cycles += 1;
        self.repetition.cycle_started();
        let (changes, noticed) = self.pending.take();
        let noticed = noticed.filter(|_| !is_first);
        self.parts.observer.cycle_started(self.cycles, &changes);
        let cycle = Cycle::new(self.cycles, noticed, changes, self.now());
        self.current = Some(Current::new(cycle));
        true
    }

    /// Reads settings again if a file that holds some was saved. With new ones, a cycle shows what they
    /// do.
    fn reread_settings(&mut self) {
        let changed = self.pending.changes().iter();
        let files: Vec<PathBuf> = changed
            .map(|(file, _)| file.to_path_buf())
            .filter(|file| self.parts.planner.reads(file))
            .collect();
        if files.is_empty() {
            return;
        }
        for file in &files {
            self.pending.take_file(file);
        }
        let Some(new) = self.parts.planner.reread() else {
            return;
        };
        if let Some(steps) = new.steps {
            self.plan.steps = steps;
        }
        self.plan.fail_fast = new.fail_fast;
        self.settings.busy = new.busy;
        self.settings.step_limit = new.step_limit;
        self.settings.poll_interval = new.poll_interval;
        self.parts.poller.set_interval(new.poll_interval);
        if let Some(watch_set) = new.watch_set {
            let now = self.now();
            self.parts.poller.watch(watch_set, NewFiles::Known, now);
        }
        self.pending.owe_a_cycle();
    }

    fn next_step(&mut self) {
        let now = self.now();
        let Some(current) = &mut self.current else {
            return;
        };
        match current.cycle.next(&self.plan, &self.parts.worker) {
            Next::Start(index) => {
                current.cycle.step_starts(now);
                self.start_step(index);
            }
            Next::Skip(index, reason) => {
                current.cycle.step_starts(now);
                let outcome = Outcome::Skipped(Skip::expected(reason));
                self.report_step(index, outcome, None, now);
            }
            Next::End => self.end_cycle(),
        }
    }

    fn start_step(&mut self, index: usize) {
        self.inbox.next_step();
        let Some(current) = &mut self.current else {
            return;
        };
        let step = current.planned(&mut self.plan, index);
        let observer = &mut self.parts.observer;
        observer.step_started(current.cycle.number, &step.name());
        let mut context = StepContext {
            worker: &mut self.parts.worker,
            inbox: &self.inbox,
            changes: current.cycle.changes(),
        };
        match step.start(&mut context) {
            Started::Running(runs_in) => {
                current.step = StepState::Running(RunningStep {
                    index,
                    runs_in,
                    cutting: None,
                });
            }
            Started::Ended(outcome) => self.step_ended_at(index, outcome, None),
        }
    }

    /// The running step ended. Ignored when none is running: it has been given up on.
    pub(super) fn step_ended(&mut self, outcome: Outcome<Failure<K>>) {
        let running = self.current.as_ref().and_then(Current::running);
        if let Some(running) = running {
            let cut = running.cutting.map(|cutting| cutting.cut);
            self.step_ended_at(running.index, outcome, cut);
        }
    }

    fn step_ended_at(&mut self, index: usize, outcome: Outcome<Failure<K>>, cut: Option<Cut>) {
        let now = self.now();
        let seen = self.current.as_ref().and_then(|it| it.cycle.last_noticed());
        match (outcome, seen) {
            (Outcome::Failed(failure), Some(seen)) if self.may_be_half_written(&failure) => {
                self.hold(HeldFailure {
                    index,
                    failure,
                    cut,
                    ended: now,
                    until: seen + HALF_WRITTEN,
                });
                // A slow step may have taken all the time in which the rest could have arrived.
                self.look_at_changes();
            }
            (outcome, _) => self.report_step(index, outcome, cut, now),
        }
    }

    fn may_be_half_written(&self, failure: &Failure<K>) -> bool {
        failure.half_written().is_some() && !self.course.is_stopping()
    }

    fn hold(&mut self, held: HeldFailure<Failure<K>>) {
        if let Some(current) = &mut self.current {
            current.step = StepState::Held(held);
        }
    }

    fn is_cycle_stopped(&self) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|current| current.cycle.is_stopped())
    }

    /// When a held failure is reported.
    pub(super) fn held_until(&self) -> Option<Instant> {
        match &self.current.as_ref()?.step {
            StepState::Held(held) => Some(held.until),
            StepState::Between | StepState::Running(_) => None,
        }
    }

    /// Runs the held step again if the rest of its file has arrived, or reports its failure.
    pub(super) fn settle_held_failure(&mut self, now: Instant) {
        let Some(held) = self.current.as_mut().and_then(Current::take_held) else {
            return;
        };
        let is_stopping = self.course.is_stopping() || self.is_cycle_stopped();
        // A worker that has died meanwhile leaves the rest to the next cycle.
        let can_run = !is_stopping && self.parts.worker.is_ready();
        let file = held.failure.half_written().filter(|_| can_run);
        if file.is_some_and(|file| self.pending.take_file(file)) {
            self.start_step(held.index);
        } else if now >= held.until || is_stopping {
            let outcome = Outcome::Failed(held.failure);
            self.report_step(held.index, outcome, held.cut, held.ended);
        } else {
            self.hold(held);
        }
    }

    fn report_step(
        &mut self,
        index: usize,
        outcome: Outcome<Failure<K>>,
        cut: Option<Cut>,
        now: Instant,
    ) {
        let Some(current) = &mut self.current else {
            return;
        };
        current.step = StepState::Between;
        // The save that it was cut short for is what it has read, and it came to its end all the same.
        let has_run_it = matches!(outcome, Outcome::Ok) && !self.pending.has_save();
        let cut = cut.filter(|cut| *cut != Cut::NewerSave || !has_run_it);
        let was_left_alone = !self.course.is_stopping() && cut.is_none();
        let failure = outcome.failure();
        let is_interrupted = was_left_alone && failure.is_some_and(StepFailure::is_interrupt);
        let stops_cycle = is_interrupted && self.ctrl_c_stops_cycle(now);
        let cut = cut.or(stops_cycle.then_some(Cut::Person));
        let Some(current) = &mut self.current else {
            return;
        };
        let name = current.planned(&mut self.plan, index).name();
        if current.cycle.is_warm_up() {
            self.plan.warmed_up(index, outcome.is_bad());
        }
        let number = current.cycle.number;
        let report = current.cycle.step_ended(index, name, outcome, cut, now);
        if !report.outcome.is_unmentioned() {
            self.parts.observer.step_ended(number, report);
        }
        if stops_cycle {
            self.note_stopped_cycle(now);
        } else if is_interrupted {
            self.course = Course::Stopping(Stopping {
                why: StopReason::Interrupt,
                since: now,
                kill_at: None,
            });
        }
    }

    /// Notices whether the cycle that has just ended has itself changed what it was caused by.
    fn look_for_repetition(&mut self, changes: &ChangeSet) {
        let now = self.now();
        let files = changes.iter().map(|(path, _)| path);
        self.parts.poller.look_again(files, now);
        self.follow_hints();
        let ended = self.parts.poller.file_time();
        self.repetition.cycle_ends(now, ended);
        let changed = self.pending.changes().iter();
        let changed = changed.map(|(path, _)| path.to_path_buf());
        let (outputs, saves): (Vec<PathBuf>, Vec<PathBuf>) =
            changed.partition(|file| self.is_output(file, Found::InCycle, now));
        self.pending.retain(|file| !outputs.contains(file));
        self.repetition.forget_saved();
        if let Some(file) = self.repetition.changed(saves, now) {
            self.pending.hold();
            self.parts.observer.changes_itself(&file);
        }
    }

    pub(super) fn end_cycle(&mut self) {
        let Some(Current { cycle, .. }) = self.current.take() else {
            return;
        };
        let is_warm_up = cycle.is_warm_up();
        if !is_warm_up {
            self.look_for_repetition(cycle.changes());
        }
        let report = cycle.into_report(self.parts.poller.files_watched());
        if is_warm_up {
            return self.parts.observer.warmed_up(&report);
        }
        self.parts.observer.cycle_ended(&report);
        if self.pending.has_save() {
            self.look_at_pending();
        }
        if !matches!(self.course, Course::GoesOn) {
            return;
        }
        if self.settings.once {
            self.end(Ending::Once(report.outcome));
        } else if self.settings.fresh_worker {
            self.parts.worker.restart();
        } else if self.is_outdated && self.settings.busy == Busy::Restart {
            self.pending.owe_a_cycle();
            self.parts.worker.restart();
        }
    }
}
