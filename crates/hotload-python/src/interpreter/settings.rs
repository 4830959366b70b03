//! What every interpreter of a session is told before its first step.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::path::{bytes_as_text, text};
use crate::protocol::message::{Request, SetupTarget};
use crate::start::{StandardInput, StartedProgram};
use crate::targets::Target;
use crate::targets::launch_script::LaunchScript;
use crate::targets::reach::Level;
use crate::traceback::territory::Territory;
use crate::transport::Sink;

/// What every interpreter of a session is told.
#[derive(Clone)]
pub struct Settings {
    /// The launch script, instead of targets.
    pub launch: Option<LaunchScript>,
    /// What is reloaded and called.
    pub targets: Vec<Target>,
    /// What a save reloads besides them.
    pub level: Level,
    /// Folders whose modules always run from source.
    pub roots: Vec<PathBuf>,
    /// hotload's current folder, which is also the interpreter's.
    pub current_folder: PathBuf,
    /// `sys.argv[1:]`
    pub arguments: Vec<OsString>,
    /// What user code reads.
    pub standard_input: StandardInput,
    /// A folder that hotload and the interpreter see under one path, where the interpreter is on
    /// another machine or in a container.
    pub shared_folder: Option<PathBuf>,
    /// Where compiled drivers are kept; `None`: nowhere.
    pub code_cache: Option<PathBuf>,
    /// How long a start may take.
    pub start_timeout: Duration,
    /// Whether errors come with what the interpreter itself would print.
    pub native_tracebacks: bool,
    /// Takes what user code prints, where hotload holds its standard output.
    pub output: Sink,
    /// Whose code is whose.
    pub territory: Territory,
}

impl Settings {
    pub(crate) fn is_every_target_found(&self) -> bool {
        self.targets.iter().all(|target| target.location.is_some())
    }
}

/// The request that sets up the driver of an interpreter that was started.
pub(crate) fn setup(settings: &Settings, program: &StartedProgram) -> Request {
    let target_folders = settings.targets.iter().map(|target| &target.folder);
    let script_folder = settings.launch.iter().map(|script| &script.folder);
    let folders: Vec<String> = target_folders
        .chain(script_folder)
        .map(|folder| text(folder))
        .collect();
    let mut roots: Vec<String> = settings.roots.iter().map(|folder| text(folder)).collect();
    roots.extend_from_slice(&folders);
    roots.sort();
    roots.dedup();
    Request::Setup {
        unset: program.unset.clone(),
        roots,
        arguments: settings
            .arguments
            .iter()
            .map(|argument| bytes_as_text(argument))
            .collect(),
        last_words: text(&program.shim.last_words),
        shim_folder: text(program.shim.folder()),
        folders,
        targets: settings.targets.iter().map(setup_target).collect(),
        wants_files: !settings.is_every_target_found(),
        observes: settings.level != Level::Module,
        native: settings.native_tracebacks,
    }
}

fn setup_target(target: &Target) -> SetupTarget {
    let location = target.location.as_ref();
    SetupTarget {
        module: target.module.clone(),
        file: location.map(|location| text(&location.file)),
        package: location.and_then(|location| location.package.as_deref().map(text)),
        folder: text(&target.folder),
    }
}
