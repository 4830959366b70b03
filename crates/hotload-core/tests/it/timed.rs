//! A poller whose looks take time, on a clock that moves only when it is told to.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use hotload_core::watching::change_set::ChangeSet;
use hotload_core::watching::hints::{Hint, Notifier};
use hotload_core::watching::poller::Poller;
use hotload_core::watching::watch_set::WatchSet;

use crate::fake_disk::FakeDisk;

/// The interval of the command line.
pub(crate) const INTERVAL: Duration = Duration::from_micros(6944);

/// A poller whose looks take time.
pub(crate) struct Timed {
    pub(crate) disk: FakeDisk,
    pub(crate) poller: Poller<FakeDisk>,
    pub(crate) start: Instant,
    /// The time that looks have taken.
    pub(crate) looked: Rc<Cell<Duration>>,
    pub(crate) wakes: usize,
    now: Rc<Cell<Instant>>,
}

/// Takes down the folders that are handed to the operating system.
#[derive(Clone, Default)]
pub(crate) struct Handed(pub(crate) Rc<RefCell<Vec<PathBuf>>>);

impl Notifier for Handed {
    fn watch(&mut self, folder: &Path) {
        self.0.borrow_mut().push(folder.to_path_buf());
    }
}

impl Timed {
    pub(crate) fn new(disk: FakeDisk, watch_set: WatchSet, cost: Duration) -> Self {
        let start = Instant::now();
        let now = Rc::new(Cell::new(start));
        let looked = Rc::new(Cell::new(Duration::ZERO));
        let (time, total) = (Rc::clone(&now), Rc::clone(&looked));
        disk.on_look(move || {
            time.set(time.get() + cost);
            total.set(total.get() + cost);
        });
        let mut poller = Poller::new(disk.clone(), watch_set, start);
        poller.set_interval(INTERVAL);
        Self {
            disk,
            poller,
            start,
            looked,
            wakes: 0,
            now,
        }
    }

    /// Has the operating system say that it reports changes in every folder from now on.
    pub(crate) fn with_notification(mut self) -> Self {
        let handed = Handed::default();
        self.poller.set_notifier(Box::new(handed.clone()));
        self.run_for(Duration::from_millis(500), |_| {});
        for folder in handed.0.take() {
            self.hint(Hint::Watching(folder));
        }
        self.run_for(Duration::from_millis(500), |_| {});
        self
    }

    pub(crate) fn now(&self) -> Instant {
        self.now.get()
    }

    pub(crate) fn millis(&self) -> u128 {
        (self.now() - self.start).as_millis()
    }

    /// Lets so much time pass without a single look.
    pub(crate) fn skip(&mut self, time: Duration) {
        self.now.set(self.now() + time);
    }

    pub(crate) fn hint(&mut self, hint: Hint) {
        self.poller.hint(hint, self.now());
    }

    /// Lets so much time pass, as a session would. `found` sees each change at its time.
    pub(crate) fn run_for(&mut self, time: Duration, mut found: impl FnMut(&ChangeSet)) {
        let end = self.now() + time;
        loop {
            let now = self.now();
            let hint = self.poller.next_hint(now);
            let due = hint.into_iter().chain([self.poller.next_tick(now)]).min();
            let due = due.expect("a tick is always due").max(now);
            if due > end {
                return self.now.set(end.max(now));
            }
            self.now.set(due);
            self.wakes += 1;
            found(&self.wake());
        }
    }

    fn wake(&mut self) -> ChangeSet {
        let time = Rc::clone(&self.now);
        let clock = move || time.get();
        let mut changes = ChangeSet::default();
        if self
            .poller
            .next_hint(clock())
            .is_some_and(|due| due <= clock())
        {
            changes.merge(self.poller.follow_hints(&clock));
        }
        if self.poller.next_tick(clock()) <= clock() {
            changes.merge(self.poller.tick(&clock));
        }
        changes
    }

    /// How long it takes until a change is found, at most so long.
    pub(crate) fn time_until_found(&mut self, most: Duration) -> Option<Duration> {
        let start = self.now();
        while self.now() < start + most {
            let mut is_found = false;
            self.run_for(Duration::from_millis(1), |changes| {
                is_found |= !changes.is_empty();
            });
            if is_found {
                return Some(self.now() - start);
            }
        }
        None
    }

    /// What share of the time looks take, and how often the process wakes in a second, from now on.
    pub(crate) fn load_during(&mut self, time: Duration) -> (f64, f64) {
        let (looked, wakes) = (self.looked.get(), self.wakes);
        self.run_for(time, |changes| assert!(changes.is_empty(), "{changes}"));
        let took = (self.looked.get() - looked).as_secs_f64();
        #[allow(clippy::cast_precision_loss, reason = "few wakes")]
        let woke = (self.wakes - wakes) as f64;
        (took / time.as_secs_f64(), woke / time.as_secs_f64())
    }
}
