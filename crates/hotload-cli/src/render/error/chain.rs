//! The exceptions that led to the topmost one.

use hotload_python::traceback::raised::Relation;
use hotload_python::traceback::report::{ListedFrame, ReportedException};

use super::look::NARROWEST;
use super::page::{Page, Section};
use super::words::{INDENT, in_our_words, location_in_words, summary};
use crate::render::line::{BAD, HINT};
use crate::render::plain::plain_line;
use crate::render::source_line::{columns, fitting};

/// The most causes that are shown.
const CHAINED: usize = 4;

/// The most members that are shown of a group among the causes.
const MEMBERS_OF_CAUSE: usize = 2;

impl Page<'_> {
    /// The causes, one line each.
    pub(super) fn chain(&self) -> Section {
        let chained: Vec<&ReportedException> = self
            .report
            .exceptions
            .iter()
            .skip(1)
            .take_while(|one| one.exception.relation != Relation::Member)
            .collect();
        let most = if self.look.is_full() {
            chained.len()
        } else {
            CHAINED
        };
        let mut lines = Vec::new();
        for one in chained.iter().take(most) {
            lines.extend(self.chained(one, 0));
            lines.extend(self.hint(one, "  "));
            if self.look.is_full() {
                let frames: Vec<&ListedFrame> = one.frames.iter().rev().collect();
                lines.extend(self.caller_lines(&frames, 0, "from").concat());
            }
            lines.extend(self.members_of(one, "", MEMBERS_OF_CAUSE));
        }
        let unshown = chained.len() - most.min(chained.len());
        let more = unshown as u64 + self.report.exceptions_left_out;
        if more > 0 {
            let plural = if more == 1 { "" } else { "s" };
            let sign = self.look.more();
            lines.push(format!("{sign} {more} earlier exception{plural}"));
        }
        Section::new(lines, 2)
    }

    /// What Python suggests for one that is not the root.
    pub(super) fn hint(&self, one: &ReportedException, indent: &str) -> Option<String> {
        let hint = plain_line(&in_our_words(one.exception.hint.as_deref()?));
        let room = self
            .look
            .width()
            .saturating_sub(indent.len() + "help: ".len());
        let hint = fitting(&hint, room, self.look.more());
        Some(format!("{indent}{HINT}help{HINT:#}: {hint}"))
    }

    /// `caused by: KeyError: 'XYZ' at api/rates.py:28 in find`; on a narrow screen the location is below.
    pub(super) fn chained(&self, one: &ReportedException, indent: usize) -> Vec<String> {
        let word = match one.exception.relation {
            Relation::Context => "while handling",
            _ => "caused by",
        };
        let (width, more) = (self.look.width() - indent, self.look.more());
        let what = summary(&one.exception, more);
        let beside = width.saturating_sub(word.len() + 3);
        // A function's name gets the room that the message leaves, but at least a third.
        let room = beside.saturating_sub(columns(&what)).max(width / 3);
        let location = location_in_words(one, "at", self.look, room);
        let room = beside.saturating_sub(columns(&location));
        let start = format!("{:indent$}{BAD}{word}{BAD:#}:", "");
        if room < NARROWEST && !location.is_empty() && columns(&what) > room {
            let location =
                location_in_words(one, "at", self.look, width.saturating_sub(INDENT.len()));
            let what = fitting(&what, beside + 1, more);
            return vec![
                format!("{start} {what}"),
                format!("{:indent$}{INDENT}{location}", ""),
            ];
        }
        let what = fitting(&what, room.max(NARROWEST), more);
        let line = format!("{start} {what} {location}");
        vec![line.trim_end().to_owned()]
    }
}
