//! Frames of one exception: as many of the outermost and the innermost ones as fit.

use std::collections::VecDeque;

use crate::traceback::raised::{Frame, Gap, TextState};

use super::carets::Excerpt;
use super::grammar::Entry;

/// How many frames are kept at each end, and how many bytes they may take. 2.7 and 3.5 print up to 1,000
/// frames of an endless recursion.
const KEPT: usize = 1_000;
const KEPT_BYTES: usize = 1 << 20;

/// A multiple of the period of every recursion of up to eight functions.
const PERIOD: usize = 840;

/// The frames of one exception, as far as they have been read.
#[derive(Debug, Clone, Default)]
pub(super) struct Frames {
    outer: Vec<Frame>,
    outer_bytes: usize,
    inner: VecDeque<Frame>,
    inner_bytes: usize,
    left_out: u64,
    /// Whether one of these was not followed by an equal one after a period.
    differs: bool,
    /// What is below the last frame.
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

    /// Adds a line below the last frame, without the four spaces before it.
    pub(super) fn add_source(&mut self, line: &str) {
        if let Some(excerpt) = &mut self.excerpt {
            excerpt.add(line);
        }
    }

    /// The last frame occurred this many more times.
    pub(super) fn repeat(&mut self, more: u64) {
        self.settle();
        if let Some(last) = self.last() {
            last.repeat = last.repeat.saturating_add(more);
        }
        self.join_repeated();
    }

    /// Joins equal frames: Python prints the first three, and how many more there were.
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

    /// The frames, outermost first, how many are left out, and where, if those were like the ones before.
    pub(super) fn finish(mut self) -> (Vec<Frame>, u64, Option<Gap>) {
        self.settle();
        let gap = self.gap();
        self.outer.extend(self.inner);
        (self.outer, self.left_out, gap)
    }

    /// What is left out is known to be like the frames after it. Returns the gap if the frames before it
    /// are like these too.
    fn gap(&self) -> Option<Gap> {
        let at = self.outer.len();
        if self.left_out == 0 || self.differs || at.min(self.inner.len()) < PERIOD {
            return None;
        }
        let period = PERIOD as u64;
        let begin = period - self.left_out % period;
        let pairs = self.outer[at - PERIOD..].iter().zip(begin..);
        let mut equal =
            pairs.map(|(frame, index)| is_same(frame, &self.inner[(index % period) as usize]));
        equal.all(|same| same).then_some(Gap { at, period: PERIOD })
    }

    fn last(&mut self) -> Option<&mut Frame> {
        self.inner.back_mut().or(self.outer.last_mut())
    }

    /// Adds what is below the last frame to it.
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
        last.inner = marked.inner;
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

    /// Drops frames until the innermost ones fit.
    fn forget(&mut self) {
        while self.inner.len() > KEPT || (self.inner.len() > 1 && self.inner_bytes > KEPT_BYTES) {
            let Some(frame) = self.inner.pop_front() else {
                return;
            };
            let later = self.inner.get(PERIOD - 1);
            self.differs |= frame.repeat > 1 || later.is_none_or(|later| !is_same(&frame, later));
            self.inner_bytes -= size(&frame);
            self.left_out = self.left_out.saturating_add(frame.repeat);
        }
    }
}

/// A frame of which nothing else is known.
pub(super) fn frame(entry: &Entry<'_>) -> Frame {
    Frame {
        file: entry.file.to_owned(),
        line: entry.line,
        function: entry.function.unwrap_or_default().to_owned(),
        ..Frame::default()
    }
}

fn is_repeated(before: &Frame, last: &Frame) -> bool {
    is_same(before, last) && before.repeat == 1
}

fn is_same(one: &Frame, other: &Frame) -> bool {
    one.line == other.line && one.function == other.function && one.file == other.file
}

fn size(frame: &Frame) -> usize {
    let text = frame.text.as_ref().map_or(0, String::len);
    size_of::<Frame>() + frame.file.len() + frame.function.len() + text
}
