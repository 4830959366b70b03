//! Which part of the text a line belongs to.

use crate::traceback::raised::Traceback;

use super::crash::Crash;
use super::lines::Line;
use super::outside::Outside;
use super::story::Story;

/// Takes lines and gives tracebacks.
#[derive(Default)]
pub(super) struct Parser {
    outside: Outside,
    inside: Option<Inside>,
}

/// What is being read.
pub(super) enum Inside {
    Story(Box<Story>),
    Crash(Box<Crash>),
}

impl Parser {
    /// Takes the next line; gives the traceback that ends before it.
    pub(super) fn take(&mut self, line: Line<'_>) -> Option<Traceback> {
        if let Some(inside) = &mut self.inside
            && inside.take(line)
        {
            return None;
        }
        let ended = self.inside.take();
        self.inside = self.outside.take(line);
        ended?.finish()
    }

    /// The text ends here.
    pub(super) fn finish(self) -> Option<Traceback> {
        self.inside?.finish()
    }
}

impl Inside {
    /// Takes a line that belongs to it; false if it has ended before that line.
    fn take(&mut self, line: Line<'_>) -> bool {
        match self {
            Self::Story(story) => story.take(line),
            Self::Crash(crash) => crash.take(line),
        }
    }

    fn finish(self) -> Option<Traceback> {
        match self {
            Self::Story(story) => story.finish(),
            Self::Crash(crash) => crash.finish(),
        }
    }
}
