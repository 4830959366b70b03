//! What one tick looks at: the hot files each time, and as many others as there is time for.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::watching::change_set::ChangeKind;
use crate::watching::file_system::FileSystem;
use crate::watching::poller::walk::{Listing, was_saved_since};
use crate::watching::poller::{Looks, Poller, Round};
use crate::watching::remark::Remark;
use crate::watching::schedule::LookCost;

/// How long the first walk, or a look at everything, may go on before it lets other things happen.
const SLICE: Duration = Duration::from_millis(1);

/// The time between two repeated listings, of any folders, at the full pace.
const LISTING_INTERVAL: Duration = Duration::from_millis(30);

/// The time between two comparisons of files in use with what ran.
const COMPARE_INTERVAL: Duration = Duration::from_millis(250);

/// When other files than the last one have changed within this time, there may be many: everything
/// is looked at.
const MANY_AT_ONCE: Duration = Duration::from_millis(100);

/// After a look at everything the next one follows after this many times as long as it took,
/// within limits.
const SWEEP_PART: u32 = 4;

/// Sooner there is little news.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

/// A longer pause would be taken for the end of the changes.
const LONGEST_PAUSE: Duration = Duration::from_millis(40);

/// When parts of a tick were last due.
#[derive(Default)]
pub(crate) struct Turns {
    /// Which kind of files is the first to be looked at.
    first: usize,
    listed: Option<Instant>,
    compared: Option<Instant>,
    /// What looks cost: at folders, at hot files and at cold ones.
    costs: [LookCost; 3],
    listing_cost: LookCost,
    /// When the turn of looks at cold files before this one began, and when this one did.
    cold_began: [Option<Instant>; 2],
}

/// A look at everything: the cold files one after the other, as they may be many.
#[derive(Default)]
pub(crate) struct Sweep {
    /// When the one that is going on began.
    began: Option<Instant>,
    is_wanted: bool,
    /// Until when one follows the other, since more files may change.
    repeats_until: Option<Instant>,
    not_before: Option<Instant>,
}

impl Sweep {
    /// Has everything looked at as soon as possible.
    pub(crate) fn want(&mut self) {
        self.is_wanted = true;
    }

    /// Has everything looked at again and again for a while.
    fn want_until(&mut self, until: Instant) {
        self.is_wanted = true;
        self.repeats_until = Some(until);
    }

    /// When it goes on.
    pub(crate) fn due_at(&self, now: Instant) -> Option<Instant> {
        let is_due = self.began.is_some() || self.is_wanted;
        is_due.then_some(self.not_before.unwrap_or(now))
    }

    fn ends(&mut self, now: Instant) {
        if let Some(began) = self.began.take() {
            let took = now.saturating_duration_since(began);
            let pause = (took * SWEEP_PART).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
            self.not_before = Some(now + pause);
            self.is_wanted |= self.repeats_until.is_some_and(|until| now < until);
        }
    }
}

impl<F: FileSystem> Poller<F> {
    /// The files in focus, whatever that takes.
    pub(super) fn look_at_focus(&mut self, round: &mut Round) {
        let started = round.time();
        let looks_before = round.count;
        round.looked_before = self.schedule.last_tick();
        for path in self.hot.focused() {
            self.look_at(&path, round);
        }
        round.looked_before = None;
        let took = round.time().saturating_duration_since(started);
        self.schedule.hot_took(round.count - looks_before, took);
        if let Some(interval) = self.schedule.take_slow() {
            self.remarks.push(Remark::SlowFiles { interval });
        }
    }

    /// As many other files as there is time for: folders, files that are in use, and those that
    /// nothing uses.
    pub(super) fn look_at_others(&mut self, round: &mut Round) {
        // Where one look takes all the time there is, each kind of file has it once in three times.
        self.turns.first = (self.turns.first + 1) % 3;
        for kind in 0..3 {
            let limit = self.schedule.credit() / if kind < 2 { 2 } else { 1 };
            let kind = (self.turns.first + kind) % 3;
            match kind {
                0 => self.in_time(limit, kind, round, Self::folders_in_turn),
                1 => self.in_time(limit, kind, round, Self::hot_in_turn),
                _ => self.in_time(limit, kind, round, Self::cold_in_turn),
            }
        }
        self.list_in_turn(round);
        self.compare_in_turn(round);
    }

