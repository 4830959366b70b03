//! Shows what happens in a session on the screen, and writes it down as events.

mod main_hint;
mod notices;
mod reloads;
mod shown;
mod unfixed;

use std::collections::BTreeMap;
use std::mem;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use hotload_core::running::cut::{Cut, CutBy};
use hotload_core::running::input::KeyCommand;
use hotload_core::running::report::{CycleOutcome, Outcome, Report, StepReport};
use hotload_core::running::step_name::{StepKind, StepName};
use hotload_core::running::worker::Worker;
use hotload_core::session::Ending;
use hotload_core::session::observer::{Observer, Run};
use hotload_core::watching::change_set::ChangeSet;
use hotload_core::watching::remark::Remark;
use hotload_python::outcome::failure::{Failure, UserError};
use hotload_python::outcome::leftovers::Piles;
use hotload_python::outcome::notice::Notice;
use hotload_python::outcome::reloading::ImportingModule;
use hotload_python::start::error::StartError;
use hotload_python::targets::Target;
use hotload_python::targets::reach::{Level, Reach};

use self::main_hint::MainHint;
use self::reloads::Reloads;
use self::shown::{Line, Shown};
use self::unfixed::Unfixed;
use crate::render;
use crate::render::error::Look;
use crate::render::{cycle, guest, header, keys, patching, reported, running, step, watching};
use crate::screen::Screen;
use crate::screen::alerts::Alerts;
use crate::screen::events::Events;
use crate::screen::key_commands::KeyCommands;
use crate::screen::location_file::LocationFile;
use crate::screen::status::Status;
use crate::screen::terminal::State;
use crate::system::keys::{KeySource, Keyboard, TypedAhead};
use crate::system::output::Traces;

/// How long a run takes before a line says so.
const LONG_RUN: Duration = Duration::from_secs(2);

/// How long a save waits before a line says so.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// Shows a session.
pub(crate) struct Display {
    screen: Rc<Screen>,
    events: Events,
    locations: Option<LocationFile>,
    alerts: Alerts,
    status: Status,
    commands: KeyCommands,
    keyboard: Keyboard,
    info: SessionInfo,
    files_watched: usize,
    activity: Activity,
    /// The interpreter, as the header names it.
    python: Option<String>,
    /// What is shown beside the text.
    traces: Traces,
    /// Whether a cycle has run.
    has_run: bool,
    /// Whether a launch script has registered a plan in the interpreter.
    has_plan: bool,
    shown: Shown,
    /// What was shown last about text that was typed during a run.
    typed_ahead: TypedAhead,
    main_hint: MainHint,
    piles: Piles,
    reloads: Reloads,
    unfixed: Unfixed,
    /// Who imports whom, if that was asked for.
    graph: Option<Vec<ImportingModule>>,
    /// By module, what its file no longer defines; shown at the end of the cycle.
    old_definitions: BTreeMap<String, Vec<String>>,
}

/// What the display needs to know about a session.
pub(crate) struct SessionInfo {
    pub(crate) targets: Vec<Target>,
    /// What is loaded before them.
    pub(crate) preloads: Vec<Target>,
    /// Whether the first run waits for a save.
    pub(crate) postpones: bool,
    /// What is reloaded besides them.
    pub(crate) reach: Reach,
    pub(crate) kind: SessionKind,
    pub(crate) current_folder: PathBuf,
    /// How keys are read, until a line has said how to list them.
    pub(crate) keys: KeySource,
    /// Whether the terminal's encoding has more than ASCII.
    pub(crate) unicode: bool,
    pub(crate) first_header: FirstHeader,
    pub(crate) after_death: AfterDeath,
}

/// Where the outcome of cycles goes besides the screen.
pub(crate) struct Outputs {
    pub(crate) events: Events,
    pub(crate) locations: Option<LocationFile>,
    pub(crate) alerts: Alerts,
    pub(crate) status: Status,
}

/// What says what is reloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionKind {
    /// The command line.
    Targets,
    /// The command line, with shell commands only.
    Commands,
    /// A launch script.
    LaunchScript,
    /// The command line, for programs that are already running.
    Guest,
}

/// When the header is shown for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FirstHeader {
    /// When the interpreter is ready.
    AtOnce,
    /// When the clear step of the first cycle runs, which comes next.
    ByClear,
}

/// What follows the death of an interpreter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AfterDeath {
    /// A new one is started.
    Replace,
    /// The session ends.
    End,
}

/// What is running.
enum Activity {
    Nothing,
    /// The warm-up of a new interpreter, at this preload.
    WarmUp {
        preload: Option<String>,
    },
    Cycle,
}

