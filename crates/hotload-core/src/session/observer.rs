//! Who is told what happens in a session.

use std::time::Duration;

use crate::running::cut::{Cut, Measure};
use crate::running::input::Wish;
use crate::running::report::{Report, StepReport};
use crate::running::worker::Worker;
use crate::watching::change_set::ChangeSet;

/// A running step.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// For how long it has been running.
    pub since: Duration,
    /// Whether a save came meanwhile.
    pub save_waits: bool,
    /// Whether it has the terminal.
    pub owns_terminal: bool,
    /// Its process, if a signal has stopped that.
    pub stopped: Option<u32>,
}

/// Told what happens, as it happens; shows it or writes it down.
///
/// The number of a cycle is 0 in what belongs to the warm-up of a worker.
pub trait Observer<W: Worker> {
    /// Whether a cycle may start now. Saves wait until it may.
    fn may_run(&self) -> bool {
        true
    }
    /// A new worker is warmed up.
    fn warm_up_started(&mut self) {}
    /// A new worker was warmed up.
    fn warmed_up(&mut self, _report: &Report<W::Failure>) {}
    /// A person wanted something, and it was done. `paused` is whether saves wait from now on.
    fn wish(&mut self, _wish: Wish, _paused: bool) {}
    /// The running step is ended before its time.
    fn step_cut(&mut self, cycle: u64, cut: Cut, measure: Measure);
    /// A cycle starts. The first one starts without `changes`, or with those that came while the
    /// worker was not ready.
    fn cycle_started(&mut self, cycle: u64, changes: &ChangeSet);
    /// A step starts.
    fn step_started(&mut self, cycle: u64, step: &str);
    /// Called often while a step runs.
    fn step_runs(&mut self, run: Run);
    /// Called often while a step runs that was interrupted this long ago. `kill_in` is when it is
    /// killed if nobody asks a second time.
    fn interrupted_step_runs(&mut self, since: Duration, kill_in: Option<Duration>);
    /// A step ended, or was left out.
    fn step_ended(&mut self, cycle: u64, step: &StepReport<W::Failure>);
    /// A cycle ended.
    fn cycle_ended(&mut self, report: &Report<W::Failure>);
    /// The worker has something to tell. `cycle` is the running or the last one.
    fn notice(&mut self, cycle: u64, notice: W::Notice);
}
