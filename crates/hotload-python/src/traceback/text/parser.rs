//! Which part of the text a line belongs to.

use regex::bytes::Regex;

use crate::traceback::raised::Traceback;

use super::inside::Inside;
use super::lines::Line;
use super::outside::Outside;
use super::passing;

/// Takes lines and gives tracebacks.
pub(super) struct Parser {
    outside: Outside,
    inside: Option<Inside>,
    /// How many lines have been taken since something began or lines were passed over.
    taken: usize,
    /// How many have to be before others are passed over.
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

    /// Takes the next line; gives the traceback that ends before it.
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

    /// What to look for, if all lines before it can be passed over now.
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

    /// Takes lines, each with a line feed behind it, in which is nothing to stop at.
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
