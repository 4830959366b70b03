//! Who is told what happens in a session.

use std::time::Duration;

use crate::change_set::ChangeSet;
use crate::report::{Report, StepReport};
use crate::worker::Worker;

/// Told what happens, as it happens; shows it or writes it down.
pub trait Observer<W: Worker> {
    /// A cycle starts. The first one starts without `changes`, or with those that came while the
    /// worker was not ready.
    fn cycle_started(&mut self, cycle: u64, changes: &ChangeSet);
    /// A step starts.
    fn step_started(&mut self, cycle: u64, step: &str);
    /// Called often while a step runs; `save_waits` is whether a save came meanwhile.
    fn step_runs(&mut self, since: Duration, save_waits: bool);
    /// Called often while a step runs that was interrupted this long ago.
    fn interrupted_step_runs(&mut self, since: Duration);
    /// A step ended, or was left out.
    fn step_ended(&mut self, cycle: u64, step: &StepReport<W::Failure>);
    /// A cycle ended.
    fn cycle_ended(&mut self, report: &Report<W::Failure>);
    /// The worker has something to tell. `cycle` is the running or the last one.
    fn notice(&mut self, cycle: u64, notice: W::Notice);
}
