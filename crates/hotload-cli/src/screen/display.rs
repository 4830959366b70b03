//! Told by the session what happens; shows it on the terminal and writes it down as events.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use hotload_core::running::cut::{Cut, CutBy};
use hotload_core::running::input::KeyCommand;
use hotload_core::running::report::{CycleOutcome, Outcome, Report, StepReport};
use hotload_core::running::step_name::{StepKind, StepName};
use hotload_core::session::Ending;
use hotload_core::session::observer::{Observer, Run};
use hotload_core::watching::change_set::ChangeSet;
use hotload_python::interpreter::Interpreter;
use hotload_python::outcome::failure::Failure;
use hotload_python::outcome::leftovers::Piles;
use hotload_python::outcome::notice::{Notice, Ready};
use hotload_python::start::error::StartError;
use hotload_python::targets::Target;

use crate::arguments::TracebackStyle;
use crate::config::Volume;
use crate::render;
use crate::render::death::Next;
use crate::render::error::Look;
use crate::render::{running, starting};
use crate::screen::events::Events;
use crate::screen::key_commands::KeyCommands;
use crate::screen::terminal::Terminal;
use crate::system::keys::{Keyboard, TypedAhead};

/// A run that takes longer than this gets a line that says so.
const LONG_RUN: Duration = Duration::from_secs(2);

/// A save that waits for longer than this gets a line that says so.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// What is on top of a session, shown again whenever the screen was cleared.
#[derive(Default)]
pub(crate) struct Header {
    text: RefCell<String>,
    /// What was preloaded in which time.
    preloads: RefCell<String>,
    /// Whether the screen shows something that the next clearing would take away unread.
    is_unread: Cell<bool>,
}

impl Header {
    /// Clears the screen and shows the header on it.
    pub(crate) fn start_screen(&self, terminal: &Terminal) {
        // What is unread stands behind the header.
        if !self.is_unread.take() && terminal.clear() {
            self.show_again(terminal);
        }
    }

    fn show_again(&self, terminal: &Terminal) {
        let preloads = self.preloads.borrow();
        terminal.write(&format!("{}{preloads}", self.text.borrow()));
    }
}

/// Shows a session.
pub(crate) struct Display {
    pub(crate) terminal: Rc<Terminal>,
    pub(crate) header: Rc<Header>,
    /// Whether the plan clears the screen, so that its clear step shows the header.
    pub(crate) clears: bool,
    pub(crate) events: Events,
    pub(crate) volume: Volume,
    /// Whether another interpreter takes the place of one that has died.
    pub(crate) goes_on: bool,
    /// How errors are shown.
    pub(crate) traceback: TracebackStyle,
    /// Whether the terminal's encoding has more than ASCII.
    pub(crate) unicode: bool,
    pub(crate) targets: Vec<Target>,
    pub(crate) files_watched: usize,
    /// Modules that would get the hint about `__main__`.
    pub(crate) uncalled: Vec<String>,
    pub(crate) long_run_told: bool,
    pub(crate) wait_told: bool,
    pub(crate) stubborn_told: bool,
    pub(crate) stop_told: bool,
    /// The running part of a warm-up.
    pub(crate) warming_up: Option<String>,
    /// Whether the running step was interrupted to end it before its time.
    pub(crate) interrupted: bool,
    /// The hint about `__main__`, until the end of the cycle.
    pub(crate) main_hint: Option<String>,
    /// Whether the interpreter has a plan that a launch script has registered.
    pub(crate) has_plan: bool,
    pub(crate) keyboard: Keyboard,
    pub(crate) commands: KeyCommands,
    pub(crate) typed_ahead_told: bool,
    pub(crate) piles: Piles,
    /// Whether a cycle or a warm-up runs.
    pub(crate) is_running: bool,
    /// Whether a cycle has run.
    pub(crate) has_run: bool,
    /// Whether something is loaded before the targets.
    pub(crate) has_preloads: bool,
}

impl Display {
    /// Says how the session ended.
    pub(crate) fn ended(&mut self, ending: &Ending<StartError>, exit_status: u8) {
        if matches!(ending, Ending::Stopped(_)) && self.terminal.is_screen() {
            // The terminal has shown `^C` on the line that the shell's prompt would come to.
            self.terminal.start_line();
        }
        self.events.stopped(ending, exit_status);
        self.tell_broken_events();
    }

    fn say(&self, text: &str) {
        if self.volume >= Volume::Normal {
            self.terminal.write(text);
        }
    }

