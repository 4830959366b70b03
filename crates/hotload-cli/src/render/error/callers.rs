//! Who called the code that failed, and what of that is not shown.

use hotload_python::traceback::fold::innermost_user_frame;
use hotload_python::traceback::report::{Kind, ListedFrame};

use super::words::line_of;
use super::{Page, Section};
use crate::arguments::TracebackStyle;
use crate::render::DIM;
use crate::render::plain::plain_line;
use crate::render::source_line::{columns, fitting};

const CALLERS: usize = 8;

/// Of callers that are more than that, so many of the outermost are shown.
const OUTERMOST_CALLERS: usize = 2;

impl Page<'_> {
    /// Who called it, innermost first.
    pub(super) fn callers(&self) -> Section {
        let is_full = self.look.style == TracebackStyle::Full;
        let shown = self.shown_frame();
        let is_syntax = self
            .root
            .exception
            .syntax
            .as_ref()
            .is_some_and(|one| one.line.is_some());
        let has_users = innermost_user_frame(&self.root.frames).is_some();
        let callers: Vec<&ListedFrame> = self
            .root
            .frames
            .iter()
            .rev()
            .filter(|listed| is_full || !has_users || listed.is_users())
            .filter(|listed| {
                is_full || is_syntax || shown.is_none_or(|shown| !std::ptr::eq(shown, *listed))
            })
            .collect();
        let most = if has_users { CALLERS } else { 2 };
        let mut lines = self.caller_lines(&callers);
        if !is_full && callers.len() > most {
            let inner = most - OUTERMOST_CALLERS.min(most - 1);
            let outer = callers.len() + inner - most;
            let between = callers[inner..outer].iter();
            let count: u64 = between.map(|listed| listed.frame.repeat).sum();
            let more = self.look.more();
            lines.splice(inner..outer, [format!("  {more} {count} frames {more}")]);
        }
        Section::new(lines, 3)
    }

    /// `from app.py:5 in <module>              start()`, the code of all in one column.
    pub(super) fn caller_lines(&self, callers: &[&ListedFrame]) -> Vec<String> {
        let places: Vec<String> = callers.iter().map(|listed| self.caller(listed)).collect();
        let widest = places.iter().map(|place| columns(place)).max().unwrap_or(0);
        let room = self.look.width().saturating_sub(widest + 2);
        let lines = callers.iter().zip(places).map(|(listed, place)| {
            let code = listed.frame.text.as_deref().unwrap_or_default();
            let code = fitting(&plain_line(code.trim()), room, self.look.more());
            if code.is_empty() || room < 10 {
                return place;
            }
            let gap = " ".repeat(widest + 2 - columns(&place));
            format!("{place}{gap}{DIM}{code}{DIM:#}")
        });
        lines.collect()
    }

    fn caller(&self, listed: &ListedFrame) -> String {
        let function = plain_line(&listed.frame.function);
        let times = self.times(listed);
        format!("  from {} in {function}{times}", line_of(listed))
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
        if self.look.style != TracebackStyle::Full && has_users {
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
        let lines = match words.is_empty() {
            true => Vec::new(),
            false => vec![format!("  {DIM}hidden: {}{DIM:#}", words.join(", "))],
        };
        Section::new(lines, 1)
    }
}
