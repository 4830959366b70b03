//! Removes colours from text, and carriage returns from the ends of lines.

use std::io::{self, ErrorKind, Read};

use memchr::memchr;

/// How much is read at once.
const READ_AT_ONCE: usize = 64 << 10;

/// Longer than any sequence that sets a colour, so that the search for its end stops early.
const LONGEST_COLOUR: usize = 32;

const ESCAPE: u8 = b'\x1b';

/// Reads such a text.
pub(super) struct Clean<R> {
    reader: R,
    /// The last bytes that were read, if what follows decides what they mean.
    held: Vec<u8>,
}

impl<R: Read> Clean<R> {
    pub(super) fn new(reader: R) -> Self {
        let held = Vec::new();
        Self { reader, held }
    }

    /// Reads more text into the buffer, from `at` on, where nothing is needed any more. Returns its length,
    /// which is 0 only at the end.
    pub(super) fn read(&mut self, buffer: &mut Vec<u8>, at: usize) -> io::Result<usize> {
        loop {
            let start = at + self.held.len();
            if buffer.len() < start + READ_AT_ONCE {
                buffer.resize(start + READ_AT_ONCE, 0);
            }
            buffer[at..start].copy_from_slice(&self.held);
            let count = self.read_raw(&mut buffer[start..start + READ_AT_ONCE])?;
            let is_end = count == 0;
            let length = self.clean(&mut buffer[at..start + count], is_end);
            if length > 0 || is_end {
                return Ok(length);
            }
        }
    }

    fn read_raw(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Returns the length of what is left.
    fn clean(&mut self, bytes: &mut [u8], is_end: bool) -> usize {
        let cut = if is_end {
            0
        } else {
            length_of_cut_colour(bytes)
        };
        let (bytes, cut) = bytes.split_at_mut(bytes.len() - cut);
        let length = without_colours(bytes);
        let mut length = without_carriage_returns(&mut bytes[..length]);
        self.held.clear();
        if bytes[..length].last() == Some(&b'\r') {
            length -= 1;
            self.held.extend((!is_end).then_some(b'\r'));
        }
        self.held.extend_from_slice(cut);
        length
    }
}

/// Removes the sequences that set colours: `ESC [ 1 ; 31 m`. 3.13 prints them on a terminal, and so do
/// many programs that print tracebacks. Returns the length of what is left.
fn without_colours(bytes: &mut [u8]) -> usize {
    let Some(first) = memchr(ESCAPE, bytes) else {
        return bytes.len();
    };
    let mut kept = first;
    let mut next = first;
    while next < bytes.len() {
        if let Some(length) = length_of_colour(&bytes[next..]) {
            next += length;
            continue;
        }
        // Something other than a colour, and the text after it.
        let after = &bytes[next + 1..];
        let end = memchr(ESCAPE, after).map_or(bytes.len(), |length| next + 1 + length);
        bytes.copy_within(next..end, kept);
        kept += end - next;
        next = end;
    }
    kept
}

/// The length of the colour sequence at the start, if there is one.
fn length_of_colour(bytes: &[u8]) -> Option<usize> {
    let parameters = bytes.strip_prefix(b"\x1b[")?;
    let mut parameters = parameters.iter().take(LONGEST_COLOUR);
    let end = parameters.position(|byte| !is_parameter(byte))?;
    (bytes[end + 2] == b'm').then_some(end + 3)
}

/// The length of what may be the beginning of a colour sequence, at the end.
fn length_of_cut_colour(bytes: &[u8]) -> usize {
    let last = &bytes[bytes.len().saturating_sub(LONGEST_COLOUR + 1)..];
    let Some(start) = memchr::memrchr(ESCAPE, last) else {
        return 0;
    };
    let is_cut = match &last[start + 1..] {
        [] => true,
        [b'[', parameters @ ..] => parameters.iter().all(is_parameter),
        _ => false,
    };
    if is_cut { last.len() - start } else { 0 }
}

fn is_parameter(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'9' | b';' | b':')
}

/// Removes carriage returns before line feeds. Returns the length of what is left.
fn without_carriage_returns(bytes: &mut [u8]) -> usize {
    let Some(first) = memchr(b'\r', bytes) else {
        return bytes.len();
    };
    let mut kept = first;
    for index in first..bytes.len() {
        let byte = bytes[index];
        bytes[kept] = byte;
        let is_line_end = byte == b'\r' && bytes.get(index + 1) == Some(&b'\n');
        kept += usize::from(!is_line_end);
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::Clean;

    fn clean(reader: impl Read) -> Vec<u8> {
        let mut clean = Clean::new(reader);
        let mut buffer = Vec::new();
        let mut length = 0;
        loop {
            match clean.read(&mut buffer, length).unwrap() {
                0 => break,
                count => length += count,
            }
        }
        buffer.truncate(length);
        buffer
    }

    /// Gives one byte at a time.
    struct Bytes<'t>(&'t [u8]);

    impl Read for Bytes<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let length = buffer.len().min(1);
            self.0.read(&mut buffer[..length])
        }
    }

    #[test]
    fn colours_and_carriage_returns_at_line_ends_are_removed() {
        let digits = "1".repeat(31);
        let many = format!("\x1b[{digits}m-\x1b[{digits}1m");
        let many_kept = format!("-\x1b[{digits}1m");
        #[rustfmt::skip]
        let cases = [
            // text                             clean
            ("a\r\nb\n\r\n",                    "a\nb\n\n"),
            ("a\rb\r\r\n\r",                    "a\rb\r\n"),
            ("\x1b[1;35mc\x1b[0m d\x1b[m",      "c d"),
            ("a\r\x1b[0m\nb",                   "a\nb"),
            ("\x1b[2Je\x1b[\rf\x1b\x1b[0m",     "\x1b[2Je\x1b[\rf\x1b"),
            ("\x1b[\x1b[1m1m",                  "\x1b[1m"),
            ("x\x1b[1",                         "x\x1b[1"),
            ("x\x1b",                           "x\x1b"),
            (&many,                             &many_kept),
            ("",                                ""),
        ];
        for (text, expected) in cases {
            let text = text.as_bytes();
            assert_eq!(clean(text), expected.as_bytes());
            assert_eq!(clean(Bytes(text)), expected.as_bytes(), "byte by byte");
        }
    }
}