    /// Does something that may take this long, and takes what it took from the credit.
    fn in_time(
        &mut self,
        limit: Duration,
        kind: usize,
        round: &mut Round,
        look: impl FnOnce(&mut Self, &mut Round, Instant),
    ) {
        if self.schedule.credit().is_zero() {
            return;
        }
        let (started, looks_before) = (round.time(), round.count);
        look(self, round, started + limit);
        let took = round.time().saturating_duration_since(started);
        let looks = round.count - looks_before;
        if looks > 0 {
            self.schedule.spend(self.turns.costs[kind].of(looks, took));
        }
    }

    fn folders_in_turn(&mut self, round: &mut Round, until: Instant) {
        for _ in 0..self.folders.len() {
            let Some(path) = self.folders.next_in_turn() else {
                return;
            };
            self.look_at_folder(&path, round);
            if round.time() > until {
                return;
            }
        }
    }

    fn hot_in_turn(&mut self, round: &mut Round, until: Instant) {
        for _ in 0..self.hot.len() {
            let Some(path) = self.hot.next_in_turn() else {
                return;
            };
            if !self.hot.is_focused(&path) {
                self.look_at(&path, round);
                self.let_cool(&path, round.now);
            }
            if round.time() > until {
                return;
            }
        }
    }

    /// Makes a file that has not changed for a while a cold one, if nothing uses it.
    fn let_cool(&mut self, path: &Path, now: Instant) {
        let file = self.hot.get(path);
        let stamp = file.and_then(|file| file.stamp_if_settled(now));
        let is_in_folder = path.parent().is_some_and(|it| self.folders.contains(it));
        if let Some(stamp) = stamp.filter(|_| is_in_folder) {
            self.hot.remove(path);
            self.folders.add_cold(path, Some(stamp));
        }
    }

    fn cold_in_turn(&mut self, round: &mut Round, until: Instant) {
        if self.walk.is_over() {
            self.look_at_cold(round, until);
        }
    }

    /// Goes on with the first walk, or with looks at everything, for a moment.
    pub(super) fn sweep(&mut self, round: &mut Round) {
        let until = round.time() + SLICE;
        let clock = round.clock;
        if !self.walk_on(round, || clock() < until) {
            return;
        }
        if std::mem::take(&mut self.sweep.is_wanted) && self.sweep.began.is_none() {
            self.sweep.began = Some(round.now);
            self.folders.begin_cold_turn();
            self.look_at_all_but_cold(round);
        }
        if self.look_at_cold(round, until) {
            self.walk.has_unseen = false;
            if self.sweep.began.is_some() && self.hot.has_unfinished() {
                // They are being replaced, and missing for the moment.
                self.sweep.want();
            }
            self.sweep.ends(round.time());
        }
    }

    /// Looks at all hot files and all folders. With many files there is no time to compare content.
    pub(super) fn look_at_all_but_cold(&mut self, round: &mut Round) {
        for path in self.hot.paths() {
            if !self.hot.has_known_stamp(&path, &self.file_system) {
                self.look_at(&path, round);
            }
        }
        for path in self.folders.paths() {
            self.look_at_folder(&path, round);
        }
    }

    /// Looks at cold files in their turn. Returns whether it came to the end of one.
    fn look_at_cold(&mut self, round: &mut Round, until: Instant) -> bool {
        let clock = round.clock;
        let was_saved = was_saved_since(self.walk.began(), &self.file_system);
        let goes_on = || clock() <= until;
        let looks = self
            .folders
            .look_at_cold(&self.file_system, was_saved, goes_on);
        // What differs was last looked at in the turn before this one.
        round.looked_before = self.turns.cold_began[0];
        round.count += looks.count;
        for path in &looks.differ {
            self.look_at(path, round);
        }
        round.looked_before = None;
        if looks.is_turn_over {
            self.turns.cold_began = [self.turns.cold_began[1], Some(round.now)];
        }
        looks.is_turn_over
    }

