//! What a launch script registers becomes steps and a watch set.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use hotload_core::running::plan::PlannedStep;
use hotload_core::running::planner::Planner;
use hotload_core::running::process::Processes;
use hotload_core::running::run_command::RunCommand;
use hotload_core::running::step::Step;
use hotload_core::watching::watch_set::{NewFiles, Root, WatchSet};
use hotload_python::interpreter::Interpreter;
use hotload_python::path;
use hotload_python::protocol::registered::{
    LaunchStep, LaunchStepKind, Registered, Watched, WatchedFolder,
};
use hotload_python::steps::launch_script::RegisteredStep;

use crate::config::filter::{PathFilter, Wanted};
use crate::config::ignored::Ignored;
use crate::screen::Screen;
use crate::session::clear::Clear;

/// Plans what a launch script registers.
pub(crate) struct LaunchPlanner {
    pub(crate) current_folder: PathBuf,
    /// What is watched anyway: the script, and what `--watch` names.
    pub(crate) watch_set: WatchSet,
    /// Files that are never watched: hotload's own output.
    pub(crate) excluded: Vec<PathBuf>,
    /// Whether steps may clear the screen.
    pub(crate) may_clear: bool,
    pub(crate) screen: Rc<Screen>,
    pub(crate) processes: Rc<dyn Processes>,
}

impl Planner<Interpreter> for LaunchPlanner {
    fn steps(&self, registered: &Registered) -> Option<Vec<PlannedStep<Interpreter>>> {
        let steps = registered.steps.as_ref()?;
        // A step that follows a script which cannot be read does not run either.
        let plan = |(index, step)| PlannedStep::new(self.step(index, step), Some(0));
        Some(steps.iter().enumerate().map(plan).collect())
    }

    fn watch_set(&self, registered: &Registered) -> Option<(WatchSet, NewFiles)> {
        let (watched, new_files) = registered.watched.as_ref()?;
        Some((self.watch_set_of(watched), *new_files))
    }
}

impl LaunchPlanner {
    fn step(&self, index: usize, step: &LaunchStep) -> Box<dyn Step<Interpreter>> {
        match (step.kind, &step.command) {
            (LaunchStepKind::Clear, _) => Box::new(Clear {
                screen: Rc::clone(&self.screen),
                is_allowed: self.may_clear,
            }),
            (LaunchStepKind::Command, Some(command)) => {
                let processes = Rc::clone(&self.processes);
                Box::new(RunCommand::new(command, &self.current_folder, processes))
            }
            _ => Box::new(RegisteredStep::new(index, step.name.as_str())),
        }
    }

    fn watch_set_of(&self, watched: &Watched) -> WatchSet {
        let mut watch_set = self.watch_set.clone();
        let files = watched.files.iter().map(path::watched);
        watch_set
            .files
            .extend(files.filter(|file| !self.excluded.contains(file)));
        watch_set
            .roots
            .extend(watched.folders.iter().map(|folder| self.root(folder)));
        watch_set
    }

    fn root(&self, watched: &WatchedFolder) -> Root {
        let folder = path::folder_as_given(&path::sent(&watched.folder))
            .unwrap_or_else(|_| watched.folder.clone());
        let left_out = watched.left_out.iter().map(path::watched);
        Root {
            filter: Arc::new(PathFilter {
                root: folder.clone(),
                wanted: Wanted::Listed(watched.ending.clone()),
                ignored: Ignored::default(),
                excluded: self.excluded.iter().cloned().chain(left_out).collect(),
                // A script lists its files itself.
                repository: None,
            }),
            folder,
        }
    }
}
