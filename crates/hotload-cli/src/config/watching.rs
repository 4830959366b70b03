//! What is watched, and how often.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};
use std::time::Duration;

use hotload_core::watching::watch_set::{Root, WatchSet};
use hotload_python::start::StandardInput;

use crate::arguments::defaults;
use crate::config::durations;
use crate::config::layers::{Given, Layers};
use crate::config::running::Running;
use crate::config::warning::Warning;
use crate::config::watch_set::Rules;
use crate::exit::Exit;

/// What is watched.
pub(crate) struct Watching {
    pub(crate) watch_set: WatchSet,
    /// The folders of the targets: what is loaded from below them is watched in any case.
    pub(crate) loaded_below: Vec<Root>,
    /// Files that are never watched: hotload's own output.
    pub(crate) excluded: Vec<PathBuf>,
    pub(crate) poll_interval: Duration,
    /// Whether the operating system is to report changes.
    pub(crate) notify: bool,
    /// What user code reads as standard input, which `--watch -` uses up.
    pub(crate) standard_input: StandardInput,
}

/// The paths to watch.
pub(super) struct WatchedPaths {
    /// As they were given.
    pub(super) list: Vec<PathBuf>,
    standard_input: StandardInput,
    given: Option<Given<Vec<PathBuf>>>,
}

impl Watching {
    pub(super) fn check(
        layers: &Layers,
        paths: WatchedPaths,
        running: &Running,
        excluded: Vec<PathBuf>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Exit> {
        let rules = Rules::new(layers, excluded.clone(), &running.current_folder)?;
        let mut watch_set = WatchSet::default();
        for path in &paths.list {
            if !rules.add(path, &running.current_folder, &mut watch_set)? {
                return Err(paths.nothing_at(path));
            }
        }
        let useless = rules.without_effect(&watch_set);
        warnings.extend(useless.map(|pattern| Warning::IgnoresNothing(pattern.into())));
        if running.is_launch {
            let scripts = running.targets.iter();
            let scripts = scripts.filter_map(|target| target.location.as_ref());
            let files = scripts.map(|location| location.file.clone());
            watch_set.files.extend(files);
        }
        let notify = layers.value(|options| options.watching.notify());
        let folders = running.targets.iter().map(|target| &target.folder);
        let loaded_below = folders.map(|folder| rules.whole_folder(folder)).collect();
        Ok(Self {
            watch_set,
            loaded_below,
            excluded,
            poll_interval: durations::poll_interval(layers)?,
            notify: notify.unwrap_or(true) && (!running.once || running.postpone),
            standard_input: paths.standard_input,
        })
    }
}

impl WatchedPaths {
    /// With a launch script there is no default: the script says what is watched.
    pub(super) fn check(layers: &Layers, is_launch: bool) -> Result<Self, Exit> {
        let given = layers.given("watch", |options| options.watching.watch.clone());
        let mut list = Vec::new();
        let mut standard_input = StandardInput::Inherited;
        for path in given.iter().flat_map(|given| &given.value) {
            if path.as_os_str() != "-" {
                list.push(path.clone());
            } else if standard_input == StandardInput::Inherited {
                list.extend(read_list()?);
                standard_input = StandardInput::Terminal;
            }
        }
        if given.is_none() && !is_launch {
            list.push(default(layers));
        }
        Ok(Self {
            list,
            standard_input,
            given,
        })
    }

    fn nothing_at(&self, path: &Path) -> Exit {
        let from = self.given.as_ref();
        let from = from.map_or_else(String::new, |given| format!(" (from {})", given.name()));
        Exit::usage(format!("nothing to watch at `{}`{from}", path.display()))
            .hint("name an existing file or folder, or a glob; targets are watched in any case")
    }
}

/// The folder that targets start from: the current one, or that of a file that names the targets.
fn default(layers: &Layers) -> PathBuf {
    let targets = layers.given("targets", |options| options.targets.clone());
    let targets = targets.map(|targets| targets.map(|_| ()));
    let steps = layers.given("step", |options| options.running.steps.clone());
    let given = targets.or(steps.map(|steps| steps.map(|_| ())));
    let current = Path::new(defaults::WATCH);
    let folder = given.map(|given| given.folder(current).to_owned());
    folder.unwrap_or_else(|| current.into())
}

/// Reads the list for `--watch -`: one path per line.
fn read_list() -> Result<Vec<PathBuf>, Exit> {
    let lines: io::Result<Vec<Vec<u8>>> = io::stdin().lock().split(b'\n').collect();
    let lines = lines
        .map_err(|error| Exit::usage_because("cannot read the list for `--watch -`", error))?;
    let paths: Vec<PathBuf> = lines
        .iter()
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
        .map(path_of)
        .collect();
    if paths.is_empty() {
        return Err(
            Exit::usage("the list that `--watch -` read from standard input is empty").hint(
                "pipe one path per line into it, as in `find . -name '*.py' | hotload --watch - lib`",
            ),
        );
    }
    Ok(paths)
}

#[cfg(unix)]
fn path_of(line: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(line))
}

#[cfg(not(unix))]
fn path_of(line: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(line).into_owned())
}
