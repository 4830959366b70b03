//! Starts a candidate with the shim, and waits for its connection.

#[cfg(windows)]
mod abandoned;
pub(crate) mod attempts;
pub mod error;
pub mod examination;
pub(crate) mod greeting;
pub mod guest_file;
pub mod probe;
pub(crate) mod shim;
pub(crate) mod stub;

use std::env;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use hotload_core::running::process::{ProcessGroup, Processes, WhenEnded};

use crate::discovery::candidate::Candidate;
use crate::locale;
use crate::start::error::StartError;
use crate::start::shim::{OpenTransports, ShimFile};
use crate::transport::tokens::Tokens;
use crate::transport::{Reception, Sink, WhenArrived};

/// The standard input of user code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandardInput {
    /// hotload's own.
    Inherited,
    /// The terminal if there is one, else nothing: hotload has read its own standard input to the end.
    Terminal,
    /// Nothing, and its output is not shown either: the start is only for its hello.
    Silence,
}

/// A program that was started and has not said hello.
pub(crate) struct StartedProgram {
    pub(crate) process: Box<dyn ProcessGroup>,
    /// Removed when this is dropped.
    pub(crate) shim: ShimFile,
    pub(crate) tokens: Tokens,
    /// Environment variables that were set only for the start.
    pub(crate) unset: Vec<String>,
    /// Environment variables that were removed, so that user code does not see them.
    pub(crate) left_out: Vec<String>,
    pub(crate) reception: Reception,
}

/// What a start depends on besides the candidate.
pub(crate) struct Surroundings<'s> {
    pub(crate) standard_input: StandardInput,
    /// A folder that hotload and the interpreter see under the same path, if the interpreter is on another
    /// machine or in a container.
    pub(crate) shared_folder: Option<&'s Path>,
    pub(crate) restarts: u32,
    /// Takes what it prints, if hotload holds its standard output.
    pub(crate) output: Sink,
}

/// Starts a candidate. `arrived` and `ended` are called from threads, `ended` once.
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
    let transports = OpenTransports {
        port: reception.port(),
        streams: reception.holds_streams(),
    };
    let announce = |folder: &Path| processes.remove_in_the_end(folder);
    let shim =
        ShimFile::write(transports, &tokens, shared, announce).map_err(StartError::preparation)?;
    let mut command = Command::new(&candidate.program);
    command.args(candidate.arguments_with(&shim.path));
    if surroundings.standard_input == StandardInput::Silence {
        command.stdout(Stdio::null()).stderr(Stdio::null());
    } else {
        command.stdout(processes.output());
    }
    if !transports.streams {
        command.stdin(open_input(surroundings.standard_input));
    }
    reception.attach(&mut command);
    let left_out = clean_environment(&mut command, candidate);
    let unset = set_environment(&mut command, surroundings.restarts, transports.streams);
    // As late as can be: it was found a while ago.
    if let Some(trust) = &candidate.trust {
        let checked = trust.check_program(&candidate.program);
        checked.map_err(|why| StartError::Distrusted(candidate.clone(), Arc::new(why)))?;
    }
    let process = processes
        .spawn(command, ended)
        .map_err(|error| StartError::spawn(candidate, error))?;
    if let Err(error) = reception.wait(shim.folder(), &surroundings.output) {
        process.kill();
        return Err(StartError::preparation(error));
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

/// Removes the variables that would keep a Python from starting or ending because they are meant for
/// another one. Returns the names of those that were set.
fn clean_environment(command: &mut Command, candidate: &Candidate) -> Vec<String> {
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

/// Sets the variables that user code is to see, and those that the start needs unless the user has set
/// them. Returns the names of the latter.
fn set_environment(command: &mut Command, restarts: u32, is_piped: bool) -> Vec<String> {
    command.env("HOTLOAD_RUNNING", "HOTLOAD_RUNNING");
    command.env("HOTLOAD_RESTARTS", restarts.to_string());
    let piped = is_piped || !io::stdout().is_terminal();
    let wanted = [
        // 2.7 cannot print Unicode to a pipe, and in the C locale 2.7 and 3.6 cannot print it at all. This
        // variable applies to standard input too: with `surrogateescape`, bytes that are not UTF-8 pass
        // unchanged from input to output.
        (
            "PYTHONIOENCODING",
            "utf-8:surrogateescape",
            piped || is_c_locale(),
        ),
        // So that piped output is seen line by line, as it is on a terminal.
        ("PYTHONUNBUFFERED", "1", piped),
        // Worker processes are started with the options that `sys.flags` shows, so they too leave no
        // bytecode beside the user's files and run none that is stale.
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

/// Whether the environment names no encoding. On Windows the console decides.
fn is_c_locale() -> bool {
    cfg!(unix) && matches!(locale::of_text().as_deref(), None | Some("C" | "POSIX"))
}
