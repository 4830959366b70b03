//! What every interpreter of a session is told before its first step.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::driver::source_cache;
use crate::outcome::guest::{GuestLoop, GuestOutput, GuestRow};
use crate::path::{bytes_as_text, text};
use crate::protocol::message::{Request, SetupTarget};
use crate::start::{StandardInput, StartedProgram};
use crate::targets::Target;
use crate::targets::launch_script::LaunchScript;
use crate::targets::reach::Level;
use crate::traceback::territory::Territory;
use crate::transport::Sink;
use crate::transport::hello::Hello;

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
    /// Where compiled code is kept, of the driver and of large projects; `None`: nowhere.
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

/// What is special about a session that programs join which are already running.
#[derive(Debug, Clone)]
pub struct GuestSettings {
    /// Where the file may be that a program runs to join, the preferred place first.
    pub files: Vec<PathBuf>,
    /// Which loop is to call the driver; `None`: the first that the host has.
    pub wanted_loop: Option<GuestLoop>,
    /// Where output goes.
    pub output: GuestOutput,
    /// How programs call hotload that it does not know, the preferred row first.
    pub rows: Vec<GuestRow>,
}

/// The request that sets up the driver of a guest.
pub(crate) fn join(settings: &Settings, guest: &GuestSettings) -> Request {
    let folders = folders(settings);
    let roots = roots(settings, &folders);
    Request::Join {
        roots,
        arguments: arguments(settings),
        folders,
        targets: settings.targets.iter().map(setup_target).collect(),
        observes: settings.level != Level::Module,
        native: settings.native_tracebacks,
        wanted_loop: guest.wanted_loop,
        output: guest.output,
        rows: guest.rows.clone(),
    }
}

/// The request that sets up the driver of an interpreter that was started and has said this hello.
pub(crate) fn setup(settings: &Settings, program: &StartedProgram, hello: &Hello) -> Request {
    let folders = folders(settings);
    let roots = roots(settings, &folders);
    // Elsewhere the interpreter may not see the folder.
    let cache = settings.code_cache.as_ref();
    let cache = cache.filter(|_| settings.shared_folder.is_none());
    let store = cache.and_then(|folder| source_cache::file(folder, hello, &roots));
    Request::Setup {
        unset: program.unset.clone(),
        store: store.map(|file| text(&file)),
        roots,
        arguments: arguments(settings),
        last_words: text(&program.shim.last_words),
        shim_folder: text(program.shim.folder()),
        folders,
        targets: settings.targets.iter().map(setup_target).collect(),
        wants_files: !settings.is_every_target_found(),
        observes: settings.level != Level::Module,
        native: settings.native_tracebacks,
    }
}

fn arguments(settings: &Settings) -> Vec<String> {
    let arguments = settings.arguments.iter();
    arguments.map(|argument| bytes_as_text(argument)).collect()
}

/// The folders of the targets.
fn folders(settings: &Settings) -> Vec<String> {
    let target_folders = settings.targets.iter().map(|target| &target.folder);
    let script_folder = settings.launch.iter().map(|script| &script.folder);
    let folders = target_folders.chain(script_folder);
    folders.map(|folder| text(folder)).collect()
}

/// The folders whose modules run from source.
fn roots(settings: &Settings, folders: &[String]) -> Vec<String> {
    let mut roots: Vec<String> = settings.roots.iter().map(|folder| text(folder)).collect();
    roots.extend_from_slice(folders);
    roots.sort();
    roots.dedup();
    roots
}

fn setup_target(target: &Target) -> SetupTarget {
    let location = target.location.as_ref();
    SetupTarget {
        module: target.module.clone(),
        file: location.map(|location| text(&location.file)),
        package: location.and_then(|location| location.package.as_deref().map(text)),
        run_as: target.run_as.clone(),
        folder: text(&target.folder),
    }
}
