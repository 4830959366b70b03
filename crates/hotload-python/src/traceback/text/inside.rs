//! What is being read: a traceback, or the report of a death.

use crate::traceback::raised::Traceback;

use super::crash::Crash;
use super::lines::Line;
use super::story::Story;

/// What is being read.
pub(super) enum Inside {
    Story(Box<Story>),
    Crash(Box<Crash>),
}

impl Inside {
    /// Takes a line that belongs to it; false if it has ended before that line.
    pub(super) fn take(&mut self, line: Line<'_>) -> bool {
        match self {
            Self::Story(story) => story.take(line),
            Self::Crash(crash) => crash.take(line),
        }
    }

    pub(super) fn finish(self) -> Option<Traceback> {
        match self {
            Self::Story(story) => story.finish(),
            Self::Crash(crash) => crash.finish(),
        }
    }
}
