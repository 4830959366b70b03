//! The steps that the targets, or `--step`, ask for.

use std::path::{Path, PathBuf};

use hotload_python::targets::Target;

use crate::arguments::Options;
use crate::config::display;
use crate::config::layers::{Given, Layers};
use crate::config::nearby::{self, Candidate};
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
    /// A shell command, and the folder that it runs in.
    Run(String, PathBuf),
    Exec(usize, String),
}

/// At most this many files are listed where a target is missing, so that all fits on a few lines.
const LISTED: usize = 4;

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
        let given = given_targets(layers).filter(|given| !given.value.is_empty());
        let run = layers.given("run", |options| options.running.run.clone());
        if given.is_none() && (run.is_none() || needs_target(layers)) {
            return Err(no_target(self.current));
        }
        let mut steps = Vec::new();
        if display::clears(layers) {
            steps.push(StepConfig::Clear);
        }
        let call = layers.value(|options| options.running.call.clone());
        let mut calls = Vec::new();
        let targets = given.map_or(Ok(Vec::new()), |given| self.parse_each(&given))?;
        let runs_as_main = layers.is_on(|options| options.running.main);
        if runs_as_main && targets.len() > 1 {
            return Err(Exit::usage("`--main` takes one target")
                .hint("only one module can be `__main__`; run hotload twice"));
        }
        for mut target in targets {
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
        if let Some(run) = run {
            let commands = run.value.iter();
            steps.extend(commands.map(|command| self.run(command, &run)));
        }
        Ok(steps)
    }

    /// The steps that were given, in their order.
    pub(super) fn given_plan(
        &mut self,
        layers: &Layers,
        given: &Given<Vec<String>>,
    ) -> Result<Vec<StepConfig>, Exit> {
        if let Some(targets) = given_targets(layers) {
            for target in self.parse_each(&targets)? {
                self.index(target)?;
            }
        }
        let may_clear = display::may_clear(layers);
        let mut steps = Vec::new();
        for text in &given.value {
            let step = self.step(text, given, &steps);
            let step = step.map_err(|error| given.blamed(error))?;
            let is_unwanted = step == StepConfig::Clear && !may_clear;
            steps.extend((!is_unwanted).then_some(step));
        }
        Ok(steps)
    }

    /// A step as it was given; `before` are the steps before it.
    fn step(
        &mut self,
        text: &str,
        given: &Given<Vec<String>>,
        before: &[StepConfig],
    ) -> Result<StepConfig, Exit> {
        let folder = given.folder(self.current);
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        match (kind, rest) {
            ("clear", "") => Ok(StepConfig::Clear),
            (_, "") => Err(unknown_step(text, given)),
            ("reload", target) => {
                let target = Target::parse(target, folder)?;
                Ok(StepConfig::Reload(self.index(target)?))
            }
            ("call", target) => self.call(text, Target::parse(target, folder)?, before),
            ("run", command) => Ok(self.run(command, given)),
            ("exec", code) => exec(text, code, before),
            _ => Err(unknown_step(text, given)),
        }
    }

    fn call(
        &mut self,
        text: &str,
        target: Target,
        before: &[StepConfig],
    ) -> Result<StepConfig, Exit> {
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
        let preload = |text: &String| self.preload(text, &given);
        given.value.iter().map(preload).collect()
    }

    fn preload(&self, text: &str, given: &Given<Vec<String>>) -> Result<Target, Exit> {
        let preload = Target::parse(text, given.folder(self.current));
        let preload = preload.map_err(|error| given.blamed(error))?;
        if let Some(function) = &preload.function {
            let message = format!("{} names a function, `{function}`", given.with(text));
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

    fn parse_each(&self, given: &Given<Vec<String>>) -> Result<Vec<Target>, Exit> {
        let folder = given.folder(self.current);
        let parse =
            |text: &String| Target::parse(text, folder).map_err(|error| given.blamed(error));
        given.value.iter().map(parse).collect()
    }

    /// A command of a file runs where the file is: that is what its paths start from.
    fn run(&self, command: &str, given: &Given<Vec<String>>) -> StepConfig {
        StepConfig::Run(command.into(), given.folder(self.current).into())
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

fn unknown_step(text: &str, given: &Given<Vec<String>>) -> Exit {
    Exit::usage(format!("unknown step `{text}` (from {})", given.name())).hint(
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

fn given_targets(layers: &Layers) -> Option<Given<Vec<String>>> {
    layers.given("targets", |options| options.targets.clone())
}

/// Nothing says what to reload: shows what there is here.
fn no_target(folder: &Path) -> Exit {
    let found = nearby::candidates(folder);
    let refusal = Exit::usage("no target: name a module or a file to reload");
    let Some(first) = found.first() else {
        return refusal.hint(
            "as in `hotload lib` or `hotload src/lib.py:main`; `hotload --help` lists the options",
        );
    };
    let mut list: Vec<String> = found
        .iter()
        .take(LISTED)
        .map(Candidate::arguments)
        .collect();
    if found.len() > LISTED {
        list.push(format!("and {} more", found.len() - LISTED));
    }
    let first = first.arguments();
    refusal.list("Python files here:", list).hint(format!(
        "try `hotload {first}`; `hotload --help` lists the options"
    ))
}

fn both_are_one_module(one: &Target, other: &Target) -> Exit {
    Exit::usage(format!(
        "targets `{}` and `{}` are both module `{}`",
        one.spelled, other.spelled, other.module
    ))
    .hint("an interpreter can hold only one module of each name; rename one, or run hotload twice")
}
