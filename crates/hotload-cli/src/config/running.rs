//! What runs on each save, and what interrupts it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hotload_core::running::cut::Busy;
use hotload_python::targets::Target;

use crate::arguments::{BusyPolicy, defaults};
use crate::config::durations;
use crate::config::layers::Layers;
use crate::config::plan::{StepConfig, Targets};
use crate::exit::Exit;

/// What runs on each save.
pub(crate) struct Running {
    /// Where user code runs, and what relative paths start from.
    pub(crate) current_folder: PathBuf,
    pub(crate) targets: Vec<Target>,
    /// Whether the one target is a launch script.
    pub(crate) is_launch: bool,
    pub(crate) arguments: Vec<String>,
    pub(crate) preloads: Vec<Target>,
    pub(crate) steps: Vec<StepConfig>,
    pub(crate) fail_fast: bool,
    pub(crate) once: bool,
    pub(crate) busy: Busy,
    pub(crate) step_limit: Option<Duration>,
    pub(crate) fresh_interpreter: bool,
    pub(crate) exit_on_crash: bool,
}

impl Running {
    pub(super) fn check(layers: &Layers, current_folder: PathBuf) -> Result<Self, Exit> {
        let mut targets = Targets::new(&current_folder);
        let launch = layers.value(|options| options.running.launch.clone());
        let given = layers.given("step", |options| options.running.steps.clone());
        let steps = match (&launch, given) {
            (Some(script), _) => {
                targets.list.push(Target::script(script, &current_folder)?);
                Vec::new()
            }
            (None, Some(given)) => targets.given_plan(layers, &given)?,
            (None, None) => targets.usual_plan(layers)?,
        };
        let preloads = targets.preloads(layers)?;
        let busy = layers.value(|options| options.running.busy);
        let targets = targets.list;
        Ok(Self {
            current_folder,
            targets,
            is_launch: launch.is_some(),
            arguments: layers
                .value(|options| options.arguments.clone())
                .unwrap_or_default(),
            preloads,
            steps,
            fail_fast: layers.is_on(|options| options.running.fail_fast),
            once: layers.is_on(|options| options.running.once),
            busy: match busy.unwrap_or(defaults::BUSY) {
                BusyPolicy::Queue => Busy::Queue,
                BusyPolicy::Interrupt => Busy::Interrupt,
                BusyPolicy::Restart => Busy::Restart,
            },
            step_limit: durations::step_limit(layers)?,
            fresh_interpreter: layers.is_on(|options| options.interpreter.restart),
            exit_on_crash: layers.is_on(|options| options.interpreter.exit_on_crash),
        })
    }

    /// The folder in and above which configuration files and environments are looked for.
    pub(super) fn folder(&self) -> &Path {
        let first = self.targets.first();
        first.map_or(&self.current_folder, |target| &target.folder)
    }

    /// The targets of which no step calls a function.
    pub(crate) fn uncalled_targets(&self) -> Vec<Target> {
        if self.is_launch {
            return Vec::new();
        }
        let is_called = |index: usize| {
            self.steps.iter().any(|step| {
                matches!(step, StepConfig::Call(target, _) | StepConfig::Exec(target, _)
                    if *target == index)
            })
        };
        let uncalled = self
            .targets
            .iter()
            .enumerate()
            .filter(|(index, _)| !is_called(*index));
        uncalled.map(|(_, target)| target.clone()).collect()
    }
}
