//! What precedes each line of a traceback in a log, in a quotation or in an indented block.

use super::grammar::{self, ENTRY};
use super::log;

/// How long the name of a program may be, in bytes.
const LONGEST_PROGRAM: usize = 80;

/// A prefix that is removed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    /// There is text before the header. The next line shows whether that is a prefix, or only a line that
    /// had not ended.
    Undecided(Vec<u8>),
    /// There is none.
    None,
    /// `web_1  | `, `12:00:01 ERROR app: ` or indentation: the same for each line, except for digits.
    Of(Vec<u8>),
}

/// A line without its prefix.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cut<'l> {
    /// What follows the prefix.
    Rest(&'l [u8]),
    /// It was written into the same log by another program: `db_1   | LOG`.
    Foreign,
    /// It has no such prefix, so the traceback has ended.
    Ended,
}

impl Prefix {
    /// From what precedes the header.
    pub(super) fn new(before: &[u8]) -> Self {
        match before {
            [] => Self::None,
            _ => Self::Undecided(before.to_owned()),
        }
    }

    /// Whether it has a date or a time of day.
    pub(super) fn has_time(&self) -> bool {
        matches!(self, Self::Of(prefix) if log::kind(prefix) == Some(log::LogLine::Time))
    }

    pub(super) fn cut<'l>(&mut self, line: &'l [u8]) -> Cut<'l> {
        // By far the most frequent cases.
        match self {
            Self::None => return Cut::Rest(line),
            Self::Of(prefix) if line.starts_with(prefix) => {
                return Cut::Rest(&line[prefix.len()..]);
            }
            _ => {}
        }
        if let Self::Undecided(prefix) | Self::Of(prefix) = self
            && is_of_other_program(prefix, line)
        {
            return Cut::Foreign;
        }
        self.rest(line).map_or(Cut::Ended, Cut::Rest)
    }

    fn rest<'l>(&mut self, line: &'l [u8]) -> Option<&'l [u8]> {
        if let Self::Undecided(before) = self {
            *self = Self::decided(std::mem::take(before), line);
        }
        let Self::Of(prefix) = self else {
            return Some(line);
        };
        after(prefix, line).or_else(|| {
            // Many programs strip the spaces at the end of an empty line.
            let is_empty =
                line.len() < prefix.len() && after(prefix.trim_ascii_end(), line) == Some(&[]);
            is_empty.then_some(&[])
        })
    }

    fn decided(before: Vec<u8>, line: &[u8]) -> Self {
        let is_blank = before.trim_ascii().is_empty();
        match after(&before, line) {
            // No frame has to follow indentation: there may be none.
            Some(rest) if is_blank || is_entry(rest) => Self::Of(before),
            _ => Self::None,
        }
    }
}

fn is_entry(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"  | ").unwrap_or(line);
    line.starts_with(ENTRY.as_bytes())
}

/// Whether a line comes from another program, as in the output of `docker compose logs`. If that program's
/// traceback begins here, this one has ended: only one is read at a time.
fn is_of_other_program(prefix: &[u8], line: &[u8]) -> bool {
    match (program(prefix), program(line)) {
        (Some(own), Some(other)) => own != other && !grammar::is_header(line),
        _ => false,
    }
}

/// The last word before the first bar, and how many words there are: `web_1`, or `12:00:01 web.1`.
fn program(line: &[u8]) -> Option<(&[u8], usize)> {
    let bar = |byte: &u8| *byte == b'|';
    let end = line.iter().take(LONGEST_PROGRAM).position(bar)?;
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.:/ ".contains(byte);
    let before = line[..end].strip_suffix(b" ")?.trim_ascii_end();
    if before.starts_with(b" ") || !before.iter().all(is_letter) {
        return None;
    }
    let mut words = before
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty());
    let count = words.clone().count();
    words.next_back().map(|name| (name, count))
}

/// What follows a prefix, in which digits may differ: it may contain a time.
fn after<'l>(prefix: &[u8], line: &'l [u8]) -> Option<&'l [u8]> {
    let (start, rest) = line.split_at_checked(prefix.len())?;
    let alike = |(a, b): (&u8, &u8)| a == b || a.is_ascii_digit() && b.is_ascii_digit();
    start.iter().zip(prefix).all(alike).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{Cut, Prefix};

    #[test]
    fn a_prefix_is_removed_if_the_next_line_has_it_too() {
        let frame = "  File \"lib.py\", line 1, in f";
        #[rustfmt::skip]
        let cases = [
            // before the header  before the frame       cut  before the next line   cut
            ("web_1  | ",         "web_1  | ",           true, "web_1  | ",          true),
            ("web_1  : ",         "web_1  : ",           true, "db_1   : ",          false),
            ("12:00:01 E: ",      "12:00:02 E: ",        true, "12:00:59 E: ",       true),
            ("    ",              "    ",                true, "",                   false),
            ("50 % done ...",     "",                    false, "",                  false),
        ];
        for (before, first, is_cut, second, is_cut_again) in cases {
            let mut prefix = Prefix::new(before.as_bytes());
            let line = format!("{first}{frame}");
            let cut = prefix.cut(line.as_bytes());
            assert_eq!(
                cut == Cut::Rest(frame.as_bytes()),
                is_cut || first.is_empty(),
                "{before:?}"
            );
            let line = format!("{second}KeyError: 1");
            let cut = prefix.cut(line.as_bytes());
            assert_eq!(
                cut == Cut::Rest(b"KeyError: 1"),
                is_cut_again || first.is_empty(),
                "{before:?}"
            );
        }
    }

    #[test]
    fn lines_of_other_programs_are_skipped() {
        #[rustfmt::skip]
        let cases = [
            // own prefix       line                         is foreign
            ("web_1  | ",       "db_1   | LOG:  ready",      true),
            ("12:00:01 web.1 | ", "12:00:02 db.1  | ready",  true),
            ("web_1  | ",       "web_2  | LOG:  ready",      true),
            ("web_1  | ",       "web_1  | KeyError: 1",      false),
            ("web_1  | ",       "db_1   | Traceback (most recent call last):", false),
            ("web_1  | ",       "a sentence, with a | bar",  false),
            ("  ",              "db_1   | LOG:  ready",      false),
        ];
        for (own, line, is_foreign) in cases {
            let cut = Prefix::new(own.as_bytes()).cut(line.as_bytes()) == Cut::Foreign;
            assert_eq!(cut, is_foreign, "{line}");
        }
    }
}
