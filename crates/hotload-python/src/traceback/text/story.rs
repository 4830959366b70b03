//! A traceback while it is read: its exceptions, their causes, and the members of groups.

use crate::traceback::raised::{Circumstances, Phase, Relation, Traceback};

use super::draft::Draft;
use super::grammar::{self, Announcement, Entry, Rule};
use super::level::{Level, LevelState};
use super::lines::{Line, decoded};
use super::log::{self, LogLine};
use super::message::Message;
use super::prefix::{Cut, Prefix};

/// How deep groups may be nested. Python prints 10 levels by default.
const DEEPEST: usize = 30;

/// How many members of groups are kept, on all levels together.
const MOST_MEMBERS: usize = 200;

/// After this many consecutive lines from other programs, the traceback is considered finished.
const MOST_FOREIGN: usize = 100;

/// A traceback, as far as it has been read.
pub(super) struct Story {
    circumstances: Circumstances,
    prefix: Prefix,
    /// Whether lines have the margins of a group.
    is_group: bool,
    /// Whether it is between `"""`, as one that came from another process is.
    is_quoted: bool,
    /// The kind of the log line above it.
    log: Option<LogLine>,
    /// The outermost first. Each level is a member of the last exception of the level before it.
    levels: Vec<Level>,
    members: usize,
    /// The exception, if it is above the header: `[ERROR] KeyError: 'x'`.
    above: Option<(String, Message)>,
    /// How many consecutive lines came from other programs.
    foreign: usize,
}

impl Story {
    /// Begins with a header; `before` precedes it in its line, `above` is the line above it.
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
            ..Self::with(Draft::default(), LevelState::Frames, announcement)
        }
    }

    /// Begins with a frame, or with where a source does not compile.
    pub(super) fn of_entry(entry: &Entry<'_>, announcement: Option<Announcement>) -> Self {
        let is_stack = announcement.as_ref().is_some_and(|before| before.is_stack);
        let mut draft = if is_stack {
            Draft::of_stack()
        } else {
            Draft::default()
        };
        draft.add_entry(entry);
        Self::with(draft, LevelState::Frames, announcement)
    }

    /// Begins with an exception.
    pub(super) fn bare(name: &str, message: Message, announcement: Option<Announcement>) -> Self {
        Self::with(Draft::of(name, message), LevelState::Message, announcement)
    }

    /// Begins with an exception that led to another one.
    pub(super) fn after(name: &str, message: Message, relation: Relation) -> Self {
        let is_apart = false;
        Self::with(
            Draft::of(name, message),
            LevelState::Sentence { relation, is_apart },
            None,
        )
    }

    /// Is a single line, in 2.7.
    pub(super) fn unraisable(name: &str, message: Message) -> Self {
        let announcement = Announcement::of(Phase::Unraisable);
        Self::with(
            Draft::of(name, message),
            LevelState::Closed,
            Some(announcement),
        )
    }

    fn with(draft: Draft, state: LevelState, announcement: Option<Announcement>) -> Self {
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

    /// Takes the next line; false if it does not belong to it, so that the traceback has ended.
    pub(super) fn take(&mut self, line: Line<'_>) -> bool {
        let mut bytes = match self.prefix.cut(line.bytes) {
            Cut::Rest(bytes) => bytes,
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
            match grammar::after_margin(bytes) {
                Some((level, after)) if level < self.levels.len() => {
                    self.leave_levels(level);
                    bytes = after;
                }
                // 3.11 and 3.12 draw no margin before further lines of a message, and before the source of
                // a syntax error.
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

    /// Whether the next lines can only be parts of a message, without a prefix or a margin.
    pub(super) fn is_in_message_alone(&self) -> bool {
        let is_plain = self.prefix == Prefix::None && !self.is_group;
        is_plain && matches!(self.levels.as_slice(), [level] if level.is_in_message())
    }

    /// Takes more lines of that message.
    pub(super) fn pass(&mut self, lines: &[u8]) {
        if let Some(level) = self.levels.last_mut() {
            level.pass(lines);
        }
    }

    /// Whether this line continues the log, going by its beginning.
    fn is_next_in_log(&self, bytes: &[u8]) -> bool {
        let kind = log::kind(bytes);
        // If each line has a time before it, a line of the log has something after it.
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

    /// Ends all levels deeper than this one.
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

    /// A line without a margin comes after the whole group.
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
        let left_out = chain.dropped();
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

/// The exception in the line above the header, where AWS Lambda prints it instead of at the end.
fn exception_above(line: &[u8]) -> Option<(String, Message)> {
    if !line.contains(&b'[') {
        return None;
    }
    let (text, lossy) = decoded(line);
    let (_, exception) = text.split_once("[ERROR] ")?;
    let (name, message) = grammar::exception(exception)?;
    Some((name.to_owned(), Message::new(message, 0, lossy)))
}
