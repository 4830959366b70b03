//! The code at a location, with a mark below what failed.

use hotload_python::traceback::report::ListedFrame;

use super::look::Look;
use crate::render::line::{BAD, HINT};
use crate::render::source_line::{Layout, Mark, SourceLine};

/// The code around a location.
pub(super) struct Code<'t> {
    pub(super) line: u64,
    pub(super) before: Option<&'t str>,
    pub(super) text: Option<&'t str>,
    pub(super) mark: Option<Mark>,
    /// Whether the indentation is what is wrong.
    pub(super) is_indentation: bool,
}

impl Code<'_> {
    pub(super) fn gutter(&self) -> usize {
        self.line.to_string().len()
    }

    pub(super) fn lines(&self, look: Look) -> Vec<String> {
        let Some(text) = self.text.filter(|text| !text.trim().is_empty()) else {
            return Vec::new();
        };
        let gutter = self.gutter();
        let signs = if look.unicode {
            ('→', '·')
        } else {
            ('>', '.')
        };
        let layout = Layout {
            width: look.width().saturating_sub(gutter + 5),
            more: look.more(),
            indentation: self.is_indentation.then_some(signs),
        };
        let bar = format!("  {:gutter$} {HINT}|{HINT:#}", "");
        let row = |number: u64, text: &str| {
            format!("  {HINT}{number:gutter$} |{HINT:#} {text}")
                .trim_end()
                .to_owned()
        };
        let mut lines = vec![bar.clone()];
        if let Some(before) = self.before.filter(|_| self.line > 1) {
            let shown = SourceLine::new(before, None, layout);
            lines.push(row(self.line - 1, &shown.text));
        }
        let shown = SourceLine::new(text, self.mark, layout);
        lines.push(row(self.line, &shown.text));
        if let Some((start, signs)) = shown.mark {
            lines.push(format!("{bar} {}{BAD}{signs}{BAD:#}", " ".repeat(start)));
        }
        lines
    }
}

pub(super) fn arrow(code: &Code<'_>, location: &str, rest: &str) -> String {
    let gutter = code.gutter();
    format!("{:gutter$}{HINT}-->{HINT:#} {location}{rest}", "")
}

/// What is marked in a frame's line: the failing expression, or the beginning of the line if the expression
/// is the whole line. Nothing if only the line is known: a mark would point to something innocent.
pub(super) fn mark_of(listed: &ListedFrame) -> Option<Mark> {
    let frame = &listed.frame;
    let text = frame.text.as_deref()?;
    let indent = text
        .chars()
        .take_while(|character| character.is_whitespace())
        .count() as u64;
    let length = text.trim_end().chars().count() as u64;
    let col = frame.col?;
    let inner = frame.inner;
    let (start, end) = match end_on_line(frame.line, frame.end_line, frame.end_col) {
        Some(end) if col > indent + 1 || end <= length || inner.is_some() => (col, Some(end)),
        Some(_) => (indent + 1, None),
        None => (col, None),
    };
    let inner = inner.filter(|_| end.is_some());
    Some(Mark { start, end, inner })
}

/// The end of a range, if it is on the same line as its start.
pub(super) fn end_on_line(
    line: Option<u64>,
    end_line: Option<u64>,
    end_col: Option<u64>,
) -> Option<u64> {
    end_col.filter(|_| end_line == line)
}
