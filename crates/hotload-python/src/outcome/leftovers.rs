//! What reloads leave behind in an interpreter, and whether it piles up.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Something that a reload can leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leftover {
    /// Threads that still run.
    Threads,
    /// What `atexit` is to call.
    ExitHandlers,
    /// Handlers of all loggers: each writes every record.
    LoggingHandlers,
    /// Python functions that are called for signals.
    SignalHandlers,
    /// Event loops of `asyncio` that are not closed.
    EventLoops,
    /// Classes of earlier texts that are still in use, mostly by instances.
    OldClasses,
}

/// How many there are of each; none of what is not in it.
pub type Counts = BTreeMap<Leftover, usize>;

/// What has piled up from cycle to cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pile {
    /// Of what.
    pub leftover: Leftover,
    /// How many by now.
    pub count: usize,
    /// Whether an earlier cycle has shown that it is one.
    pub is_known: bool,
}

/// How many cycles in a row a pile has to grow in before it is one.
const GROWS: usize = 2;

/// The counts of the last cycles of one interpreter.
#[derive(Debug, Default)]
pub struct Piles {
    /// By the number of the cycle.
    counts: BTreeMap<u64, Counts>,
    /// The last cycle in which each kind was reported.
    reported: BTreeMap<Leftover, u64>,
}

impl Piles {
    /// Takes what there is after a step of a cycle; returns what has piled up and grows, each kind once
    /// in a cycle.
    pub fn count(&mut self, cycle: u64, counts: Counts) -> Vec<Pile> {
        self.counts.insert(cycle, counts);
        while self.counts.len() > GROWS + 1 {
            self.counts.pop_first();
        }
        let mut piles = self.growing();
        piles.retain_mut(|pile| {
            let before = self.reported.insert(pile.leftover, cycle);
            pile.is_known = before.is_some();
            before != Some(cycle)
        });
        piles
    }

    /// Another interpreter has none.
    pub fn forget(&mut self) {
        self.counts.clear();
    }

    /// By the last cycles that were counted: a count may come after the next cycle has begun.
    fn growing(&self) -> Vec<Pile> {
        let Some(now) = self.counts.values().last() else {
            return Vec::new();
        };
        let count = |counts: &Counts, leftover| counts.get(&leftover).copied().unwrap_or(0);
        let grows = |leftover| {
            let counts: Vec<usize> = self
                .counts
                .values()
                .map(|counts| count(counts, leftover))
                .collect();
            counts.len() > GROWS && counts.is_sorted_by(|before, after| before < after)
        };
        let growing = now.iter().filter(|(leftover, _)| grows(**leftover));
        growing
            .map(|(&leftover, &count)| Pile {
                leftover,
                count,
                is_known: false,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Leftover, Pile, Piles};

    /// Cycles, and how many threads there were after a step of each.
    type Told<'t> = &'t [(u64, usize)];

    fn threads(count: usize) -> Counts {
        Counts::from([(Leftover::Threads, count), (Leftover::ExitHandlers, 4)])
    }

    #[test]
    fn what_grows_in_two_cycles_in_a_row_has_piled_up_and_is_reported_once_a_cycle() {
        let pile = |count, is_known| {
            vec![Pile {
                leftover: Leftover::Threads,
                count,
                is_known,
            }]
        };
        #[rustfmt::skip]
        let cases: [(Told<'_>, Vec<Pile>); 7] = [
            (&[(1, 1), (2, 2), (3, 3)],                 pile(3, false)),
            (&[(1, 1), (2, 2), (3, 3), (4, 4)],         pile(4, true)),
            (&[(1, 1), (2, 2), (3, 3), (3, 4)],         vec![]),
            // Several targets in one cycle.
            (&[(1, 1), (1, 2), (1, 3), (2, 4)],         vec![]),
            (&[(1, 1), (2, 2), (3, 2), (4, 3)],         vec![]),
            // A count that has come late is the next cycle's, and replaced by its own.
            (&[(1, 1), (3, 2), (3, 3), (4, 4)],         pile(4, false)),
            (&[(4, 0), (5, 1), (6, 2)],                 pile(2, false)),
        ];
        for (told, expected) in cases {
            let mut piles = Piles::default();
            let mut last = Vec::new();
            for (cycle, count) in told {
                last = piles.count(*cycle, threads(*count));
            }
            assert_eq!(last, expected, "{told:?}");
        }
    }
}
