//! How often to look, and for how long: the poller's pace, and the time that it may take.
//!
//! Costs are measured, not guessed. What a look takes differs by a factor of a thousand between a
//! local disk and a network share.

use std::time::{Duration, Instant};

/// How long after a sign of a save the next one is expected: the full pace is kept up.
const QUIET_AFTER: Duration = Duration::from_secs(60);

/// The same while the system reports changes.
const SETTLED_AFTER: Duration = Duration::from_millis(200);

/// How often the hot files are looked at when there has been no save for a while.
const QUIET_INTERVAL: Duration = Duration::from_millis(50);

/// How often the hot files are looked at while the system reports changes.
const SAFETY_NET_INTERVAL: Duration = Duration::from_millis(100);

/// While user code runs, hot files are looked at this many times less often.
const REDUCED: u32 = 10;

/// Hot files take at most one part in this many of the time: where a look is slow, the interval
/// grows.
const HOT_PART: u32 = 4;

/// Looks that take up to this many times as long as usual are charged in full.
const BELIEVED: u32 = 4;

/// Of the time beyond that, one part in this many is charged.
const DOUBTED: u32 = 8;

/// Time that was not used is kept for later, as much as accrues in this time.
const SAVED_UP: Duration = Duration::from_millis(200);

/// After this many ticks in a row at less than half the pace, the files count as slow.
const SLOW_TICKS: u32 = 20;

/// How much attention watching gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// As much as it wants.
    Full,
    /// Little: user code runs, and a save would wait for its end.
    Reduced,
}

/// How often to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// A save may come at any time.
    Full,
    /// There has been no save for a while.
    Quiet,
    /// The system reports changes.
    SafetyNet,
    /// User code runs.
    Reduced,
}

impl Pace {
    /// The share of the time that goes to files that are not hot, in millionths.
    fn share(self) -> u32 {
        match self {
            Self::Full => 12_000,
            Self::Quiet | Self::Reduced => 2000,
            Self::SafetyNet => 800,
        }
    }
}

/// What looks of one kind cost.
///
/// The clock also counts the time in which other processes had the processor. Looks that take much
/// longer than usual are therefore charged in part only; if all take that long, it becomes usual.
#[derive(Default)]
pub(crate) struct LookCost {
    usual: Duration,
}

impl LookCost {
    /// What these looks cost, given what they took by the clock.
    pub(crate) fn of(&mut self, looks: usize, took: Duration) -> Duration {
        let looks = u32::try_from(looks.max(1)).unwrap_or(u32::MAX);
        let each = took / looks;
        let (least, most) = (self.usual * 3 / 4, self.usual * 5 / 4);
        self.usual = if self.usual.is_zero() {
            each
        } else {
            each.clamp(least, most)
        };
        let believed = took.min(self.usual.saturating_mul(looks) * BELIEVED);
        believed + (took - believed) / DOUBTED
    }
}

/// How often to look, and how much time is left for files that are not hot.
pub(crate) struct Schedule {
    interval: Duration,
    attention: Attention,
    last_tick: Option<Instant>,
    last_sign: Instant,
    not_before: Option<Instant>,
    /// What the hot files took in the last tick.
    hot_cost: Duration,
    usual_hot_cost: LookCost,
    /// Time for the other files, in nanoseconds; below zero after a look that took long.
    credit: i64,
    slow_ticks: u32,
}

