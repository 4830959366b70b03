//! Puts the parts of a session together and turns its end into an exit status.

use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use hotload_core::clock::SystemClock;
use hotload_core::file_system::DiskFileSystem;
use hotload_core::input::Inbox;
use hotload_core::plan::Plan;
use hotload_core::poller::Poller;
use hotload_core::process::Processes;
use hotload_core::report::CycleOutcome;
use hotload_core::run_command::RunCommand;
use hotload_core::session::{Ending, Session, Settings};
use hotload_python::interpreter::Interpreter;
use hotload_python::setup;
use hotload_python::start_error::StartError;
use hotload_python::steps::PythonStep;
use hotload_python::traceback::territory::Territory;

use crate::arguments::TracebackStyle;
use crate::clear::Clear;
use crate::config::{Config, StepConfig};
use crate::display::{Display, Header};
use crate::events::Events;
use crate::exit::Exit;
use crate::processes::SystemProcesses;
use crate::signals;
use crate::terminal::Terminal;

/// Runs a session to its end.
pub(crate) fn run(config: Config) -> Result<ExitCode, Exit> {
    let terminal = Rc::new(Terminal::new(config.color));
    let header = Rc::new(Header::default());
    let processes = Rc::new(SystemProcesses::new());
    let channel = Inbox::new();
    // Started first: while Python comes up, the files are looked at.
    let worker = start_interpreter(&config, &processes, &channel.0)?;
    let plan = plan(&config, &terminal, &header, &processes);
    let poller = Poller::new(DiskFileSystem, config.watch_set.clone(), Instant::now());
    // Only now is there a loop that answers: during a long first look Ctrl-C ends hotload at once.
    signals::forward(&channel.0, processes.suspension())
        .map_err(|error| Exit::usage_because("cannot handle signals", error))?;
    let settings = Settings {
        poll_interval: config.poll_interval,
        once: config.once,
        busy: config.busy,
        step_limit: config.step_limit,
        fresh_worker: config.fresh_interpreter,
        ends_with_worker: config.exit_on_crash,
    };
    let display = Display {
        terminal,
        header,
        clears: config.steps.contains(&StepConfig::Clear),
        volume: config.volume,
        goes_on: !config.once && !config.exit_on_crash,
        traceback: config.traceback,
        unicode: config.unicode,
        files_watched: poller.files_watched(),
        uncalled: config.uncalled_modules(),
        targets: config.targets,
        events: Events::new(config.events),
        long_run_told: false,
        wait_told: false,
        stubborn_told: false,
        interrupted: false,
        main_hint: None,
    };
    let session = Session::new(
        worker,
        plan,
        poller,
        SystemClock,
        display,
        settings,
        channel,
    );
    let (ending, mut display) = session.run();
    let exit_status = exit_status(&ending);
    display.ended(&ending, exit_status);
    match ending {
        Ending::Fatal(error) => Err(error.into()),
        _ => Ok(ExitCode::from(exit_status)),
    }
}

fn start_interpreter(
    config: &Config,
    processes: &Rc<SystemProcesses>,
    inbox: &Inbox<Interpreter>,
) -> Result<Interpreter, Exit> {
    let roots = config
        .watch_set
        .roots
        .iter()
        .map(|root| root.folder.clone());
    let settings = setup::Settings {
        targets: config.targets.clone(),
        roots: roots.collect(),
        arguments: config.arguments.clone(),
        standard_input: config.standard_input,
        shared_folder: config.shared_folder.clone(),
        start_timeout: config.start_timeout,
        native_tracebacks: config.traceback == TracebackStyle::Native,
        territory: territory(config),
    };
    let processes = Rc::clone(processes) as Rc<dyn Processes>;
    Interpreter::start(
        config.candidates.clone(),
        settings,
        processes,
        inbox.clone(),
    )
    .map_err(Exit::from)
}

/// Whose code is whose: what hotload runs in, what it watches and where the targets lie is the
/// user's.
fn territory(config: &Config) -> Territory {
    let current = std::env::current_dir().ok();
    let roots = config.watch_set.roots.iter().map(|root| &root.folder);
    let folders = roots.chain(config.targets.iter().map(|target| &target.folder));
    Territory::new(
        current.as_deref(),
        folders.map(PathBuf::as_path),
        config
            .targets
            .iter()
            .map(|target| target.module.clone())
            .collect(),
    )
}

fn plan(
    config: &Config,
    terminal: &Rc<Terminal>,
    header: &Rc<Header>,
    processes: &Rc<SystemProcesses>,
) -> Plan<Interpreter> {
    let mut plan = Plan {
        fail_fast: config.fail_fast,
        ..Plan::default()
    };
    for preload in &config.preloads {
        plan.add_warm_up(PythonStep::preload(preload));
    }
    for (place, step) in config.steps.iter().enumerate() {
        let needs = reload_needed(&config.steps[..place], step);
        let target = |place: &usize| &config.targets[*place];
        match step {
            StepConfig::Clear => {
                let (terminal, header) = (Rc::clone(terminal), Rc::clone(header));
                plan.add(Clear { terminal, header }, needs)
            }
            StepConfig::Reload(place) => plan.add(PythonStep::reload(target(place)), needs),
            StepConfig::Before(place, function) | StepConfig::Call(place, function) => {
                plan.add(PythonStep::call(target(place), function), needs)
            }
            StepConfig::Exec(place, code) => plan.add(PythonStep::exec(target(place), code), needs),
            StepConfig::Run(command) => {
                let processes = Rc::clone(processes) as Rc<dyn Processes>;
                plan.add(RunCommand::new(command, processes), needs)
            }
        };
    }
    plan
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

fn exit_status(ending: &Ending<StartError>) -> u8 {
    match ending {
        Ending::Once(CycleOutcome::Ok) | Ending::OutputClosed => 0,
        Ending::Once(CycleOutcome::Failed | CycleOutcome::Interrupted) => 1,
        Ending::Stopped(exit_status) => *exit_status,
        Ending::Fatal(StartError::NoTarget { .. }) => crate::exit::USAGE,
        Ending::Fatal(_) | Ending::WorkerDied => crate::exit::NO_INTERPRETER,
    }
}
