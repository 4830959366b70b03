//! A chain of exceptions while it is read: an exception, the one that it led to, and so on.

use std::borrow::Cow;

use crate::traceback::raised::Relation;

use super::draft::Draft;
use super::grammar::{self, ENTRY};
use super::lines::{Line, decoded};
use super::message::Message;
use super::starts::ends_message;
use super::tree::Chain;

/// How many lines a file name may span.
const LONGEST_NAME: usize = 4;

/// One chain of exceptions.
#[derive(Default)]
pub(super) struct Level {
    chain: Chain,
    draft: Draft,
    state: LevelState,
    /// The beginning of an entry whose file name contains a line feed, and how many lines that is.
    broken_entry: Option<(String, usize)>,
}

/// What the next line can be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum LevelState {
    /// The first line of an exception.
    #[default]
    Start,
    /// A frame, something below a frame, or the exception.
    Frames,
    /// Part of the message.
    Message,
    /// The exception is complete. Only another one that it led to can follow.
    Closed,
    /// What follows the sentence between two exceptions; whether an empty line came after it.
    Sentence { relation: Relation, is_apart: bool },
}

impl Level {
    pub(super) fn new(draft: Draft, state: LevelState) -> Self {
        Self {
            draft,
            state,
            ..Self::default()
        }
    }

    pub(super) fn is_within_exception(&self) -> bool {
        matches!(self.state, LevelState::Message | LevelState::Frames)
    }

    pub(super) fn is_in_message(&self) -> bool {
        self.state == LevelState::Message
    }

    /// Takes more lines of a message, each ending with a line feed.
    pub(super) fn pass(&mut self, lines: &[u8]) {
        if let Some(message) = self.draft.message() {
            message.add_lines(lines);
        }
    }

    /// Adds a member to its last exception, which is a group.
    pub(super) fn add_member(&mut self, member: Chain) {
        self.chain.add_member(member);
    }

    pub(super) fn finish(mut self) -> Chain {
        self.end_exception();
        self.chain
    }

    /// Frames that no exception has followed get this one.
    pub(super) fn end_with(&mut self, name: &str, message: Message) {
        if self.state == LevelState::Frames && self.chain.is_empty() {
            self.draft.set_exception(name, message);
        }
    }

    /// Nothing more follows about the exception.
    pub(super) fn close(&mut self) {
        self.end_exception();
        if !matches!(self.state, LevelState::Sentence { .. }) {
            self.state = LevelState::Closed;
        }
    }

    fn end_exception(&mut self) {
        let draft = std::mem::take(&mut self.draft);
        if !draft.is_empty() {
            self.chain.push(draft);
        }
    }

    /// Takes the next line; false if it does not belong to it, so that the chain has ended.
    pub(super) fn take(&mut self, line: Line<'_>, is_quoted: bool, is_member: bool) -> bool {
        match self.state {
            LevelState::Message => self.take_in_message(line, is_quoted),
            LevelState::Frames => self.take_in_frames(line),
            LevelState::Start => self.take_first(line) || is_member,
            LevelState::Closed => self.take_after_exception(line),
            LevelState::Sentence { relation, is_apart } => {
                self.take_after_sentence(line, relation, is_apart)
            }
        }
    }

    /// The header of an exception, or an exception without frames.
    fn take_first(&mut self, line: Line<'_>) -> bool {
        if grammar::is_header(line.bytes) {
            self.state = LevelState::Frames;
            return true;
        }
        let (text, lossy) = decoded(line.bytes);
        if let Some(entry) = grammar::entry(&text) {
            self.draft.add_entry(&entry);
            self.state = LevelState::Frames;
            return true;
        }
        self.take_exception(&text, line.more, lossy)
    }

    fn take_exception(&mut self, text: &str, more: usize, lossy: bool) -> bool {
        let Some((name, message)) = grammar::exception(text) else {
            return false;
        };
        self.state = LevelState::Message;
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

    /// An entry, or part of one whose file name contains a line feed.
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
            self.state = LevelState::Sentence { relation, is_apart };
            return true;
        }
        message.add_line(line);
        true
    }

    /// After an exception that is complete.
    fn take_after_exception(&mut self, line: Line<'_>) -> bool {
        if let Some(relation) = grammar::chain_sentence(line.bytes) {
            let is_apart = false;
            self.state = LevelState::Sentence { relation, is_apart };
            return true;
        }
        line.bytes.is_empty()
    }

    /// After the sentence between two exceptions, unless it turns out that a message contained it.
    fn take_after_sentence(&mut self, line: Line<'_>, relation: Relation, is_apart: bool) -> bool {
        if line.bytes.is_empty() {
            let is_apart = true;
            self.state = LevelState::Sentence { relation, is_apart };
            return true;
        }
        let follows = grammar::is_header(line.bytes)
            || is_apart && grammar::exception(&decoded(line.bytes).0).is_some()
            || is_apart && line.bytes.starts_with(ENTRY.as_bytes());
        if follows {
            self.end_exception();
            self.chain.relate(relation);
            self.state = LevelState::Start;
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
        self.state = LevelState::Message;
        self.take_in_message(line, false)
    }
}

fn relation_sentence(relation: Relation) -> &'static str {
    match relation {
        Relation::Cause => grammar::CAUSE,
        _ => grammar::CONTEXT,
    }
}

/// Whether the file name in an entry may continue in the next line.
fn can_go_on(entry: &str) -> bool {
    !entry.contains("\", line ") && !entry.ends_with(grammar::HEADER)
}
