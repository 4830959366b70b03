//! What a launch script registers, as far as it is done outside of Python: steps and a watch set.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use globset::GlobSet;
use hotload_core::running::plan::Step;
use hotload_core::running::process::Processes;
use hotload_core::running::run_command::RunCommand;
use hotload_core::watching::watch_set::{Root, WatchSet};
use hotload_python::interpreter::Interpreter;
use hotload_python::steps::launch_script::{
    Front, LaunchStep, LaunchStepKind, Watched, WatchedFolder,
};

use crate::config::filter::{PathFilter, Wanted};
use crate::screen::display::Header;
use crate::screen::terminal::Terminal;
use crate::session::clear::Clear;

/// Carries out what a launch script registers.
pub(crate) struct LaunchFront {
    /// What is watched anyway: the script, and what `--watch` names.
    pub(crate) watch_set: WatchSet,
    /// Files that are never watched: hotload's own output.
    pub(crate) excluded: Vec<PathBuf>,
    /// Whether steps may clear the screen.
    pub(crate) may_clear: bool,
    pub(crate) terminal: Rc<Terminal>,
    pub(crate) header: Rc<Header>,
    pub(crate) processes: Rc<dyn Processes>,
}

impl Front for LaunchFront {
    fn step(&self, step: &LaunchStep) -> Option<Box<dyn Step<Interpreter>>> {
        match (step.kind, &step.command) {
            (LaunchStepKind::Clear, _) => Some(Box::new(Clear {
                terminal: Rc::clone(&self.terminal),
                header: Rc::clone(&self.header),
                is_wanted: self.may_clear,
            })),
            (LaunchStepKind::Command, Some(command)) => {
                let processes = Rc::clone(&self.processes);
                Some(Box::new(RunCommand::new(command, processes)))
            }
            _ => None,
        }
    }

    fn watch_set(&self, watched: &Watched) -> WatchSet {
        let mut watch_set = self.watch_set.clone();
        let files = watched.files.iter().map(|file| resolved(file));
        watch_set
            .files
            .extend(files.filter(|file| !self.excluded.contains(file)));
        watch_set
            .roots
            .extend(watched.folders.iter().map(|folder| self.root(folder)));
        watch_set
    }
}

impl LaunchFront {
    fn root(&self, watched: &WatchedFolder) -> Root {
        let folder =
            dunce::canonicalize(&watched.folder).unwrap_or_else(|_| watched.folder.clone());
        let left_out = watched.left_out.iter().map(|file| resolved(file));
        Root {
            filter: Arc::new(PathFilter {
                root: folder.clone(),
                wanted: Wanted::Listed(watched.ending.clone()),
                ignored: GlobSet::empty(),
                excluded: self.excluded.iter().cloned().chain(left_out).collect(),
            }),
            folder,
        }
    }
}

/// Links in the folder resolved, not in the name: what is watched is the name.
fn resolved(file: &Path) -> PathBuf {
    match (file.parent().map(dunce::canonicalize), file.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => file.to_path_buf(),
    }
}
