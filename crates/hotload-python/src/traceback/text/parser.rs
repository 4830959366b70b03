//! Decides which part of the text a line belongs to.

use regex::bytes::Regex;

use crate::traceback::raised::Traceback;

use super::inside::Inside;
use super::lines::Line;
use super::outside::Outside;
use super::passing;

/// Takes lines and returns tracebacks.
pub(super) struct Parser {
    outside: Outside,
    inside: Option<Inside>,
    /// How many lines have been taken since something began or lines were skipped.
    taken: usize,
    /// How many have to be taken before others are skipped.
    patience: usize,
}

impl Parser {
    pub(super) fn new(patience: usize) -> Self {
        Self {
            outside: Outside::default(),
            inside: None,
            taken: 0,
            patience,
        }
    }

    /// Takes the next line. Returns the traceback that ended before it, if one did.
    pub(super) fn take(&mut self, line: Line<'_>) -> Option<Traceback> {
        self.taken += 1;
        let Some(inside) = &mut self.inside else {
            if let Some(inside) = self.outside.take(line) {
                self.inside = Some(inside);
                self.taken = 0;
            }
            return None;
        };
        if inside.take(line) {
            return None;
        }
        let ended = self.inside.take();
        self.inside = self.outside.take(line);
        self.taken = 0;
        ended?.finish()
    }

    /// A pattern for the next line that matters, if all lines before it can be skipped now.
    pub(super) fn stops(&self) -> Option<&'static Regex> {
        if self.taken < self.patience {
            return None;
        }
        match &self.inside {
            None => (!self.outside.counts_lines()).then(passing::stops_outside),
            Some(Inside::Story(story)) => {
                let is_message = story.is_in_message_alone();
                is_message.then(passing::stops_in_message)
            }
            Some(Inside::Crash(_)) => None,
        }
    }

    /// Takes lines, each ending with a line feed, that do not match that pattern.
    pub(super) fn pass(&mut self, lines: &[u8]) {
        self.taken = 0;
        match &mut self.inside {
            None => self.outside.pass(lines),
            Some(Inside::Story(story)) => story.pass(lines),
            Some(Inside::Crash(_)) => {}
        }
    }

    /// The text ends here.
    pub(super) fn finish(self) -> Option<Traceback> {
        self.inside?.finish()
    }
}
