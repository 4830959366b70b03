//! Lines of any bytes, each of bounded length.
//!
//! A line stays in the buffer that it was read into: copying it would take longer than looking at it.

use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memrchr};
use regex::bytes::Regex;

use super::clean::Clean;

/// How much of a message is kept, in characters.
pub(super) const LONGEST_MESSAGE: usize = 65_536;

/// As many bytes as the longest message can have.
const LONGEST_LINE: usize = 4 * LONGEST_MESSAGE;

/// Reads lines.
pub(super) struct Lines<R> {
    text: Clean<R>,
    buffer: Vec<u8>,
    /// What has been read and not yet returned.
    unread: Range<usize>,
}

/// A line without its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'l> {
    /// Its bytes, or the first bytes of a line that is too long.
    pub(super) bytes: &'l [u8],
    /// How many characters are missing.
    pub(super) more: usize,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            text: Clean::new(reader),
            buffer: Vec::new(),
            unread: 0..0,
        }
    }

    /// The next line; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        match memchr(b'\n', &self.buffer[self.unread.clone()]) {
            Some(length) if length <= LONGEST_LINE => Ok(Some(self.take_line(length))),
            _ => self.next_by_reading(),
        }
    }

    fn next_by_reading(&mut self) -> io::Result<Option<Line<'_>>> {
        let mut looked_at = 0;
        loop {
            let unread = &self.buffer[self.unread.clone()];
            let end = memchr(b'\n', &unread[looked_at..]).map(|end| looked_at + end);
            looked_at = unread.len();
            match end {
                Some(length) if length <= LONGEST_LINE => {
                    return Ok(Some(self.take_line(length)));
                }
                _ if looked_at > LONGEST_LINE => return self.next_too_long().map(Some),
                _ => {}
            }
            if !self.read_more()? {
                let is_end = looked_at == 0;
                return Ok((!is_end).then(|| self.take_line(looked_at)));
            }
        }
    }

    /// The beginning of a line; the rest is counted.
    fn next_too_long(&mut self) -> io::Result<Line<'_>> {
        let start = self.unread.start;
        let end = start + LONGEST_LINE;
        let kept = whole_characters(&self.buffer[start..end]);
        let mut more = usize::from(kept < LONGEST_LINE);
        self.unread.start = end;
        loop {
            let unread = &self.buffer[self.unread.clone()];
            let line_end = memchr(b'\n', unread);
            let starts = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
            let rest = &unread[..line_end.unwrap_or(unread.len())];
            more += rest.iter().filter(starts).count();
            if let Some(length) = line_end {
                self.unread.start += length + 1;
                break;
            }
            // The rest is read over and over into the space after the part that is kept.
            self.unread = end..end;
            if !self.read_after()? {
                break;
            }
        }
        let bytes = &self.buffer[start..start + kept];
        Ok(Line { bytes, more })
    }

    /// Returns the first unread bytes as a line.
    fn take_line(&mut self, length: usize) -> Line<'_> {
        let start = self.unread.start;
        let end = start + length;
        self.unread.start = self.unread.end.min(end + 1);
        let bytes = &self.buffer[start..end];
        Line { bytes, more: 0 }
    }

    /// Skips lines that have already been read, up to the first one with a match. Returns them, each ending
    /// with a line feed.
    pub(super) fn pass_over(&mut self, stops: &Regex) -> &[u8] {
        let start = self.unread.start;
        let unread = &self.buffer[self.unread.clone()];
        let unread = &unread[..unread.len().min(LONGEST_LINE)];
        let whole_lines = &unread[..start_of_last_line(unread)];
        let end = stops.find(whole_lines).map_or(whole_lines.len(), |found| {
            start_of_last_line(&whole_lines[..found.start()])
        });
        self.unread.start += end;
        &self.buffer[start..start + end]
    }

    /// Moves what is unread to the start of the buffer and reads more after it; false at the end.
    fn read_more(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.unread.clone(), 0);
        self.unread = 0..self.unread.len();
        self.read_after()
    }

    fn read_after(&mut self) -> io::Result<bool> {
        let count = self.text.read(&mut self.buffer, self.unread.end)?;
        self.unread.end += count;
        Ok(count > 0)
    }
}

fn start_of_last_line(bytes: &[u8]) -> usize {
    memrchr(b'\n', bytes).map_or(0, |end| end + 1)
}

/// How many bytes there are without an incomplete character at the end.
fn whole_characters(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    }
}

/// Bytes as text. What is not UTF-8 becomes `\xe9`; the second value says whether there was any.
pub(super) fn decoded(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (Cow::Owned(escaped(bytes)), true),
    }
}

/// The length of an escaped byte: `\xe9`.
pub(super) const ESCAPE_LENGTH: usize = 4;

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str("\\x");
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(digit.into(), 16));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use regex::bytes::Regex;

    use super::{Lines, decoded};

    fn lines(text: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(text);
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push(format!("{}+{}", decoded(line.bytes).0, line.more));
        }
        all
    }

    #[test]
    fn lines_lose_their_ends() {
        assert_eq!(
            lines(b"a\r\nb\n\nc \xe9"),
            ["a+0", "b+0", "+0", "c \\xe9+0"]
        );
        assert_eq!(lines(b"a\n"), ["a+0"]);
    }

    #[test]
    fn lines_are_skipped_up_to_a_match() {
        let stops = Regex::new("(?m)^c|d$").unwrap();
        let mut lines = Lines::new(&b"a\nb\nxc\nxd\n\ne\nf"[..]);
        assert_eq!(lines.pass_over(&stops), b"");
        assert_eq!(lines.next().unwrap().unwrap().bytes, b"a");
        assert_eq!(lines.pass_over(&stops), b"b\nxc\n");
        assert_eq!(lines.pass_over(&stops), b"");
        assert_eq!(lines.next().unwrap().unwrap().bytes, b"xd");
        assert_eq!(lines.pass_over(&stops), b"\ne\n");
        assert_eq!(lines.next().unwrap().unwrap().bytes, b"f");
    }

    #[test]
    fn the_rest_of_a_long_line_is_counted() {
        let mut text = vec![b'x'; 600_000];
        text.extend("\u{e9}\nnext".bytes());
        let lines = lines(&text);
        assert!(lines[0].ends_with(&format!("x+{}", 600_001 - 262_144)));
        assert_eq!(lines[1], "next+0");
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let text = format!("x{}", "\u{1f600}".repeat(70_000));
        let lines = lines(text.as_bytes());
        assert!(lines[0].ends_with(&format!("\u{1f600}+{}", 70_000 - 65_535)));
    }
}
