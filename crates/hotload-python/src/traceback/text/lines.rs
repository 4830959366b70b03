//! Lines of any bytes, each of bounded length and without colours.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use super::message::LONGEST_MESSAGE;

/// As many bytes as the longest message can take.
const LONGEST_LINE: u64 = 4 * LONGEST_MESSAGE as u64;

/// Reads lines.
pub(super) struct Lines<R> {
    reader: R,
    bytes: Vec<u8>,
}

/// One line without its end and without colours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'l> {
    /// Its bytes, or the first of a line that is too long.
    pub(super) bytes: &'l [u8],
    /// How many characters of it are not told.
    pub(super) more: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        let bytes = Vec::new();
        Self { reader, bytes }
    }

    /// The next line; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.bytes.clear();
        let read = self
            .reader
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut self.bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let mut more = 0;
        if self.bytes.last() == Some(&b'\n') {
            self.bytes.pop();
        } else if read as u64 == LONGEST_LINE {
            more = usize::from(drop_part_of_character(&mut self.bytes)) + self.skip_line()?;
        }
        if self.bytes.last() == Some(&b'\r') {
            self.bytes.pop();
        }
        remove_colours(&mut self.bytes);
        let bytes = &self.bytes;
        Ok(Some(Line { bytes, more }))
    }

    /// Reads to the end of the line and counts its characters.
    fn skip_line(&mut self) -> io::Result<usize> {
        let mut count = 0;
        let mut part = Vec::new();
        loop {
            part.clear();
            let read = self
                .reader
                .by_ref()
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut part)?;
            let is_end = read == 0 || part.last() == Some(&b'\n');
            let starts = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
            count += part.iter().filter(starts).count() - usize::from(part.ends_with(b"\n"));
            if is_end {
                return Ok(count);
            }
        }
    }
}

/// Takes away a character at the end that is cut, if there is one.
fn drop_part_of_character(bytes: &mut Vec<u8>) -> bool {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => {
            bytes.truncate(error.valid_up_to());
            true
        }
        _ => false,
    }
}

/// Takes out the sequences that choose colours: `ESC [ 1 ; 31 m`. 3.13 prints them to a terminal, and
/// so do many who print tracebacks.
fn remove_colours(bytes: &mut Vec<u8>) {
    // Looks quickly: nearly no line has any.
    if !bytes.contains(&b'\x1b') {
        return;
    }
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while let Some((&first, behind)) = rest.split_first() {
        rest = match behind_colour(rest) {
            Some(behind) => behind,
            None => {
                kept.push(first);
                behind
            }
        };
    }
    *bytes = kept;
}

/// What stands behind a colour, if there is one at the start.
fn behind_colour(bytes: &[u8]) -> Option<&[u8]> {
    /// More digits than a colour has, so that no escape is looked for far away.
    const LONGEST: usize = 32;
    let parameters = bytes.strip_prefix(b"\x1b[")?;
    let end = parameters
        .iter()
        .take(LONGEST)
        .position(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':'))?;
    parameters[end..].strip_prefix(b"m")
}

/// Text of bytes; what is no UTF-8 as `\xe9`. The second value says whether there was any.
pub(super) fn decoded(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (Cow::Owned(escaped(bytes)), true),
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
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
    fn lines_lose_their_ends_and_colours() {
        let text = b"a\r\nb\n\n\x1b[1;35mc\x1b[0m d\x1b[2Je\x1b[\rf \xe9";
        assert_eq!(
            lines(text),
            ["a+0", "b+0", "+0", "c d\u{1b}[2Je\u{1b}[\rf \\xe9+0"]
        );
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
