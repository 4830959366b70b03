//! The message of an exception, collected line by line.

use std::iter;

use memchr::memchr_iter;

use crate::traceback::raised::MessageState;

use super::lines::{ESCAPE_LENGTH, LONGEST_MESSAGE, Line, decoded};

/// A message, as far as it has been read.
#[derive(Debug, Clone, Default)]
pub(super) struct Message {
    text: String,
    /// How many characters the whole message has, kept or not.
    chars: usize,
    /// How many characters `text` has.
    kept: usize,
    /// How many lines there are after the first.
    further_lines: usize,
    /// Empty lines, which are part of it only if another line follows.
    empty_lines: usize,
    lossy: bool,
}

/// A complete message.
pub(super) struct Finished {
    pub(super) text: String,
    pub(super) state: MessageState,
    /// How many characters the whole message has.
    pub(super) chars: usize,
    pub(super) lines: usize,
}

impl Message {
    pub(super) fn new(text: &str, more: usize, lossy: bool) -> Self {
        let mut message = Self::default();
        message.push(text, more);
        message.lossy = lossy;
        message
    }

    pub(super) fn add_empty_line(&mut self) {
        self.empty_lines += 1;
    }

    pub(super) fn has_empty_lines(&self) -> bool {
        self.empty_lines > 0
    }

    pub(super) fn add_line(&mut self, line: Line<'_>) {
        let line_ends = std::mem::take(&mut self.empty_lines) + 1;
        self.further_lines += line_ends;
        self.push_line_ends(line_ends);
        self.push_bytes(line.bytes, line.more);
    }

    /// Adds lines that end with line feeds. Any of them may be empty.
    pub(super) fn add_lines(&mut self, lines: &[u8]) {
        let is_other = |byte: &u8| *byte != b'\n';
        let length = lines.iter().rposition(is_other).map_or(0, |last| last + 1);
        if length > 0 {
            let bytes = &lines[..length];
            self.add_line(Line { bytes, more: 0 });
            self.further_lines += memchr_iter(b'\n', bytes).count();
        }
        // The last line that is not empty ends with one too.
        self.empty_lines += lines.len() - length - usize::from(length > 0);
    }

    fn push_bytes(&mut self, bytes: &[u8], more: usize) {
        if self.room() == 0 {
            self.chars += length(bytes) + more;
            return;
        }
        let (text, lossy) = decoded(bytes);
        self.push(&text, more);
        self.lossy |= lossy;
    }

    /// How many more characters are kept.
    fn room(&self) -> usize {
        LONGEST_MESSAGE - self.kept
    }

    fn push_line_ends(&mut self, count: usize) {
        let kept = count.min(self.room());
        self.text.extend(iter::repeat_n('\n', kept));
        self.kept += kept;
        self.chars += count;
    }

    fn push(&mut self, text: &str, more: usize) {
        let chars = text.chars().count();
        let room = self.room();
        if chars <= room {
            self.text.push_str(text);
        } else {
            self.text.extend(text.chars().take(room));
        }
        self.kept += chars.min(room);
        self.chars += chars + more;
    }

    pub(super) fn finish(self) -> Finished {
        let state = match self.text.as_str() {
            "" => MessageState::Empty,
            text if is_placeholder(text) => MessageState::Unprintable,
            _ if self.kept < self.chars => MessageState::Truncated,
            _ if self.lossy => MessageState::Lossy,
            _ => MessageState::Ok,
        };
        match state {
            MessageState::Unprintable => Finished {
                text: String::new(),
                state,
                chars: 0,
                lines: 1,
            },
            _ => Finished {
                text: self.text,
                state,
                chars: self.chars,
                lines: self.further_lines + 1,
            },
        }
    }
}

/// The length in characters, once decoded.
fn length(bytes: &[u8]) -> usize {
    let chunks = bytes.utf8_chunks();
    let lengths =
        chunks.map(|chunk| chunk.valid().chars().count() + ESCAPE_LENGTH * chunk.invalid().len());
    lengths.sum()
}

/// Whether this is what the interpreter or `traceback` prints if `str()` of the exception fails.
fn is_placeholder(text: &str) -> bool {
    text == "<exception str() failed>"
        || text
            .strip_prefix("<unprintable ")
            .and_then(|rest| rest.strip_suffix(" object>"))
            .is_some_and(|name| !name.contains(char::is_whitespace))
}
