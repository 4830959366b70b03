//! Puts the parts of a session together and turns its end into an exit status.

mod clear;
mod commands;
mod registered;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use hotload_core::running::cut::CtrlC;
use hotload_core::running::input::{Inbox, Input};
use hotload_core::running::plan::Plan;
use hotload_core::running::process::Processes;
use hotload_core::running::run_command::RunCommand;
use hotload_core::running::worker::Worker;
use hotload_core::session::clock::SystemClock;
use hotload_core::session::parts::{Kinds, Parts};
use hotload_core::session::{Ending, Session, Settings};
use hotload_core::watching::file_system::DiskFileSystem;
use hotload_core::watching::poller::Poller;
use hotload_python::interpreter::{self, Interpreter};
use hotload_python::outcome::failure::Failure;
use hotload_python::outcome::notice::Notice;
use hotload_python::start::error::StartError;
use hotload_python::steps::PythonStep;
use hotload_python::steps::dependents::ReloadDependents;
use hotload_python::steps::launch_script::ReadScript;
use hotload_python::targets::launch_script::LaunchScript;
use hotload_python::traceback::territory::Territory;
use hotload_python::transport::Sink;

use crate::answers::print;
use crate::arguments::{GraphFormat, TracebackStyle, Volume};
use crate::config::{Config, Running, Starting, StepConfig};
use crate::exit::{self, Exit};
use crate::render::graph;
use crate::screen::Screen;
use crate::screen::display::{AfterDeath, Display, FirstHeader, SessionInfo, SessionKind};
use crate::screen::event_file::EventFile;
use crate::screen::events::Events;
use crate::screen::key_commands::KeyCommands;
use crate::screen::terminal;
use crate::session::clear::Clear;
use crate::session::commands::{CommandsOnly, NoInterpreter, NoPlanner};
use crate::session::registered::LaunchPlanner;
use crate::system::notify::SystemNotifier;
use crate::system::output;
use crate::system::processes::SystemProcesses;
use crate::system::signals;

/// How long the interpreter may take to end by itself: user code's `atexit` runs in this time.
const TIME_TO_END: Duration = Duration::from_secs(2);

/// The same for a launch script, which may go on behind its call of `hotload`.
const TIME_TO_END_SCRIPT: Duration = Duration::from_secs(10);

/// The parts of a session in the product.
struct Product;

impl Kinds for Product {
    type Worker = Interpreter;
    type Planner = LaunchPlanner;
    type FileSystem = DiskFileSystem;
    type Clock = SystemClock;
    type Observer = Display;
}

/// Runs a session to its end.
pub(crate) fn run(config: Config, processes: SystemProcesses) -> Result<ExitCode, Exit> {
    let (ending, display) = play(config, processes)?;
    end(ending, display)
}

