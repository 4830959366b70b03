//! One chain of exceptions while it is read: an exception, what it has led to, and so on.

use std::borrow::Cow;

use crate::traceback::raised::Relation;

use super::draft::Draft;
use super::grammar::{self, ENTRY};
use super::lines::{Line, decoded};
use super::message::Message;
use super::starts::ends_message;
use super::tree::Chain;

/// A file name that goes over several lines is looked for in so many.
const LONGEST_NAME: usize = 4;

/// One chain of exceptions.
#[derive(Default)]
pub(super) struct Level {
    chain: Chain,
    draft: Draft,
    state: State,
    /// The beginning of an entry whose file name has a line feed.
    broken_entry: Option<(String, usize)>,
}

/// What a line can be now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum State {
    /// The first line of an exception.
    #[default]
    Start,
    /// A frame, something below it, or the exception.
    Frames,
    /// A part of the message.
    Message,
    /// An exception has been told; only another one that it has led to can follow.
    Closed,
    /// The sentence between two exceptions was there, and then an empty line or not.
    Sentence { relation: Relation, is_apart: bool },
}

impl Level {
    pub(super) fn new(draft: Draft, state: State) -> Self {
        Self {
            draft,
            state,
            ..Self::default()
        }
    }

    pub(super) fn is_within_exception(&self) -> bool {
        matches!(self.state, State::Message | State::Frames)
    }

    pub(super) fn is_in_message(&self) -> bool {
        self.state == State::Message
    }

    /// Takes more lines of a message, each with a line feed behind it.
    pub(super) fn pass(&mut self, lines: &[u8]) {
        if let Some(message) = self.draft.message() {
            message.add_lines(lines);
        }
    }

    /// Its last exception is a group that holds this one.
    pub(super) fn add_member(&mut self, member: Chain) {
        self.chain.add_member(member);
    }

    pub(super) fn finish(mut self) -> Chain {
        self.end_exception();
        self.chain
    }

    /// Frames of which no exception has followed end with this one.
    pub(super) fn end_with(&mut self, name: &str, message: Message) {
        if self.state == State::Frames && self.chain.is_empty() {
            self.draft.set_exception(name, message);
        }
    }

    /// Nothing more is told of the exception.
    pub(super) fn close(&mut self) {
        self.end_exception();
        if !matches!(self.state, State::Sentence { .. }) {
            self.state = State::Closed;
        }
    }

    fn end_exception(&mut self) {
        let draft = std::mem::take(&mut self.draft);
        if !draft.is_empty() {
            self.chain.push(draft);
        }
    }

    /// Takes a line that belongs to it; false if it has ended.
    pub(super) fn take(&mut self, line: Line<'_>, is_quoted: bool, is_member: bool) -> bool {
        match self.state {
            State::Message => self.take_in_message(line, is_quoted),
            State::Frames => self.take_in_frames(line),
            State::Start => self.take_first(line) || is_member,
            State::Closed => self.take_behind(line),
            State::Sentence { relation, is_apart } => {
                self.take_after_sentence(line, relation, is_apart)
            }
        }
    }

    /// The header of an exception, or one that has no frames.
    fn take_first(&mut self, line: Line<'_>) -> bool {
        if grammar::is_header(line.bytes) {
            self.state = State::Frames;
            return true;
        }
        let (text, lossy) = decoded(line.bytes);
        if let Some(entry) = grammar::entry(&text) {
            self.draft.add_entry(&entry);
            self.state = State::Frames;
            return true;
        }
        self.take_exception(&text, line.more, lossy)
    }

    fn take_exception(&mut self, text: &str, more: usize, lossy: bool) -> bool {
        let Some((name, message)) = grammar::exception(text) else {
            return false;
        };
        self.state = State::Message;
        self.draft
            .set_exception(name, Message::new(message, more, lossy))
    }

    fn take_in_frames(&mut self, line: Line<'_>) -> bool {
        let (text, lossy) = decoded(line.bytes);
        if let Some(source) = text.strip_prefix("    ") {
            self.draft.add_source(source);
            return true;
        }
        if self.take_entry(&text) {
            return true;
        }
        if let Some(more) = grammar::repetition(&text) {
            self.draft.repeat(more);
            return true;
        }
        self.take_exception(&text, line.more, lossy)
    }

    /// An entry, or the part of one whose file name has a line feed.
    fn take_entry(&mut self, text: &str) -> bool {
        let broken = self.broken_entry.take();
        if broken.is_none() && !text.starts_with(ENTRY) {
            return false;
        }
        let (whole, lines) = match broken {
            Some((before, lines)) => (Cow::Owned(format!("{before}\n{text}")), lines + 1),
            None => (Cow::Borrowed(text), 1),
        };
        match grammar::entry(&whole) {
            Some(entry) => self.draft.add_entry(&entry),
            None if lines < LONGEST_NAME && can_go_on(&whole) => {
                self.broken_entry = Some((whole.into_owned(), lines));
            }
            None => return false,
        }
        true
    }

    fn take_in_message(&mut self, line: Line<'_>, is_quoted: bool) -> bool {
        if is_quoted && line.bytes == b"\"\"\"" {
            self.draft.set_remote();
            self.close();
            return true;
        }
        if ends_message(line.bytes) {
            return false;
        }
        let Some(message) = self.draft.message() else {
            return false;
        };
        if line.bytes.is_empty() {
            message.add_empty_line();
            return true;
        }
        if message.has_empty_lines()
            && let Some(relation) = grammar::chain_sentence(line.bytes)
        {
            let is_apart = false;
            self.state = State::Sentence { relation, is_apart };
            return true;
        }
        message.add_line(line);
        true
    }

    /// Behind an exception that has ended.
    fn take_behind(&mut self, line: Line<'_>) -> bool {
        if let Some(relation) = grammar::chain_sentence(line.bytes) {
            let is_apart = false;
            self.state = State::Sentence { relation, is_apart };
            return true;
        }
        line.bytes.is_empty()
    }

    /// Behind the sentence between two exceptions, unless a message only had the same words.
    fn take_after_sentence(&mut self, line: Line<'_>, relation: Relation, is_apart: bool) -> bool {
        if line.bytes.is_empty() {
            let is_apart = true;
            self.state = State::Sentence { relation, is_apart };
            return true;
        }
        let follows = grammar::is_header(line.bytes)
            || is_apart && grammar::exception(&decoded(line.bytes).0).is_some()
            || is_apart && line.bytes.starts_with(ENTRY.as_bytes());
        if follows {
            self.end_exception();
            self.chain.relate(relation);
            self.state = State::Start;
            return self.take_first(line);
        }
        let Some(message) = self.draft.message() else {
            return false;
        };
        let bytes = relation_sentence(relation).as_bytes();
        message.add_line(Line { bytes, more: 0 });
        if is_apart {
            message.add_empty_line();
        }
        self.state = State::Message;
        self.take_in_message(line, false)
    }
}

fn relation_sentence(relation: Relation) -> &'static str {
    match relation {
        Relation::Cause => grammar::CAUSE,
        _ => grammar::CONTEXT,
    }
}

/// Whether the name in an entry may end in a later line.
fn can_go_on(entry: &str) -> bool {
    !entry.contains("\", line ") && !entry.ends_with(grammar::HEADER)
}
