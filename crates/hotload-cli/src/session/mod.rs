//! Puts the parts of a session together and turns its end into an exit status.

mod clear;
mod commands;
mod plan;
mod registered;
mod reread;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use hotload_core::running::cut::CtrlC;
use hotload_core::running::input::{Inbox, Input};
use hotload_core::running::plan::{Plan, PlannedStep};
use hotload_core::running::planner::{Planner, Reread};
use hotload_core::running::process::Processes;
use hotload_core::running::worker::Worker;
use hotload_core::session::clock::SystemClock;
use hotload_core::session::parts::{Kinds, Parts};
use hotload_core::session::{Ending, Session, Settings};
use hotload_core::watching::file_system::DiskFileSystem;
use hotload_core::watching::poller::Poller;
use hotload_core::watching::watch_set::{NewFiles, WatchSet};
use hotload_python::interpreter::{self, Interpreter};
use hotload_python::outcome::failure::Failure;
use hotload_python::outcome::notice::Notice;
use hotload_python::path;
use hotload_python::protocol::registered::Registered;
use hotload_python::start::StandardInput;
use hotload_python::start::error::StartError;
use hotload_python::steps::launch_script::ReadScript;
use hotload_python::targets::launch_script::LaunchScript;
use hotload_python::traceback::territory::Territory;
use hotload_python::transport::Sink;

use crate::answers::print;
use crate::arguments::{GraphFormat, TracebackStyle, Volume};
use crate::config::display::Display as DisplayConfig;
use crate::config::environment;
use crate::config::reread::Configuration;
use crate::config::{Config, Origin, Starting, StepConfig};
use crate::exit::{self, Exit};
use crate::render::graph;
use crate::screen::Screen;
use crate::screen::alerts::Alerts;
use crate::screen::display::{AfterDeath, Display, FirstHeader, Outputs, SessionInfo, SessionKind};
use crate::screen::event_file::EventFile;
use crate::screen::events::Events;
use crate::screen::key_commands::KeyCommands;
use crate::screen::status::Status;
use crate::screen::terminal;
use crate::session::commands::{CommandsOnly, CommandsPlanner, NoInterpreter};
use crate::session::registered::LaunchPlanner;
use crate::session::reread::Rereader;
use crate::system::control;
use crate::system::keys::{self, KeySource};
use crate::system::notify::SystemNotifier;
use crate::system::output;
use crate::system::processes::SystemProcesses;
use crate::system::sessions::SessionFile;
use crate::system::signals;

/// How long the interpreter may take to end by itself: user code's `atexit` runs in this time.
const TIME_TO_END: Duration = Duration::from_secs(2);

/// The same for a launch script, which may go on behind its call of `hotload`.
const TIME_TO_END_SCRIPT: Duration = Duration::from_secs(10);

/// How long a guest may take to say goodbye. Its host may be busy, and notices later by itself.
const TIME_TO_LEAVE: Duration = Duration::from_millis(300);

/// The parts of a session in the product.
struct Product;

impl Kinds for Product {
    type Worker = Interpreter;
    type Planner = SessionPlanner;
    type FileSystem = DiskFileSystem;
    type Clock = SystemClock;
    type Observer = Display;
}

/// What a launch script registers, and what is read again when it was saved.
struct SessionPlanner {
    launch: LaunchPlanner,
    rereader: Rereader<Interpreter>,
}

impl Planner<Interpreter> for SessionPlanner {
    fn steps(&self, registered: &Registered) -> Option<Vec<PlannedStep<Interpreter>>> {
        self.launch.steps(registered)
    }

    fn watch_set(&self, registered: &Registered) -> Option<(WatchSet, NewFiles)> {
        let (mut watch_set, new_files) = self.launch.watch_set(registered)?;
        watch_set.files.extend(self.rereader.files());
        Some((watch_set, new_files))
    }

    fn reads(&self, file: &Path) -> bool {
        self.rereader.reads(file)
    }

    fn reread(&mut self) -> Option<Reread<Interpreter>> {
        self.rereader.reread()
    }
}

/// Runs a session to its end.
pub(crate) fn run(config: Config, processes: SystemProcesses) -> Result<ExitCode, Exit> {
    let (ending, display) = play(config, processes)?;
    end(ending, display)
}

