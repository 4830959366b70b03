//! How a session comes to its end, and its worker with it.

use std::time::{Duration, Instant};

use crate::running::cycle::Next;
use crate::running::input::{Input, Stop, StopReason};
use crate::running::worker::{News, Worker};
use crate::session::clock::Clock;
use crate::session::observer::Observer;
use crate::session::{Ending, Session};
use crate::watching::file_system::FileSystem;

/// How long a killed worker's end is waited for.
const TIME_TO_DIE: Duration = Duration::from_secs(1);

/// A session that ends when its running step has.
pub(super) struct Stopping {
    pub(super) why: StopReason,
    pub(super) since: Instant,
    pub(super) kill_at: Option<Instant>,
}

impl<W, F, C, O> Session<W, F, C, O>
where
    W: Worker,
    F: FileSystem,
    C: Clock,
    O: Observer<W>,
{
    /// Ends a cycle that has steps left.
    pub(super) fn cut_cycle_short(&mut self) {
        if let Some(cycle) = &mut self.cycle {
            if cycle.next(&self.plan, &self.worker) != Next::End {
                cycle.cut_short(self.clock.now());
            }
            self.end_cycle();
        }
    }

    pub(super) fn stop(&mut self, stop: Stop) {
        if self.stopping.is_some() {
            return self.kill();
        }
        let now = self.clock.now();
        self.worker.do_not_replace();
        // A step that is being ended already is not interrupted twice: its `finally` may be running.
        let cutting = self.cutting.take();
        let kill_at = stop.patience.map(|patience| now + patience);
        self.stopping = Some(Stopping {
            why: stop.why,
            since: now,
            kill_at: kill_at.or(cutting.as_ref().and_then(|cutting| cutting.force_at)),
        });
        self.settle_held_failure(now);
        if let (Some(place), Some(cycle), None) = (self.running, &self.cycle, cutting) {
            cycle
                .step(&mut self.plan, place)
                .interrupt(&mut self.worker);
        }
    }

    /// Ends the running step with force, and the session with it.
    pub(super) fn kill(&mut self) {
        if let (Some(place), Some(cycle)) = (self.running.take(), &self.cycle) {
            cycle.step(&mut self.plan, place).kill(&mut self.worker);
        }
        self.worker.kill();
    }

    pub(super) fn end(&mut self, ending: Ending<W::Error>) {
        self.ending.get_or_insert(ending);
    }

    pub(super) fn end_worker(&mut self) {
        self.worker.quit();
        if !self.worker_ends_within(self.settings.time_to_end) {
            self.worker.kill();
            // Whoever survives SIGKILL for this long hangs in the kernel: not ours to wait for.
            let _ = self.worker_ends_within(TIME_TO_DIE);
        }
    }

    fn worker_ends_within(&mut self, limit: Duration) -> bool {
        let deadline = self.clock.now() + limit;
        while !self.worker.is_gone() {
            let left = deadline.saturating_duration_since(self.clock.now());
            if left.is_zero() {
                return false;
            }
            match self.clock.next_input(&self.inputs, left) {
                Ok(Input::Worker(event)) => {
                    // Of what it says on its way out only this still concerns somebody.
                    for item in self.worker.receive(event) {
                        if let News::Notice(notice) = item {
                            self.observer.notice(self.cycles, notice);
                        }
                    }
                }
                Ok(Input::Stop(_)) => self.worker.kill(),
                Ok(Input::StepEnded(..) | Input::Wish(_) | Input::OutputClosed) | Err(_) => {}
            }
        }
        true
    }
}