impl Display {
    /// The display of a session that has not started yet. `uncalled` are the targets of which no step
    /// calls a function.
    pub(crate) fn new(
        screen: Rc<Screen>,
        outputs: Outputs,
        commands: KeyCommands,
        keyboard: Keyboard,
        info: SessionInfo,
        uncalled: Vec<Target>,
        files_watched: usize,
    ) -> Self {
        let unfixed = Unfixed::new(&info.preloads);
        Self {
            screen,
            events: outputs.events,
            locations: outputs.locations,
            alerts: outputs.alerts,
            status: outputs.status,
            commands,
            keyboard,
            info,
            files_watched,
            activity: Activity::Nothing,
            python: None,
            traces: Traces::default(),
            has_run: false,
            has_plan: false,
            shown: Shown::default(),
            typed_ahead: TypedAhead::Nothing,
            main_hint: MainHint::new(uncalled),
            piles: Piles::default(),
            reloads: Reloads::default(),
            unfixed,
            graph: None,
            old_definitions: BTreeMap::new(),
        }
    }

    /// Who imports whom, if that was asked for and found out.
    pub(crate) fn take_graph(&mut self) -> Option<Vec<ImportingModule>> {
        self.graph.take()
    }

    /// The session has ended.
    pub(crate) fn ended(&mut self, ending: &Ending<StartError>, exit_status: u8) {
        if matches!(ending, Ending::Stopped(_)) {
            self.start_line_after_ctrl_c();
        }
        self.show_state(State::Over);
        self.events.stopped(ending, exit_status);
        self.show_broken_events();
    }

    /// Shows a state in the title. If hotload is killed, its guard gives the terminal its title back.
    fn show_state(&mut self, state: State<'_>) {
        let traces = self.screen.show_state(state);
        if mem::replace(&mut self.traces, traces) != traces {
            self.keyboard.leaves(traces);
        }
    }

    /// The terminal has printed `^C` where the next line would be.
    fn start_line_after_ctrl_c(&self) {
        if self.screen.is_terminal() {
            self.screen.start_line();
        }
    }

    /// Reads keys again, and says what happens to text that was typed before.
    fn read_keys(&mut self, went_through: bool) {
        let typed = self.keyboard.begin(went_through);
        self.show_typed_ahead(typed);
    }

    /// Says once that text is kept for user code, and when it has been discarded.
    fn show_typed_ahead(&mut self, typed: TypedAhead) {
        let is_held = typed == TypedAhead::Held;
        let is_known = typed == TypedAhead::Nothing || is_held && self.typed_ahead == typed;
        if !is_known {
            self.typed_ahead = typed;
            self.screen.say(&keys::typed_ahead(is_held));
        }
    }

    fn look(&self) -> Look {
        Look {
            style: self.screen.traceback(),
            columns: self.screen.columns(),
            unicode: self.info.unicode,
        }
    }

    fn show_broken_events(&mut self) {
        if let Some(error) = self.events.take_error() {
            self.screen.show(&reported::events_broken(&error));
        }
    }

    fn show_cycle(&self, report: &Report<Failure>) {
        let clock = chrono::Local::now().format("%H:%M:%S").to_string();
        let names = cycle::names(
            self.reloads.ran(),
            &self.screen.names(),
            self.reloads.kept_modules(),
            self.reloads.patches(),
        );
        self.screen.say(&cycle::cycle(report, &names, &clock));
    }

    fn show_step(&self, report: &StepReport<Failure>) {
        let text = step::step(report, self.screen.is_verbose(), self.look());
        // A person who interrupts a command knows it.
        let is_error = matches!(
            report.outcome,
            Outcome::Failed(_) | Outcome::Interrupted(Failure::Stopped { .. })
        );
        if is_error {
            self.screen.show(&text);
        } else {
            self.screen.say(&text);
        }
    }

    /// Notes where an error is, for editors and alerts.
    fn locate(&mut self, error: &UserError) {
        self.alerts.error(error);
        self.status.error(error);
        if let Some(locations) = &mut self.locations {
            locations.add(render::locations::lines(error));
        }
        // Between two cycles no end of a cycle follows.
        if matches!(self.activity, Activity::Nothing) {
            self.write_locations();
        }
    }

    fn write_locations(&mut self) {
        let written = self.locations.as_ref().map(LocationFile::write);
        if let Some(Err(error)) = written {
            self.locations = None;
            self.screen.show(&reported::locations_broken(&error));
        }
    }

    /// Lets commands that the last outcome has started come to their end.
    pub(crate) fn finish_alerts(&self) {
        self.alerts.finish();
    }

