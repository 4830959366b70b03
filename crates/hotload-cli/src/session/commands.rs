//! A session without targets: each save runs commands, and no interpreter is started.

use std::convert::Infallible;
use std::rc::Rc;
use std::time::Instant;

use hotload_core::running::plan::{Plan, PlannedStep};
use hotload_core::running::planner::Planner;
use hotload_core::running::process::Processes;
use hotload_core::running::run_command::RunCommand;
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

/// The parts of a session without targets.
pub(super) struct CommandsOnly;

impl Kinds for CommandsOnly {
    type Worker = NoInterpreter;
    type Planner = NoPlanner;
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
    let mut plan = Plan {
        fail_fast: running.fail_fast,
        ..Plan::default()
    };
    for step in &running.steps {
        match step {
            StepConfig::Clear => plan.add(clear(screen), None),
            StepConfig::Run(command, folder) => {
                plan.add(RunCommand::new(command, folder, Rc::clone(processes)), None)
            }
            // All others need a target.
            _ => continue,
        };
    }
    plan
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

/// Nothing is registered where no code runs.
pub(super) struct NoPlanner;

impl Planner<NoInterpreter> for NoPlanner {
    fn steps(&self, registered: &Infallible) -> Option<Vec<PlannedStep<NoInterpreter>>> {
        match *registered {}
    }

    fn watch_set(&self, registered: &Infallible) -> Option<(WatchSet, NewFiles)> {
        match *registered {}
    }
}
