//! Questions to user code that belong to no step: what a callable in a watch list returns.
//!
//! While one takes long, the session is busy as with a step: a save waits or interrupts it, `--timeout`
//! counts, and Ctrl-C stops it.

use crate::running::cycle::Cycle;
use crate::running::step::RunsIn;
use crate::session::Session;
use crate::session::current::{Current, RunningStep, StepState};
use crate::session::observer::Observer;
use crate::session::parts::Kinds;

impl<K: Kinds> Session<K> {
    /// User code takes long to answer.
    pub(super) fn asking(&mut self) {
        if self.current.is_some() {
            return;
        }
        self.inbox.next_step();
        let mut current = Current::new(Cycle::question(self.cycles, self.now()));
        current.step = StepState::Running(RunningStep {
            index: 0,
            runs_in: RunsIn::Worker,
            cutting: None,
        });
        self.current = Some(current);
        self.parts.observer.asking();
    }

    /// There is an answer, or there will not be one.
    pub(super) fn asked(&mut self) {
        if self.is_asking() {
            self.current = None;
        }
    }

    pub(super) fn is_asking(&self) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|current| current.cycle.is_question())
    }
}
