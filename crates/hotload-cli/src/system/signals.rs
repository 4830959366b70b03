//! Signals become inputs of the session.

use std::io;
#[cfg(unix)]
use std::sync::Arc;
use std::time::{Duration, Instant};

use hotload_core::running::cut::CtrlC;
#[cfg(unix)]
use hotload_core::running::input::StopReason;
use hotload_core::running::input::{Inbox, Input, Stop};
use hotload_core::running::worker::Worker;

use crate::exit;
use crate::system::processes::Suspension;

/// Ctrl-C that is pressed again within this time ends hotload, by force if need be.
const TWICE: Duration = Duration::from_secs(1);

/// When hotload was last asked to end.
struct Requests {
    ctrl_c: CtrlC,
    last: Option<Instant>,
}

impl Requests {
    fn new(ctrl_c: CtrlC) -> Self {
        Self { ctrl_c, last: None }
    }

    /// Notes one more; whether hotload is to end now, by force if need be.
    fn is_repeated(&mut self) -> bool {
        let last = self.last.replace(Instant::now());
        last.is_some_and(|last| match self.ctrl_c {
            CtrlC::EndsSession => true,
            CtrlC::StopsCycle => last.elapsed() < TWICE,
        })
    }
}

/// Sends each signal that ends hotload to the session, and carries out Ctrl-Z.
#[cfg(unix)]
pub(crate) fn forward<W: Worker + 'static>(
    inbox: &Inbox<W>,
    suspension: Suspension,
    ctrl_c: CtrlC,
) -> io::Result<()>
where
    Inbox<W>: Send,
{
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    use signal_hook::iterator::Signals;

    // What was ignored when hotload was started (`nohup`, `sh -c '... &'`) stays ignored.
    let ignored = ignored_signals();
    let wanted = [SIGINT, SIGTERM, SIGHUP, SIGTSTP]
        .into_iter()
        .filter(|signal| ignored >> (signal - 1) & 1 == 0);
    let wanted: Vec<i32> = wanted.collect();
    for signal in [SIGTERM, SIGHUP] {
        if wanted.contains(&signal) {
            signal_hook::flag::register(signal, suspension.is_ending())?;
        }
    }
    let mut signals = Signals::new(wanted)?;
    let inbox = inbox.clone();
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || {
            let suspension = Arc::new(suspension);
            let mut requests = Requests::new(ctrl_c);
            for signal in signals.forever() {
                if signal == SIGTSTP {
                    suspension.suspend();
                    continue;
                }
                let stop = stop(signal);
                inbox.send(Input::Stop(stop));
                if requests.is_repeated() || stop.patience.is_some() {
                    let suspension = Arc::clone(&suspension);
                    end_by_force(stop, move || suspension.kill_all());
                }
            }
        })?;
    Ok(())
}

/// Ends hotload if the session does not: it may hang in a write that is never read.
fn end_by_force(stop: Stop, kill_all: impl FnOnce() + Send + 'static) {
    // The patience for a step, the time for `atexit`, and one more second.
    const LONGEST: Duration = Duration::from_secs(5);
    // Without the thread, the session ends whenever it can.
    let _ = std::thread::Builder::new()
        .name("end".into())
        .spawn(move || {
            std::thread::sleep(LONGEST);
            kill_all();
            std::process::exit(exit::status_of(stop.why).into());
        });
}

/// The request that a signal stands for. SIGTERM and SIGHUP are not repeated, so a step that does not
/// end by itself is ended; after the first Ctrl-C a person decides.
#[cfg(unix)]
fn stop(signal: i32) -> Stop {
    use signal_hook::consts::{SIGHUP, SIGINT};
    const PATIENCE: Duration = Duration::from_secs(2);
    let why = match signal {
        SIGINT => return Stop::INTERRUPT,
        SIGHUP => StopReason::HangUp,
        _ => StopReason::Terminate,
    };
    Stop {
        why,
        patience: Some(PATIENCE),
    }
}

/// The ignored signals, the first one in the lowest bit. Known only on Linux.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

/// Sends Ctrl-C and Ctrl-Break to the session.
#[cfg(windows)]
pub(crate) fn forward<W: Worker + 'static>(
    inbox: &Inbox<W>,
    suspension: Suspension,
    ctrl_c: CtrlC,
) -> io::Result<()>
where
    Inbox<W>: Send,
{
    let inbox = inbox.clone();
    let mut requests = Requests::new(ctrl_c);
    ctrlc::set_handler(move || {
        suspension.note_ctrl_c();
        inbox.send(Input::Stop(Stop::INTERRUPT));
        if requests.is_repeated() {
            // The others are in a job that ends with hotload.
            end_by_force(Stop::INTERRUPT, || ());
        }
    })
    .map_err(io::Error::other)
}
