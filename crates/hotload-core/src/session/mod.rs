//! The loop: one channel of inputs, a poll at every time-out, one cycle at a time.
//!
//! A step is started and its outcome arrives as an input, so saves and signals are seen while
//! user code runs.

pub mod clock;
mod cutting;
mod cycles;
mod ending;
pub mod observer;

use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use crate::running::cut::Busy;
use crate::running::cycle::Cycle;
use crate::running::input::{Inbox, Input, Stop, StopReason, Wish};
use crate::running::plan::Plan;
use crate::running::report::CycleOutcome;
use crate::running::worker::{News, Worker};
use crate::session::clock::Clock;
use crate::session::observer::{Observer, Run};
use crate::watching::change_set::ChangeSet;
use crate::watching::file_system::FileSystem;
use crate::watching::poller::{Poller, SourceRead};

use cutting::Cutting;
use cycles::Held;
use ending::Stopping;

/// How often time limits are looked at when polls are far apart.
const TIMEKEEPING: Duration = Duration::from_millis(20);

/// A wait that ends so much too late was no wait: hotload was stopped.
const NOT_RUNNING: Duration = Duration::from_secs(1);

/// Why a session ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ending<E> {
    /// The one cycle that was asked for is done.
    Once(CycleOutcome),
    /// Nobody reads standard output any more.
    OutputClosed,
    /// It was asked to end.
    Stopped(StopReason),
    /// The worker cannot go on.
    Fatal(E),
    /// The worker has died, and no other was wanted.
    WorkerDied,
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
    /// How long the worker may take to end by itself: user code's `atexit` runs in this time.
    pub time_to_end: Duration,
    /// What a save does while a step runs.
    pub busy: Busy,
    /// How long a step may take.
    pub step_limit: Option<Duration>,
    /// Whether each cycle has a worker of its own, started when the cycle before has ended.
    pub fresh_worker: bool,
    /// Whether to end when the worker dies.
    pub ends_with_worker: bool,
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
    cutting: Option<Cutting>,
    pending: ChangeSet,
    pending_since: Option<Instant>,
    /// Whether a cycle is to run that no change asks for.
    owed: bool,
    /// Whether changes wait until a person lets them run.
    paused: bool,
    /// Whether the worker is new and the plan's warm-up has not run in it.
    is_cold: bool,
    /// Whether nobody reads what the steps print any more.
    is_output_closed: bool,
    stopping: Option<Stopping>,
    ending: Option<Ending<W::Error>>,
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
            cutting: None,
            pending: ChangeSet::default(),
            pending_since: None,
            owed: false,
            paused: false,
            is_cold: false,
            is_output_closed: false,
            stopping: None,
            ending: None,
        }
    }

    /// Runs cycles until something ends the session, then ends the worker.
    ///
    /// Returns how it ended, and the observer.
    pub fn run(mut self) -> (Ending<W::Error>, O) {
        if self.settings.once {
            self.worker.do_not_replace();
        }
        let mut next_poll = self.clock.now();
        let ending = loop {
            self.advance();
            if let Some(ending) = self.ending.take() {
                break ending;
            }
            let now = self.clock.now();
            let wait = next_poll.saturating_duration_since(now).min(TIMEKEEPING);
            let input = self.clock.next_input(&self.inputs, wait);
            self.leave_out_a_stop(now + wait);
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

    /// Time in which hotload itself did not run counts for no limit: Ctrl-Z, a computer asleep.
    fn leave_out_a_stop(&mut self, expected: Instant) {
        let late = self.clock.now().saturating_duration_since(expected);
        if late >= NOT_RUNNING
            && let Some(cycle) = &mut self.cycle
        {
            cycle.leave_out(late);
        }
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
            Input::Wish(wish) => self.grant(wish),
            Input::OutputClosed => self.is_output_closed = true,
        }
    }

    /// Does what a person at the keyboard wants.
    fn grant(&mut self, wish: Wish) {
        if self.cycle.is_some() && !matches!(wish, Wish::Quit | Wish::EditorEnded) {
            // A cycle has begun just before: the key was meant for the time between two.
            return;
        }
        match wish {
            Wish::RunAgain => self.owed = true,
            Wish::Restart => {
                self.owed = true;
                self.plan.try_again(None);
                self.worker.restart();
            }
            Wish::Pause => self.paused = !self.paused,
            Wish::Quit => self.stop(Stop::QUIT),
            Wish::ShowError | Wish::OpenError | Wish::ListKeys | Wish::EditorEnded => {}
        }
        self.observer.wish(wish, self.paused);
    }

    fn hear(&mut self, news: Vec<News<W>>) {
        let mut is_lost = false;
        for item in news {
            match item {
                News::StepEnded(outcome) => self.step_ended(outcome),
                News::SourceRead(source) => self.source_was_read(&source),
                News::InUse(file) => self.poller.watch_file(file, self.clock.now()),
                News::Plan(steps) => {
                    if let Some(place) = self.running {
                        self.plan.replace_behind(place, steps);
                    }
                }
                News::Watch(watch_set, newcomers) => {
                    self.poller.watch(watch_set, newcomers, self.clock.now());
                }
                News::Notice(notice) => self.observer.notice(self.cycle_number(), notice),
                News::Fresh => self.is_cold = !self.plan.warm_up.is_empty(),
                News::Lost => {
                    is_lost = true;
                    self.cycle_was_lost();
                }
                News::Fatal(error) => self.end(Ending::Fatal(error)),
                News::OutputClosed => self.end(Ending::OutputClosed),
                News::Interrupted => self.end(Ending::Stopped(StopReason::Interrupt)),
            }
        }
        if is_lost {
            self.worker_was_lost();
        }
    }

    fn cycle_was_lost(&mut self) {
        let Some(cycle) = &mut self.cycle else { return };
        cycle.lost();
        if let (true, Some(place)) = (cycle.is_warm_up(), self.running) {
            // It would end the next worker, too.
            self.plan.leave_out(place);
        }
    }

    fn worker_was_lost(&mut self) {
        if self.settings.ends_with_worker {
            self.cut_cycle_short();
            self.end(Ending::WorkerDied);
        } else if self.settings.once && self.cycles == 0 {
            // It has died before the only cycle, and none follows it.
            self.end(Ending::Once(CycleOutcome::Failed));
        }
    }

    /// The running cycle's number, or the last one's; 0 while a worker is warmed up.
    fn cycle_number(&self) -> u64 {
        self.cycle
            .as_ref()
            .map_or(self.cycles, |cycle| cycle.number)
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
        self.look_after_running_step(now);
        if let Some(kill_at) = self.stopping.as_ref().and_then(|stopping| stopping.kill_at)
            && now >= kill_at
        {
            self.kill();
        }
    }

    fn look_after_running_step(&mut self, now: Instant) {
        let (Some(place), None, Some(cycle)) = (self.running, &self.held, &self.cycle) else {
            return;
        };
        let since = now.saturating_duration_since(cycle.step_started());
        if let Some(stopping) = &self.stopping {
            let since = now.saturating_duration_since(stopping.since);
            let kill_at = stopping.kill_at;
            let kill_in = kill_at.map(|kill_at| kill_at.saturating_duration_since(now));
            return self.observer.interrupted_step_runs(since, kill_in);
        }
        let step = cycle.step(&mut self.plan, place);
        let owns_terminal = step.owns_terminal(&self.worker);
        let stopped = step.stopped(&self.worker);
        self.observer.step_runs(Run {
            since,
            save_waits: self.does_a_save_wait(owns_terminal),
            owns_terminal,
            stopped,
        });
        if !owns_terminal {
            self.cut_if_due(place, since, now);
        }
    }
}
