//! Which lines about a running step were shown, so that each is shown once.

use std::time::{Duration, Instant};

/// The lines that were shown.
#[derive(Default)]
pub(super) struct Shown {
    lines: Vec<Line>,
    /// The event loop that the step is in, and since when.
    event_loop: Option<(String, Instant)>,
}

/// A line about a running step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A save is waiting for the run to end. Shown once per cycle, all others once per step.
    SaveWaits,
    /// The step takes long.
    LongRun,
    /// The step is in the event loop of a GUI.
    EventLoop,
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

    /// The step has entered the event loop of a GUI, or left it.
    pub(super) fn event_loop(&mut self, name: Option<String>) {
        self.event_loop = name.map(|name| (name, Instant::now()));
    }

    /// Whether the step is in the event loop of a GUI.
    pub(super) fn is_in_loop(&self) -> bool {
        self.event_loop.is_some()
    }

    /// The event loop that the step has been in for this long, if that was not shown before.
    pub(super) fn is_first_in_loop(&mut self, limit: Duration) -> Option<String> {
        let (name, since) = self.event_loop.clone()?;
        (since.elapsed() >= limit && self.is_first(Line::EventLoop)).then_some(name)
    }

    pub(super) fn next_step(&mut self) {
        self.event_loop = None;
        self.lines.retain(|line| *line == Line::SaveWaits);
    }

    pub(super) fn next_cycle(&mut self) {
        self.event_loop = None;
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
