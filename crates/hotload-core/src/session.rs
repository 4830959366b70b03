//! The loop: one channel of inputs, a poll at every time-out, one cycle at a time.
//!
//! A step is started and its outcome arrives as an input, so saves and signals are seen while
//! user code runs.

use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use crate::change_set::ChangeSet;
use crate::clock::Clock;
use crate::cycle::{Cycle, Next};
use crate::file_system::FileSystem;
use crate::input::{Inbox, Input, Stop};
use crate::observer::Observer;
use crate::plan::{Plan, Started, StepContext};
use crate::poller::{Poller, SourceRead};
use crate::report::{CycleOutcome, Outcome, Skip, StepFailure};
use crate::worker::{News, Worker};

/// How long a file that does not compile may turn out to be half a save, counted from the tick
/// that saw it: editors and generators write the rest within 20 ms, and a tick may be late.
const HALF_WRITTEN: Duration = Duration::from_millis(60);

/// How often time limits are looked at when polls are far apart.
const TIMEKEEPING: Duration = Duration::from_millis(20);

/// How long the worker may take to end by itself: user code's `atexit` runs in this time.
const TIME_TO_END: Duration = Duration::from_secs(2);

/// How long a killed worker's end is waited for.
const TIME_TO_DIE: Duration = Duration::from_secs(1);

/// Why a session ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ending<E> {
    /// The one cycle that was asked for is done.
    Once(CycleOutcome),
    /// Nobody reads standard output any more.
    OutputClosed,
    /// It was asked to end with this exit status.
    Stopped(u8),
    /// The worker cannot go on.
    Fatal(E),
}

/// How a session behaves.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Time between the end of one poll and the start of the next.
    ///
    /// Default of the command line: 1/144 s, the interval of the original hotload.py.
    pub poll_interval: Duration,
    /// Whether to end after one cycle.
    pub once: bool,
}

/// A running session.
pub struct Session<W: Worker, F, C, O> {
    worker: W,
    plan: Plan<W>,
    poller: Poller<F>,
    clock: C,
    observer: O,
    settings: Settings,
    inbox: Inbox<W>,
    inputs: Receiver<Input<W>>,
    cycles: u64,
    cycle: Option<Cycle<W::Failure>>,
    running: Option<usize>,
    held: Option<Held<W::Failure>>,
    pending: ChangeSet,
    pending_since: Option<Instant>,
    stopping: Option<Stopping>,
    ending: Option<Ending<W::Error>>,
}

/// A failure that may come from half a save: shown when the rest has not come in time.
struct Held<F> {
    failure: F,
    ended: Instant,
    until: Instant,
}

struct Stopping {
    exit_status: u8,
    since: Instant,
    kill_at: Option<Instant>,
}

