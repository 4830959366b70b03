//! Outside tracebacks: finds where the next one starts.

use crate::traceback::raised::Relation;

use super::crash::Crash;
use super::grammar::{self, Announcement, ENTRY, GROUP, HEADER};
use super::inside::Inside;
use super::lines::{Line, decoded};
use super::message::Message;
use super::recent::Recent;
use super::starts::may_start;
use super::story::Story;

/// How many lines there may be between an announcement and its traceback.
const ANNOUNCED: u8 = 3;

/// What the lines before a traceback say.
#[derive(Default)]
pub(super) struct Outside {
    /// The last lines, which may contain a cause without frames.
    recent: Recent,
    announced: Option<(Announcement, u8)>,
}

impl Outside {
    /// Takes a line that may start something.
    pub(super) fn take(&mut self, line: Line<'_>) -> Option<Inside> {
        let inside = self.start(line);
        match inside {
            Some(_) => {
                self.recent.clear();
                self.announced = None;
            }
            None => self.recent.add(line.bytes),
        }
        inside
    }

    /// Whether every line has to be seen, to count how far a traceback is from its announcement.
    pub(super) fn counts_lines(&self) -> bool {
        self.announced.is_some()
    }

    /// Lines in which nothing starts.
    pub(super) fn pass(&mut self, lines: &[u8]) {
        self.recent.add_all(lines);
    }

    fn start(&mut self, line: Line<'_>) -> Option<Inside> {
        let bytes = line.bytes;
        if grammar::is_header(bytes) {
            return Some(self.story_below(&bytes[..bytes.len() - HEADER.len()]));
        }
        if bytes.starts_with(ENTRY.as_bytes()) {
            let story = Story::of_entry(&grammar::entry(&decoded(bytes).0)?, self.announcement());
            return Some(Inside::Story(Box::new(story)));
        }
        if may_start(bytes) {
            let (text, lossy) = decoded(bytes);
            return self.start_by_words(&text, line.more, lossy);
        }
        self.forget_announcement();
        None
    }

    /// A traceback with a header; `before` is what precedes the header in its line.
    fn story_below(&mut self, before: &[u8]) -> Inside {
        let group = before.strip_suffix(GROUP.as_bytes());
        let prefix = group.unwrap_or(before);
        let announcement = grammar::announcement(&decoded(prefix).0);
        let announcement = announcement.or_else(|| self.announcement());
        let above = self.recent.last().unwrap_or_default();
        let story = Story::new(prefix, group.is_some(), above, announcement);
        Inside::Story(Box::new(story))
    }

    fn start_by_words(&mut self, text: &str, more: usize, lossy: bool) -> Option<Inside> {
        if let Some(announcement) = grammar::announcement(text) {
            self.announced = Some((announcement, ANNOUNCED));
            return None;
        }
        let story = if let Some(relation) = grammar::chain_sentence(text.as_bytes()) {
            self.after_cause(relation)?
        } else if let Some((name, message)) = grammar::ignored(text) {
            Story::unraisable(name, Message::new(message, more, lossy))
        } else if let Some((name, message)) = grammar::bare_exception(text) {
            Story::bare(
                name,
                Message::new(message, more, lossy),
                self.announcement(),
            )
        } else {
            let crash = Crash::start(text)?;
            return Some(Inside::Crash(Box::new(crash)));
        };
        Some(Inside::Story(Box::new(story)))
    }

    /// A cause that was never raised has no frames, so its type is searched in the lines before.
    fn after_cause(&mut self, relation: Relation) -> Option<Story> {
        let lines = self.recent.lines();
        if !lines.last()?.is_empty() {
            return None;
        }
        let looks =
            |text: &str| text.starts_with(char::is_alphabetic) && text.contains(char::is_uppercase);
        let first = lines.iter().rposition(|bytes| {
            let text = decoded(bytes).0;
            looks(&text) && grammar::exception(&text).is_some()
        })?;
        let (text, lossy) = decoded(lines[first]);
        let (name, message) = grammar::exception(&text)?;
        let mut message = Message::new(message, 0, lossy);
        for bytes in &lines[first + 1..] {
            if bytes.is_empty() {
                message.add_empty_line();
            } else {
                message.add_line(Line { bytes, more: 0 });
            }
        }
        Some(Story::after(name, message, relation))
    }

    fn announcement(&mut self) -> Option<Announcement> {
        self.announced.take().map(|(announcement, _)| announcement)
    }

    fn forget_announcement(&mut self) {
        if let Some((_, lines)) = &mut self.announced {
            *lines -= 1;
            if *lines == 0 {
                self.announced = None;
            }
        }
    }
}
