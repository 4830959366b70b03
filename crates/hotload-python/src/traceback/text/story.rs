//! A traceback while it is read: its exceptions, their causes, and the members of groups.

use std::borrow::Cow;

use crate::traceback::raised::{Circumstances, Origin, Phase, Relation, Traceback};

use super::draft::Draft;
use super::grammar::{self, Announcement, ENTRY, Entry, Rule};
use super::lines::{Line, decoded};
use super::message::Message;
use super::outside::ends_message;
use super::prefix::Prefix;
use super::tree::Chain;

/// Python prints 10 levels of groups unless it is told otherwise.
const DEEPEST: usize = 30;

/// How many members of groups are kept, at all levels.
const MOST_MEMBERS: usize = 200;

/// A file name that goes over several lines is looked for in so many.
const LONGEST_NAME: usize = 4;

/// A traceback so far.
pub(super) struct Story {
    circumstances: Circumstances,
    prefix: Prefix,
    /// Whether lines have the margins of a group.
    is_group: bool,
    /// Whether it stands between `"""`, as one that came from another process.
    is_quoted: bool,
    /// The outermost first; each further one is a member of the last exception of the one before.
    levels: Vec<Level>,
    members: usize,
}

/// One chain of exceptions.
#[derive(Default)]
struct Level {
    chain: Chain,
    draft: Draft,
    state: State,
    /// The beginning of an entry whose file name has a line feed.
    broken_entry: Option<(String, usize)>,
}

/// What a line can be now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
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

impl Story {
    /// Begins with a header, which has something in front of it.
    pub(super) fn new(
        before: &[u8],
        is_group: bool,
        is_quoted: bool,
        announcement: Option<Announcement>,
    ) -> Self {
        Self {
            prefix: Prefix::new(before),
            is_group,
            is_quoted,
            ..Self::with(Draft::default(), State::Frames, announcement)
        }
    }

    /// Begins with a frame, or with the place of a syntax error.
    pub(super) fn of_entry(entry: &Entry<'_>, announcement: Option<Announcement>) -> Self {
        let is_stack = announcement.as_ref().is_some_and(|before| before.is_stack);
        let mut draft = if is_stack {
            Draft::of_stack()
        } else {
            Draft::default()
        };
        draft.add_entry(entry);
        Self::with(draft, State::Frames, announcement)
    }

    /// Begins with an exception.
    pub(super) fn bare(name: &str, message: Message, announcement: Option<Announcement>) -> Self {
        Self::with(Draft::of(name, message), State::Message, announcement)
    }

    /// Begins with an exception that has led to another one.
    pub(super) fn after(name: &str, message: Message, relation: Relation) -> Self {
        let is_apart = false;
        Self::with(
            Draft::of(name, message),
            State::Sentence { relation, is_apart },
            None,
        )
    }

    /// Is one line, in 2.7.
    pub(super) fn unraisable(name: &str, message: Message) -> Self {
        let announcement = Announcement::of(Phase::Unraisable);
        Self::with(Draft::of(name, message), State::Closed, Some(announcement))
    }

    fn with(draft: Draft, state: State, announcement: Option<Announcement>) -> Self {
        let (phase, thread) = match announcement {
            Some(announcement) => (announcement.phase, announcement.thread),
            None => (Phase::Run, None),
        };
        let level = Level {
            draft,
            state,
            ..Level::default()
        };
        Self {
            circumstances: Circumstances {
                phase,
                origin: Origin::Text,
                python: None,
                implementation: None,
                thread,
            },
            prefix: Prefix::None,
            is_group: false,
            is_quoted: false,
            levels: vec![level],
            members: 0,
        }
    }

    /// Takes a line that belongs to it; false if it has ended.
    pub(super) fn take(&mut self, line: Line<'_>) -> bool {
        let Some(mut bytes) = self.prefix.cut(line.bytes) else {
            return false;
        };
        if self.is_group {
            if let Some(rule) = grammar::rule(bytes) {
                self.take_rule(&rule);
                return true;
            }
            match grammar::behind_margin(bytes) {
                Some((level, behind)) if level < self.levels.len() => {
                    self.leave_levels(level);
                    bytes = behind;
                }
                // 3.11 and 3.12 draw no margin at what is not the first line of a message, and at the
                // source of a syntax error.
                _ if self.is_within_exception() => {}
                _ => self.leave_group(),
            }
        }
        let is_member = self.levels.len() > 1;
        let is_quoted = self.is_quoted;
        let more = line.more;
        let Some(level) = self.levels.last_mut() else {
            return false;
        };
        let taken = level.take(Line { bytes, more }, is_quoted, is_member);
        self.is_group |= taken && is_group_header(bytes);
        taken
    }

    fn take_rule(&mut self, rule: &Rule) {
        match *rule {
            Rule::End(level) => self.leave_levels(level.saturating_sub(1)),
            Rule::Member(level) if level <= self.levels.len() && level <= DEEPEST => {
                self.leave_levels(level.saturating_sub(1));
                if let Some(group) = self.levels.last_mut() {
                    group.close();
                }
                self.levels.push(Level::default());
            }
            Rule::Member(_) => {}
        }
    }

    /// Ends the levels below this one.
    fn leave_levels(&mut self, level: usize) {
        while self.levels.len() > level + 1 {
            let member = self.levels.pop().map(Level::finish).unwrap_or_default();
            if let Some(group) = self.levels.last_mut()
                && self.members < MOST_MEMBERS
            {
                self.members += 1;
                group.chain.add_member(member);
            }
        }
    }

    fn is_within_exception(&self) -> bool {
        let state = self.levels.last().map(|level| level.state);
        matches!(state, Some(State::Message | State::Frames))
    }

    /// A line without a margin stands behind the whole group.
    fn leave_group(&mut self) {
        self.leave_levels(0);
        self.is_group = false;
        if let Some(level) = self.levels.last_mut() {
            level.close();
        }
    }

    pub(super) fn finish(mut self) -> Option<Traceback> {
        self.leave_levels(0);
        let raised = self.levels.pop()?.finish().finish();
        let circumstances = self.circumstances;
        (!raised.is_empty()).then_some(Traceback {
            circumstances,
            raised,
        })
    }
}

impl Level {
    fn finish(mut self) -> Chain {
        self.end_exception();
        self.chain
    }

    /// Nothing more is told of the exception.
    fn close(&mut self) {
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

    fn take(&mut self, line: Line<'_>, is_quoted: bool, is_member: bool) -> bool {
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
            None if lines < LONGEST_NAME && !whole.contains("\", line ") => {
                self.broken_entry = Some((whole.into_owned(), lines));
            }
            None => return false,
        }
        true
    }

    fn take_in_message(&mut self, line: Line<'_>, is_quoted: bool) -> bool {
        if is_quoted && line.bytes == b"\"\"\"" {
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
        let (text, lossy) = decoded(line.bytes);
        if message.has_empty_lines()
            && let Some(relation) = grammar::chain_sentence(&text)
        {
            let is_apart = false;
            self.state = State::Sentence { relation, is_apart };
            return true;
        }
        message.add_line(&text, line.more, lossy);
        true
    }

    /// Behind an exception that has ended.
    fn take_behind(&mut self, line: Line<'_>) -> bool {
        if let Some(relation) = grammar::chain_sentence(&decoded(line.bytes).0) {
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
        message.add_line(relation_sentence(relation), 0, false);
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

fn is_group_header(bytes: &[u8]) -> bool {
    grammar::is_header(bytes) && bytes.starts_with(grammar::GROUP.as_bytes())
}
