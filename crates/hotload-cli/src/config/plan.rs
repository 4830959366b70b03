//! The steps that the targets, or `--step`, ask for.

use std::path::Path;

use hotload_python::targets::Target;

use crate::arguments::Options;
use crate::config::display;
use crate::config::layers::{Given, Layers};
use crate::exit::Exit;

/// One step of the plan. A target is its index in the list of targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StepConfig {
    Clear,
    /// Reloads what the targets depend on.
    Dependents,
    /// Asks who imports whom.
    Graph,
    Reload(usize),
    Before(usize, String),
    Call(usize, String),
    Run(String),
    Exec(usize, String),
}

/// The targets that the steps name, each once.
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

    /// Each `--before`, then each target's reload and call, then `--run`.
    pub(super) fn usual_plan(&mut self, layers: &Layers) -> Result<Vec<StepConfig>, Exit> {
        let given = given_targets(layers);
        let run = layers.value(|options| options.running.run.clone());
        let needs_target = needs_target(layers);
        if given.is_empty() && (run.is_none() || needs_target) {
            return Err(Exit::no_target());
        }
        let mut steps = Vec::new();
        if display::clears(layers) {
            steps.push(StepConfig::Clear);
        }
        let call = layers.value(|options| options.running.call.clone());
        let mut calls = Vec::new();
        let runs_as_main = layers.is_on(|options| options.running.main);
        if runs_as_main && given.len() > 1 {
            return Err(Exit::usage("`--main` takes one target")
                .hint("only one module can be `__main__`; run hotload twice"));
        }
        for text in &given {
            let mut target = Target::parse(text, self.current)?;
            if runs_as_main {
                target = target.into_main(self.current)?;
            }
            let function = target.function.clone().or_else(|| call.clone());
            calls.push((self.index(target)?, function));
        }
        if let Some(function) = layers.value(|options| options.running.before.clone()) {
            let before = |index| StepConfig::Before(index, function.clone());
            steps.extend((0..self.list.len()).map(before));
        }
        for (index, function) in calls {
            // `lib:one lib:two` runs the module once.
            if !steps.contains(&StepConfig::Reload(index)) {
                steps.push(StepConfig::Reload(index));
            }
            steps.extend(function.map(|function| StepConfig::Call(index, function)));
        }
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
            self.index(target)?;
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

    /// A step as it was given; `before` are the steps before it.
    fn step(
        &mut self,
        text: &str,
        option: &str,
        before: &[StepConfig],
    ) -> Result<StepConfig, Exit> {
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        match (kind, rest) {
            ("clear", "") => Ok(StepConfig::Clear),
            (_, "") => Err(unknown_step(text, option)),
            ("reload", target) => {
                let target = Target::parse(target, self.current)?;
                Ok(StepConfig::Reload(self.index(target)?))
            }
            ("call", target) => self.call(text, target, before),
            ("run", command) => Ok(StepConfig::Run(command.into())),
            ("exec", code) => exec(text, code, before),
            _ => Err(unknown_step(text, option)),
        }
    }

    fn call(
        &mut self,
        text: &str,
        target: &str,
        before: &[StepConfig],
    ) -> Result<StepConfig, Exit> {
        let target = Target::parse(target, self.current)?;
        let Some(function) = target.function.clone() else {
            let refusal = Exit::usage(format!("step `{text}` does not name a function"));
            return Err(refusal.hint(format!("for example `{text}:main`")));
        };
        let index = self.index(target)?;
        if !before.contains(&StepConfig::Reload(index)) {
            let refusal = Exit::usage(format!(
                "step `{text}` comes before the reload of its target"
            ));
            return Err(refusal
                .hint("a function can only be called in a module that an earlier step reloads"));
        }
        Ok(StepConfig::Call(index, function))
    }

    /// What is loaded before the targets, in the order given.
    pub(super) fn preloads(&self, layers: &Layers) -> Result<Vec<Target>, Exit> {
        let given = layers.given("preload", |options| options.interpreter.preload.clone());
        let Some(given) = given else {
            return Ok(Vec::new());
        };
        let preload = |text: &String| self.preload(text, &given.name());
        given.value.iter().map(preload).collect()
    }

    fn preload(&self, text: &str, option: &str) -> Result<Target, Exit> {
        let preload = Target::parse(text, self.current)?;
        if let Some(function) = &preload.function {
            let message = format!("`{option} {text}` names a function, `{function}`");
            return Err(Exit::usage(message)
                .hint("a preload is a module or a file; it can call the function itself"));
        }
        let mut targets = self.list.iter();
        match targets.find(|target| target.module == preload.module) {
            Some(target) if target.location != preload.location => {
                Err(both_are_one_module(target, &preload))
            }
            _ => Ok(preload),
        }
    }

    /// The index of a target in the list, to which it is added if need be.
    fn index(&mut self, target: Target) -> Result<usize, Exit> {
        let same_name = |known: &Target| known.module == target.module;
        if let Some(index) = self.list.iter().position(same_name) {
            if self.list[index].location != target.location {
                return Err(both_are_one_module(&self.list[index], &target));
            }
            return Ok(index);
        }
        self.list.push(target);
        Ok(self.list.len() - 1)
    }
}

fn exec(text: &str, code: &str, before: &[StepConfig]) -> Result<StepConfig, Exit> {
    let reloaded = before.iter().rev().find_map(|step| match step {
        StepConfig::Reload(index) => Some(*index),
        _ => None,
    });
    let index = reloaded.ok_or_else(|| {
        Exit::usage(format!("step `{text}` comes before any reload"))
            .hint("`exec` runs in the module that the plan reloaded last")
    })?;
    Ok(StepConfig::Exec(index, code.into()))
}

fn unknown_step(text: &str, option: &str) -> Exit {
    Exit::usage(format!("unknown step `{text}` (from `{option}`)")).hint(
        "the steps are `clear`, `reload:TARGET`, `call:TARGET:FUNCTION`, `run:COMMAND` and \
         `exec:CODE`",
    )
}

/// Whether there is an option that means nothing without a target.
fn needs_target(layers: &Layers) -> bool {
    let is_given = |options: &Options| {
        let running = &options.running;
        let is_given = running.call.is_some()
            || running.before.is_some()
            || running.main.is_some()
            || options.interpreter.preload.is_some();
        is_given.then_some(())
    };
    layers.value(is_given).is_some()
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
    .hint("an interpreter can hold only one module of each name; rename one, or run hotload twice")
}