    /// Says which modules did not run although something had changed.
    fn show_not_reloaded(&mut self) {
        for (needs, modules) in self.reloads.left_old() {
            self.screen.say(&reported::stayed_old(modules, needs));
        }
        if matches!(self.info.reach.level, Level::Dependents | Level::Patch) {
            return;
        }
        for module in self.reloads.not_reloaded() {
            if self.info.kind == SessionKind::LaunchScript && module == "__main__" {
                // It has failed, which says more.
                continue;
            }
            let remedy = match self.info.kind {
                SessionKind::Targets | SessionKind::Commands | SessionKind::Guest => {
                    "--reload dependents"
                }
                SessionKind::LaunchScript => "level=\"dependents\"",
            };
            self.screen.say(&reported::not_reloaded(&module, remedy));
        }
    }

    /// Says what could not live on, and whether anything was taken back.
    fn show_patches(&self) {
        for text in patching::left_behind(self.reloads.patches()) {
            self.screen.say(&text);
        }
    }

    /// Says once that `--keep` names a module that was not loaded.
    fn show_unknown_kept(&mut self) {
        for module in mem::take(&mut self.info.reach.keep) {
            if !self.reloads.is_loaded(&module) {
                self.screen.say(&reported::unknown_kept(&module));
            }
        }
    }

    /// A launch script was read.
    fn script_was_read(&mut self, is_bad: bool) {
        if self.has_plan && is_bad {
            self.screen.say(&reported::plan_kept());
        }
        self.unfixed.script_was_read(is_bad);
        self.has_plan |= !is_bad;
    }
}

impl<W: Worker<Failure = Failure, Notice = Notice>> Observer<W> for Display {
    fn may_run(&self) -> bool {
        !self.commands.is_editor_in_front()
    }

    fn key(&mut self, command: KeyCommand, paused: bool) {
        let command = match (command, self.info.kind) {
            // There is nothing to restart.
            (KeyCommand::Restart, SessionKind::Commands) => KeyCommand::RunAgain,
            (command, _) => command,
        };
        let answer = match (command, self.info.kind) {
            (KeyCommand::Restart, SessionKind::Guest) => guest::no_restart(),
            _ => self.commands.answer(command, paused, self.look()),
        };
        self.screen.show(&answer);
        self.status.paused(paused);
        match (command, &self.activity) {
            // What is typed from now on may be for the editor.
            (KeyCommand::OpenError, _) if self.commands.is_editor_open() => self.keyboard.end(),
            (KeyCommand::EditorEnded, Activity::Nothing) => self.read_keys(false),
            _ => {}
        }
    }

    fn warm_up_started(&mut self) {
        self.activity = Activity::WarmUp { preload: None };
        self.keyboard.end();
    }

    fn warmed_up(&mut self, report: &Report<Failure>) {
        self.activity = Activity::Nothing;
        if report.outcome != CycleOutcome::Ok {
            self.screen.keep();
        }
        self.screen.add_to_header("\n");
        // What is typed before the first cycle may be meant for its `input()`.
        if self.has_run || self.info.postpones {
            self.read_keys(false);
        }
    }

    fn cycle_started(&mut self, cycle: u64, changes: &ChangeSet) {
        self.keyboard.end();
        if self.set_title() && self.has_run {
            self.screen.show_header();
        }
        self.has_run = true;
        self.activity = Activity::Cycle;
        self.shown.next_cycle();
        self.reloads.cycle_started(changes);
        self.unfixed.cycle_started(changes);
        self.events.changed(cycle, changes);
        self.alerts.cycle_started();
        self.status.cycle_started();
        self.show_state(State::Running);
        if let Some(locations) = &mut self.locations {
            locations.clear();
        }
        let mark = cycle::mark(cycle, changes, &self.info.current_folder);
        if self.screen.has_marks() {
            self.screen.show(&mark);
        } else {
            self.screen.detail(&mark);
        }
        self.screen.detail(&cycle::changes(changes));
    }

    fn asking(&mut self) {
        self.shown.next_step();
    }

    fn step_started(&mut self, _cycle: u64, step: &StepName) {
        self.shown.next_step();
        if let Activity::WarmUp { preload } = &mut self.activity {
            *preload = Some(step.text.clone());
        }
    }

    fn step_runs(&mut self, run: Run) {
        if let Some(id) = run.stopped
            && self.shown.is_first(Line::Stopped)
        {
            self.screen.say(&running::stopped_run(id));
        }
        let is_long_wait = run.owns_terminal || run.since >= LONG_WAIT;
        // A line in the middle of its screen would stay there.
        let may_say = !run.owns_terminal || !self.keyboard.is_screen_taken();
        if run.save_waits && is_long_wait && may_say && self.shown.is_first(Line::SaveWaits) {
            self.screen.say(&running::save_waits(run.owns_terminal));
        }
        // A prompt or a debugger shows by itself that user code is waiting.
        let is_silent = run.owns_terminal || self.shown.was(Line::Stopped);
        if let Some(name) = self.shown.is_first_in_loop(LONG_RUN) {
            self.screen.say(&running::event_loop(&name));
        }
        if run.since >= LONG_RUN
            && !is_silent
            && !self.shown.is_in_loop()
            && self.screen.is_terminal()
            && self.shown.is_first(Line::LongRun)
        {
            self.screen.say(&running::long_run());
        }
    }

