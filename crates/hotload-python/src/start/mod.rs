//! Starts a candidate with the shim and lets its connection come in.

pub(crate) mod attempts;
pub mod error;
pub mod examination;
pub(crate) mod greeting;
pub mod probe;
pub(crate) mod shim;

use std::env;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::{Command, Stdio};

use hotload_core::running::process::{ProcessGroup, Processes, WhenEnded};

use crate::discovery::candidate::Candidate;
use crate::driver;
use crate::locale;
use crate::start::error::StartError;
use crate::start::shim::{ShimFile, Ways};
use crate::transport::tokens::Tokens;
use crate::transport::{Reception, Sink, WhenArrived};
use crate::version::Dialect;

/// What user code reads as standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandardInput {
    /// hotload's own.
    Inherited,
    /// hotload has read its own to the end: the terminal if there is one, else nothing.
    Terminal,
    /// Nothing, and what it prints is not shown: it is only asked who it is.
    Silence,
}

/// A program that was started and has not said hello.
pub(crate) struct StartedProgram {
    pub(crate) process: Box<dyn ProcessGroup>,
    /// Dropped with this: stops listening, removes the shim.
    pub(crate) shim: ShimFile,
    pub(crate) tokens: Tokens,
    /// Environment variables that were set for the start only.
    pub(crate) unset: Vec<String>,
    /// Environment variables that were left out, and that user code does not see.
    pub(crate) left_out: Vec<String>,
    pub(crate) reception: Reception,
}

/// What a start depends on beside the candidate.
pub(crate) struct Surroundings<'s> {
    pub(crate) standard_input: StandardInput,
    /// A folder that both sides see under one path, where the interpreter is elsewhere.
    pub(crate) shared_folder: Option<&'s Path>,
    pub(crate) restarts: u32,
    /// Takes what it prints, where hotload holds its standard output.
    pub(crate) output: Sink,
}

/// Starts a candidate. `arrived` and `ended` are called from threads, the latter once.
pub(crate) fn start_program(
    candidate: &Candidate,
    surroundings: &Surroundings<'_>,
    processes: &dyn Processes,
    arrived: WhenArrived,
    ended: WhenEnded,
) -> Result<StartedProgram, StartError> {
    let tokens = Tokens::random().map_err(StartError::preparation)?;
    let preferred = candidate.host.as_ref().and_then(|host| host.transport);
    let shared = surroundings.shared_folder;
    let mut reception = Reception::open(&tokens, preferred, shared.is_some(), arrived)
        .map_err(StartError::preparation)?;
    let ways = Ways {
        port: reception.port(),
        streams: reception.holds_streams(),
    };
    let announce = |folder: &Path| processes.remove_in_the_end(folder);
    let shim = ShimFile::write(ways, &tokens, shared, announce).map_err(StartError::preparation)?;
    let mut command = Command::new(&candidate.program);
    command.args(candidate.arguments_with(&shim.path));
    if surroundings.standard_input == StandardInput::Silence {
        command.stdout(Stdio::null()).stderr(Stdio::null());
    }
    if !ways.streams {
        command.stdin(open_input(surroundings.standard_input));
    }
    reception.attach(&mut command);
    let left_out = leave_out(&mut command, candidate);
    let unset = set_environment(&mut command, surroundings.restarts, ways.streams);
    let process = processes
        .spawn(command, ended)
        .map_err(|error| StartError::spawn(candidate, error))?;
    if let Err(error) = reception.wait(shim.folder(), &surroundings.output) {
        process.kill();
        return Err(StartError::preparation(error));
    }
    // Now, while the program comes up, and not when it waits for it.
    for dialect in [Dialect::Three, Dialect::Two] {
        driver::generated(dialect);
    }
    Ok(StartedProgram {
        process,
        shim,
        tokens,
        unset,
        left_out,
        reception,
    })
}

/// Takes out what keeps a Python from starting or ending when it is meant for another one; returns
/// the names of what was there.
fn leave_out(command: &mut Command, candidate: &Candidate) -> Vec<String> {
    let (keep, drop) = candidate
        .host
        .as_ref()
        .map_or((&[][..], &[][..]), |host| (&host.keep[..], &host.drop[..]));
    let mut names: Vec<String> = ["PYTHONHOME", "PYTHONINSPECT"].map(String::from).into();
    names.retain(|name| !keep.contains(name));
    names.extend(drop.iter().cloned());
    for name in &names {
        command.env_remove(name);
    }
    names.retain(|name| env::var_os(name).is_some());
    names
}

fn open_input(standard_input: StandardInput) -> Stdio {
    match standard_input {
        StandardInput::Inherited => return Stdio::inherit(),
        StandardInput::Silence => return Stdio::null(),
        StandardInput::Terminal => {}
    }
    let terminal = if cfg!(windows) { "CONIN$" } else { "/dev/tty" };
    let file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(terminal);
    file.map_or_else(|_| Stdio::null(), Stdio::from)
}

/// Sets what user code shall see, and, where the user has not, what the start needs; returns the
/// names of the latter.
fn set_environment(command: &mut Command, restarts: u32, is_piped: bool) -> Vec<String> {
    command.env("HOTLOAD_RUNNING", "HOTLOAD_RUNNING");
    command.env("HOTLOAD_RESTARTS", restarts.to_string());
    let piped = is_piped || !io::stdout().is_terminal();
    let wanted = [
        // 2.7 cannot print Unicode to a pipe, and neither 2.7 nor 3.6 in the C locale. Bytes that are
        // no UTF-8 go from standard input to output as they are: this counts for both.
        (
            "PYTHONIOENCODING",
            "utf-8:surrogateescape",
            piped || is_c_locale(),
        ),
        // Piped output comes line by line. On a terminal it does so anyway.
        ("PYTHONUNBUFFERED", "1", piped),
        // Other interpreters that user code starts are given what `sys.flags` shows: so worker
        // processes leave no bytecode beside the user's files either, nor run any that is stale.
        ("PYTHONDONTWRITEBYTECODE", "1", true),
    ];
    let mut unset = Vec::new();
    for (name, value, needed) in wanted {
        if needed && env::var_os(name).is_none() {
            command.env(name, value);
            unset.push(name.to_owned());
        }
    }
    unset
}

/// Whether the environment names no encoding. A Windows console has one of its own.
fn is_c_locale() -> bool {
    cfg!(unix) && matches!(locale::of_text().as_deref(), None | Some("C" | "POSIX"))
}
