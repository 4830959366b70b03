//! The loop: one channel of inputs, looks at files when they are due, one cycle at a time.
//!
//! A step is started and its outcome arrives as an input, so saves and signals are noticed while
//! user code runs.

mod asking;
pub mod clock;
mod current;
mod cutting;
mod cycles;
mod ending;
pub mod observer;
pub mod parts;
mod pending;
mod repetition;
mod requests;

use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use crate::running::cut::{Busy, CtrlC, Cut};
use crate::running::input::{Inbox, Input, KeyCommand, Stop, StopReason};
use crate::running::plan::Plan;
use crate::running::planner::Planner;
use crate::running::report::{CycleOutcome, Outcome};
use crate::running::worker::{News, Worker};
use crate::session::clock::Clock;
use crate::session::observer::{Observer, Run};
use crate::session::parts::{Error, Failure, Kinds, Parts};
use crate::watching::change_set::{ChangeKind, ChangeSet};
use crate::watching::poller::{SourceRead, SourceRun};
use crate::watching::schedule::Attention;

use current::Current;
use ending::Course;
use pending::Pending;
use repetition::{Found, Repetition};

/// How often a running step is looked after: whether it owns the terminal, whether it is stopped.
const TIMEKEEPING: Duration = Duration::from_millis(20);

/// The longest wait when nothing is due.
const NOTHING_DUE: Duration = Duration::from_secs(10);

/// A wait that overruns by this much means that hotload itself was suspended.
const SUSPENDED: Duration = Duration::from_secs(1);

/// Why a session ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ending<E> {
    /// The one cycle that was asked for is done.
    Once(CycleOutcome),
    /// Standard output's reader is gone.
    OutputClosed,
    /// It was asked to end.
    Stopped(StopReason),
    /// The worker cannot go on.
    Fatal(E),
    /// The worker died and was not to be replaced.
    WorkerDied,
}

/// How a session behaves.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Time between the end of one look at the files in use and the start of the next.
    ///
    /// Default of the command line: 1/144 s, the interval of the original hotload.py.
    pub poll_interval: Duration,
    /// Whether to end after one cycle.
    pub once: bool,
    /// Whether the first cycle waits for a save.
    pub postpone: bool,
    /// How long the worker may take to end by itself: user code's `atexit` runs in this time.
    pub time_to_end: Duration,
    /// What a save does while a step runs.
    pub busy: Busy,
    /// What Ctrl-C does while a cycle runs.
    pub ctrl_c: CtrlC,
    /// How long a step may take.
    pub step_limit: Option<Duration>,
    /// Whether each cycle has a worker of its own, started when the cycle before has ended.
    pub fresh_worker: bool,
    /// Whether to end when the worker dies.
    pub ends_with_worker: bool,
}

/// A running session.
pub struct Session<K: Kinds> {
    parts: Parts<K>,
    plan: Plan<K::Worker>,
    settings: Settings,
    inbox: Inbox<K::Worker>,
    inputs: Receiver<Input<K::Worker>>,
    /// How many cycles have started.
    cycles: u64,
    current: Option<Current<Failure<K>>>,
    pending: Pending,
    repetition: Repetition,
    /// Whether the worker is new and the plan's warm-up has not run in it.
    is_cold: bool,
    /// Whether standard output's reader is gone.
    is_output_closed: bool,
    course: Course<Error<K>>,
    /// Whether only a new worker can run what has changed.
    is_outdated: bool,
    /// When Ctrl-C last stopped a cycle.
    stopped_at: Option<Instant>,
}

impl<K: Kinds> Session<K> {
    /// A session that has done nothing yet.
    pub fn new(
        mut parts: Parts<K>,
        plan: Plan<K::Worker>,
        settings: Settings,
        (inbox, inputs): (Inbox<K::Worker>, Receiver<Input<K::Worker>>),
    ) -> Self {
        parts.poller.set_interval(settings.poll_interval);
        Self {
            parts,
            plan,
            settings,
            inbox,
            inputs,
            cycles: 0,
            current: None,
            pending: Pending::default(),
            repetition: Repetition::default(),
            is_cold: false,
            is_output_closed: false,
            course: Course::GoesOn,
            is_outdated: false,
            stopped_at: None,
        }
    }

