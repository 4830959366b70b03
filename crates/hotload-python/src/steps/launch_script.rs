//! A launch script: what it registers, and the steps that read it and run what it registered.

use std::path::PathBuf;
use std::rc::Rc;

use hotload_core::running::plan::{PlannedStep, Started, Step, StepContext};
use hotload_core::watching::change_set::{ChangeKind, ChangeSet};
use hotload_core::watching::watch_set::WatchSet;
use serde::Deserialize;

use crate::interpreter::Interpreter;
use crate::interpreter::settings::text;
use crate::outcome::failure::Failure;
use crate::protocol::message::Request;
use crate::steps;

/// A launch script.
#[derive(Clone)]
pub struct LaunchScript {
    /// As given.
    pub spelled: String,
    /// The file, absolute.
    pub file: PathBuf,
    /// Its `sys.path[0]`.
    pub folder: PathBuf,
    /// What becomes of what it registers.
    pub front: Rc<dyn Front>,
}

/// What a launch script registers is partly done outside of Python.
pub trait Front {
    /// A step that does not run in Python; `None` for one that does.
    fn step(&self, step: &LaunchStep) -> Option<Box<dyn Step<Interpreter>>>;

    /// What is watched for it.
    fn watch_set(&self, watched: &Watched) -> WatchSet;
}

/// A step that a launch script has registered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LaunchStep {
    /// Who runs it.
    pub kind: LaunchStepKind,
    /// What it is called in messages and events.
    pub name: String,
    /// The shell command of a `Command`.
    pub command: Option<String>,
}

/// Who runs a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaunchStepKind {
    /// `ClearTerminal`
    Clear,
    /// `Command`
    Command,
    /// Python.
    Python,
}

/// What a watch list stands for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Watched {
    /// What `listfiles` was called with.
    pub folders: Vec<WatchedFolder>,
    /// Files, absolute.
    pub files: Vec<PathBuf>,
    /// Whether it has to be asked again.
    pub is_live: bool,
}

/// A folder that is watched with everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WatchedFolder {
    /// The folder, absolute.
    pub folder: PathBuf,
    /// How the names of its files end.
    pub ending: String,
    /// Files that are left out.
    pub left_out: Vec<PathBuf>,
}

impl LaunchScript {
    /// The step that reads it: first in its plan.
    #[must_use]
    pub fn reading(&self) -> ReadScript {
        ReadScript {
            name: format!("launch:{}", self.spelled),
            file: self.file.clone(),
            request: Request::Launch {
                file: text(&self.file),
                spelled: self.spelled.clone(),
            },
        }
    }

    /// The steps that it has registered, as they follow the one that reads it.
    pub(crate) fn plan(&self, steps: &[LaunchStep]) -> Vec<PlannedStep<Interpreter>> {
        let planned = steps.iter().enumerate().map(|(place, step)| {
            let other = self.front.step(step);
            let step = other.unwrap_or_else(|| Box::new(RegisteredStep::new(place, step)));
            // What comes before the text that could not be read is not run either.
            PlannedStep::new(step, Some(0))
        });
        planned.collect()
    }
}

/// `launch:FILE`: runs a launch script up to its call of `hotload`.
pub struct ReadScript {
    name: String,
    file: PathBuf,
    request: Request,
}

impl Step<Interpreter> for ReadScript {
    fn name(&self) -> String {
        self.name.clone()
    }

    /// It was edited, or this interpreter has not read it yet.
    fn is_due(&self, worker: &Interpreter, changes: &ChangeSet) -> bool {
        let is_saved = |(path, kind)| path == self.file && kind != ChangeKind::Removed;
        !worker.has_plan() || changes.iter().any(is_saved)
    }

    fn start(&mut self, context: &mut StepContext<'_, Interpreter>) -> Started<Failure> {
        steps::start(&self.request, context)
    }
}

/// A step that runs in Python.
struct RegisteredStep {
    name: String,
    request: Request,
}

impl RegisteredStep {
    fn new(place: usize, step: &LaunchStep) -> Self {
        Self {
            name: step.name.clone(),
            request: Request::Step { place },
        }
    }
}

impl Step<Interpreter> for RegisteredStep {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn start(&mut self, context: &mut StepContext<'_, Interpreter>) -> Started<Failure> {
        steps::start(&self.request, context)
    }
}
