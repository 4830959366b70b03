//! The command line, checked once. Nothing past this point looks at flags or the environment.

mod asked;
pub(crate) mod cache_folder;
pub(crate) mod files;
pub(crate) mod filter;
mod plan;
pub(crate) mod watching;

use std::env;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::Duration;

use hotload_core::running::cut::Busy;
use hotload_core::watching::watch_set::WatchSet;
use hotload_python::discovery::Candidates;
use hotload_python::start::StandardInput;
use hotload_python::targets::Target;

pub(crate) use self::asked::Asked;
pub(crate) use self::plan::StepConfig;
use self::plan::Targets;
use crate::arguments::{Arguments, BusyPolicy, Color, TracebackStyle, Volume};
use crate::config::watching::Watching;
use crate::exit::Exit;
use crate::screen::editor::Editor;
use crate::screen::event_file::{EventFile, EventPath};
use crate::screen::terminal;

/// A session as it was asked for.
pub(crate) struct Config {
    pub(crate) candidates: Candidates,
    pub(crate) targets: Vec<Target>,
    /// Whether the one target is a launch script.
    pub(crate) is_launch: bool,
    pub(crate) arguments: Vec<String>,
    pub(crate) steps: Vec<StepConfig>,
    pub(crate) fail_fast: bool,
    pub(crate) once: bool,
    pub(crate) busy: Busy,
    pub(crate) step_limit: Option<Duration>,
    pub(crate) preloads: Vec<Target>,
    pub(crate) fresh_interpreter: bool,
    pub(crate) exit_on_crash: bool,
    pub(crate) has_keys: bool,
    pub(crate) editor: Option<Editor>,
    pub(crate) watch_set: WatchSet,
    /// Whether steps may clear the screen.
    pub(crate) may_clear: bool,
    /// Files that are never watched: hotload's own output.
    pub(crate) excluded: Vec<PathBuf>,
    pub(crate) poll_interval: Duration,
    pub(crate) standard_input: StandardInput,
    pub(crate) shared_folder: Option<PathBuf>,
    pub(crate) start_timeout: Duration,
    pub(crate) events: Option<EventFile>,
    pub(crate) color: Color,
    pub(crate) traceback: TracebackStyle,
    pub(crate) volume: Volume,
    pub(crate) unicode: bool,
}

impl Config {
    /// Checks the command line.
    pub(crate) fn from_arguments(arguments: Arguments) -> Result<Self, Exit> {
        let current = env::current_dir()
            .map_err(|error| Exit::usage_because("cannot find the current folder", error))?;
        let clear = (arguments.clear || terminal::is_dashboard()) && !arguments.no_clear;
        let mut targets = Targets::new(&current);
        let is_launch = arguments.launch.is_some();
        let steps = if let Some(script) = &arguments.launch {
            targets.list.push(Target::script(script, &current)?);
            Vec::new()
        } else if arguments.steps.is_empty() {
            targets.usual_plan(&arguments, clear)?
        } else {
            targets.given_plan(&arguments)?
        };
        let preloads = targets.preloads(&arguments.preload)?;
        let targets = targets.list;
        let poll_interval = poll_interval(&arguments.poll)?;
        let start_timeout = seconds("--start-timeout", &arguments.start_timeout)?;
        let timeout = arguments.timeout.as_deref();
        let step_limit = timeout.map(|text| seconds("--timeout", text)).transpose()?;
        let start = targets
            .first()
            .map_or(current.as_path(), |target| &target.folder);
        let candidates = Asked::from_arguments(&arguments, start)?.candidates()?;
        let (mut paths, standard_input) = watched_paths(arguments.watch)?;
        if paths.is_empty() && !is_launch {
            paths.push(".".into());
        }
        let events = arguments.events.as_deref();
        let events = events
            .map(|given| EventPath::check(given, &current, &targets, &paths))
            .transpose()?;
        let excluded: Vec<PathBuf> = events.iter().map(|events| events.path.clone()).collect();
        let watching = Watching {
            paths,
            endings: arguments.ext,
            ignored: arguments.ignore,
            excluded: excluded.clone(),
        };
        let mut watch_set = watching.watch_set(&current)?;
        if is_launch {
            let script = targets.iter().filter_map(|target| target.location.as_ref());
            watch_set
                .files
                .extend(script.map(|location| location.file.clone()));
        }
        Ok(Self {
            candidates,
            targets,
            is_launch,
            arguments: arguments.arguments,
            steps,
            fail_fast: arguments.fail_fast,
            once: arguments.once,
            busy: match arguments.busy {
                BusyPolicy::Queue => Busy::Queue,
                BusyPolicy::Interrupt => Busy::Interrupt,
                BusyPolicy::Restart => Busy::Restart,
            },
            step_limit,
            preloads,
            fresh_interpreter: arguments.restart,
            exit_on_crash: arguments.exit_on_crash,
            has_keys: !arguments.no_keys && !arguments.once && io::stdin().is_terminal(),
            editor: Editor::from_environment(),
            watch_set,
            may_clear: !arguments.no_clear,
            excluded,
            poll_interval,
            standard_input,
            shared_folder: shared_folder()?,
            start_timeout,
            // Last: arguments that are refused leave no file behind.
            events: events.map(EventPath::open).transpose()?,
            color: arguments.color,
            traceback: arguments.traceback,
            unicode: is_unicode(),
            volume: match (arguments.quiet, arguments.verbose) {
                (true, _) => Volume::Quiet,
                (_, true) => Volume::Verbose,
                _ => Volume::Normal,
            },
        })
    }

