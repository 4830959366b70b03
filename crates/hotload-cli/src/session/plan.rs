//! From the steps of a configuration to those of a plan.

use std::rc::Rc;

use hotload_core::running::plan::{Plan, PlannedStep};
use hotload_core::running::process::Processes;
use hotload_core::running::run_command::RunCommand;
use hotload_core::running::step::Step;
use hotload_python::interpreter::Interpreter;
use hotload_python::steps::PythonStep;
use hotload_python::steps::dependents::ReloadDependents;

use crate::config::{Running, StepConfig};
use crate::screen::Screen;
use crate::session::clear::Clear;

/// The plan of a session without a launch script.
pub(super) fn plan(
    running: &Running,
    screen: &Rc<Screen>,
    processes: &Rc<dyn Processes>,
) -> Plan<Interpreter> {
    let mut plan = Plan {
        fail_fast: running.fail_fast,
        steps: steps(running, screen, processes),
        ..Plan::default()
    };
    for preload in &running.preloads {
        plan.add_warm_up(PythonStep::preload(preload));
    }
    plan
}

/// The steps that each save runs.
pub(super) fn steps(
    running: &Running,
    screen: &Rc<Screen>,
    processes: &Rc<dyn Processes>,
) -> Vec<PlannedStep<Interpreter>> {
    let planned = |(index, config): (usize, &StepConfig)| {
        let needs = reload_needed(&running.steps[..index], config);
        PlannedStep::new(step(config, running, screen, processes), needs)
    };
    running.steps.iter().enumerate().map(planned).collect()
}

fn step(
    config: &StepConfig,
    running: &Running,
    screen: &Rc<Screen>,
    processes: &Rc<dyn Processes>,
) -> Box<dyn Step<Interpreter>> {
    let target = |index: &usize| &running.targets[*index];
    match config {
        StepConfig::Clear => Box::new(clear(screen)),
        StepConfig::Dependents => Box::new(dependents(running)),
        StepConfig::Graph => Box::new(PythonStep::graph()),
        StepConfig::Reload(index) => Box::new(PythonStep::reload(target(index))),
        StepConfig::Before(index, function) | StepConfig::Call(index, function) => {
            Box::new(PythonStep::call(target(index), function))
        }
        StepConfig::Exec(index, code) => Box::new(PythonStep::exec(target(index), code)),
        StepConfig::Run(command, folder) => {
            Box::new(RunCommand::new(command, folder, Rc::clone(processes)))
        }
    }
}

/// The step before the first reload. It gets the modules in the order of their reloads.
fn dependents(running: &Running) -> ReloadDependents {
    let reloaded = running.steps.iter().filter_map(|step| match step {
        StepConfig::Reload(index) => Some(running.targets[*index].module.clone()),
        _ => None,
    });
    ReloadDependents::new(running.reach.clone(), reloaded.collect())
}

pub(super) fn clear(screen: &Rc<Screen>) -> Clear {
    Clear {
        screen: Rc::clone(screen),
        is_allowed: true,
    }
}

/// The reload without which a call would run old code: the last one of its target before it.
fn reload_needed(before: &[StepConfig], step: &StepConfig) -> Option<usize> {
    let (StepConfig::Call(target, _) | StepConfig::Exec(target, _)) = step else {
        return None;
    };
    before
        .iter()
        .rposition(|earlier| *earlier == StepConfig::Reload(*target))
}