    fn ready(&mut self, ready: &Ready) {
        self.events.ready(ready, &self.targets, self.files_watched);
        let header = render::header::header(ready, &self.targets, self.unicode);
        let changed = *self.header.text.borrow() != header;
        if self.volume >= Volume::Normal {
            self.header.text.replace(header);
        }
        self.header.preloads.take();
        self.piles.forget();
        if changed && !(self.clears && ready.restarts == 0 && !self.has_preloads) {
            self.header.show_again(&self.terminal);
        }
        if !ready.left_out.is_empty() && ready.restarts == 0 {
            self.say(&starting::left_out(&ready.left_out));
        }
        if self.volume >= Volume::Verbose {
            self.terminal.write(&starting::started(ready));
        }
    }

    /// Says once that what was typed is left for user code, and that it is not any more.
    fn tell_typed_ahead(&mut self, typed: TypedAhead) {
        let is_held = typed == TypedAhead::Held;
        if is_held && !self.typed_ahead_told || typed == TypedAhead::Discarded {
            self.typed_ahead_told = is_held;
            self.say(&render::keys::typed_ahead(is_held));
        }
    }

    fn preloaded(&mut self, step: &StepReport<Failure>) {
        let line = render::header::preload(step);
        self.say(&line);
        if self.volume >= Volume::Normal {
            self.header.preloads.borrow_mut().push_str(&line);
        }
    }

    fn end_preloads(&self) {
        if self.volume >= Volume::Normal {
            self.terminal.write("\n");
            self.header.preloads.borrow_mut().push('\n');
        }
    }

    /// What follows the death of an interpreter.
    fn next(&self) -> Next<'_> {
        match &self.warming_up {
            _ if !self.goes_on => Next::End,
            Some(preload) => Next::Without(preload),
            None if self.has_run => Next::OnSave,
            None => Next::AtOnce,
        }
    }

    fn reloaded(&mut self, module: &str, source: &[u8]) {
        let Some(place) = self.uncalled.iter().position(|uncalled| uncalled == module) else {
            return;
        };
        if has_main_block(source) {
            self.uncalled.remove(place);
            let target = self.targets.iter().find(|target| target.module == module);
            let name = target.map_or(module, |target| &target.spelled);
            self.main_hint = Some(render::hints::main(name));
        }
    }

    fn look(&self) -> Look {
        Look {
            style: self.traceback,
            columns: self.terminal.columns(),
            unicode: self.unicode,
        }
    }

    fn tell_broken_events(&mut self) {
        if let Some(error) = self.events.take_error() {
            self.terminal
                .write(&render::reported::events_broken(&error));
        }
    }
}

impl Observer<Interpreter> for Display {
    fn may_run(&self) -> bool {
        !self.commands.is_editor_in_front()
    }

    fn key(&mut self, wish: KeyCommand, paused: bool) {
        let answer = self.commands.answer(wish, paused, self.look());
        self.terminal.write(&answer);
        match wish {
            // What is typed from now on may be for it.
            KeyCommand::OpenError if self.commands.is_editor_open() => self.keyboard.end(),
            KeyCommand::EditorEnded if !self.is_running => {
                let typed = self.keyboard.begin(false);
                self.tell_typed_ahead(typed);
            }
            _ => {}
        }
    }

    fn warm_up_started(&mut self) {
        self.is_running = true;
        self.keyboard.end();
    }

    fn cycle_started(&mut self, cycle: u64, changes: &ChangeSet) {
        self.keyboard.end();
        self.has_run = true;
        self.is_running = true;
        self.events.changed(cycle, changes);
        self.wait_told = false;
        if self.volume >= Volume::Verbose {
            self.terminal.write(&render::cycle::changes(changes));
        }
    }

    fn step_started(&mut self, cycle: u64, step: &StepName) {
        self.warming_up = (cycle == 0).then(|| step.text.clone());
        self.stop_told = false;
        self.long_run_told = false;
        self.interrupted = false;
    }

    fn step_runs(&mut self, run: Run) {
        let since = run.since;
        if let (Some(id), false) = (run.stopped, self.stop_told) {
            self.stop_told = true;
            self.say(&running::stopped_run(id));
        }
        if run.save_waits && !self.wait_told && (run.owns_terminal || since >= LONG_WAIT) {
            self.wait_told = true;
            self.say(&running::save_waits(run.owns_terminal));
        }
        if run.owns_terminal {
            // User code waits at a prompt or in a debugger: whoever sits there knows.
            return;
        }
        if since >= LONG_RUN && !self.long_run_told && !self.stop_told && self.terminal.is_screen()
        {
            self.long_run_told = true;
            self.say(&running::long_run());
        }
    }

    fn interrupted_step_runs(&mut self, since: Duration, kill_in: Option<Duration>) {
        if since >= LONG_WAIT && !self.stubborn_told {
            self.stubborn_told = true;
            self.say(&running::stubborn_run(kill_in));
        }
    }

    fn step_cut(&mut self, _cycle: u64, cut: Cut, measure: CutBy) {
        let text = running::step_cut(cut, measure, self.interrupted);
        self.interrupted |= measure == CutBy::Interrupt;
        self.say(&text);
    }