/// Runs a session to its end, and returns how it ended.
fn play(config: Config, processes: SystemProcesses) -> Result<(Ending<StartError>, Display), Exit> {
    let screen = Screen::new(config.display.color, config.display.appearance.clone());
    let screen = Rc::new(screen.with_state(!config.running.once));
    screen.set_names(&config.running.names());
    let processes = Rc::new(processes);
    let shared = Rc::clone(&processes) as Rc<dyn Processes>;
    let ended = match &config.starting {
        Some(starting) => {
            let channel = Inbox::new();
            // Started first: while Python comes up, the folders are walked.
            let worker = start_interpreter(&config, starting, &processes, &channel.0)?;
            let mut plan = plan::plan(&config.running, &screen, &shared);
            if let Some(script) = launch_script(&config) {
                plan.add(ReadScript::new(&script), None);
            }
            let planner = SessionPlanner {
                launch: planner(&config, &screen, &processes),
                rereader: Rereader {
                    configuration: config.configuration.clone(),
                    steps: plan::steps,
                    screen: Rc::clone(&screen),
                    processes: shared,
                },
            };
            let planned = Planned::<Product> {
                worker,
                planner,
                plan,
            };
            play_plan(config, planned, channel, &screen, &processes)?
        }
        None => {
            let planned = Planned::<CommandsOnly> {
                worker: NoInterpreter::default(),
                plan: commands::plan(&config.running, &screen, &shared),
                planner: CommandsPlanner {
                    rereader: Rereader {
                        configuration: config.configuration.clone(),
                        steps: commands::steps,
                        screen: Rc::clone(&screen),
                        processes: shared,
                    },
                },
            };
            play_plan(config, planned, Inbox::new(), &screen, &processes)?
        }
    };
    #[cfg(unix)]
    processes.end_rest();
    processes.keyboard().restore();
    Ok(ended)
}

/// What runs, and what it runs in.
struct Planned<K: Kinds> {
    worker: K::Worker,
    planner: K::Planner,
    plan: Plan<K::Worker>,
}

/// What is sent to a session.
type Channel<W> = (Inbox<W>, Receiver<Input<W>>);

fn play_plan<K>(
    config: Config,
    planned: Planned<K>,
    channel: Channel<K::Worker>,
    screen: &Rc<Screen>,
    processes: &Rc<SystemProcesses>,
) -> Result<(Ending<StartError>, Display), Exit>
where
    K: Kinds<FileSystem = DiskFileSystem, Clock = SystemClock, Observer = Display>,
    K::Worker: Worker<Failure = Failure, Notice = Notice, Error = StartError> + 'static,
    Inbox<K::Worker>: Send + Sync,
{
    let poller = poller(&config, &channel.0);
    let settings = settings(&config);
    // Only now is there a loop that answers: until here Ctrl-C ends hotload at once.
    listen(&config, settings.ctrl_c, processes, &channel.0)?;
    let files_watched = poller.files_watched();
    let status = status(&config);
    let _known = control(&config, &status, &channel.0);
    let mut display = display(config, status, screen, processes, &channel.0, files_watched);
    display.starts();
    let parts = Parts {
        worker: planned.worker,
        planner: planned.planner,
        poller,
        clock: SystemClock,
        observer: display,
    };
    let session = Session::<K>::new(parts, planned.plan, settings, channel);
    let (ending, display) = session.run();
    display.finish_alerts();
    Ok((ending, display))
}

/// Loads the targets once, and returns who imports whom.
pub(crate) fn graph(
    mut config: Config,
    processes: SystemProcesses,
    format: GraphFormat,
) -> Result<ExitCode, Exit> {
    if config.starting.is_none() {
        return Err(Exit::no_target());
    }
    let targets = config.running.graph_only();
    config.display.keys = KeySource::None;
    config.display.appearance.volume = Volume::Quiet;
    // What the targets print goes to standard error, where that is possible.
    let output = output::take().ok();
    let (ending, mut display) = play(config, processes)?;
    if let Some(modules) = display.take_graph() {
        let text = match format {
            GraphFormat::Text => graph::tree(&modules, &targets),
            GraphFormat::Dot => graph::dot(&modules),
        };
        print::print_to(output, text.as_bytes())?;
    }
    end(ending, display)
}

/// Reports how the session ended.
fn end(ending: Ending<StartError>, mut display: Display) -> Result<ExitCode, Exit> {
    let exit_status = exit::status_of_ending(&ending);
    display.ended(&ending, exit_status);
    match ending {
        Ending::Fatal(error) => Err(error.into()),
        _ => Ok(ExitCode::from(exit_status)),
    }
}

