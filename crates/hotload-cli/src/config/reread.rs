//! What a session takes over when a configuration file is saved while it runs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hotload_core::running::cut::Busy;
use hotload_core::watching::watch_set::WatchSet;
use hotload_python::start::StandardInput;

use crate::arguments::TracebackStyle;
use crate::arguments::setting::settings;
use crate::config::layers::Layers;
use crate::config::running::Running;
use crate::config::warning::Warning;
use crate::config::watching::{WatchedPaths, Watching};
use crate::config::{appearance, durations, files};
use crate::exit::Exit;
use crate::screen::appearance::Appearance;

/// Settings that a running session can change.
const AT_ONCE: [&str; 23] = [
    "alert",
    "busy",
    "before",
    "call",
    "clear",
    "ext",
    "fail-fast",
    "hyperlinks",
    "ignore",
    "marks",
    "no-clear",
    "no-gitignore",
    "on-fail",
    "on-ok",
    "poll",
    "quiet",
    "run",
    "step",
    "targets",
    "timeout",
    "traceback",
    "verbose",
    "watch",
];

/// Those of them that make the plan.
const OF_THE_PLAN: [&str; 7] = [
    "before", "call", "clear", "no-clear", "run", "step", "targets",
];

/// Settings that the interpreter knows, and that the plan has to agree with.
const OF_THE_REACH: [&str; 4] = ["fresh", "keep", "reload", "reload-only-affected"];

/// The sources of a session's settings, and what it has taken from them.
#[derive(Clone)]
pub(crate) struct Configuration {
    layers: Layers,
    current_folder: PathBuf,
    /// Files that are never watched: hotload's own output.
    excluded: Vec<PathBuf>,
    standard_input: StandardInput,
    modules: Vec<(String, Option<PathBuf>)>,
    /// How errors are shown now.
    traceback: TracebackStyle,
    /// Files that are read as soon as they exist.
    possible: Vec<PathBuf>,
    /// What is watched for other reasons.
    watch_set: WatchSet,
}

/// What has changed, and can be used.
pub(crate) struct Changed {
    /// `None` if the steps stay as they are.
    pub(crate) running: Option<Running>,
    /// `None` if what is watched stays as it is.
    pub(crate) watch_set: Option<WatchSet>,
    pub(crate) appearance: Appearance,
    pub(crate) fail_fast: bool,
    pub(crate) poll_interval: Duration,
    pub(crate) busy: Busy,
    pub(crate) step_limit: Option<Duration>,
    /// Whether anything changes in this session.
    pub(crate) is_any_at_once: bool,
    /// Settings that hold only in the next session.
    pub(crate) later: Vec<&'static str>,
}

impl Configuration {
    pub(crate) fn new(layers: Layers, running: &Running, watching: &Watching) -> Self {
        Self {
            possible: possible(&layers, running),
            traceback: appearance::traceback(&layers),
            watch_set: watching.watch_set.clone(),
            layers,
            current_folder: running.current_folder.clone(),
            excluded: watching.excluded.clone(),
            standard_input: watching.standard_input,
            modules: modules(running),
        }
    }

    /// Whether a file is one that was read, or that is read now that it exists.
    pub(crate) fn reads(&self, file: &Path) -> bool {
        let mut files = self.layers.files().unwrap_or_default().iter();
        if files.any(|read| read.path == file) {
            return true;
        }
        // A `pyproject.toml` without a word for hotload may be what user code is about.
        self.possible.iter().any(|path| path == file)
            && !(files::is_others(file) && self.watch_set.wants_file(file))
    }

    /// Reads the files again. `None` if no setting has changed.
    pub(crate) fn reread(&mut self, warnings: &mut Vec<Warning>) -> Result<Option<Changed>, Exit> {
        let mut layers = self.layers.of_this_start();
        layers.read_environment()?;
        layers.read_files(&self.current_folder, warnings)?;
        let mut changed = differences(&self.layers, &layers);
        if changed.is_empty() {
            return Ok(None);
        }
        let running = Running::check(&layers, self.current_folder.clone())?;
        // The list on standard input has been read.
        let keeps_watching = self.standard_input == StandardInput::Terminal || running.is_launch;
        let watching = if keeps_watching {
            None
        } else {
            let paths = WatchedPaths::check(&layers, running.is_launch)?;
            let excluded = self.excluded.clone();
            Some(Watching::check(
                &layers, paths, &running, excluded, warnings,
            )?)
        };
        let poll_interval = durations::poll_interval(&layers)?;
        let mut appearance = appearance::check(&layers, &self.current_folder)?;
        let keeps_traceback = is_native(appearance.traceback) != is_native(self.traceback);
        if keeps_traceback {
            appearance.traceback = self.traceback;
        }
        let is_reach_new = changed.iter().any(|name| OF_THE_REACH.contains(name));
        let has_new_plan = modules(&running) == self.modules && !running.is_launch && !is_reach_new;
        let all = changed.len();
        changed.retain(|name| {
            !AT_ONCE.contains(name)
                || (OF_THE_PLAN.contains(name) && !has_new_plan)
                || (*name == "traceback" && keeps_traceback)
        });
        self.layers = layers;
        self.traceback = appearance.traceback;
        Ok(Some(Changed {
            watch_set: watching.map(|watching| with_targets(watching.watch_set, &running)),
            appearance,
            fail_fast: running.fail_fast,
            poll_interval,
            busy: running.busy,
            step_limit: running.step_limit,
            running: has_new_plan.then_some(running),
            is_any_at_once: changed.len() < all,
            later: changed,
        }))
    }

    /// The files that were read, and those that are read as soon as they exist.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let read = self.layers.files().unwrap_or_default().iter();
        let read = read.map(|file| file.path.clone());
        read.chain(self.possible.iter().cloned()).collect()
    }
}

/// The files that would be read if they existed.
fn possible(layers: &Layers, running: &Running) -> Vec<PathBuf> {
    let Some(read) = layers.files() else {
        return Vec::new();
    };
    let is_named = layers.value(|options| options.files.config.clone());
    let folders = [running.current_folder.as_path(), running.folder()];
    let folders = if is_named.is_some() {
        &[]
    } else {
        &folders[..]
    };
    files::possible(folders, read)
}

/// The interpreter knows whether it is to describe errors itself.
fn is_native(style: TracebackStyle) -> bool {
    style == TracebackStyle::Native
}

/// The settings whose values differ.
fn differences(before: &Layers, after: &Layers) -> Vec<&'static str> {
    let names = settings().iter().map(|setting| setting.name());
    let value = |layers: &Layers, name| layers.provided(name).map(|(it, _)| it.values.clone());
    names
        .filter(|name| value(before, name) != value(after, name))
        .collect()
}

fn modules(running: &Running) -> Vec<(String, Option<PathBuf>)> {
    let targets = running.targets.iter();
    targets
        .map(|target| {
            let location = target.location.as_ref();
            (target.module.clone(), location.map(|it| it.file.clone()))
        })
        .collect()
}

/// The targets' own files are watched wherever they are.
fn with_targets(mut watch_set: WatchSet, running: &Running) -> WatchSet {
    let files = modules(running).into_iter().filter_map(|(_, file)| file);
    watch_set.files.extend(files);
    watch_set
}
