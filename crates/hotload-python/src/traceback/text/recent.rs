//! The last lines before a traceback.

/// How many lines are kept, and how much of each.
const LINES: usize = 16;
const BYTES: usize = 1_000;

/// When there is more than this, all but the last lines are dropped. It is several times what these can
/// take, so that this happens rarely.
const MOST_BYTES: usize = 4 * LINES * (BYTES + 1);

/// The last lines, each ending with a line feed.
#[derive(Default)]
pub(super) struct Recent {
    text: Vec<u8>,
}

impl Recent {
    pub(super) fn add(&mut self, line: &[u8]) {
        if self.text.len() > MOST_BYTES {
            self.text.drain(..start_of_last(&self.text));
        }
        self.text.extend_from_slice(&line[..line.len().min(BYTES)]);
        self.text.push(b'\n');
    }

    /// Adds lines that end with line feeds.
    pub(super) fn add_all(&mut self, lines: &[u8]) {
        let last = &lines[start_of_last(lines)..];
        for line in last.split_inclusive(is_line_end) {
            self.add(&line[..line.len() - 1]);
        }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
    }

    /// The last lines, in order.
    pub(super) fn lines(&self) -> Vec<&[u8]> {
        let mut lines: Vec<_> = self.text[start_of_last(&self.text)..]
            .split(is_line_end)
            .collect();
        // What follows the last line feed.
        lines.pop();
        lines
    }

    pub(super) fn last(&self) -> Option<&[u8]> {
        self.text.rsplit(is_line_end).nth(1)
    }
}

/// Where the last lines of the text begin.
fn start_of_last(text: &[u8]) -> usize {
    let mut ends = memchr::memrchr_iter(b'\n', text);
    ends.nth(LINES).map_or(0, |end| end + 1)
}

fn is_line_end(byte: &u8) -> bool {
    *byte == b'\n'
}

#[cfg(test)]
mod tests {
    use super::{BYTES, LINES, Recent};

    #[test]
    fn the_last_lines_are_kept_and_no_more() {
        let mut recent = Recent::default();
        assert_eq!((recent.lines(), recent.last()), (vec![], None));
        for length in 0..3_000 {
            recent.add(&vec![b'x'; length]);
            let lines = recent.lines();
            assert_eq!(lines.len(), LINES.min(length + 1));
            assert_eq!(lines[lines.len() - 1].len(), BYTES.min(length));
            assert_eq!(recent.last(), lines.last().copied());
        }
        recent.clear();
        recent.add(b"");
        assert_eq!(
            (recent.lines(), recent.last()),
            (vec![&b""[..]], Some(&b""[..]))
        );
    }
}
