//! Which lines about a running step were shown, so that each is shown once.

/// The lines that were shown.
#[derive(Default)]
pub(super) struct Shown {
    lines: Vec<Line>,
}

/// A line about a running step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A save is waiting for the run to end. Shown once per cycle, all others once per step.
    SaveWaits,
    /// The step takes long.
    LongRun,
    /// A signal has stopped the step.
    Stopped,
    /// The step was interrupted, to cut it short.
    Interrupted,
    /// A person stopped the step.
    StoppedByPerson,
    /// The step is still running after it was interrupted to end the session.
    Stubborn,
}

impl Shown {
    /// Marks a line as shown. Returns whether it was not shown before.
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
