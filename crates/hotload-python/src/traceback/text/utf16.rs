//! Converts UTF-16 to UTF-8. Windows PowerShell writes UTF-16 with `2>`.

use std::io::{self, Read};

/// The byte order of a text that starts with a byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// The less significant byte comes first.
    Little,
    /// The more significant byte comes first.
    Big,
}

impl ByteOrder {
    /// From the beginning of a text; `None` if it is not UTF-16.
    #[must_use]
    pub fn of(start: &[u8]) -> Option<Self> {
        match start {
            [0xff, 0xfe, ..] => Some(Self::Little),
            [0xfe, 0xff, ..] => Some(Self::Big),
            _ => None,
        }
    }

    fn unit(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }
}

/// Reads UTF-16 as UTF-8. What is not a character becomes U+FFFD.
pub struct Utf16<R> {
    reader: R,
    order: ByteOrder,
    /// The first half of a surrogate pair, if the second has not been read.
    half: Option<u16>,
    /// What has been decoded, of which the first `given` bytes have been returned.
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16<R> {
    /// Reads a text that starts with its byte order mark.
    pub fn new(reader: R, order: ByteOrder) -> Self {
        Self {
            reader,
            order,
            half: None,
            ready: Vec::new(),
            given: 0,
        }
    }

    /// Decodes until there is something to return, or the text has ended.
    fn decode_more(&mut self) -> io::Result<()> {
        while self.given == self.ready.len() && !self.decode_part()? {}
        Ok(())
    }

    /// Decodes the next part. Returns whether it was the last.
    fn decode_part(&mut self) -> io::Result<bool> {
        const UNITS: u64 = 4_096;
        let mut bytes = Vec::new();
        self.reader
            .by_ref()
            .take(2 * UNITS)
            .read_to_end(&mut bytes)?;
        let is_end = (bytes.len() as u64) < 2 * UNITS;
        let units = bytes
            .chunks_exact(2)
            .map(|pair| self.order.unit([pair[0], pair[1]]));
        let mut units: Vec<u16> = self.half.take().into_iter().chain(units).collect();
        if !is_end
            && units
                .last()
                .is_some_and(|unit| (0xd800..0xdc00).contains(unit))
        {
            self.half = units.pop();
        }
        let text: String = char::decode_utf16(units)
            .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
            .filter(|character| *character != '\u{feff}')
            .collect();
        self.ready = text.into_bytes();
        self.given = 0;
        Ok(is_end)
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.decode_more()?;
        let left = &self.ready[self.given..];
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{ByteOrder, Utf16};

    #[test]
    fn utf_16_is_read_in_either_order() {
        let text = format!("{}\u{1f600} gr\u{f6}\u{df}er\r\n", "x".repeat(4_095));
        for (order, mark) in [
            (ByteOrder::Little, [0xff, 0xfe]),
            (ByteOrder::Big, [0xfe, 0xff]),
        ] {
            assert_eq!(ByteOrder::of(&mark), Some(order));
            let units = text.encode_utf16().flat_map(|unit| match order {
                ByteOrder::Little => unit.to_le_bytes(),
                ByteOrder::Big => unit.to_be_bytes(),
            });
            let bytes: Vec<u8> = mark.into_iter().chain(units).chain([0]).collect();
            let mut read = String::new();
            Utf16::new(bytes.as_slice(), order)
                .read_to_string(&mut read)
                .unwrap();
            assert_eq!(read, text);
        }
        assert_eq!(ByteOrder::of(b"Tr"), None);
    }

    #[test]
    fn byte_order_marks_alone_are_not_the_end() {
        let bytes = [&b"\xff\xfe".repeat(5_000)[..], b"a\0"].concat();
        let mut read = String::new();
        Utf16::new(bytes.as_slice(), ByteOrder::Little)
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(read, "a");
    }
}
