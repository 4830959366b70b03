//! Frames, as many as fit: the outermost and the innermost ones.

use std::collections::VecDeque;

use crate::traceback::raised::{Frame, TextState};

use super::carets::Excerpt;
use super::grammar::Entry;

/// How many frames are kept of each end, and how many bytes they may take. Up to 3.5 and on 2.7 a
/// recursion without an end prints 1,000 frames.
const KEPT: usize = 1_000;
const KEPT_BYTES: usize = 1 << 20;

/// The frames of one exception so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Frames {
    outer: Vec<Frame>,
    outer_bytes: usize,
    inner: VecDeque<Frame>,
    inner_bytes: usize,
    left_out: u64,
    /// Of the last frame.
    excerpt: Option<Excerpt>,
}

impl Frames {
    pub(super) fn is_empty(&self) -> bool {
        self.outer.is_empty()
    }

    pub(super) fn add(&mut self, entry: &Entry<'_>) {
        self.settle();
        self.excerpt = Some(Excerpt::default());
        let frame = frame(entry);
        let bytes = size(&frame);
        if self.inner.is_empty() && self.outer.len() < KEPT && self.outer_bytes + bytes < KEPT_BYTES
        {
            self.outer_bytes += bytes;
            self.outer.push(frame);
        } else {
            self.inner_bytes += bytes;
            self.inner.push_back(frame);
        }
    }

    /// A line below the last frame, without its indentation by four.
    pub(super) fn add_source(&mut self, line: &str) {
        if let Some(excerpt) = &mut self.excerpt {
            excerpt.add(line);
        }
    }

    /// The last frame was there so many more times.
    pub(super) fn repeat(&mut self, more: u64) {
        self.settle();
        if let Some(last) = self.last() {
            last.repeat = last.repeat.saturating_add(more);
        }
        self.join_repeated();
    }

    /// Python prints the first three of equal frames, and how many more there were.
    fn join_repeated(&mut self) {
        let frames = &mut self.outer;
        while self.inner.is_empty()
            && let [.., before, last] = frames.as_mut_slice()
            && is_repeated(before, last)
        {
            before.repeat = before.repeat.saturating_add(last.repeat);
            frames.pop();
        }
    }

    /// Outermost first, and how many are left out between.
    pub(super) fn finish(mut self) -> (Vec<Frame>, u64) {
        self.settle();
        self.outer.extend(self.inner);
        (self.outer, self.left_out)
    }

    fn last(&mut self) -> Option<&mut Frame> {
        self.inner.back_mut().or(self.outer.last_mut())
    }

    /// Gives the last frame what stands below it.
    fn settle(&mut self) {
        let Some(excerpt) = self.excerpt.take() else {
            return;
        };
        let marked = excerpt.of_frame();
        let Some(last) = self.last() else {
            return;
        };
        let before = size(last);
        last.text_state = match marked.text {
            Some(_) => TextState::Dedented,
            None => TextState::None,
        };
        last.text = marked.text;
        last.col = marked.col;
        last.end_col = marked.end_col;
        last.end_line = last
            .line
            .filter(|_| marked.lines > 1 || marked.end_col.is_some());
        last.end_line = last
            .end_line
            .map(|line| line.saturating_add(marked.lines - 1));
        let more = size(last) - before;
        if self.inner.is_empty() {
            self.outer_bytes += more;
        } else {
            self.inner_bytes += more;
        }
        self.forget();
    }

    /// Keeps the innermost frames small enough.
    fn forget(&mut self) {
        while self.inner.len() > KEPT || (self.inner.len() > 1 && self.inner_bytes > KEPT_BYTES) {
            let Some(frame) = self.inner.pop_front() else {
                return;
            };
            self.inner_bytes -= size(&frame);
            self.left_out = self.left_out.saturating_add(frame.repeat);
        }
    }
}

/// A frame of which no more is known.
pub(super) fn frame(entry: &Entry<'_>) -> Frame {
    Frame {
        file: entry.file.to_owned(),
        absolute: None,
        line: entry.line,
        stmt_line: None,
        col: None,
        end_line: None,
        end_col: None,
        function: entry.function.unwrap_or_default().to_owned(),
        qualname: None,
        text: None,
        before: None,
        text_state: TextState::None,
        repeat: 1,
    }
}

fn is_repeated(before: &Frame, last: &Frame) -> bool {
    let same = before.file == last.file && before.line == last.line;
    same && before.function == last.function && before.repeat == 1
}

fn size(frame: &Frame) -> usize {
    let text = frame.text.as_ref().map_or(0, String::len);
    size_of::<Frame>() + frame.file.len() + frame.function.len() + text
}