fn poller<W: Worker + 'static>(config: &Config, inbox: &Inbox<W>) -> Poller<DiskFileSystem>
where
    Inbox<W>: Send,
{
    let mut watch_set = config.watching.watch_set.clone();
    let configuration = config.configuration.iter();
    watch_set
        .files
        .extend(configuration.flat_map(Configuration::files));
    let mut poller = Poller::new(DiskFileSystem::default(), watch_set, Instant::now());
    poller.watch_loaded_below(config.watching.loaded_below.clone());
    if config.watching.notify {
        let notifier = SystemNotifier::start(inbox.clone());
        poller.set_notifier(Box::new(notifier));
    }
    poller
}

/// Sends signals, keys and the end of standard output to the session.
fn listen<W: Worker + 'static>(
    config: &Config,
    ctrl_c: CtrlC,
    processes: &SystemProcesses,
    inbox: &Inbox<W>,
) -> Result<(), Exit>
where
    Inbox<W>: Send,
{
    signals::forward(inbox, processes.suspension(), ctrl_c)
        .map_err(|error| Exit::usage_because("cannot handle signals", error))?;
    let keyboard = processes.keyboard();
    let started = match config.display.keys {
        KeySource::None => Ok(()),
        KeySource::Keyboard => keyboard.start(inbox.clone()),
        KeySource::Lines => keys::read_lines(inbox.clone()),
    };
    started.map_err(|error| Exit::usage_because("cannot read keys", error))?;
    if config.display.keys == KeySource::Keyboard {
        keyboard.restore_when_panicking();
    }
    if !config.running.once {
        let events = config.display.events.as_ref();
        output::watch(inbox, events.and_then(EventFile::standard_output));
    }
    Ok(())
}

fn settings(config: &Config) -> Settings {
    let running = &config.running;
    Settings {
        poll_interval: config.watching.poll_interval,
        once: running.once,
        postpone: running.postpone,
        busy: running.busy,
        ctrl_c: ctrl_c(running.once),
        step_limit: running.step_limit,
        fresh_worker: running.fresh_interpreter,
        ends_with_worker: running.exit_on_crash,
        time_to_end: match config.starting.as_ref().map(|starting| &starting.origin) {
            Some(Origin::Guest(_)) => TIME_TO_LEAVE,
            _ if running.is_launch => TIME_TO_END_SCRIPT,
            _ => TIME_TO_END,
        },
    }
}

fn planner(config: &Config, screen: &Rc<Screen>, processes: &Rc<SystemProcesses>) -> LaunchPlanner {
    LaunchPlanner {
        current_folder: config.running.current_folder.clone(),
        watch_set: config.watching.watch_set.clone(),
        excluded: config.watching.excluded.clone(),
        may_clear: config.display.may_clear,
        screen: Rc::clone(screen),
        processes: Rc::clone(processes) as Rc<dyn Processes>,
    }
}

/// What is known of the session, for programs that ask.
fn status(config: &Config) -> Status {
    let targets = config.running.targets.iter();
    let targets: Vec<String> = targets.map(|target| target.spelled.clone()).collect();
    let name = config.display.session.as_deref();
    Status::new(&config.running.current_folder, name, &targets)
}

/// Lets other programs control the session. Without a private folder there is no way to reach it; that
/// is no reason not to run.
fn control<W: Worker + 'static>(
    config: &Config,
    status: &Status,
    inbox: &Inbox<W>,
) -> Option<SessionFile>
where
    Inbox<W>: Send,
{
    if config.running.once {
        return None;
    }
    let folder = &config.running.current_folder;
    let folder = path::real(folder).unwrap_or_else(|_| folder.clone());
    let name = config.display.session.clone();
    let status = status.clone();
    let answer = move || status.line();
    control::listen(
        &environment::sessions()?,
        folder,
        name,
        inbox.clone(),
        answer,
    )
    .ok()
}

fn outputs(display: &mut DisplayConfig, status: Status, processes: &Rc<dyn Processes>) -> Outputs {
    let alerts = Alerts::new(display.color, Rc::clone(processes));
    Outputs {
        events: Events::new(display.events.take()),
        locations: display.locations.take(),
        alerts,
        status,
    }
}

