//! How an interpreter died.

use std::process::ExitStatus;

use hotload_python::outcome::death::{Cause, Death};

use super::error::{Look, error, sentence};
use super::plain::plain_line;

/// What follows the death of an interpreter.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Next<'s> {
    /// Nothing.
    End,
    /// A new one, which runs at once what is still to be run first.
    AtOnce,
    /// A new one, which loads the targets on the next save.
    OnSave,
    /// A new one, which leaves out this part of its warm-up.
    Without(&'s str),
}

/// Where it was, how it ended, and what follows.
pub(crate) fn death(death: &Death, state_lost: bool, next: Next<'_>, look: Look) -> String {
    let crash = death.crash.as_deref().map(|crash| error(crash, look));
    let lost = if state_lost {
        "; its state is lost"
    } else {
        ""
    };
    let ended = sentence(&format!("{}{lost}", how(death.cause)), look);
    format!("{}{ended}{}", crash.unwrap_or_default(), follows(next))
}

fn how(cause: Cause) -> String {
    match cause {
        Cause::Ended(status) => format!("the interpreter {}", ended(status)),
        Cause::LauncherEnded(status) => format!(
            "the interpreter was ended because its launcher {}",
            ended(status)
        ),
        Cause::ConnectionClosed => {
            "the interpreter ended because your code closed its connection to hotload \
             (`os.closerange` and the like close every file that they do not know)"
                .into()
        }
        Cause::Garbled => {
            "the interpreter was ended because your code wrote into its connection to hotload"
                .into()
        }
        Cause::Disconnected => {
            "the interpreter was killed because it lost its connection to hotload".into()
        }
    }
}

fn follows(next: Next<'_>) -> String {
    match next {
        Next::End => String::new(),
        Next::AtOnce => "  starting a new one\n".into(),
        Next::OnSave => "  starting a new one, which loads your code on the next save\n".into(),
        Next::Without(preload) => format!(
            "  starting a new one without the preload `{}`, until that is saved or `R` is pressed\n",
            plain_line(preload)
        ),
    }
}

#[cfg(unix)]
fn ended(status: ExitStatus) -> String {
    use nix::sys::signal::Signal;
    use std::os::unix::process::ExitStatusExt;
    let Some(number) = status.signal() else {
        return exited(status);
    };
    let signal = Signal::try_from(number);
    let name = signal.map_or("unknown", Signal::as_str);
    let meaning = match signal {
        Ok(Signal::SIGSEGV) => ", a segmentation fault",
        Ok(Signal::SIGABRT) => ", an abort",
        Ok(Signal::SIGBUS) => ", a bus error",
        Ok(Signal::SIGFPE) => ", an arithmetic error",
        Ok(Signal::SIGILL) => ", an illegal instruction",
        Ok(Signal::SIGKILL) => ": `kill -9`, or the system ran out of memory",
        _ => "",
    };
    format!("was killed by signal {number} ({name}){meaning}")
}

#[cfg(windows)]
fn ended(status: ExitStatus) -> String {
    let code = status.code().unwrap_or_default().cast_unsigned();
    let meaning = match code {
        0xC000_0005 => "an access violation",
        0xC000_00FD => "a stack overflow",
        0xC000_0374 => "a corrupted heap",
        0xC000_0409 => "an abort",
        _ => return exited(status),
    };
    format!("crashed with {meaning} (0x{code:08X})")
}

fn exited(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exited unexpectedly with status {code}"),
        None => format!("ended unexpectedly ({status})"),
    }
}
