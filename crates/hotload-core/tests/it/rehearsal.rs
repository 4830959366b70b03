//! A whole session played on a fake disk, by a clock that only a script moves.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use hotload_core::running::cut::{Busy, CtrlC, Cut, CutBy};
use hotload_core::running::input::{Inbox, Input, KeyCommand, SessionRequest, Stop, StopReason};
use hotload_core::running::plan::{Plan, PlannedStep};
use hotload_core::running::planner::{Planner, Reread};
use hotload_core::running::report::{CycleOutcome, Outcome, Report, StepReport};
use hotload_core::running::step_name::StepName;
use hotload_core::running::worker::News;
use hotload_core::session::clock::Clock;
use hotload_core::session::observer::{Observer, Run};
use hotload_core::session::parts::{Kinds, Parts};
use hotload_core::session::{Ending, Session, Settings};
use hotload_core::watching::change_set::ChangeSet;
use hotload_core::watching::hints::Hint;
use hotload_core::watching::poller::Poller;
use hotload_core::watching::watch_set::{NewFiles, WatchSet};

use crate::fake_disk::{FakeDisk, path};
use crate::poll::{root, said};
use crate::scripted_worker::{
    Act, AtTheEnd, Event, Failure, Registered, ScriptedStep, ScriptedWorker, WaitingStep,
};

/// Polls come every 10 ms, from 0 on.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// No script takes this long: the session has not ended.
const LONGEST: Duration = Duration::from_secs(60);

/// What deeds of a script can reach: the disk, the time, the inbox, and what was noted so far.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) disk: FakeDisk,
    pub(crate) waiting_step: WaitingStep,
    pub(crate) running_step: WaitingStep,
    pub(crate) owns_terminal: Rc<Cell<bool>>,
    /// What the worker is to say, in this order: steps cannot go through the inbox.
    pub(crate) news: Rc<RefCell<VecDeque<News<ScriptedWorker>>>>,
    clock: ScriptClock,
    inbox: Inbox<ScriptedWorker>,
    notes: Rc<RefCell<Vec<(u64, String)>>>,
}

impl Stage {
    pub(crate) fn save(&self, name: &str, text: &str) {
        self.disk.save(name, text);
    }

    /// Asks the session to end with status 130, as Ctrl-C does.
    pub(crate) fn stop(&self) {
        self.inbox.send(Input::Stop(Stop {
            why: StopReason::Interrupt,
            patience: None,
        }));
    }

    /// Asks the session to end with status 143 within half a second, as SIGTERM does.
    pub(crate) fn stop_soon(&self) {
        self.inbox.send(Input::Stop(Stop {
            why: StopReason::Terminate,
            patience: Some(Duration::from_millis(500)),
        }));
    }

    /// A key is pressed.
    pub(crate) fn presses(&self, command: KeyCommand) {
        self.inbox.send(Input::Key(command));
    }

    /// Another program asks for something.
    pub(crate) fn requests(&self, request: SessionRequest) {
        self.inbox.send(Input::Request(request));
    }

    /// The operating system says that a file has changed.
    pub(crate) fn hints(&self, name: &str) {
        self.inbox.send(Input::Hint(Hint::Changed(path(name))));
    }

    pub(crate) fn says(&self, news: News<ScriptedWorker>) {
        self.news.borrow_mut().push_back(news);
        self.tells(Event::Says);
    }

    pub(crate) fn tells(&self, event: Event) {
        self.inbox.send(Input::Worker(event));
    }

    /// A step that does this.
    pub(crate) fn step(&self, name: &'static str, acts: &[Act]) -> ScriptedStep {
        let acts = match acts {
            [] => vec![Act::Ends(Outcome::Ok)],
            acts => acts.to_vec(),
        };
        ScriptedStep {
            name,
            acts: acts.into(),
            due: None,
            stage: self.clone(),
        }
    }

    /// hotload itself does not run for so long.
    pub(crate) fn stands_still(&self, time: Duration) {
        self.clock.now.set(self.clock.now.get() + time);
    }

    /// Does something this many milliseconds from now.
    pub(crate) fn after(&self, millis: u64, deed: impl FnOnce(&Self) + 'static) {
        self.at(self.clock.millis() + millis, deed);
    }

    fn at(&self, millis: u64, deed: impl FnOnce(&Self) + 'static) {
        let stage = self.clone();
        self.clock.plan(millis, Box::new(move || deed(&stage)));
    }

    pub(crate) fn note(&self, what: impl Into<String>) {
        let note = (self.clock.millis(), what.into());
        self.notes.borrow_mut().push(note);
    }
}

/// A clock that stands still until the session waits for something.
#[derive(Clone)]
struct ScriptClock {
    start: Instant,
    now: Rc<Cell<Instant>>,
    script: Script,
}

/// Deeds by their milliseconds, and in the order in which they were planned.
type Script = Rc<RefCell<BTreeMap<(u64, usize), Box<dyn FnOnce()>>>>;

impl ScriptClock {
    fn new() -> Self {
        let start = Instant::now();
        Self {
            start,
            now: Rc::new(Cell::new(start)),
            script: Script::default(),
        }
    }