    /// Runs cycles until something ends the session, then ends the worker.
    ///
    /// Returns how it ended, and the observer.
    pub fn run(mut self) -> (Ending<Error<K>>, K::Observer) {
        if self.settings.once {
            self.parts.worker.do_not_replace();
        }
        let ending = loop {
            self.advance();
            if let Course::Ended(ending) = self.course {
                self.course = Course::GoesOn;
                break ending;
            }
            self.wait();
            self.watch();
            self.keep_time();
        };
        self.end_worker();
        (ending, self.parts.observer)
    }

    fn now(&self) -> Instant {
        self.parts.clock.now()
    }

    /// Takes the next input, or waits until something is due.
    fn wait(&mut self) {
        let now = self.now();
        let due = self.wakes_at(now).max(now);
        let timeout = due.saturating_duration_since(now);
        let input = self.parts.clock.next_input(&self.inputs, timeout);
        self.exclude_suspension(due);
        let mut next = input.ok();
        while let Some(input) = next {
            // Many hints come at once: they are followed together.
            let is_hint = matches!(input, Input::Hint(_));
            self.receive(input);
            let waits_not = Duration::ZERO;
            next = is_hint
                .then(|| self.parts.clock.next_input(&self.inputs, waits_not).ok())
                .flatten();
        }
    }

    /// When something is due if nothing comes in before.
    fn wakes_at(&self, now: Instant) -> Instant {
        let looks_after = self.current.as_ref().and_then(Current::running);
        let watches = self.watches();
        let due = [
            watches.then(|| self.parts.poller.next_tick(now)),
            self.parts.poller.next_hint(now).filter(|_| watches),
            self.pending.wait_ends(now),
            looks_after.map(|_| now + TIMEKEEPING),
            self.parts.worker.wakes_at(),
            self.held_until(),
            self.course.kill_at(),
        ];
        let first = due.into_iter().flatten().min();
        first.unwrap_or(now + NOTHING_DUE)
    }

    /// Time in which hotload itself did not run counts towards no limit: Ctrl-Z, a computer asleep.
    fn exclude_suspension(&mut self, expected: Instant) {
        let late = self.now().saturating_duration_since(expected);
        if late >= SUSPENDED
            && let Some(current) = &mut self.current
        {
            current.cycle.exclude_suspension(late);
        }
    }

    fn receive(&mut self, input: Input<K::Worker>) {
        match input {
            Input::Worker(event) => {
                let news = self.parts.worker.receive(event);
                self.hear(news);
            }
            Input::StepEnded(step, outcome) => {
                // The outcome of a step that has already been given up on is ignored.
                if self.inbox.is_for(step) {
                    self.step_ended(outcome);
                }
            }
            Input::Stop(stop) => self.stop(stop),
            Input::Key(command) => self.obey(command),
            Input::Request(request) => self.request(request),
            Input::Hint(hint) => self.parts.poller.hint(hint, self.parts.clock.now()),
            Input::OutputClosed => self.is_output_closed = true,
        }
    }

    /// Carries out what a person asked for with a key.
    fn obey(&mut self, command: KeyCommand) {
        let always = matches!(command, KeyCommand::Quit | KeyCommand::EditorEnded);
        if self.current.is_some() && !self.is_asking() && !always {
            // A cycle has just started: the key was pressed between two.
            return;
        }
        match command {
            KeyCommand::RunAgain => self.pending.owe_a_cycle(),
            // The observer says that it cannot be done.
            KeyCommand::Restart if !self.parts.worker.is_replaceable() => {}
            KeyCommand::Restart => {
                self.pending.owe_a_cycle();
                self.plan.try_again(None);
                self.asked();
                self.parts.worker.restart();
            }
            KeyCommand::Pause => self.pending.toggle_pause(),
            KeyCommand::Quit => self.stop(Stop::QUIT),
            KeyCommand::ShowError
            | KeyCommand::OpenError
            | KeyCommand::ListKeys
            | KeyCommand::EditorEnded => {}
        }
        self.parts.observer.key(command, self.pending.is_paused());
    }

