//! A session without targets: each save runs commands, and no interpreter is started.

use std::convert::Infallible;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use hotload_core::running::plan::{Plan, PlannedStep};
use hotload_core::running::planner::{Planner, Reread};
use hotload_core::running::process::Processes;
use hotload_core::running::run_command::RunCommand;
use hotload_core::running::step::Step;
use hotload_core::running::worker::{News, Worker};
use hotload_core::session::clock::SystemClock;
use hotload_core::session::parts::Kinds;
use hotload_core::watching::file_system::DiskFileSystem;
use hotload_core::watching::watch_set::{NewFiles, WatchSet};
use hotload_python::outcome::failure::Failure;
use hotload_python::outcome::notice::Notice;
use hotload_python::start::error::StartError;

use crate::config::{Running, StepConfig};
use crate::screen::Screen;
use crate::screen::display::Display;
use crate::session::plan::clear;
use crate::session::reread::Rereader;

/// The parts of a session without targets.
pub(super) struct CommandsOnly;

impl Kinds for CommandsOnly {
    type Worker = NoInterpreter;
    type Planner = CommandsPlanner;
    type FileSystem = DiskFileSystem;
    type Clock = SystemClock;
    type Observer = Display;
}

/// The plan: commands, and what clears the screen.
pub(super) fn plan(
    running: &Running,
    screen: &Rc<Screen>,
    processes: &Rc<dyn Processes>,
) -> Plan<NoInterpreter> {
    Plan {
        fail_fast: running.fail_fast,
        steps: steps(running, screen, processes),
        ..Plan::default()
    }
}

/// The steps that each save runs.
pub(super) fn steps(
    running: &Running,
    screen: &Rc<Screen>,
    processes: &Rc<dyn Processes>,
) -> Vec<PlannedStep<NoInterpreter>> {
    let step = |config: &StepConfig| -> Option<Box<dyn Step<NoInterpreter>>> {
        match config {
            StepConfig::Clear => Some(Box::new(clear(screen))),
            StepConfig::Run(command, folder) => {
                let run = RunCommand::new(command, folder, Rc::clone(processes));
                Some(Box::new(run))
            }
            // All others need a target.
            _ => None,
        }
    };
    let steps = running.steps.iter().filter_map(step);
    steps.map(|step| PlannedStep::new(step, None)).collect()
}

/// Stands where the interpreter of other sessions is. It is always ready, because no step needs it.
#[derive(Default)]
pub(super) struct NoInterpreter {
    is_gone: bool,
}

impl Worker for NoInterpreter {
    type Failure = Failure;
    type Event = Infallible;
    type Notice = Notice;
    type Registered = Infallible;
    type Error = StartError;

    fn is_ready(&self) -> bool {
        true
    }

    fn receive(&mut self, event: Infallible) -> Vec<News<Self>> {
        match event {}
    }

    fn tick(&mut self, _now: Instant) -> Vec<News<Self>> {
        Vec::new()
    }

    fn wakes_at(&self) -> Option<Instant> {
        None
    }

    fn owns_terminal(&self) -> bool {
        false
    }

    fn interrupt(&mut self) -> bool {
        false
    }

    fn restart(&mut self) {}

    fn do_not_replace(&mut self) {}

    fn quit(&mut self) {
        self.is_gone = true;
    }

    fn kill(&mut self) {
        self.is_gone = true;
    }

    fn is_gone(&self) -> bool {
        self.is_gone
    }
}

/// Nothing is registered where no code runs; settings are read again all the same.
pub(super) struct CommandsPlanner {
    pub(super) rereader: Rereader<NoInterpreter>,
}

impl Planner<NoInterpreter> for CommandsPlanner {
    fn steps(&self, registered: &Infallible) -> Option<Vec<PlannedStep<NoInterpreter>>> {
        match *registered {}
    }

    fn watch_set(&self, registered: &Infallible) -> Option<(WatchSet, NewFiles)> {
        match *registered {}
    }

    fn reads(&self, file: &Path) -> bool {
        self.rereader.reads(file)
    }

    fn reread(&mut self) -> Option<Reread<NoInterpreter>> {
        self.rereader.reread()
    }
}
