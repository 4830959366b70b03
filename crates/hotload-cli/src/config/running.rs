//! What runs on each save, and what interrupts it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hotload_core::running::cut::Busy;
use hotload_python::targets::reach::{Level, Reach};
use hotload_python::targets::{Target, is_dotted_name};

use crate::arguments::{BusyPolicy, ReloadLevel, defaults};
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
    pub(crate) arguments: Vec<OsString>,
    pub(crate) preloads: Vec<Target>,
    pub(crate) steps: Vec<StepConfig>,
    /// What is reloaded besides the targets.
    pub(crate) reach: Reach,
    pub(crate) fail_fast: bool,
    pub(crate) once: bool,
    /// Whether the first run waits for a save.
    pub(crate) postpone: bool,
    pub(crate) busy: Busy,
    pub(crate) step_limit: Option<Duration>,
    pub(crate) fresh_interpreter: bool,
    pub(crate) exit_on_crash: bool,
}

impl Running {
    pub(super) fn check(layers: &Layers, current_folder: PathBuf) -> Result<Self, Exit> {
        let mut targets = Targets::new(&current_folder);
        let launch = layers.given("launch", |options| options.running.launch.clone());
        let given = layers.given("step", |options| options.running.steps.clone());
        let mut steps = match (&launch, given) {
            (Some(script), _) => {
                let target = Target::script(&script.value, &current_folder);
                targets
                    .list
                    .push(target.map_err(|error| script.blamed(error))?);
                Vec::new()
            }
            (None, Some(given)) => targets.given_plan(layers, &given)?,
            (None, None) => targets.usual_plan(layers)?,
        };
        let reach = reach(layers, launch.is_some())?;
        if reach.needs_a_step() {
            reload_dependents(&mut steps);
        }
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
            reach,
            fail_fast: layers.is_on(|options| options.running.fail_fast),
            once: layers.is_on(|options| options.running.once),
            postpone: layers.is_on(|options| options.running.postpone),
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

    /// Has the targets only be loaded, once, to find out who imports whom. Returns their modules.
    pub(crate) fn graph_only(&mut self) -> Vec<String> {
        let indices = 0..self.targets.len();
        self.steps = indices.map(StepConfig::Reload).collect();
        self.steps.push(StepConfig::Graph);
        self.reach.level = Level::Dependents;
        self.fail_fast = true;
        self.once = true;
        let modules = self.targets.iter().map(|target| target.module.clone());
        modules.collect()
    }

    /// Whether anything runs in an interpreter.
    pub(crate) fn needs_interpreter(&self) -> bool {
        !self.targets.is_empty() || !self.preloads.is_empty()
    }

    /// What runs on each save: the targets as they were given, or the commands if there are no targets.
    pub(crate) fn names(&self) -> Vec<String> {
        if !self.targets.is_empty() {
            let targets = self.targets.iter();
            return targets.map(|target| target.spelled.clone()).collect();
        }
        let commands = self.steps.iter().filter_map(|step| match step {
            StepConfig::Run(command, _) => Some(command.clone()),
            _ => None,
        });
        commands.collect()
    }

    /// The folder in and above which configuration files and environments are looked for.
    pub(super) fn folder(&self) -> &Path {
        let first = self.targets.first();
        first.map_or(&self.current_folder, |target| &target.folder)
    }

    /// The targets that run as modules and of which no step calls a function.
    pub(crate) fn uncalled_targets(&self) -> Vec<Target> {
        if self.is_launch
            || self
                .targets
                .iter()
                .any(|target| target.module == "__main__")
        {
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

/// Reloads what the targets depend on before the first of them.
fn reload_dependents(steps: &mut Vec<StepConfig>) {
    let is_reload = |step: &StepConfig| matches!(step, StepConfig::Reload(_));
    if let Some(first) = steps.iter().position(is_reload) {
        steps.insert(first, StepConfig::Dependents);
    }
}

fn reach(layers: &Layers, is_launch: bool) -> Result<Reach, Exit> {
    let keep = layers.given("keep", |options| options.running.keep.clone());
    if let Some(keep) = &keep
        && let Some(name) = keep.value.iter().find(|name| !is_dotted_name(name))
    {
        let refusal = Exit::usage(format!("{} is not the name of a module", keep.with(name)));
        return Err(refusal.hint("a module's name has dots in place of slashes, as in `pkg.mod`"));
    }
    Ok(Reach {
        level: if is_launch {
            Level::Module
        } else {
            level(layers)
        },
        keep: keep.map(|keep| keep.value).unwrap_or_default(),
        fresh: layers.is_on(|options| options.running.fresh),
        only_affected: layers.is_on(|options| options.running.reload_only_affected),
    })
}

fn level(layers: &Layers) -> Level {
    let given = layers.value(|options| {
        let recursive = options.running.recursive.filter(|is_on| *is_on);
        options
            .running
            .reload
            .or(recursive.map(|_| ReloadLevel::Changed))
    });
    match given.unwrap_or(defaults::RELOAD) {
        ReloadLevel::Module => Level::Module,
        ReloadLevel::Changed => Level::Changed,
        ReloadLevel::Dependents => Level::Dependents,
        ReloadLevel::Patch => Level::Patch,
    }
}
