//! A traceback while it is read: its exceptions, their causes, and the members of groups.

use crate::traceback::raised::{Circumstances, Phase, Relation, Traceback};

use super::draft::Draft;
use super::grammar::{self, Announcement, Entry, Rule};
use super::level::{Level, State};
use super::lines::{Line, decoded};
use super::log::{self, LogLine};
use super::message::Message;
use super::prefix::{Cut, Prefix};

/// Python prints 10 levels of groups unless it is told otherwise.
const DEEPEST: usize = 30;

/// How many members of groups are kept, at all levels.
const MOST_MEMBERS: usize = 200;

/// Of so many lines of other programs in a row, the next one ends a traceback: nobody waits longer for it.
const MOST_FOREIGN: usize = 100;

/// A traceback so far.
pub(super) struct Story {
    circumstances: Circumstances,
    prefix: Prefix,
    /// Whether lines have the margins of a group.
    is_group: bool,
    /// Whether it stands between `"""`, as one that came from another process.
    is_quoted: bool,
    /// What kind of line of a log stands above it.
    log: Option<LogLine>,
    /// The outermost first; each further one is a member of the last exception of the one before.
    levels: Vec<Level>,
    members: usize,
    /// The exception, where it stands above the header: `[ERROR] KeyError: 'x'`.
    above: Option<(String, Message)>,
    /// So many lines in a row were other programs'.
    foreign: usize,
}

impl Story {
    /// Begins with a header, which has something in front of it, and a line above it.
    pub(super) fn new(
        before: &[u8],
        is_group: bool,
        above: &[u8],
        announcement: Option<Announcement>,
    ) -> Self {
        Self {
            prefix: Prefix::new(before),
            is_group,
            is_quoted: above == b"\"\"\"",
            log: log::kind(above),
            above: exception_above(above),
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
        Self {
            circumstances: Circumstances {
                phase,
                thread,
                ..Circumstances::default()
            },
            prefix: Prefix::None,
            is_group: false,
            is_quoted: false,
            log: None,
            levels: vec![Level::new(draft, state)],
            members: 0,
            above: None,
            foreign: 0,
        }
    }

    /// Takes a line that belongs to it; false if it has ended.
    pub(super) fn take(&mut self, line: Line<'_>) -> bool {
        let mut bytes = match self.prefix.cut(line.bytes) {
            Cut::Behind(bytes) => bytes,
            Cut::Foreign => {
                self.foreign += 1;
                return self.foreign <= MOST_FOREIGN;
            }
            Cut::Ended => return false,
        };
        self.foreign = 0;
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
        if !is_member && self.is_next_in_log(bytes) {
            return false;
        }
        let is_quoted = self.is_quoted;
        let more = line.more;
        let Some(level) = self.levels.last_mut() else {
            return false;
        };
        let taken = level.take(Line { bytes, more }, is_quoted, is_member);
        self.is_group |= taken && is_group_header(bytes);
        taken
    }

    /// Whether lines are parts of a message and nothing else, and have nothing in front of them.
    pub(super) fn is_in_message_alone(&self) -> bool {
        let is_plain = self.prefix == Prefix::None && !self.is_group;
        is_plain && matches!(self.levels.as_slice(), [level] if level.is_in_message())
    }

    /// More lines of that message.
    pub(super) fn pass(&mut self, lines: &[u8]) {
        if let Some(level) = self.levels.last_mut() {
            level.pass(lines);
        }
    }

    /// Whether the log goes on with this line, as far as its beginning tells.
    fn is_next_in_log(&self, bytes: &[u8]) -> bool {
        let kind = log::kind(bytes);
        // Where each line has a time, a line of the log has something behind it.
        kind.is_some() && (kind == self.log || self.prefix.has_time())
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
                group.add_member(member);
            }
        }
    }

    fn is_within_exception(&self) -> bool {
        self.levels.last().is_some_and(Level::is_within_exception)
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
        if let (Some((name, message)), Some(level)) = (self.above.take(), self.levels.last_mut()) {
            level.end_with(&name, message);
        }
        let chain = self.levels.pop()?.finish();
        let left_out = chain.forgotten();
        let raised = chain.finish();
        let circumstances = self.circumstances;
        (!raised.is_empty()).then_some(Traceback {
            circumstances,
            raised,
            left_out,
        })
    }
}

fn is_group_header(bytes: &[u8]) -> bool {
    grammar::is_header(bytes) && bytes.starts_with(grammar::GROUP.as_bytes())
}

/// AWS Lambda prints the exception above the header, and none at the end.
fn exception_above(line: &[u8]) -> Option<(String, Message)> {
    if !line.contains(&b'[') {
        return None;
    }
    let (text, lossy) = decoded(line);
    let (_, exception) = text.split_once("[ERROR] ")?;
    let (name, message) = grammar::exception(exception)?;
    Some((name.to_owned(), Message::new(message, 0, lossy)))
}