fn display<W: Worker + 'static>(
    config: Config,
    status: Status,
    screen: &Rc<Screen>,
    processes: &Rc<SystemProcesses>,
    inbox: &Inbox<W>,
    files_watched: usize,
) -> Display
where
    Inbox<W>: Send + Sync,
{
    let Config {
        running,
        mut display,
        starting,
        ..
    } = config;
    let clears_first = running.steps.contains(&StepConfig::Clear) && running.preloads.is_empty();
    let uncalled = running.uncalled_targets();
    let info = SessionInfo {
        kind: match starting.as_ref().map(|starting| &starting.origin) {
            Some(Origin::Guest(_)) => SessionKind::Guest,
            _ if running.is_launch => SessionKind::LaunchScript,
            _ if running.needs_interpreter() => SessionKind::Targets,
            _ => SessionKind::Commands,
        },
        preloads: running.preloads,
        postpones: running.postpone,
        targets: running.targets,
        reach: running.reach,
        current_folder: running.current_folder,
        unicode: display.unicode,
        first_header: if clears_first {
            FirstHeader::ByClear
        } else {
            FirstHeader::AtOnce
        },
        after_death: if running.once || running.exit_on_crash {
            AfterDeath::End
        } else {
            AfterDeath::Replace
        },
        keys: display.keys,
    };
    let keyboard = processes.keyboard();
    let processes = Rc::clone(processes) as Rc<dyn Processes>;
    let outputs = outputs(&mut display, status, &processes);
    Display::new(
        Rc::clone(screen),
        outputs,
        KeyCommands::new(display.editor, processes, inbox.clone()),
        keyboard,
        info,
        uncalled,
        files_watched,
    )
}

fn start_interpreter(
    config: &Config,
    starting: &Starting,
    processes: &Rc<SystemProcesses>,
    inbox: &Inbox<Interpreter>,
) -> Result<Interpreter, Exit> {
    let launch = launch_script(config);
    let roots = config
        .watching
        .watch_set
        .roots
        .iter()
        .map(|root| root.folder.clone());
    let targets = match launch {
        Some(_) => Vec::new(),
        None => config.running.targets.clone(),
    };
    let settings = interpreter::settings::Settings {
        launch,
        targets,
        level: config.running.reach.level,
        roots: roots.collect(),
        current_folder: config.running.current_folder.clone(),
        arguments: config.running.arguments.clone(),
        standard_input: match config.display.keys {
            KeySource::Lines => StandardInput::Terminal,
            KeySource::None | KeySource::Keyboard => config.watching.standard_input,
        },
        shared_folder: starting.shared_folder.clone(),
        code_cache: starting.compiled_code.clone(),
        start_timeout: starting.start_timeout,
        native_tracebacks: config.display.appearance.traceback == TracebackStyle::Native,
        output: Sink::new(terminal::pass_on),
        territory: territory(config),
    };
    let processes = Rc::clone(processes) as Rc<dyn Processes>;
    let inbox = inbox.clone();
    let interpreter = match starting.origin.clone() {
        Origin::Start(candidates) => Interpreter::start(candidates, settings, processes, inbox),
        Origin::Guest(guest) => Interpreter::wait_for_guests(settings, guest, processes, inbox),
    };
    interpreter.map_err(Exit::from)
}

/// Whose code is whose: what hotload runs in, what it watches and where the targets lie is the
/// user's.
fn territory(config: &Config) -> Territory {
    let roots = config
        .watching
        .watch_set
        .roots
        .iter()
        .map(|root| &root.folder);
    let folders = roots.chain(config.running.targets.iter().map(|target| &target.folder));
    Territory::new(
        Some(&config.running.current_folder),
        folders.map(PathBuf::as_path),
        config
            .running
            .targets
            .iter()
            .map(|target| target.module.clone())
            .collect(),
    )
}

/// What Ctrl-C does while a cycle runs. Without a terminal it is a signal from a program, which wants
/// hotload to end.
fn ctrl_c(once: bool) -> CtrlC {
    if once || !io::stdin().is_terminal() {
        CtrlC::EndsSession
    } else {
        CtrlC::StopsCycle
    }
}

/// The launch script, if there is one.
fn launch_script(config: &Config) -> Option<LaunchScript> {
    let target = config
        .running
        .targets
        .first()
        .filter(|_| config.running.is_launch)?;
    let location = target.location.as_ref()?;
    Some(LaunchScript {
        spelled: target.spelled.clone(),
        file: location.file.clone(),
        folder: target.folder.clone(),
    })
}
