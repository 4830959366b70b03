//! The exceptions that led to the topmost one.

use hotload_python::traceback::raised::Relation;
use hotload_python::traceback::report::{ListedFrame, ReportedException};

use super::message::{Labelled, notes_of, whole_message};
use super::page::{Page, Section};
use super::words::{INDENT, in_our_words, location_in_words, message_lines};
use crate::render::line::{BAD, HINT};
use crate::render::plain::plain_line;
use crate::render::source_line::{columns, fitting};

/// The most causes that are shown.
const CHAINED: usize = 4;

/// The most lines of a cause's message that are shown.
pub(super) const LINES_OF_CAUSE: usize = 1;

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
        let most = self.at_most(CHAINED);
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

    /// `caused by: KeyError: 'XYZ' at api/rates.py:28 in find`; the location is below where it does not
    /// fit.
    pub(super) fn chained(&self, one: &ReportedException, indent: usize) -> Vec<String> {
        let label = match one.exception.relation {
            Relation::Context => "while handling:",
            _ => "caused by:",
        };
        let width = self.look.width() - indent;
        let text = whole_message(&one.exception, self.look.more());
        let total = message_lines(&one.exception);
        let what = Labelled::new(label, &text, total).styled(BAD);
        let mut lines = self.lines_of(&what, LINES_OF_CAUSE, width);
        let more = self.unshown(&what, LINES_OF_CAUSE);
        match self.location_beside(one, what.columns(), width) {
            Some(location) if more == 0 => lines[0].push_str(&format!(" {location}")),
            _ => {
                lines.extend((more > 0).then(|| format!("{INDENT}{}", self.more_lines(more))));
                lines.extend(self.location_below(one, width));
            }
        }
        lines.extend(self.notes_below(one, width));
        let indented = lines
            .into_iter()
            .map(|line| format!("{:indent$}{line}", ""));
        indented.map(|line| line.trim_end().to_owned()).collect()
    }

    /// Where an exception was raised, if there is room for it after this many `columns`.
    fn location_beside(
        &self,
        one: &ReportedException,
        columns_before: Option<usize>,
        width: usize,
    ) -> Option<String> {
        let before = columns_before? + 1;
        // A function's name gets the room that is left, but at least a third of the line.
        let room = width.saturating_sub(before).max(width / 3);
        let location = location_in_words(one, "at", self.look, room);
        (before + columns(&location) <= width).then_some(location)
    }

    fn location_below(&self, one: &ReportedException, width: usize) -> Option<String> {
        let room = width.saturating_sub(INDENT.len());
        let location = location_in_words(one, "at", self.look, room);
        (!location.is_empty()).then(|| format!("{INDENT}{location}"))
    }

    /// The notes of a cause or a member: all of them, or how many there are.
    pub(super) fn notes_below(&self, one: &ReportedException, width: usize) -> Vec<String> {
        let exception = &one.exception;
        let width = width.saturating_sub(INDENT.len());
        let mut lines = Vec::new();
        for (text, total) in notes_of(exception).take(self.at_most(0)) {
            let note = Labelled::new("note:", &text, total).styled(HINT);
            lines.extend(self.lines_of(&note, usize::MAX, width));
        }
        let all = exception.notes_total.max(exception.notes.len());
        let more = all - self.at_most(0).min(exception.notes.len());
        if more > 0 {
            let plural = if more == 1 { "" } else { "s" };
            lines.push(format!("{} (+{more} note{plural})", self.look.more()));
        }
        let indented = lines.into_iter().map(|line| format!("{INDENT}{line}"));
        indented.collect()
    }
}