    fn hear(&mut self, news: Vec<News<K::Worker>>) {
        let mut is_lost = false;
        for item in news {
            match item {
                News::StepEnded(outcome) => self.step_ended(outcome),
                News::NeverBegan(outcome) => self.step_never_began(outcome),
                News::Asking => self.asking(),
                News::Asked => self.asked(),
                News::SourceRead(source) => self.source_was_read(&source),
                News::InUse(file) => self.parts.poller.watch_file(file, self.parts.clock.now()),
                News::Wrote(file) => self.repetition.wrote(file),
                News::Outdated => self.is_outdated = true,
                News::Registered(registered) => self.registered(&registered),
                News::Notice(notice) => {
                    let files = self.parts.poller.files_watched();
                    self.parts.observer.watches(files);
                    self.parts.observer.notice(self.cycle_number(), notice);
                }
                News::Fresh => {
                    self.is_outdated = false;
                    self.is_cold = !self.plan.warm_up.is_empty();
                }
                News::Unserved => self.pending.owe_a_cycle(),
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

    fn registered(&mut self, registered: &<K::Worker as Worker>::Registered) {
        let running = self.current.as_ref().and_then(Current::running);
        let steps = self.parts.planner.steps(registered);
        if let (Some(running), Some(steps)) = (running, steps) {
            self.plan.replace_after(running.index, steps);
        }
        if let Some((watch_set, new_files)) = self.parts.planner.watch_set(registered) {
            let now = self.now();
            self.parts.poller.watch(watch_set, new_files, now);
        }
    }

    /// The worker died of something else before it ran the step: the cycle runs in the next worker.
    fn step_never_began(&mut self, outcome: Outcome<Failure<K>>) {
        let goes_on = matches!(self.course, Course::GoesOn);
        let is_replaced = !self.settings.once && !self.settings.ends_with_worker && goes_on;
        match &self.current {
            Some(current) if is_replaced && !current.cycle.is_warm_up() => {
                let changes = current.cycle.changes().clone();
                self.add_changes(changes);
                self.supersede_cycle();
            }
            _ => self.step_ended(outcome),
        }
    }

    fn cycle_was_lost(&mut self) {
        self.asked();
        let Some(current) = &mut self.current else {
            return;
        };
        current.cycle.lost();
        if let (true, Some(running)) = (current.cycle.is_warm_up(), current.running()) {
            // It would end the next worker, too.
            self.plan.leave_out(running.index);
        }
    }

    fn worker_was_lost(&mut self) {
        if self.settings.ends_with_worker {
            self.cut_cycle_short();
            self.end(Ending::WorkerDied);
        } else if self.settings.once && self.cycles == 0 {
            // It died before the only cycle, and no other worker follows.
            self.end(Ending::Once(CycleOutcome::Failed));
        }
    }

    /// The running cycle's number, or the last one's; 0 while a worker is warmed up.
    fn cycle_number(&self) -> u64 {
        let current = self.current.as_ref();
        current.map_or(self.cycles, |current| current.cycle.number)
    }

    fn source_was_read(&mut self, source: &SourceRead) {
        let now = self.now();
        let run = self.parts.poller.source_was_run(source, now);
        let current = self.current.as_mut();
        let is_first = current.is_some_and(|current| current.cycle.step_reads());
        match (run, is_first) {
            // A tick noticed it while this step was about to read the file: that text has run.
            (SourceRun::Current | SourceRun::Unnoticed, true) => {
                self.pending.take_file(&source.path);
            }
            // An earlier step may have run the text from before that save.
            (SourceRun::Unnoticed, false) if self.current.is_some() => {
                let mut changes = ChangeSet::default();
                changes.insert(source.path.clone(), ChangeKind::Modified);
                self.repetition.saved(source.path.clone());
                self.noticed(changes);
            }
            _ => {}
        }
    }

    /// Looks at files, where that is due.
    fn watch(&mut self) {
        if !self.watches() {
            return;
        }
        let is_busy = self.current.as_ref().and_then(Current::running).is_some();
        let waits = is_busy && self.settings.busy == Busy::Queue;
        let attention = if waits {
            Attention::Reduced
        } else {
            Attention::Full
        };
        self.parts.poller.set_attention(attention);
        self.follow_hints();
        let now = self.now();
        if now >= self.parts.poller.next_tick(now) {
            let clock = &self.parts.clock;
            let changes = self.parts.poller.tick(&|| clock.now());
            self.noticed(changes);
        }
        for remark in self.parts.poller.take_remarks() {
            self.parts.observer.watching(remark);
        }
    }

    /// Whether there is a reason to look at files. Where one cycle is all there is, they are only
    /// counted.
    fn watches(&self) -> bool {
        let waits_for_save = self.settings.postpone && self.cycles == 0;
        !self.settings.once || waits_for_save || self.parts.poller.is_walking()
    }

    fn follow_hints(&mut self) {
        let now = self.now();
        if self
            .parts
            .poller
            .next_hint(now)
            .is_some_and(|due| now >= due)
        {
            let clock = &self.parts.clock;
            let changes = self.parts.poller.follow_hints(&|| clock.now());
            self.noticed(changes);
        }
    }

    fn noticed(&mut self, mut changes: ChangeSet) {
        let now = self.now();
        if self.current.is_none() {
            changes.retain(|file| !self.is_output(file, Found::Afterwards, now));
        } else {
            let saved = changes.iter().map(|(file, _)| file);
            let saved = saved.filter(|file| !self.parts.poller.is_touched(file));
            saved.for_each(|file| self.repetition.saved(file.to_path_buf()));
        }
        self.add_changes(changes);
    }

    /// Adds changes to those that wait. The removal of a file with settings is a change of settings.
    fn add_changes(&mut self, changes: ChangeSet) {
        let now = self.now();
        let (worker, planner) = (&self.parts.worker, &self.parts.planner);
        let is_needed = |file: &Path| worker.needs(file) || planner.reads(file);
        self.pending.add(changes, is_needed, now);
    }

    /// Whether the change of a file comes from the running cycle, or from one that has just ended, and is
    /// not a save: user code has written it, and nothing uses it; or its content is what ran.
    pub(super) fn is_output(&self, file: &PathBuf, found: Found, now: Instant) -> bool {
        if self.repetition.has_written(file, now) && !self.parts.worker.uses(file) {
            return true;
        }
        let poller = &self.parts.poller;
        let may_be_touched = !self.repetition.was_saved(file) && poller.is_touched(file);
        let moment = self.repetition.last_moment(now);
        let is_from_cycle = || moment.is_some_and(|moment| poller.is_older_than(file, moment));
        may_be_touched && (found == Found::InCycle || is_from_cycle())
    }

    /// Looks once more at files that wait to be run. What a cycle that has just ended did read of
    /// them may be from before they were saved, which shows as one more change: found now, it is run
    /// together with the one that waits.
    fn look_at_pending(&mut self) {
        let now = self.now();
        let files = self.pending.changes().iter().map(|(path, _)| path);
        self.parts.poller.look_again(files, now);
        self.follow_hints();
    }

    /// Looks once more at the files that the running cycle was caused by.
    fn look_at_changes(&mut self) {
        let now = self.now();
        if let Some(current) = &self.current {
            let files = current.cycle.changes().iter().map(|(path, _)| path);
            self.parts.poller.look_again(files, now);
        }
        self.follow_hints();
    }

    /// Does what is due by now.
    fn keep_time(&mut self) {
        let now = self.now();
        let news = self.parts.worker.tick(now);
        self.hear(news);
        self.settle_held_failure(now);
        self.look_after_running_step(now);
        if self.course.kill_at().is_some_and(|kill_at| now >= kill_at) {
            self.kill();
        }
    }

    fn look_after_running_step(&mut self, now: Instant) {
        let Some(current) = &self.current else { return };
        let Some(running) = current.running() else {
            return;
        };
        if let Course::Stopping(stopping) = &self.course {
            let since = now.saturating_duration_since(stopping.since);
            let kill_at = stopping.kill_at;
            let kill_in = kill_at.map(|kill_at| kill_at.saturating_duration_since(now));
            return self.parts.observer.interrupted_step_runs(since, kill_in);
        }
        let cutting = running.cutting;
        if let Some(stopped) = cutting.filter(|cutting| cutting.cut == Cut::Person) {
            let since = now.saturating_duration_since(stopped.since);
            return self.parts.observer.interrupted_step_runs(since, None);
        }
        let since = now.saturating_duration_since(current.cycle.step_started());
        let owns_terminal = running.runs_in.owns_terminal(&self.parts.worker);
        let stopped = running.runs_in.stopped(&self.parts.worker);
        self.parts.observer.step_runs(Run {
            since,
            save_waits: self.save_waits(owns_terminal),
            owns_terminal,
            stopped,
        });
        if !owns_terminal {
            self.cut_if_due(since, now);
        }
    }
}
