//! Finds the tracebacks in any text, whichever version printed them.
//!
//! ```text
//! bytes -> clean -> lines -> parser: outside --.
//!                              ^               +--> story (drafts in a tree of causes and members) --> Traceback
//!                              '---------------+--> crash                                          --> Traceback
//! ```
//!
//! `grammar` says what a line can be, the others what it means in its context. Any bytes are accepted:
//! what is not a traceback is skipped, many lines at a time (`passing`). However long the text is, time is
//! linear and memory is bounded.

mod carets;
mod clean;
mod crash;
mod draft;
mod frames;
mod grammar;
mod inside;
mod level;
mod lines;
mod log;
mod message;
mod names;
mod outside;
mod parser;
mod passing;
mod prefix;
mod recent;
pub mod sources;
mod starts;
mod story;
mod tree;
pub mod utf16;

use std::io::{self, Read};

use crate::traceback::raised::{Origin, Traceback};

use lines::Lines;
use parser::Parser;
use passing::PATIENCE;

/// The tracebacks of a text, in their order.
///
/// # Errors
///
/// When the text cannot be read.
pub fn tracebacks<R: Read>(text: R) -> Tracebacks<R> {
    Tracebacks {
        lines: Lines::new(text),
        parser: Some(Parser::new(PATIENCE)),
    }
}

/// What an interpreter wrote when it died (`faulthandler`); `None` if it wrote nothing.
#[must_use]
pub fn crash(dump: &[u8]) -> Option<Traceback> {
    tracebacks(dump)
        .filter_map(Result::ok)
        .filter(|traceback| traceback.circumstances.origin == Origin::Crash)
        .last()
}

/// See [`tracebacks`].
pub struct Tracebacks<R> {
    lines: Lines<R>,
    /// `None` once the text has been read to its end.
    parser: Option<Parser>,
}

impl<R: Read> Iterator for Tracebacks<R> {
    type Item = io::Result<Traceback>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(parser) = &mut self.parser {
            if let Some(stops) = parser.stops() {
                parser.pass(self.lines.pass_over(stops));
            }
            match self.lines.next() {
                Ok(Some(line)) => {
                    if let Some(traceback) = parser.take(line) {
                        return Some(Ok(traceback));
                    }
                }
                Ok(None) => return self.parser.take()?.finish().map(Ok),
                Err(error) => {
                    self.parser = None;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}