impl Schedule {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            interval: Duration::ZERO,
            attention: Attention::Full,
            last_tick: None,
            last_sign: now,
            not_before: None,
            hot_cost: Duration::ZERO,
            usual_hot_cost: LookCost::default(),
            credit: 0,
            slow_ticks: 0,
        }
    }

    pub(crate) fn set_interval(&mut self, interval: Duration) {
        self.interval = interval;
    }

    pub(crate) fn set_attention(&mut self, attention: Attention) {
        self.attention = attention;
    }

    /// There was a sign of a save: the next one is looked out for at the full pace.
    pub(crate) fn sign(&mut self, now: Instant) {
        self.last_sign = now;
    }

    fn pace(&self, now: Instant, is_notified: bool, is_restless: bool) -> Pace {
        let since = now.saturating_duration_since(self.last_sign);
        if self.attention == Attention::Reduced {
            Pace::Reduced
        } else if is_restless {
            Pace::Full
        } else if is_notified && since >= SETTLED_AFTER {
            Pace::SafetyNet
        } else if since >= QUIET_AFTER {
            Pace::Quiet
        } else {
            Pace::Full
        }
    }

    fn interval_at(&self, pace: Pace) -> Duration {
        let wanted = match pace {
            Pace::Full => self.interval,
            Pace::Quiet => self.interval.max(QUIET_INTERVAL),
            Pace::SafetyNet => self.interval.max(SAFETY_NET_INTERVAL),
            Pace::Reduced => self.interval * REDUCED,
        };
        wanted.max(self.hot_cost * HOT_PART)
    }

    /// A file is being written: a tick that comes sooner would find half of it. No tick waits longer
    /// than the safety net allows.
    pub(crate) fn postpone(&mut self, until: Instant) {
        let latest = self.last_tick.map(|last| last + SAFETY_NET_INTERVAL);
        self.not_before = latest.map(|latest| latest.min(until));
    }

    /// When the next tick is due. `is_restless`: what a look found may be over any moment.
    pub(crate) fn next_tick(&self, now: Instant, is_notified: bool, is_restless: bool) -> Instant {
        let pace = self.pace(now, is_notified, is_restless);
        let next = self
            .last_tick
            .map_or(now, |last| last + self.interval_at(pace));
        self.not_before.map_or(next, |earliest| earliest.max(next))
    }

    /// A tick starts: time for the other files accrues.
    pub(crate) fn tick_starts(&mut self, now: Instant, is_notified: bool, is_restless: bool) {
        let share = self.pace(now, is_notified, is_restless).share();
        let passed = self
            .last_tick
            .map_or(SAVED_UP, |last| now.saturating_duration_since(last));
        let accrued = passed.min(SAVED_UP) * share / 1_000_000;
        let most = SAVED_UP * share / 1_000_000;
        self.credit = self.credit.saturating_add(nanos(accrued)).min(nanos(most));
    }

    /// How many times longer than at the full pace what is done now and then may wait.
    pub(crate) fn slowness(&self, now: Instant, is_notified: bool) -> u32 {
        match self.pace(now, is_notified, false) {
            Pace::Full => 1,
            Pace::Quiet | Pace::SafetyNet | Pace::Reduced => 4,
        }
    }

    pub(crate) fn last_tick(&self) -> Option<Instant> {
        self.last_tick
    }

    /// A tick has ended.
    pub(crate) fn tick_ended(&mut self, now: Instant) {
        self.last_tick = Some(now);
    }

    /// So many looks at hot files took this long.
    pub(crate) fn hot_took(&mut self, looks: usize, took: Duration) {
        let cost = self.usual_hot_cost.of(looks, took);
        self.hot_cost = cost;
        if cost * HOT_PART > self.interval * 2 && !self.interval.is_zero() {
            self.slow_ticks = self.slow_ticks.saturating_add(1);
        } else {
            self.slow_ticks = 0;
        }
    }

    /// How often hot files are looked at, if that is less often than asked for, since the files are
    /// slow. Says so once.
    pub(crate) fn take_slow(&mut self) -> Option<Duration> {
        if self.slow_ticks != SLOW_TICKS {
            return None;
        }
        self.slow_ticks += 1;
        Some(self.hot_cost * HOT_PART)
    }

    /// How much time there is for files that are not hot.
    pub(crate) fn credit(&self) -> Duration {
        Duration::from_nanos(u64::try_from(self.credit).unwrap_or(0))
    }

    /// Other files took this long.
    pub(crate) fn spend(&mut self, cost: Duration) {
        self.credit = self.credit.saturating_sub(nanos(cost));
    }
}

fn nanos(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::LookCost;
    use std::time::Duration;

    #[test]
    fn time_in_which_others_had_the_processor_is_hardly_charged_and_slow_files_are() {
        let fast = Duration::from_micros(100);
        let slow = Duration::from_millis(10);
        let mut cost = LookCost::default();
        for _ in 0..10 {
            assert_eq!(cost.of(100, fast), fast);
        }
        assert!(cost.of(100, slow) < slow / 4);
        assert_eq!(cost.of(100, fast), fast);
        let charged: Vec<_> = (0..30).map(|_| cost.of(100, slow)).collect();
        assert_eq!(charged.last(), Some(&slow));
    }
}
