//! What is being read: a traceback, or the report of a crash.

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
    /// Takes the next line; false if it does not belong to it, so that it has ended.
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