    fn warmed_up(&mut self, report: &Report<Failure>) {
        self.is_running = false;
        self.warming_up = None;
        if report.outcome != CycleOutcome::Ok {
            self.header.is_unread.set(true);
        }
        self.end_preloads();
        // What is typed before the first cycle may be for its `input()`.
        if self.has_run {
            let typed = self.keyboard.begin(false);
            self.tell_typed_ahead(typed);
        }
    }

    fn step_ended(&mut self, cycle: u64, step: &StepReport<Failure>) {
        self.events.step(cycle, step);
        self.commands.step_ended(cycle, step);
        let text = render::step::step(step, self.volume >= Volume::Verbose, self.look());
        // Whoever has interrupted a command knows that.
        let is_told = matches!(
            step.outcome,
            Outcome::Failed(_) | Outcome::Interrupted(Failure::Stopped { .. })
        );
        if is_told {
            self.terminal.write(&text);
        } else {
            self.say(&text);
        }
        if cycle == 0 {
            self.preloaded(step);
        }
        if step.name.kind == StepKind::Launch {
            if self.has_plan && step.outcome.is_bad() {
                self.say(&render::reported::plan_kept());
            }
            self.has_plan |= !step.outcome.is_bad();
        }
    }

    fn cycle_ended(&mut self, report: &Report<Failure>) {
        self.is_running = false;
        // Before anybody can see that it has ended: the next key is for hotload.
        let typed = self.keyboard.begin(report.outcome == CycleOutcome::Ok);
        self.events.cycle(report);
        self.files_watched = report.files_watched;
        let clock = chrono::Local::now().format("%H:%M:%S").to_string();
        self.say(&render::cycle::cycle(
            report,
            &render::header::names(&self.targets),
            &clock,
        ));
        if let Some(hint) = self.main_hint.take() {
            self.say(&hint);
        }
        self.tell_broken_events();
        self.tell_typed_ahead(typed);
    }

    fn notice(&mut self, cycle: u64, notice: Notice) {
        match notice {
            Notice::SlowStart {
                candidate,
                waited,
                limit,
            } => self.say(&starting::slow_start(&candidate, waited, limit)),
            Notice::PassedOver(error) if self.volume >= Volume::Verbose => {
                self.terminal.write(&starting::passed_over(&error));
            }
            Notice::PassedOver(_) => {}
            Notice::Another(candidate) => self.terminal.write(&starting::another(&candidate)),
            Notice::Ready(ready) => self.ready(&ready),
            Notice::Printed(text) => self.terminal.print(&text),
            Notice::Reloaded {
                module,
                file,
                source,
            } => {
                self.events.reloaded(cycle, &module, &file, &source);
                self.reloaded(&module, &source);
            }
            Notice::Error(error) => {
                self.events.error(cycle, &error);
                self.terminal
                    .write(&render::error::error(&error, self.look()));
            }
            Notice::ErrorsDropped(count) => self.say(&render::reported::errors_dropped(count)),
            Notice::Leftovers(counts) => {
                for pile in self.piles.count(cycle, counts) {
                    self.events.pile(cycle, pile);
                    let hook = if self.has_plan {
                        "a `pre_reload_hook`"
                    } else {
                        "a function for `--before`"
                    };
                    self.say(&render::hints::pile(pile, hook));
                }
            }
            Notice::Died { death, state_lost } => {
                self.events.died(cycle, &death);
                self.has_plan = false;
                let text = render::death::death(&death, state_lost, self.next(), self.look());
                self.terminal.write(&text);
            }
            Notice::NewerApi { file, version } => {
                self.say(&render::reported::newer_api(&file, &version))
            }
            Notice::WatchListFailed(failure) => {
                self.terminal
                    .write(&render::step::watch_list_failed(&failure, self.look()));
            }
            Notice::StartFailed { error, pause } => {
                self.terminal.write(&starting::start_failed(&error, pause));
            }
        }
    }
}

/// Whether the source has a block that only a script runs.
fn has_main_block(source: &[u8]) -> bool {
    String::from_utf8_lossy(source).lines().any(|line| {
        let condition = line.strip_prefix("if").map(str::trim_start);
        condition.is_some_and(|condition| {
            let condition = condition.trim_start_matches('(');
            condition.starts_with("__name__") && condition.contains("__main__")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::has_main_block;

    #[test]
    fn a_main_block_is_seen_only_where_it_is_one() {
        let cases = [
            ("x = 1\nif __name__ == '__main__':\n    main()\n", true),
            ("if (__name__ == \"__main__\"):\n", true),
            ("# if __name__ == '__main__'\n", false),
            ("print(__name__)\n", false),
        ];
        for (source, expected) in cases {
            assert_eq!(has_main_block(source.as_bytes()), expected, "{source}");
        }
    }
}
