//! One run of the plan: which step is next, and how the steps so far ended.

use std::time::{Duration, Instant};

use crate::running::cut::Cut;
use crate::running::plan::{Plan, PlannedStep, Trial};
use crate::running::report::{CycleOutcome, Outcome, Report, StepReport};
use crate::running::step::Step;
use crate::running::step_name::StepName;
use crate::running::worker::Worker;
use crate::watching::change_set::ChangeSet;

/// One run of the plan.
pub(crate) struct Cycle<F> {
    /// From 1; 0 while a worker is warmed up.
    pub(crate) number: u64,
    started: Instant,
    /// When the changes that caused it were noticed.
    noticed: Option<Noticed>,
    changes: ChangeSet,
    step_started: Instant,
    step_ended: Instant,
    reports: Vec<StepReport<F>>,
    /// For each report, the step's index in the plan.
    indices: Vec<usize>,
    /// Whether the running step has read sources.
    step_reads: bool,
    /// Whether an earlier step has: it may have run an earlier text than a later step reads.
    earlier_reads: bool,
    /// Whether it ended before its last step did.
    cut_short: bool,
    /// Whether a person stopped it: its remaining steps do not run.
    stopped: bool,
    /// Whether what its steps did was lost.
    lost: bool,
    /// Whether a newer save made it pointless.
    superseded: bool,
    /// Whether it is no run of the plan, but a question that user code takes long to answer.
    asks: bool,
}

/// When changes were noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noticed {
    /// The first one.
    pub(crate) first: Instant,
    /// The last one.
    pub(crate) last: Instant,
}

/// What comes next in a cycle.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Start the step at this index of the plan.
    Start(usize),
    /// Skip the step at this index, for this reason.
    Skip(usize, String),
    /// The cycle has ended.
    End,
}

impl<F> Cycle<F> {
    pub(crate) fn new(
        number: u64,
        noticed: Option<Noticed>,
        changes: ChangeSet,
        now: Instant,
    ) -> Self {
        Self {
            number,
            started: now,
            noticed,
            changes,
            step_started: now,
            step_ended: now,
            reports: Vec::new(),
            indices: Vec::new(),
            step_reads: false,
            earlier_reads: false,
            cut_short: false,
            stopped: false,
            lost: false,
            superseded: false,
            asks: false,
        }
    }

    /// What a new worker runs before its first cycle.
    pub(crate) fn warm_up(now: Instant) -> Self {
        Self::new(0, None, ChangeSet::default(), now)
    }

    /// A question to user code, after this cycle. It has no steps, and nothing is reported of it.
    pub(crate) fn question(after: u64, now: Instant) -> Self {
        Self {
            asks: true,
            ..Self::new(after, None, ChangeSet::default(), now)
        }
    }

    pub(crate) fn is_warm_up(&self) -> bool {
        self.number == 0 && !self.asks
    }

    pub(crate) fn is_question(&self) -> bool {
        self.asks
    }

    /// What comes next, given the steps that have ended.
    pub(crate) fn next<W: Worker<Failure = F>>(&self, plan: &Plan<W>, worker: &W) -> Next {
        if self.stopped {
            return Next::End;
        }
        if self.lost && self.is_warm_up() {
            // The worker that takes the place of the lost one has a warm-up of its own.
            return Next::End;
        }
        let after = self.indices.last().map_or(0, |index| index + 1);
        let mut left = self.steps(plan).iter().enumerate().skip(after);
        let due = left.find(|(_, planned)| planned.step.is_due(worker, &self.changes));
        let Some((index, planned)) = due else {
            return Next::End;
        };
        if plan.fail_fast
            && !self.is_warm_up()
            && self.reports.iter().any(|report| report.outcome.is_bad())
        {
            return Next::Skip(index, "an earlier step failed".into());
        }
        if planned.trial == Trial::LeftOut {
            return Next::Skip(index, "it ended the interpreter".into());
        }
        match planned.needs.and_then(|needed| self.report_of(needed)) {
            Some(needed) if !matches!(needed.outcome, Outcome::Ok) => {
                Next::Skip(index, format!("`{}` did not succeed", needed.name))
            }
            _ => Next::Start(index),
        }
    }

    fn steps<'p, W: Worker>(&self, plan: &'p Plan<W>) -> &'p [PlannedStep<W>] {
        if self.is_warm_up() {
            &plan.warm_up
        } else {
            &plan.steps
        }
    }

    /// Its step at this index of the plan.
    pub(crate) fn step<'p, W: Worker>(
        &self,
        plan: &'p mut Plan<W>,
        index: usize,
    ) -> &'p mut dyn Step<W> {
        let steps = if self.is_warm_up() {
            &mut plan.warm_up
        } else {
            &mut plan.steps
        };
        &mut *steps[index].step
    }

    fn report_of(&self, index: usize) -> Option<&StepReport<F>> {
        let ended = self.indices.iter().position(|ended| *ended == index)?;
        self.reports.get(ended)
    }

    pub(crate) fn changes(&self) -> &ChangeSet {
        &self.changes
    }

    pub(crate) fn step_starts(&mut self, now: Instant) {
        self.step_started = now;
    }

    /// Its running step was suspended for this long: that time counts towards no limit.
    pub(crate) fn exclude_suspension(&mut self, time: Duration) {
        self.step_started += time;
    }

    /// When the last of the changes that caused it was noticed.
    pub(crate) fn last_noticed(&self) -> Option<Instant> {
        self.noticed.map(|noticed| noticed.last)
    }

    pub(crate) fn step_started(&self) -> Instant {
        self.step_started
    }

    pub(crate) fn step_ended(
        &mut self,
        index: usize,
        name: StepName,
        outcome: Outcome<F>,
        cut: Option<Cut>,
        now: Instant,
    ) -> &StepReport<F> {
        self.superseded |= cut == Some(Cut::NewerSave);
        self.indices.push(index);
        self.reports.push(StepReport {
            name,
            outcome,
            cut,
            duration: now.saturating_duration_since(self.step_started),
        });
        self.step_ended = now;
        self.earlier_reads |= self.step_reads;
        self.step_reads = false;
        self.reports.last().expect("a report was just added")
    }

    /// The running step has read a source. Returns whether no earlier step can have run an earlier
    /// text of it.
    pub(crate) fn step_reads(&mut self) -> bool {
        self.step_reads = true;
        !self.earlier_reads
    }

    /// Its running step, or a later one, will not end.
    pub(crate) fn cut_short(&mut self, now: Instant) {
        self.cut_short = true;
        self.step_ended = now;
    }

    /// A person stopped it: its remaining steps do not run.
    pub(crate) fn stop(&mut self) {
        self.stopped = true;
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// A newer save made it pointless.
    pub(crate) fn supersede(&mut self) {
        self.superseded = true;
    }

    pub(crate) fn is_superseded(&self) -> bool {
        self.superseded
    }

    /// What its steps did so far is gone.
    pub(crate) fn lost(&mut self) {
        self.lost = true;
    }

    pub(crate) fn into_report(self, files_watched: usize) -> Report<F> {
        let end = self.step_ended;
        let outcome = match Report::outcome_of(&self.reports) {
            _ if self.lost => CycleOutcome::Failed,
            CycleOutcome::Ok if self.cut_short || self.stopped => CycleOutcome::Interrupted,
            outcome => outcome,
        };
        Report {
            cycle: self.number,
            outcome,
            duration: end.saturating_duration_since(self.started),
            latency: self
                .noticed
                .map(|noticed| end.saturating_duration_since(noticed.first)),
            steps: self.reports,
            superseded: self.superseded,
            files_watched,
        }
    }
}