    fn millis(&self) -> u64 {
        let passed = self.now.get() - self.start;
        u64::try_from(passed.as_millis()).expect("a script is short")
    }

    fn plan(&self, millis: u64, deed: Box<dyn FnOnce()>) {
        let mut script = self.script.borrow_mut();
        let place = script.keys().next_back().map_or(0, |(_, place)| place + 1);
        let place = place.max(script.len());
        script.insert((millis, place), deed);
    }

    /// The next deed that is due by then, with the clock set to its time.
    fn next_deed(&self, deadline: Instant) -> Option<Box<dyn FnOnce()>> {
        let mut script = self.script.borrow_mut();
        let entry = script.first_entry()?;
        let due = self.start + Duration::from_millis(entry.key().0);
        (due <= deadline).then(|| {
            self.now.set(due.max(self.now.get()));
            entry.remove()
        })
    }
}

impl Clock for ScriptClock {
    fn now(&self) -> Instant {
        self.now.get()
    }

    fn next_input<T>(
        &self,
        inputs: &Receiver<T>,
        timeout: Duration,
    ) -> Result<T, RecvTimeoutError> {
        let deadline = self.now.get() + timeout;
        assert!(deadline < self.start + LONGEST, "the session does not end");
        loop {
            if let Ok(input) = inputs.try_recv() {
                return Ok(input);
            }
            match self.next_deed(deadline) {
                Some(deed) => deed(),
                None => {
                    self.now.set(deadline.max(self.now.get()));
                    return Err(RecvTimeoutError::Timeout);
                }
            }
        }
    }
}

/// A session in preparation. It watches `lib.py` and whatever else ends with `.py`.
pub(crate) struct Rehearsal {
    pub(crate) plan: Plan<ScriptedWorker>,
    pub(crate) settings: Settings,
    pub(crate) ready: bool,
    pub(crate) can_interrupt: bool,
    pub(crate) is_replaceable: bool,
    pub(crate) at_the_end: AtTheEnd,
    stage: Stage,
    receiver: Receiver<Input<ScriptedWorker>>,
}

impl Rehearsal {
    /// A session with one step, `reload`, that acts like this.
    pub(crate) fn of_reload(acts: &[Act]) -> Self {
        let (inbox, receiver) = Inbox::new();
        let stage = Stage {
            disk: FakeDisk::with(&[("lib.py", "x = 1"), ("other.py", "y = 1")]),
            waiting_step: WaitingStep::default(),
            running_step: WaitingStep::default(),
            owns_terminal: Rc::default(),
            news: Rc::default(),
            clock: ScriptClock::new(),
            inbox,
            notes: Rc::default(),
        };
        let mut rehearsal = Self {
            plan: Plan::default(),
            settings: Settings {
                poll_interval: POLL_INTERVAL,
                once: false,
                postpone: false,
                time_to_end: Duration::from_secs(2),
                busy: Busy::Queue,
                ctrl_c: CtrlC::EndsSession,
                step_limit: None,
                fresh_worker: false,
                ends_with_worker: false,
            },
            ready: true,
            can_interrupt: true,
            is_replaceable: true,
            at_the_end: AtTheEnd::Quits,
            stage,
            receiver,
        };
        rehearsal.add("reload", None, acts);
        rehearsal
    }

    /// Adds one more step.
    pub(crate) fn add(&mut self, name: &'static str, needs: Option<usize>, acts: &[Act]) {
        let step = self.stage.step(name, acts);
        self.plan.add(step, needs);
    }

    /// Adds a step to the warm-up of each worker.
    pub(crate) fn add_warm_up(&mut self, name: &'static str, acts: &[Act]) {
        let step = self.stage.step(name, acts);
        self.plan.add_warm_up(step);
    }

    /// Has the first step belong only to cycles that a change of this file has caused.
    pub(crate) fn is_due_for(&mut self, file: &'static str) {
        let step = ScriptedStep {
            due: Some(file),
            ..self.stage.step("reload", &[])
        };
        self.plan.steps[0].step = Box::new(step);
    }

    /// Does something this many milliseconds after the start.
    pub(crate) fn at(&mut self, millis: u64, deed: impl FnOnce(&Stage) + 'static) {
        self.stage.at(millis, deed);
    }

    /// Plays it to its end.
    pub(crate) fn play(self) -> Played {
        let Self { stage, .. } = self;
        let start = stage.clock.now();
        let watch_set = WatchSet {
            files: Vec::new(),
            roots: vec![root("", ".py")],
        };
        let parts = Parts {
            worker: ScriptedWorker {
                stage: stage.clone(),
                ready: self.ready,
                can_interrupt: self.can_interrupt,
                is_replaceable: self.is_replaceable,
                at_the_end: self.at_the_end,
                gone: false,
            },
            planner: ScriptedPlanner {
                stage: stage.clone(),
                has_reread: false,
            },
            poller: Poller::new(stage.disk.clone(), watch_set, start),
            clock: stage.clock.clone(),
            observer: Notes {
                stage: stage.clone(),
                save_waits: false,
                reports: Vec::new(),
            },
        };
        let channel = (stage.inbox.clone(), self.receiver);
        let session = Session::<Scripted>::new(parts, self.plan, self.settings, channel);
        let (ending, observer) = session.run();
        let notes = stage.notes.take();
        Played {
            notes,
            ending,
            ended_at: stage.clock.millis(),
            reports: observer.reports,
        }
    }
}

