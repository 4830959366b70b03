//! How an interpreter died, in words.

use std::process::ExitStatus;

use hotload_python::outcome::death::{Cause, Death};

use super::error::{Look, error, sentence};
use super::plain::plain_line;

/// What follows the death of an interpreter.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Next<'s> {
    /// Nothing.
    End,
    /// A new one, and what has yet to run first runs at once.
    AtOnce,
    /// A new one, and the next save runs.
    OnSave,
    /// A new one, for which this part of its warm-up is left out.
    Without(&'s str),
}

/// Where it was, what ended it, and what that means.
pub(crate) fn death(death: &Death, state_lost: bool, next: Next<'_>, look: Look) -> String {
    let crash = death.crash.as_deref().map(|crash| error(crash, look));
    let how = match death.cause {
        Cause::Ended(status) => ended(status),
        Cause::LauncherEnded(status) => {
            format!("with its launcher, which ended first: {}", ended(status))
        }
        Cause::ConnectionClosed => "your code has closed its connection to hotload \
             (`os.closerange` and the like close every file that they do not know)"
            .into(),
        Cause::Garbled => "your code has written into its connection to hotload".into(),
        Cause::Disconnected => {
            "its connection to hotload was closed while it ran on, so it was killed".into()
        }
    };
    let lost = if state_lost {
        "; its state is lost"
    } else {
        ""
    };
    let next = match next {
        Next::End => String::new(),
        Next::AtOnce => "  a new one is started\n".into(),
        Next::OnSave => "  a new one is started and loads on the next save\n".into(),
        Next::Without(preload) => {
            let preload = plain_line(preload);
            format!(
                "  a new one is started without the preload `{preload}`, until that is saved or `R` \
                 is pressed\n"
            )
        }
    };
    let crash = crash.unwrap_or_default();
    let ended = sentence(&format!("the interpreter ended: {how}{lost}"), look);
    format!("{crash}{ended}{next}")
}

#[cfg(unix)]
fn ended(status: ExitStatus) -> String {
    use nix::sys::signal::Signal;
    use std::os::unix::process::ExitStatusExt;
    let Some(number) = status.signal() else {
        return said_no_goodbye(status);
    };
    let signal = Signal::try_from(number);
    let name = signal.map_or("unknown", Signal::as_str);
    let meaning = match signal {
        Ok(Signal::SIGSEGV) => ", a segmentation fault",
        Ok(Signal::SIGABRT) => ", an abort",
        Ok(Signal::SIGBUS) => ", a bus error",
        Ok(Signal::SIGFPE) => ", an arithmetic error",
        Ok(Signal::SIGILL) => ", an illegal instruction",
        Ok(Signal::SIGKILL) => ": `kill -9`, or the system was out of memory",
        _ => "",
    };
    format!("killed by signal {number} ({name}){meaning}")
}

#[cfg(windows)]
fn ended(status: ExitStatus) -> String {
    let code = status.code().unwrap_or_default().cast_unsigned();
    let meaning = match code {
        0xC000_0005 => "an access violation",
        0xC000_00FD => "a stack overflow",
        0xC000_0374 => "a damaged heap",
        0xC000_0409 => "an abort",
        _ => return said_no_goodbye(status),
    };
    format!("{meaning} (0x{code:08X})")
}

fn said_no_goodbye(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("without saying goodbye, exit status {code}"),
        None => status.to_string(),
    }
}
