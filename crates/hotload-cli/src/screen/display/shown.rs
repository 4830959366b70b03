//! Which lines about a running step were shown: each is shown once.

/// The lines about the steps of a cycle that were shown.
#[derive(Default)]
pub(super) struct Shown {
    lines: Vec<Line>,
}

/// A line about a running step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A save is waiting. Once in a cycle.
    SaveWaits,
    /// It is still running.
    LongRun,
    /// A signal has stopped it.
    Stopped,
    /// It was interrupted, to cut it short.
    Interrupted,
    /// It is still running after an interrupt that ends the session.
    Stubborn,
}

impl Shown {
    /// Whether this is the first time, from now on no longer.
    pub(super) fn is_first(&mut self, line: Line) -> bool {
        let is_first = !self.was(line);
        if is_first {
            self.lines.push(line);
        }
        is_first
    }

    pub(super) fn was(&self, line: Line) -> bool {
        self.lines.contains(&line)
    }

    pub(super) fn next_step(&mut self) {
        self.lines.retain(|line| *line == Line::SaveWaits);
    }

    pub(super) fn next_cycle(&mut self) {
        self.lines.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Shown};

    #[test]
    fn a_line_is_shown_once_a_step_and_that_a_save_waits_once_a_cycle() {
        let mut shown = Shown::default();
        assert!(shown.is_first(Line::LongRun) && shown.is_first(Line::SaveWaits));
        assert!(!shown.is_first(Line::LongRun) && !shown.is_first(Line::SaveWaits));
        shown.next_step();
        assert!(shown.is_first(Line::LongRun) && !shown.is_first(Line::SaveWaits));
        shown.next_cycle();
        assert!(shown.is_first(Line::LongRun) && shown.is_first(Line::SaveWaits));
    }
}