impl<W, F, C, O> Session<W, F, C, O>
where
    W: Worker,
    F: FileSystem,
    C: Clock,
    O: Observer<W>,
{
    /// A session that has done nothing yet.
    #[allow(clippy::too_many_arguments)] // the parts of a session, each once
    pub fn new(
        worker: W,
        plan: Plan<W>,
        poller: Poller<F>,
        clock: C,
        observer: O,
        settings: Settings,
        channel: (Inbox<W>, Receiver<Input<W>>),
    ) -> Self {
        Self {
            worker,
            plan,
            poller,
            clock,
            observer,
            settings,
            inbox: channel.0,
            inputs: channel.1,
            cycles: 0,
            cycle: None,
            running: None,
            held: None,
            pending: ChangeSet::default(),
            pending_since: None,
            stopping: None,
            ending: None,
        }
    }

    /// Runs cycles until something ends the session, then ends the worker.
    ///
    /// Returns how it ended, and the observer.
    pub fn run(mut self) -> (Ending<W::Error>, O) {
        let mut next_poll = self.clock.now();
        let ending = loop {
            self.advance();
            if let Some(ending) = self.ending.take() {
                break ending;
            }
            let wait = next_poll.saturating_duration_since(self.clock.now());
            let input = self.clock.next_input(&self.inputs, wait.min(TIMEKEEPING));
            if let Ok(input) = input {
                self.receive(input);
            }
            if self.clock.now() >= next_poll {
                self.poll();
                next_poll = self.clock.now() + self.settings.poll_interval;
            }
            self.keep_time();
        };
        self.end_worker();
        (ending, self.observer)
    }

    fn receive(&mut self, input: Input<W>) {
        match input {
            Input::Worker(event) => {
                let news = self.worker.receive(event);
                self.hear(news);
            }
            Input::StepEnded(step, outcome) => {
                // A step of an earlier start, ended by its killing, is nobody's any more.
                if self.inbox.is_for(step) && self.running.is_some() {
                    self.step_ended(outcome);
                }
            }
            Input::Stop(stop) => self.stop(stop),
        }
    }

    fn hear(&mut self, news: Vec<News<W>>) {
        for item in news {
            match item {
                News::StepEnded(outcome) => self.step_ended(outcome),
                News::SourceRead(source) => self.source_was_read(&source),
                News::InUse(file) => self.poller.watch_file(file, self.clock.now()),
                News::Notice(notice) => self.observer.notice(self.cycles, notice),
                News::Lost => {
                    if let Some(cycle) = &mut self.cycle {
                        cycle.lost();
                    }
                }
                News::Fatal(error) => self.end(Ending::Fatal(error)),
                News::OutputClosed => self.end(Ending::OutputClosed),
                News::Interrupted => self.end(Ending::Stopped(INTERRUPTED)),
            }
        }
    }

    fn source_was_read(&mut self, source: &SourceRead) {
        let consumed = self.poller.source_was_run(source, self.clock.now());
        let is_first = self.cycle.as_mut().is_some_and(Cycle::step_reads);
        if consumed && is_first {
            // Seen by a tick while this step was on its way to the file: it has run that text.
            self.take_pending(&source.path);
        }
    }

    fn take_pending(&mut self, file: &Path) -> bool {
        let taken = self.pending.take(file).is_some();
        if !self.pending.asks_for_a_cycle() {
            self.pending_since = None;
        }
        taken
    }

    fn poll(&mut self) {
        let now = self.clock.now();
        self.pending.merge(self.poller.tick(now));
        if self.pending.asks_for_a_cycle() {
            self.pending_since.get_or_insert(now);
        } else {
            self.pending_since = None;
        }
    }

    /// Does what is due by now.
    fn keep_time(&mut self) {
        let now = self.clock.now();
        let news = self.worker.tick(now);
        self.hear(news);
        self.settle_held_failure(now);
        if let (Some(_), None, Some(cycle)) = (self.running, &self.held, &self.cycle) {
            let since = now.saturating_duration_since(cycle.step_started());
            if let Some(stopping) = &self.stopping {
                let since = now.saturating_duration_since(stopping.since);
                self.observer.interrupted_step_runs(since);
            } else {
                let save_waits = self.pending.asks_for_a_cycle();
                self.observer.step_runs(since, save_waits);
            }
        }
        if let Some(kill_at) = self.stopping.as_ref().and_then(|stopping| stopping.kill_at)
            && now >= kill_at
        {
            self.kill();
        }
    }

    /// Starts what can be started: the next step, the next cycle, or the end.
    fn advance(&mut self) {
        loop {
            if self.ending.is_some() || self.running.is_some() || self.held.is_some() {
                return;
            }
            if let Some(stopping) = &self.stopping {
                let exit_status = stopping.exit_status;
                self.cut_cycle_short();
                return self.end(Ending::Stopped(exit_status));
            }
            if self.cycle.is_none() && !self.start_cycle() {
                return;
            }
            self.next_step();
        }
    }

    fn start_cycle(&mut self) -> bool {
        let first = self.cycles == 0;
        if !self.worker.is_ready() || !(first || self.pending.asks_for_a_cycle()) {
            return false;
        }
        self.cycles += 1;
        let changes = std::mem::take(&mut self.pending);
        let seen = self.pending_since.take().filter(|_| !first);
        let now = self.clock.now();
        self.cycle = Some(Cycle::new(self.cycles, seen, now));
        self.observer.cycle_started(self.cycles, &changes);
        true
    }

    fn next_step(&mut self) {
        let Some(cycle) = &mut self.cycle else { return };
        match cycle.next(&self.plan) {
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
        let step = &mut self.plan.steps[place].step;
        self.observer.step_started(self.cycles, &step.name());
        let mut context = StepContext {
            worker: &mut self.worker,
            inbox: &self.inbox,
        };
        if let Started::Ended(outcome) = step.start(&mut context) {
            self.step_ended(outcome);
        }
    }

    fn step_ended(&mut self, outcome: Outcome<W::Failure>) {
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
    fn settle_held_failure(&mut self, now: Instant) {
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
        let unasked_interrupt =
            self.stopping.is_none() && outcome.failure().is_some_and(StepFailure::is_interrupt);
        let name = self.plan.steps[place].step.name();
        let report = cycle.step_ended(name, outcome, now);
        self.observer.step_ended(self.cycles, report);
        if unasked_interrupt {
            self.stopping = Some(Stopping {
                exit_status: INTERRUPTED,
                since: now,
                kill_at: None,
            });
        }
    }

    fn end_cycle(&mut self) {
        let Some(cycle) = self.cycle.take() else {
            return;
        };
        let report = cycle.into_report(self.poller.files_watched());
        self.observer.cycle_ended(&report);
        if self.settings.once && self.stopping.is_none() {
            self.end(Ending::Once(report.outcome));
        }
    }

    /// Ends a cycle that has steps left.
    fn cut_cycle_short(&mut self) {
        if let Some(cycle) = &mut self.cycle {
            if cycle.next(&self.plan) != Next::End {
                cycle.cut_short();
            }
            self.end_cycle();
        }
    }

    fn stop(&mut self, stop: Stop) {
        if self.stopping.is_some() {
            return self.kill();
        }
        let now = self.clock.now();
        self.stopping = Some(Stopping {
            exit_status: stop.exit_status,
            since: now,
            kill_at: stop.patience.map(|patience| now + patience),
        });
        self.settle_held_failure(now);
        if let Some(place) = self.running {
            self.plan.steps[place].step.interrupt(&mut self.worker);
        }
    }

    /// Ends the running step with force, and the session with it.
    fn kill(&mut self) {
        if let Some(place) = self.running.take() {
            self.plan.steps[place].step.kill(&mut self.worker);
        }
        self.worker.kill();
    }

    fn end(&mut self, ending: Ending<W::Error>) {
        self.ending.get_or_insert(ending);
    }

    fn end_worker(&mut self) {
        self.worker.quit();
        if !self.worker_ends_within(TIME_TO_END) {
            self.worker.kill();
            // Whoever survives SIGKILL for this long hangs in the kernel: not ours to wait for.
            let _ = self.worker_ends_within(TIME_TO_DIE);
        }
    }

    fn worker_ends_within(&mut self, limit: Duration) -> bool {
        let deadline = self.clock.now() + limit;
        while !self.worker.is_gone() {
            let left = deadline.saturating_duration_since(self.clock.now());
            if left.is_zero() {
                return false;
            }
            match self.clock.next_input(&self.inputs, left) {
                Ok(Input::Worker(event)) => {
                    // What it says on its way out concerns nobody any more.
                    let _ = self.worker.receive(event);
                }
                Ok(Input::Stop(_)) => self.worker.kill(),
                Ok(Input::StepEnded(..)) | Err(_) => {}
            }
        }
        true
    }
}

/// Exit status after Ctrl-C.
const INTERRUPTED: u8 = 130;