/// The parts of a scripted session.
struct Scripted;

impl Kinds for Scripted {
    type Worker = ScriptedWorker;
    type Planner = ScriptedPlanner;
    type FileSystem = FakeDisk;
    type Clock = ScriptClock;
    type Observer = Notes;
}

/// Plans the steps that a worker names, each of which succeeds at once.
struct ScriptedPlanner {
    stage: Stage,
    /// Whether `settings.py` was read: the second time it cannot be.
    has_reread: bool,
}

impl Planner<ScriptedWorker> for ScriptedPlanner {
    fn steps(&self, registered: &Registered) -> Option<Vec<PlannedStep<ScriptedWorker>>> {
        let plan = |name: &&'static str| {
            let step = self.stage.step(name, &[]);
            PlannedStep::new(Box::new(step), Some(0))
        };
        let names = registered.steps.as_ref()?;
        Some(names.iter().map(plan).collect())
    }

    fn watch_set(&self, registered: &Registered) -> Option<(WatchSet, NewFiles)> {
        registered.watch_set.clone()
    }

    fn reads(&self, file: &Path) -> bool {
        file.ends_with("settings.py")
    }

    fn reread(&mut self) -> Option<Reread<ScriptedWorker>> {
        self.stage.note("reread");
        if std::mem::replace(&mut self.has_reread, true) {
            return None;
        }
        let step = self.stage.step("new", &[]);
        Some(Reread {
            steps: Some(vec![PlannedStep::new(Box::new(step), None)]),
            watch_set: None,
            fail_fast: false,
            poll_interval: POLL_INTERVAL,
            busy: Busy::Queue,
            step_limit: None,
        })
    }
}

/// What a session has done.
pub(crate) struct Played {
    notes: Vec<(u64, String)>,
    pub(crate) ending: Ending<&'static str>,
    /// In milliseconds, with the worker's end.
    pub(crate) ended_at: u64,
    pub(crate) reports: Vec<Report<Failure>>,
}

impl Played {
    /// Everything but the starts of steps, in its order.
    pub(crate) fn story(&self) -> String {
        let notes = self.notes.iter().map(|(_, note)| note.as_str());
        let told = notes.filter(|note| !note.ends_with(" starts"));
        told.collect::<Vec<_>>().join(", ")
    }

    /// When something happened, in milliseconds.
    pub(crate) fn times_of(&self, what: &str) -> Vec<u64> {
        let notes = self.notes.iter().filter(|(_, note)| note == what);
        notes.map(|(millis, _)| *millis).collect()
    }
}

/// Writes down what a session tells.
struct Notes {
    stage: Stage,
    save_waits: bool,
    reports: Vec<Report<Failure>>,
}

impl Observer<ScriptedWorker> for Notes {
    fn cycle_started(&mut self, cycle: u64, changes: &ChangeSet) {
        let note = format!("#{cycle} {}", said(changes));
        self.stage.note(note.trim_end());
    }

    fn step_started(&mut self, _cycle: u64, step: &StepName) {
        self.save_waits = false;
        self.stage.note(format!("{step} starts"));
    }

    fn step_runs(&mut self, run: Run) {
        if run.save_waits && !self.save_waits {
            self.stage.note("a save waits");
        }
        self.save_waits = run.save_waits;
    }

    fn step_cut(&mut self, _cycle: u64, cut: Cut, by: CutBy) {
        self.stage.note(format!("{cut:?} so {by:?}"));
    }

    fn warmed_up(&mut self, _report: &Report<Failure>) {
        self.stage.note("warm");
    }

    fn key(&mut self, command: KeyCommand, paused: bool) {
        let state = if paused { ", paused" } else { "" };
        self.stage.note(format!("{command:?}{state}"));
    }

    fn interrupted_step_runs(&mut self, _since: Duration, _kill_in: Option<Duration>) {}

    fn step_ended(&mut self, _cycle: u64, step: &StepReport<Failure>) {
        let outcome = match &step.outcome {
            Outcome::Ok => "ok",
            Outcome::Failed(_) => "failed",
            Outcome::Interrupted(_) => "interrupted",
            Outcome::Skipped(skip) => &format!("skipped since {}", skip.reason),
        };
        self.stage.note(format!("{} {outcome}", step.name));
    }

    fn cycle_ended(&mut self, report: &Report<Failure>) {
        let outcome = match report.outcome {
            CycleOutcome::Ok => "ok",
            CycleOutcome::Failed => "failed",
            CycleOutcome::Interrupted => "interrupted",
        };
        self.stage.note(format!("#{} {outcome}", report.cycle));
        self.reports.push(report.clone());
    }

    fn notice(&mut self, cycle: u64, notice: &'static str) {
        self.stage.note(format!("{notice} in #{cycle}"));
    }
}
