//! Starts a candidate with the shim and lets its connection come in.

use std::env;
use std::io::{self, IsTerminal};
use std::process::{Command, Stdio};

use hotload_core::process::{ProcessGroup, Processes, WhenEnded};

use crate::candidate::Candidate;
use crate::driver::{self, Dialect};
use crate::handshake::{Connection, Reception};
use crate::shim::{ShimFile, Tokens};
use crate::start_error::StartError;

/// What user code reads as standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandardInput {
    /// hotload's own.
    Inherited,
    /// hotload has read its own to the end: the terminal if there is one, else nothing.
    Terminal,
}

/// A program that was started and has not said hello.
pub(crate) struct Launched {
    pub(crate) process: Box<dyn ProcessGroup>,
    /// Dropped with this: stops listening, removes the shim.
    pub(crate) shim: ShimFile,
    pub(crate) tokens: Tokens,
    /// Environment variables that were set for the start only.
    pub(crate) unset: Vec<String>,
    _reception: Reception,
}

/// Starts a candidate. `connected` and `ended` are called from threads, each at most once.
pub(crate) fn launch(
    candidate: &Candidate,
    standard_input: StandardInput,
    restarts: u32,
    processes: &dyn Processes,
    connected: impl FnOnce(Connection) + Send + 'static,
    ended: WhenEnded,
) -> Result<Launched, StartError> {
    let tokens = Tokens::random().map_err(StartError::Preparation)?;
    let reception = Reception::open(tokens.clone(), connected).map_err(StartError::Preparation)?;
    let shim = ShimFile::write(reception.port(), &tokens).map_err(StartError::Preparation)?;
    let mut command = Command::new(&candidate.program);
    command.args(candidate.arguments_with(&shim.path));
    command.stdin(open_input(standard_input));
    let unset = set_environment(&mut command, restarts);
    let process = processes
        .spawn(command, ended)
        .map_err(|error| StartError::Spawn(candidate.clone(), error))?;
    // Now, while the program comes up, and not when it waits for it.
    for dialect in [Dialect::Three, Dialect::Two] {
        driver::generated(dialect);
    }
    Ok(Launched {
        process,
        shim,
        tokens,
        unset,
        _reception: reception,
    })
}

fn open_input(standard_input: StandardInput) -> Stdio {
    if standard_input == StandardInput::Inherited {
        return Stdio::inherit();
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
fn set_environment(command: &mut Command, restarts: u32) -> Vec<String> {
    command.env("HOTLOAD_RUNNING", "HOTLOAD_RUNNING");
    command.env("HOTLOAD_RESTARTS", restarts.to_string());
    // Of another Python they keep this one from starting, or from ending.
    command.env_remove("PYTHONHOME").env_remove("PYTHONINSPECT");
    let piped = !io::stdout().is_terminal();
    let wanted = [
        // 2.7 cannot print Unicode to a pipe, and neither 2.7 nor 3.6 in the C locale.
        (
            "PYTHONIOENCODING",
            "utf-8:backslashreplace",
            piped || is_c_locale(),
        ),
        // Piped output comes line by line. On a terminal it does so anyway.
        ("PYTHONUNBUFFERED", "1", piped),
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
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let mut set = names.iter().filter_map(|name| env::var(name).ok());
    let locale = set.find(|value| !value.is_empty());
    cfg!(unix) && matches!(locale.as_deref(), None | Some("C" | "POSIX"))
}
