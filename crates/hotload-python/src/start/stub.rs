//! Whether a version manager's stub has a Python to start.
//!
//! A stub without one writes to the terminal that it has none, although the next candidate may do. So
//! it is asked for its version first, and what it writes is kept for `-v`. No interpreter starts for
//! that.

use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::discovery::candidate::Candidate;
use crate::start::error::StartError;

/// After this time it is started all the same, and whatever delays it is reported.
const TIME_TO_ANSWER: Duration = Duration::from_secs(3);

/// Fails if the stub says that it has no Python.
pub(crate) fn check(stub: &Candidate) -> Result<(), StartError> {
    let Some((status, printed)) = ask_for_version(stub) else {
        return Ok(());
    };
    let error = StartError::Stub(Box::new(stub.clone()), status, printed);
    if error.is_stub() { Err(error) } else { Ok(()) }
}

fn ask_for_version(stub: &Candidate) -> Option<(ExitStatus, String)> {
    let mut command = Command::new(&stub.program);
    command.arg("-V").stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::piped()).spawn().ok()?;
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
