//! Who sees what happens in a session.

use std::path::Path;
use std::time::Duration;

use crate::running::cut::{Cut, CutBy};
use crate::running::input::KeyCommand;
use crate::running::report::{Report, StepReport};
use crate::running::step_name::StepName;
use crate::running::worker::Worker;
use crate::watching::change_set::ChangeSet;
use crate::watching::remark::Remark;

/// A running step.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// How long it has been running.
    pub since: Duration,
    /// Whether a save is waiting for its end.
    pub save_waits: bool,
    /// Whether it has the terminal.
    pub owns_terminal: bool,
    /// Its process, if a signal has stopped that.
    pub stopped: Option<u32>,
}

/// Sees what happens, as it happens, and displays it or writes it down.
///
/// During the warm-up of a worker the number of the cycle is 0.
pub trait Observer<W: Worker> {
    /// Whether a cycle may start now. Saves wait until it may.
    fn may_run(&self) -> bool {
        true
    }
    /// A new worker is warmed up.
    fn warm_up_started(&mut self) {}
    /// A new worker was warmed up.
    fn warmed_up(&mut self, _report: &Report<W::Failure>) {}
    /// A key was pressed, and its command carried out. `paused` is whether saves wait from now on.
    fn key(&mut self, _command: KeyCommand, _paused: bool) {}
    /// So many files are watched by now. Called before each notice.
    fn watches(&mut self, _files: usize) {}
    /// Something about watching that a person may want to know.
    fn watching(&mut self, _remark: Remark) {}
    /// The running step is cut short.
    fn step_cut(&mut self, cycle: u64, cut: Cut, by: CutBy);
    /// A cycle starts. The first one starts without `changes`, or with those that came while the
    /// worker was not ready.
    fn cycle_started(&mut self, cycle: u64, changes: &ChangeSet);
    /// User code takes long to answer a question that belongs to no step.
    fn asking(&mut self) {}
    /// A step starts.
    fn step_started(&mut self, cycle: u64, step: &StepName);
    /// Called often while a step runs.
    fn step_runs(&mut self, run: Run);
    /// Called often while a step is still running that was interrupted this long ago. `kill_in` is
    /// when it is killed, unless a second request comes first.
    fn interrupted_step_runs(&mut self, since: Duration, kill_in: Option<Duration>);
    /// A step ended, or was skipped.
    fn step_ended(&mut self, cycle: u64, step: &StepReport<W::Failure>);
    /// A file has changed in several cycles in a row: it looks as if they change it. No further one
    /// starts because of that.
    fn changes_itself(&mut self, _file: &Path) {}
    /// A cycle ended.
    fn cycle_ended(&mut self, report: &Report<W::Failure>);
    /// The worker reports something. `cycle` is the running or the last one.
    fn notice(&mut self, cycle: u64, notice: W::Notice);
}