/// Runs a session to its end, and returns how it ended.
fn play(config: Config, processes: SystemProcesses) -> Result<(Ending<StartError>, Display), Exit> {
    let screen = Rc::new(Screen::new(config.display.color, config.display.volume));
    let processes = Rc::new(processes);
    let ended = match &config.starting {
        Some(starting) => {
            let channel = Inbox::new();
            // Started first: while Python comes up, the folders are walked.
            let worker = start_interpreter(&config, starting, &processes, &channel.0)?;
            let planned = Planned::<Product> {
                worker,
                planner: planner(&config, &screen, &processes),
                plan: plan(&config, &screen, &processes),
            };
            play_plan(config, planned, channel, &screen, &processes)?
        }
        None => {
            let planned = Planned::<CommandsOnly> {
                worker: NoInterpreter::default(),
                planner: NoPlanner,
                plan: commands::plan(&config.running, &screen, &processes),
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
    let mut display = display(config, screen, processes, &channel.0, files_watched);
    display.starts();
    let parts = Parts {
        worker: planned.worker,
        planner: planned.planner,
        poller,
        clock: SystemClock,
        observer: display,
    };
    Ok(Session::<K>::new(parts, planned.plan, settings, channel).run())
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
    config.display.has_keys = false;
    config.display.volume = Volume::Quiet;
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
    let watch_set = config.watching.watch_set.clone();
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
    if config.display.has_keys {
        let keyboard = processes.keyboard();
        keyboard
            .start(inbox.clone())
            .map_err(|error| Exit::usage_because("cannot read keys", error))?;
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
        time_to_end: if running.is_launch {
            TIME_TO_END_SCRIPT
        } else {
            TIME_TO_END
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

fn display<W: Worker + 'static>(
    config: Config,
    screen: &Rc<Screen>,
    processes: &Rc<SystemProcesses>,
    inbox: &Inbox<W>,
    files_watched: usize,
) -> Display
where
    Inbox<W>: Send + Sync,
{
    let Config {
        running, display, ..
    } = config;
    let clears_first = running.steps.contains(&StepConfig::Clear) && running.preloads.is_empty();
    let uncalled = running.uncalled_targets();
    let info = SessionInfo {
        kind: if running.is_launch {
            SessionKind::LaunchScript
        } else if running.needs_interpreter() {
            SessionKind::Targets
        } else {
            SessionKind::Commands
        },
        commands: running.commands(),
        preloads: running.preloads,
        postpones: running.postpone,
        targets: running.targets,
        reach: running.reach,
        current_folder: running.current_folder,
        traceback: display.traceback,
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
    };
    let keyboard = processes.keyboard();
    let processes = Rc::clone(processes) as Rc<dyn Processes>;
    Display::new(
        Rc::clone(screen),
        Events::new(display.events),
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
        standard_input: config.watching.standard_input,
        shared_folder: starting.shared_folder.clone(),
        code_cache: starting.compiled_code.clone(),
        start_timeout: starting.start_timeout,
        native_tracebacks: config.display.traceback == TracebackStyle::Native,
        output: Sink::new(terminal::pass_on),
        territory: territory(config),
    };
    let processes = Rc::clone(processes) as Rc<dyn Processes>;
    Interpreter::start(
        starting.candidates.clone(),
        settings,
        processes,
        inbox.clone(),
    )
    .map_err(Exit::from)
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

fn plan(
    config: &Config,
    screen: &Rc<Screen>,
    processes: &Rc<SystemProcesses>,
) -> Plan<Interpreter> {
    let running = &config.running;
    let mut plan = Plan {
        fail_fast: running.fail_fast,
        ..Plan::default()
    };
    for preload in &running.preloads {
        plan.add_warm_up(PythonStep::preload(preload));
    }
    for (index, step) in running.steps.iter().enumerate() {
        let needs = reload_needed(&running.steps[..index], step);
        let target = |index: &usize| &running.targets[*index];
        match step {
            StepConfig::Clear => plan.add(clear(screen), needs),
            StepConfig::Dependents => plan.add(dependents(running), needs),
            StepConfig::Graph => plan.add(PythonStep::graph(), needs),
            StepConfig::Reload(index) => plan.add(PythonStep::reload(target(index)), needs),
            StepConfig::Before(index, function) | StepConfig::Call(index, function) => {
                plan.add(PythonStep::call(target(index), function), needs)
            }
            StepConfig::Exec(index, code) => plan.add(PythonStep::exec(target(index), code), needs),
            StepConfig::Run(command) => {
                let processes = Rc::clone(processes) as Rc<dyn Processes>;
                plan.add(
                    RunCommand::new(command, &running.current_folder, processes),
                    needs,
                )
            }
        };
    }
    if let Some(script) = launch_script(config) {
        plan.add(ReadScript::new(&script), None);
    }
    plan
}

/// The step before the first reload. It gets the modules in the order of their reloads.
fn dependents(running: &Running) -> ReloadDependents {
    let reloaded = running.steps.iter().filter_map(|step| match step {
        StepConfig::Reload(index) => Some(running.targets[*index].module.clone()),
        _ => None,
    });
    ReloadDependents::new(running.reach.clone(), reloaded.collect())
}

fn clear(screen: &Rc<Screen>) -> Clear {
    Clear {
        screen: Rc::clone(screen),
        is_allowed: true,
    }
}

/// The reload without which a call would run old code: the last one of its target before it.
fn reload_needed(before: &[StepConfig], step: &StepConfig) -> Option<usize> {
    let (StepConfig::Call(target, _) | StepConfig::Exec(target, _)) = step else {
        return None;
    };
    before
        .iter()
        .rposition(|earlier| *earlier == StepConfig::Reload(*target))
}
