//! What failed, in Python's own words, and what helps.

use std::iter;

use anstyle::Style;
use hotload_python::traceback::raised::{Exception, Phase};

use super::page::{Page, Section};
use super::words::{INDENT, in_our_words, message, message_lines, name_of, wrapped};
use crate::render::line::{BAD, HINT};
use crate::render::plain::{plain_line, plain_lines};
use crate::render::source_line::{columns, fitting};

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
        let text = whole_message(&self.root.exception, self.look.more());
        let total = message_lines(&self.root.exception);
        let label = format!("{what}:");
        let headline = Labelled::new(&label, &text, total).styled(BAD);
        Section::new(self.at_margin(&headline), 4)
    }

    /// A text after its label, at the left margin: all of it, or its beginning and how much more there
    /// is.
    fn at_margin(&self, labelled: &Labelled<'_>) -> Vec<String> {
        let mut lines = self.lines_of(labelled, MESSAGE_LINES, self.look.width());
        let more = self.unshown(labelled, MESSAGE_LINES);
        lines.extend((more > 0).then(|| self.more_lines(more)));
        lines
    }

    /// A text after its label, in lines that fit: all of it, or its first `most` lines.
    pub(super) fn lines_of(
        &self,
        labelled: &Labelled<'_>,
        most: usize,
        width: usize,
    ) -> Vec<String> {
        let Labelled { label, style, .. } = *labelled;
        let mut lines = Vec::new();
        for line in labelled.text.split('\n').take(self.at_most(most)) {
            let cut = fitting(line, self.at_most(MESSAGE_COLUMNS), self.look.more());
            if lines.is_empty() {
                lines = wrapped(&format!("{label} {cut}"), 0, width);
                // A long label continues on the next line.
                let length = label.trim_end_matches(':').len().min(lines[0].len());
                lines[0].insert_str(length, &format!("{style:#}"));
                lines[0].insert_str(0, &style.to_string());
                continue;
            }
            let rows = wrapped(&cut, INDENT.len(), width);
            lines.push(format!("{INDENT}{}", rows[0]));
            lines.extend(rows.into_iter().skip(1));
        }
        lines
    }

    /// How many lines of a text are not shown.
    pub(super) fn unshown(&self, labelled: &Labelled<'_>, most: usize) -> usize {
        let all = labelled.text.split('\n').count();
        labelled.total.max(all) - self.at_most(most).min(all)
    }

    pub(super) fn more_lines(&self, count: usize) -> String {
        let plural = if count == 1 { "" } else { "s" };
        format!("{} (+{count} line{plural})", self.look.more())
    }

    /// A limit that does not apply to a full page.
    pub(super) fn at_most(&self, most: usize) -> usize {
        if self.look.is_full() {
            usize::MAX
        } else {
            most
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
            .flat_map(|text| {
                self.at_margin(&Labelled::new("help:", &plain_lines(&text), 1).styled(HINT))
            })
            .collect();
        Section::whole(lines)
    }

    pub(super) fn notes(&self) -> Section {
        let exception = &self.root.exception;
        let most = self.at_most(NOTES).min(exception.notes.len());
        let mut section = Section::new(Vec::new(), 1);
        for (text, total) in notes_of(exception).take(most) {
            let note = Labelled::new("note:", &text, total).styled(HINT);
            section.lines.extend(self.at_margin(&note));
            section.count_unshown(self.unshown(&note, MESSAGE_LINES));
        }
        let more = exception.notes_total.max(exception.notes.len()) - most;
        if more > 0 {
            let plural = if more == 1 { "" } else { "s" };
            let line = format!("{} {more} more note{plural}", self.look.more());
            section.lines.push(line);
            section.count_unshown(more);
        }
        section
    }
}

/// The notes of an exception, and how many lines each of them has.
pub(super) fn notes_of(exception: &Exception) -> impl Iterator<Item = (String, usize)> {
    let totals = exception.note_lines.iter().copied().chain(iter::repeat(1));
    let notes = exception.notes.iter();
    notes
        .zip(totals)
        .map(|(note, total)| (plain_lines(note).trim_end().to_owned(), total))
}

/// `KeyError: 'XYZ'`, with all lines of the message that are known.
pub(super) fn whole_message(exception: &Exception, more: &str) -> String {
    let name = name_of(exception, more);
    match message(exception).as_str() {
        "" => name,
        message => format!("{name}: {}", plain_lines(message)),
    }
}

/// A text that follows a label: `error: no rate`.
#[derive(Clone, Copy)]
pub(super) struct Labelled<'t> {
    label: &'t str,
    style: Style,
    text: &'t str,
    /// How many lines the whole text has: `text` may be only the first of them.
    total: usize,
}

impl<'t> Labelled<'t> {
    pub(super) fn new(label: &'t str, text: &'t str, total: usize) -> Self {
        Self {
            label,
            style: Style::new(),
            text: text.trim_end(),
            total,
        }
    }

    pub(super) fn styled(self, style: Style) -> Self {
        Self { style, ..self }
    }

    /// Its columns, if that is one line.
    pub(super) fn columns(&self) -> Option<usize> {
        let is_one = !self.text.contains('\n');
        is_one.then(|| columns(self.label) + 1 + columns(self.text))
    }
}