    /// The targets that no step calls a function of.
    pub(crate) fn uncalled_targets(&self) -> Vec<Target> {
        if self.is_launch {
            return Vec::new();
        }
        let is_called = |place: usize| {
            self.steps.iter().any(|step| {
                matches!(step, StepConfig::Call(target, _) | StepConfig::Exec(target, _)
                    if *target == place)
            })
        };
        let uncalled = self
            .targets
            .iter()
            .enumerate()
            .filter(|(place, _)| !is_called(*place));
        uncalled.map(|(_, target)| target.clone()).collect()
    }
}

/// The paths of `--watch`, and what user code reads when the list came from standard input.
fn watched_paths(given: Vec<PathBuf>) -> Result<(Vec<PathBuf>, StandardInput), Exit> {
    let mut paths = Vec::new();
    let mut standard_input = StandardInput::Inherited;
    for path in given {
        if path.as_os_str() != "-" {
            paths.push(path);
        } else if standard_input == StandardInput::Inherited {
            paths.extend(watching::read_list()?);
            standard_input = StandardInput::Terminal;
        }
    }
    Ok((paths, standard_input))
}

/// The folder that HOTLOAD_DIR names: hotload and the interpreter see it under one path.
pub(crate) fn shared_folder() -> Result<Option<PathBuf>, Exit> {
    let Some(given) = env::var_os("HOTLOAD_DIR").filter(|given| !given.is_empty()) else {
        return Ok(None);
    };
    let folder = PathBuf::from(given);
    if !folder.is_dir() || !folder.is_absolute() {
        let message = format!(
            "HOTLOAD_DIR: `{}` is no absolute path of a folder",
            folder.display()
        );
        return Err(Exit::usage(message)
            .hint("it names a folder that hotload and the interpreter see under the same path"));
    }
    Ok(Some(folder))
}

/// Polls per second: more than 0; beyond 1000 a poll would hardly end before the next.
fn poll_interval(text: &str) -> Result<Duration, Exit> {
    match text.parse::<f64>() {
        Ok(hertz) if (0.001..=1000.0).contains(&hertz) => Ok(Duration::from_secs_f64(1.0 / hertz)),
        _ => Err(Exit::usage(format!(
            "`--poll {text}` is not a number of polls per second from 0.001 to 1000"
        ))
        .hint("the default is 144")),
    }
}

pub(crate) fn seconds(option: &str, text: &str) -> Result<Duration, Exit> {
    let number = text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
    number
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| {
            Exit::usage(format!(
                "`{option} {text}` is not a number of seconds above 0"
            ))
        })
}

/// Whether the terminal's encoding has more than ASCII.
pub(crate) fn is_unicode() -> bool {
    if cfg!(windows) {
        return true;
    }
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty())
        .is_some_and(|value| {
            let value = value.to_ascii_lowercase();
            value.contains("utf-8") || value.contains("utf8")
        })
}
