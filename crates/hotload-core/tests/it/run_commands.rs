//! The step that runs a shell command, with processes that end as the test says.

use std::cell::RefCell;
use std::io;
use std::process::{Command, ExitStatus};
use std::rc::Rc;

use hotload_core::running::input::StopReason::{Interrupt, Terminate};
use hotload_core::running::process::{ProcessEnd, ProcessGroup, Processes, WhenEnded};
use hotload_core::running::run_command::RunCommand;
use hotload_core::session::Ending;

use crate::rehearsal::{Played, Rehearsal, Stage};

/// Starts nothing, and lets a command end when its step is interrupted or killed, or at once.
struct FakeProcesses {
    end: Option<ProcessEnd>,
    ends_at_once: bool,
}

struct FakeGroup {
    end: ProcessEnd,
    ended: RefCell<Option<WhenEnded>>,
}

impl Processes for FakeProcesses {
    fn spawn(&self, _command: Command, ended: WhenEnded) -> io::Result<Box<dyn ProcessGroup>> {
        let end = self.end.ok_or(io::ErrorKind::NotFound)?;
        let ended = RefCell::new(Some(ended));
        let group = FakeGroup { end, ended };
        if self.ends_at_once {
            group.interrupt();
        }
        Ok(Box::new(group))
    }
}

impl ProcessGroup for FakeGroup {
    fn id(&self) -> u32 {
        1
    }

    fn interrupt(&self) -> bool {
        if let Some(ended) = self.ended.take() {
            ended(self.end);
        }
        true
    }

    fn owns_terminal(&self) -> bool {
        false
    }

    fn kill(&self) {
        self.interrupt();
    }

    fn release_terminal(&self) -> bool {
        false
    }
}

#[cfg(unix)]
mod status {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    pub(super) fn exited(code: u8) -> ExitStatus {
        ExitStatus::from_raw(i32::from(code) << 8)
    }

    pub(super) fn interrupted() -> ExitStatus {
        ExitStatus::from_raw(2)
    }
}

#[cfg(windows)]
mod status {
    use std::os::windows::process::ExitStatusExt;
    use std::process::ExitStatus;

    pub(super) fn exited(code: u8) -> ExitStatus {
        ExitStatus::from_raw(code.into())
    }

    pub(super) fn interrupted() -> ExitStatus {
        ExitStatus::from_raw(0xC000_013A)
    }
}

/// A session whose one step is `run:make`; it is stopped after 100 ms.
fn session_of_command(end: Option<ProcessEnd>, ends_at_once: bool) -> Played {
    let mut session = Rehearsal::of_reload(&[]);
    session.plan.steps.clear();
    let processes = Rc::new(FakeProcesses { end, ends_at_once });
    session
        .plan
        .add(RunCommand::new("make", "/project", processes), None);
    session.at(100, Stage::stop_soon);
    session.play()
}

fn end(status: ExitStatus, had_terminal: bool) -> Option<ProcessEnd> {
    Some(ProcessEnd {
        status,
        had_terminal,
        left_others: false,
    })
}

#[test]
fn a_command_succeeds_with_status_zero_and_is_interrupted_by_ctrl_c_only() {
    #[rustfmt::skip]
    let cases = [
        // how it ends,                     the step,      the session
        (end(status::exited(0), false),     "ok",          Terminate),
        (end(status::exited(1), false),     "failed",      Terminate),
        (end(status::exited(130), true),    "failed",      Terminate),
        (end(status::interrupted(), false), "interrupted", Terminate),
        (end(status::interrupted(), true),  "interrupted", Interrupt),
        (None,                              "failed",      Terminate),
    ];
    for (end, step, why) in cases {
        let played = session_of_command(end, true);
        let story = format!("#1, run:make {step}, #1 {step}");
        assert_eq!(played.story(), story, "{end:?}");
        assert_eq!(played.ending, Ending::Stopped(why), "{end:?}");
    }
}

#[test]
fn a_commands_failure_says_which_command_and_how_it_ended() {
    let failed = end(status::exited(3), false);
    let cases = [
        (failed, format!("`make` ended with {}", status::exited(3))),
        (None, "cannot start `make`: entity not found".to_owned()),
    ];
    for (end, message) in cases {
        let played = session_of_command(end, true);
        let failure = played.reports[0].steps[0].outcome.failure();
        assert_eq!(failure.unwrap().message, message);
    }
}

#[test]
fn a_stop_interrupts_the_command_and_not_the_worker() {
    let played = session_of_command(end(status::interrupted(), false), false);
    assert_eq!(played.times_of("run:make interrupted"), [100]);
    assert_eq!(
        played.story(),
        "#1, run:make interrupted, #1 interrupted",
        "nothing of the worker's"
    );
}
