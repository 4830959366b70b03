//! What failed, in Python's own words, and what helps.

use std::iter;

use anstyle::Style;
use hotload_python::traceback::raised::Phase;

use super::page::{Page, Section};
use super::words::{INDENT, in_our_words, message, message_lines, name_of, wrapped};
use crate::arguments::TracebackStyle;
use crate::render::line::{BAD, HINT};
use crate::render::plain::{plain_line, plain_lines};
use crate::render::source_line::fitting;

/// The most lines of a message that are shown, and the most columns of each.
const MESSAGE_LINES: usize = 6;
const MESSAGE_COLUMNS: usize = 300;

/// The most notes that are shown.
const NOTES: usize = 4;

impl Page<'_> {
    /// `error: api.errors.Missing: no rate for XYZ`
    pub(super) fn headline(&self) -> Section {
        let circumstances = &self.report.circumstances;
        let what = match (circumstances.phase, &circumstances.thread) {
            (Phase::Thread, Some(name)) => format!("error in thread {}", plain_line(name)),
            (Phase::Thread, None) => "error in a thread".into(),
            (Phase::Callback, _) => "error in a task or callback".into(),
            (Phase::Unraisable, _) => "error that Python ignored".into(),
            (Phase::Exit, _) => "error at exit".into(),
            (Phase::Crash, _) => "crash".into(),
            _ => "error".into(),
        };
        let exception = &self.root.exception;
        let mut text = name_of(exception, self.look.more());
        let message = message(exception);
        if !message.is_empty() {
            text = format!("{text}: {}", plain_lines(&message));
        }
        let lines = self.message_lines(&what, BAD, &text, message_lines(exception));
        Section::new(lines, 4)
    }

    /// The beginning of a message after a label, in lines that fit. `text` may be only the first of its
    /// `total` lines.
    fn message_lines(&self, label: &str, style: Style, text: &str, total: usize) -> Vec<String> {
        let all: Vec<&str> = text.split('\n').collect();
        let most = if self.look.is_full() {
            all.len()
        } else {
            MESSAGE_LINES
        };
        let mut lines = Vec::new();
        for line in all.iter().take(most) {
            let cut = fitting(line, MESSAGE_COLUMNS, self.look.more());
            let shown = if self.look.is_full() {
                line
            } else {
                cut.as_str()
            };
            let width = self.look.width();
            if lines.is_empty() {
                lines = wrapped(&format!("{label}: {shown}"), 0, width);
                // A long label continues on the next line.
                let length = label.len().min(lines[0].len());
                lines[0].insert_str(length, &format!("{style:#}"));
                lines[0].insert_str(0, &style.to_string());
                continue;
            }
            let rows = wrapped(shown, INDENT.len(), width);
            lines.push(format!("{INDENT}{}", rows[0]));
            lines.extend(rows.into_iter().skip(1));
        }
        let more = self.unshown(text, total);
        if more > 0 {
            lines.push(format!("{} (+{more} lines)", self.look.more()));
        }
        lines
    }

    /// How many lines of a message are not shown.
    fn unshown(&self, text: &str, total: usize) -> usize {
        let all = text.split('\n').count();
        match self.look.style {
            TracebackStyle::Full => total.saturating_sub(all),
            _ => total.max(all) - MESSAGE_LINES.min(all),
        }
    }

    pub(super) fn help(&self, help: &[String]) -> Section {
        let hints = self
            .report
            .exceptions
            .iter()
            .take(1)
            .filter_map(|one| one.exception.hint.as_deref());
        let all = hints.map(in_our_words).chain(help.iter().cloned());
        let lines: Vec<String> = all
            .flat_map(|text| self.labelled("help", HINT, &text, 1))
            .collect();
        Section::whole(lines)
    }

    pub(super) fn notes(&self) -> Section {
        let exception = &self.root.exception;
        let notes = &exception.notes;
        let totals = exception.note_lines.iter().copied().chain(iter::repeat(1));
        let most = if self.look.is_full() {
            notes.len()
        } else {
            NOTES
        };
        let mut section = Section::new(Vec::new(), 1);
        for (note, total) in notes.iter().zip(totals).take(most) {
            section
                .lines
                .extend(self.labelled("note", HINT, note, total));
            section.count_unshown(self.unshown(plain_lines(note).trim_end(), total));
        }
        let more = exception.notes_total.max(notes.len()) - most.min(notes.len());
        if more > 0 {
            let plural = if more == 1 { "" } else { "s" };
            let line = format!("{} {more} more note{plural}", self.look.more());
            section.lines.push(line);
            section.count_unshown(more);
        }
        section
    }

    fn labelled(&self, label: &str, style: Style, text: &str, total: usize) -> Vec<String> {
        let text = plain_lines(text);
        self.message_lines(label, style, text.trim_end(), total)
    }
}
