//! Whether a version manager's stub has a Python to start.
//!
//! A stub without one writes to the terminal that it has none, although the next candidate may do. So
//! it is asked for its version first, and what it writes is kept for `-v`. No interpreter starts for
//! that.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::discovery;
use crate::discovery::candidate::Candidate;
use crate::start::error::StartError;

/// After this time it is started all the same, and whatever delays it is reported.
const TIME_TO_ANSWER: Duration = Duration::from_secs(3);

/// Fails if the stub says that it has no Python.
pub(crate) fn check(stub: &Candidate) -> Result<(), StartError> {
    let mut command = Command::new(&stub.program);
    command.arg("-V").stdin(Stdio::null()).stdout(Stdio::null());
    let is_alias = discovery::is_store_alias(&stub.program);
    let Ok(child) = command.stderr(Stdio::piped()).spawn() else {
        return match is_alias {
            true => Err(StartError::StoreAlias(Box::new(stub.clone()))),
            false => Ok(()),
        };
    };
    let Some((status, printed)) = first_words(child) else {
        return Ok(());
    };
    let error = StartError::Stub(Box::new(stub.clone()), status, printed);
    match error.is_stub() {
        true if is_alias => Err(StartError::StoreAlias(Box::new(stub.clone()))),
        true => Err(error),
        false => Ok(()),
    }
}

fn first_words(mut child: Child) -> Option<(ExitStatus, String)> {
    let mut stderr = child.stderr.take()?;
    let end = Instant::now() + TIME_TO_ANSWER;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                // A single read: what it has started may still hold the pipe.
                let mut buffer = [0; 4096];
                let count = stderr.read(&mut buffer).unwrap_or(0);
                let printed = String::from_utf8_lossy(&buffer[..count]);
                let lines: Vec<&str> = printed.split_whitespace().collect();
                return Some((status, lines.join(" ")));
            }
            Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(2)),
            Ok(None) | Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}