    /// A file has changed.
    pub(super) fn found(&mut self, path: &Path, kind: ChangeKind, round: &mut Round) {
        if kind != ChangeKind::Removed && self.is_known_by_another_name(path) {
            return;
        }
        self.renew_hints(path);
        self.schedule.sign(round.now);
        self.hot.focus(path);
        if round.looks == Looks::Polling {
            if let Some(looked) = round.looked_before
                && kind != ChangeKind::Removed
            {
                self.hints.polling_found(path, looked, round.now);
            }
            let is_one_of_many = self.last_found.as_ref().is_some_and(|(other, found)| {
                other != path && round.now.saturating_duration_since(*found) < MANY_AT_ONCE
            });
            if is_one_of_many {
                self.sweep.want_until(round.now + MANY_AT_ONCE);
            }
        }
        self.last_found = Some((path.to_path_buf(), round.now));
        round.changes.insert(path.to_path_buf(), kind);
    }

    /// Whether this version of a file that nothing uses was noticed, or has run, under another name: a
    /// link leads to it.
    fn is_known_by_another_name(&mut self, path: &Path) -> bool {
        let Some(file) = self.hot.get(path) else {
            return false;
        };
        let (Some(stamp), is_in_use) = (file.stamp(), file.is_in_use()) else {
            return false;
        };
        let is_known = !is_in_use && self.names.has_another(path, stamp, &self.file_system);
        self.names.note(path, stamp);
        is_known
    }

    /// The folder of a file in use may be another one by now: a link leads elsewhere.
    fn renew_hints(&mut self, path: &Path) {
        if let Some(folder) = path.parent()
            && !self.folders.contains(folder)
            && self.file_system.resolve(folder) != folder
        {
            self.hints.watch(folder);
        }
    }

    /// Lists one folder whose stamp has been the same for a while: not every file system changes it.
    fn list_in_turn(&mut self, round: &mut Round) {
        let interval = LISTING_INTERVAL * self.slowness(round.now);
        if !is_due(&mut self.turns.listed, interval, round.now) {
            return;
        }
        if let Some(path) = self.folders.next_listing(round.now) {
            let started = round.time();
            self.list(&path, Listing::ForNames, round);
            let took = round.time().saturating_duration_since(started);
            // It comes in any case, and takes from what is left for others.
            self.schedule.spend(self.turns.listing_cost.of(1, took));
        }
    }

    fn slowness(&self, now: Instant) -> u32 {
        let is_notified = self.hints.works_since().is_some();
        self.schedule.slowness(now, is_notified)
    }

    /// Compares a file that was written, if its stamp would not show a save under the old time.
    pub(super) fn compare_hinted(&mut self, path: &Path, round: &mut Round) {
        if let Some(file) = self.hot.get_mut(path)
            && file.compare_hinted(path, round.now, &self.file_system)
        {
            self.found(path, ChangeKind::Modified, round);
        }
    }

    /// Compares one file in use with what ran, whatever its stamp says.
    fn compare_in_turn(&mut self, round: &mut Round) {
        let interval = COMPARE_INTERVAL * self.slowness(round.now);
        if !is_due(&mut self.turns.compared, interval, round.now) {
            return;
        }
        let Some(path) = self.hot.next_to_compare() else {
            return;
        };
        if let Some(file) = self.hot.get_mut(&path)
            && file.compare(&path, round.now, &self.file_system)
        {
            self.found(&path, ChangeKind::Modified, round);
        }
    }
}

fn is_due(last: &mut Option<Instant>, interval: Duration, now: Instant) -> bool {
    let is_due = last.is_none_or(|last| now.saturating_duration_since(last) >= interval);
    if is_due {
        *last = Some(now);
    }
    is_due
}
