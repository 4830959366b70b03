//! The steps that targets, or `--step`, ask for.

use std::path::Path;

use hotload_python::targets::Target;

use crate::config::display;
use crate::config::layers::{Given, Layers};
use crate::exit::Exit;

/// One step of the plan; targets by their place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StepConfig {
    Clear,
    Reload(usize),
    Before(usize, String),
    Call(usize, String),
    Run(String),
    Exec(usize, String),
}

/// The targets as the steps name them, each once.
pub(super) struct Targets<'c> {
    current: &'c Path,
    pub(super) list: Vec<Target>,
}

impl<'c> Targets<'c> {
    pub(super) fn new(current: &'c Path) -> Self {
        Self {
            current,
            list: Vec::new(),
        }
    }

    /// All `--before`, each target's reload and call, then `--run`.
    pub(super) fn usual_plan(&mut self, layers: &Layers) -> Result<Vec<StepConfig>, Exit> {
        let given = given_targets(layers);
        if given.is_empty() {
            return Err(Exit::usage("no target").hint(
                "name a module or file to reload, as in `hotload lib` or `hotload src/lib.py:main`",
            ));
        }
        let mut steps = Vec::new();
        if display::clears(layers) {
            steps.push(StepConfig::Clear);
        }
        let call = layers.value(|options| options.running.call.clone());
        let mut places = Vec::new();
        for text in &given {
            let target = Target::parse(text, self.current)?;
            let function = target.function.clone().or_else(|| call.clone());
            places.push((self.place(target)?, function));
        }
        if let Some(function) = layers.value(|options| options.running.before.clone()) {
            let before = |place| StepConfig::Before(place, function.clone());
            steps.extend((0..self.list.len()).map(before));
        }
        for (place, function) in places {
            // `lib:one lib:two` runs the module once.
            if !steps.contains(&StepConfig::Reload(place)) {
                steps.push(StepConfig::Reload(place));
            }
            steps.extend(function.map(|function| StepConfig::Call(place, function)));
        }
        let run = layers.value(|options| options.running.run.clone());
        steps.extend(run.into_iter().flatten().map(StepConfig::Run));
        Ok(steps)
    }

    /// The steps that were given, in their order.
    pub(super) fn given_plan(
        &mut self,
        layers: &Layers,
        given: &Given<Vec<String>>,
    ) -> Result<Vec<StepConfig>, Exit> {
        for text in given_targets(layers) {
            let target = Target::parse(&text, self.current)?;
            self.place(target)?;
        }
        let may_clear = display::may_clear(layers);
        let mut steps = Vec::new();
        for text in &given.value {
            let step = self.step(text, &given.name(), &steps)?;
            let is_unwanted = step == StepConfig::Clear && !may_clear;
            steps.extend((!is_unwanted).then_some(step));
        }
        Ok(steps)
    }

    fn step(
        &mut self,
        text: &str,
        option: &str,
        before: &[StepConfig],
    ) -> Result<StepConfig, Exit> {
        let unknown = || {
            Exit::usage(format!("unknown step `{text}` (from `{option}`)")).hint(
                "the steps are `clear`, `reload:TARGET`, `call:TARGET:FUNCTION`, `run:COMMAND` \
                 and `exec:CODE`",
            )
        };
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        match kind {
            "clear" if rest.is_empty() => Ok(StepConfig::Clear),
            "reload" if !rest.is_empty() => {
                let target = Target::parse(rest, self.current)?;
                Ok(StepConfig::Reload(self.place(target)?))
            }
            "call" if !rest.is_empty() => {
                let target = Target::parse(rest, self.current)?;
                let function = target.function.clone().ok_or_else(|| {
                    Exit::usage(format!("step `{text}` names no function"))
                        .hint("as in `call:lib:main`")
                })?;
                let place = self.place(target)?;
                if !before.contains(&StepConfig::Reload(place)) {
                    return Err(Exit::usage(format!(
                        "step `{text}` comes before any reload of it"
                    ))
                    .hint("a function is called in a module that an earlier step has reloaded"));
                }
                Ok(StepConfig::Call(place, function))
            }
            "run" if !rest.is_empty() => Ok(StepConfig::Run(rest.into())),
            "exec" if !rest.is_empty() => {
                let reloaded = before.iter().rev().find_map(|step| match step {
                    StepConfig::Reload(place) => Some(*place),
                    _ => None,
                });
                let place = reloaded.ok_or_else(|| {
                    Exit::usage(format!("step `{text}` comes before any reload"))
                        .hint("`exec` runs in the module that the plan reloaded last")
                })?;
                Ok(StepConfig::Exec(place, rest.into()))
            }
            _ => Err(unknown()),
        }
    }

    /// What is loaded before the targets, as it was given.
    pub(super) fn preloads(&self, layers: &Layers) -> Result<Vec<Target>, Exit> {
        let given = layers.given("preload", |options| options.interpreter.preload.clone());
        let Some(given) = given else {
            return Ok(Vec::new());
        };
        let preload = |text: &String| {
            let preload = Target::parse(text, self.current)?;
            if let Some(function) = &preload.function {
                return Err(Exit::usage(format!(
                    "`{} {text}` names a function, `{function}`",
                    given.name()
                ))
                .hint("a preload is a module or a file; it can call the function itself"));
            }
            match self
                .list
                .iter()
                .find(|target| target.module == preload.module)
            {
                Some(target) if target.location != preload.location => {
                    Err(both_are_one_module(target, &preload))
                }
                _ => Ok(preload),
            }
        };
        given.value.iter().map(preload).collect()
    }

    fn place(&mut self, target: Target) -> Result<usize, Exit> {
        let same_name = |known: &Target| known.module == target.module;
        if let Some(place) = self.list.iter().position(same_name) {
            if self.list[place].location != target.location {
                return Err(both_are_one_module(&self.list[place], &target));
            }
            return Ok(place);
        }
        self.list.push(target);
        Ok(self.list.len() - 1)
    }
}

fn given_targets(layers: &Layers) -> Vec<String> {
    let given = layers.value(|options| options.targets.clone());
    given.unwrap_or_default()
}

fn both_are_one_module(one: &Target, other: &Target) -> Exit {
    Exit::usage(format!(
        "targets `{}` and `{}` are both module `{}`",
        one.spelled, other.spelled, other.module
    ))
    .hint("one interpreter holds one module of a name; rename one, or start two")
}
