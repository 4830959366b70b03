//! Who called the code that failed, and how many frames are not shown.

use std::iter;

use hotload_python::traceback::fold::innermost_user_frame;
use hotload_python::traceback::raised::Syntax;
use hotload_python::traceback::report::{Kind, ListedFrame};

use super::page::{Page, Section};
use super::words::{INDENT, function_in, line_of, wrapped};
use crate::render::line::DIM;
use crate::render::plain::plain_line;
use crate::render::source_line::{columns, fitting};

/// The most callers that are shown.
const CALLERS: usize = 8;

/// Columns before code that is below its location.
const CODE_BELOW: usize = 6;

/// If there are more, this many of the outermost are among those that are shown.
const OUTERMOST_CALLERS: usize = 2;

impl Page<'_> {
    /// Who called it, innermost first.
    pub(super) fn callers(&self) -> Section {
        let is_full = self.look.is_full();
        let shown = self.shown_frame();
        let is_syntax = self
            .root
            .exception
            .syntax
            .as_ref()
            .is_some_and(Syntax::is_location);
        let has_users = innermost_user_frame(&self.root.frames).is_some();
        // If user code was called by a library, the frame shown above is listed in its turn.
        let keeps_order = is_full && self.root.frames.last().is_some_and(|last| !last.is_users());
        let callers: Vec<&ListedFrame> = self
            .root
            .frames
            .iter()
            .rev()
            .filter(|listed| is_full || !has_users || listed.is_users())
            .filter(|listed| {
                is_syntax || keeps_order || shown.is_none_or(|shown| !std::ptr::eq(shown, *listed))
            })
            .collect();
        let most = if has_users { CALLERS } else { 2 };
        let mut lines = self.caller_lines(&callers, 0, "from");
        if !is_full && callers.len() > most {
            let inner = most - OUTERMOST_CALLERS.min(most - 1);
            let outer = callers.len() + inner - most;
            let between = callers[inner..outer].iter();
            let count: u64 = between.map(|listed| listed.frame.repeat).sum();
            let more = self.look.more();
            lines.splice(
                inner..outer,
                [vec![format!("  {more} {count} frames {more}")]],
            );
        }
        Section::new(lines.concat(), 3)
    }

    /// `from app.py:5 in <module>              start()`, with the code in one column or below. The first
    /// line starts with the word `first`.
    pub(super) fn caller_lines(
        &self,
        callers: &[&ListedFrame],
        indent: usize,
        first: &str,
    ) -> Vec<Vec<String>> {
        let words = iter::once(first).chain(iter::repeat("from"));
        let location = |(listed, word): (&&ListedFrame, _)| self.caller(listed, indent, word);
        let locations: Vec<String> = callers.iter().zip(words).map(location).collect();
        let widths = locations.iter().map(|location| columns(location));
        // Longer locations have their code below them.
        let longest = self.look.width() * 3 / 5;
        let widest = widths.filter(|width| *width <= longest).max().unwrap_or(0);
        let rows = callers.iter().zip(locations).map(|(listed, mut location)| {
            let width = columns(&location);
            let start = if width > widest {
                indent + CODE_BELOW
            } else {
                widest + 2
            };
            let room = self.look.width().saturating_sub(start);
            let code = code_of(listed).1.unwrap_or_default();
            let code = fitting(&plain_line(code.trim()), room, self.look.more());
            if code.is_empty() {
                return vec![location];
            }
            let code = format!("{DIM}{code}{DIM:#}");
            if width > widest {
                return vec![location, format!("{}{code}", " ".repeat(start))];
            }
            location.push_str(&" ".repeat(start - width));
            vec![location + &code]
        });
        rows.collect()
    }

    fn caller(&self, listed: &ListedFrame, indent: usize, word: &str) -> String {
        let times = self.times(listed);
        let start = format!(
            "{:indent$}  {word} {} in ",
            "",
            line_of(listed, code_of(listed).0)
        );
        let room = self
            .look
            .width()
            .saturating_sub(columns(&start) + columns(&times));
        let function = function_in(listed, room, self.look);
        format!("{start}{function}{times}")
    }

    pub(super) fn times(&self, listed: &ListedFrame) -> String {
        let sign = if self.look.unicode { '×' } else { 'x' };
        match listed.frame.repeat {
            1 => String::new(),
            times => format!(" {sign}{times}"),
        }
    }

    /// `hidden: 2 library frames`
    pub(super) fn hidden(&self) -> Section {
        let count = |kind: Kind| -> u64 {
            let frames = self.root.frames.iter();
            frames
                .filter(|listed| listed.kind == kind)
                .map(|listed| listed.frame.repeat)
                .sum()
        };
        let mut counts = vec![(self.root.hidden.left_out, "left out")];
        let has_users = innermost_user_frame(&self.root.frames).is_some();
        if !self.look.is_full() && has_users {
            counts.push((count(Kind::Library), "library"));
            counts.push((count(Kind::Stdlib), "stdlib"));
        }
        let words: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, whose)| {
                format!(
                    "{count} {whose} frame{}",
                    if *count == 1 { "" } else { "s" }
                )
            })
            .collect();
        if words.is_empty() {
            return Section::new(Vec::new(), 1);
        }
        let text = format!("hidden: {}", words.join(", "));
        let rows = wrapped(&text, INDENT.len(), self.look.width());
        let rows = rows.iter().map(|row| row.trim_start());
        let lines: Vec<String> = rows
            .map(|row| format!("{INDENT}{DIM}{row}{DIM:#}"))
            .collect();
        Section::whole(lines)
    }
}

/// A caller's line, and its text. Up to 3.7 the line of a call over several lines is that of its last
/// argument, `2)` or `second,`: the first line of the statement says more.
fn code_of(listed: &ListedFrame) -> (Option<u64>, Option<&str>) {
    let frame = &listed.frame;
    match (frame.text.as_deref(), frame.statement.as_deref()) {
        (Some(text), Some(statement)) if is_argument(text) => (frame.stmt_line, Some(statement)),
        (text, _) => (frame.line, text),
    }
}

/// Whether no call begins on a line, or it closes a bracket that it has not opened.
fn is_argument(text: &str) -> bool {
    let mut open = 0;
    let closes = text.chars().any(|character| {
        match character {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open -= 1,
            _ => {}
        }
        open < 0
    });
    let is_decorator = text.trim_start().starts_with('@');
    closes || !text.contains('(') && !is_decorator
}