    fn interrupted_step_runs(&mut self, since: Duration, kill_in: Option<Duration>) {
        if since >= LONG_WAIT && self.shown.is_first(Line::Stubborn) {
            let text = if self.shown.was(Line::StoppedByPerson) {
                running::ignores_ctrl_c()
            } else {
                running::stubborn_run(kill_in, self.info.kind == SessionKind::Guest)
            };
            self.screen.say(&text);
        }
    }

    fn step_cut(&mut self, _cycle: u64, cut: Cut, by: CutBy) {
        if cut == Cut::Person {
            self.shown.is_first(Line::StoppedByPerson);
            self.start_line_after_ctrl_c();
            if by == CutBy::Interrupt {
                // The end of the step says the rest.
                return;
            }
        }
        let was_interrupted = self.shown.was(Line::Interrupted);
        self.screen
            .say(&running::step_cut(cut, by, was_interrupted));
        if by == CutBy::Interrupt {
            self.shown.is_first(Line::Interrupted);
        }
    }

    fn step_ended(&mut self, cycle: u64, step: &StepReport<Failure>) {
        self.events.step(cycle, step);
        self.commands.step_ended(cycle, step);
        if let Outcome::Failed(Failure::Error(error)) = &step.outcome {
            self.locate(error);
        }
        self.show_step(step);
        if step.cut == Some(Cut::Person) {
            self.screen.say(&running::stopped_by_person());
        }
        match step.name.kind {
            StepKind::Preload => {
                let is_bad = !matches!(step.outcome, Outcome::Ok);
                self.unfixed.preloaded(&step.name.text, is_bad);
                self.screen.add_to_header(&header::preload(step));
            }
            StepKind::Launch => self.script_was_read(step.outcome.is_bad()),
            _ => {}
        }
    }

    fn changes_itself(&mut self, file: &Path) {
        let name = file.strip_prefix(&self.info.current_folder).unwrap_or(file);
        self.screen.say(&reported::changes_itself(name));
    }

    fn cycle_ended(&mut self, report: &Report<Failure>) {
        self.activity = Activity::Nothing;
        // Before the end of the cycle is shown: the next key is for hotload.
        let typed = self.keyboard.begin(report.outcome == CycleOutcome::Ok);
        self.events.cycle(report);
        self.files_watched = report.files_watched;
        for (module, names) in mem::take(&mut self.old_definitions) {
            self.events.old_definitions(report.cycle, &module, &names);
            let remedy = match self.info.kind {
                SessionKind::Targets | SessionKind::Commands => {
                    "`--fresh` clears them, and so does `R`"
                }
                SessionKind::Guest => "`--fresh` clears them",
                SessionKind::LaunchScript => "a new interpreter (`R`) does not",
            };
            self.screen
                .say(&reported::old_definitions(&module, &names, remedy));
        }
        self.show_not_reloaded();
        self.write_locations();
        self.status.cycle_ended(report);
        for line in self.unfixed.lines() {
            self.screen.say(&line);
        }
        self.show_patches();
        self.show_cycle(report);
        if !report.superseded {
            let names = self.screen.names();
            let failed = report.outcome == CycleOutcome::Failed;
            let title = cycle::title(report, &names);
            let title = title.as_str();
            self.show_state(State::Ended { title, failed });
            let alerts = self.screen.alerts();
            self.alerts.cycle_ended(report.outcome, &names, alerts);
        }
        if report.outcome == CycleOutcome::Ok {
            self.show_unknown_kept();
        }
        if let Some(hint) = self.main_hint.take() {
            self.screen.say(&hint);
        }
        self.show_broken_events();
        self.show_typed_ahead(typed);
        match mem::replace(&mut self.info.keys, KeySource::None) {
            KeySource::None => {}
            KeySource::Keyboard => self.screen.say(&keys::how_to_list()),
            KeySource::Lines => self.screen.say(&keys::how_to_list_with_enter()),
        }
    }

    fn watches(&mut self, files: usize) {
        self.files_watched = files;
    }

    fn watching(&mut self, remark: Remark) {
        let text = watching::remark(&remark);
        match remark {
            Remark::ManyFiles { .. }
            | Remark::NothingMatches { .. }
            | Remark::Unreadable { .. } => self.screen.say(&text),
            Remark::SlowFiles { .. }
            | Remark::NotificationUnavailable { .. }
            | Remark::NotificationMissed { .. } => self.screen.detail(&text),
        }
    }

    fn notice(&mut self, cycle: u64, notice: Notice) {
        self.show_notice(cycle, notice);
    }
}
