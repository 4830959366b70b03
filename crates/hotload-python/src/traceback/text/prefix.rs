//! What stands before each line of a traceback in a log, in a quotation or in an indented block.

use super::grammar::ENTRY;

/// A prefix that is cut off.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    /// The header has text before it. The next line tells whether that is a prefix or only a line
    /// that had not ended.
    Undecided(Vec<u8>),
    /// There is none.
    None,
    /// `web_1  | `, `12:00:01 ERROR app: `, indentation: the same but for its digits.
    Of(Vec<u8>),
}

impl Prefix {
    /// From what stands before the header.
    pub(super) fn new(before: &[u8]) -> Self {
        match before {
            [] => Self::None,
            _ => Self::Undecided(before.to_owned()),
        }
    }

    /// The line without its prefix; `None` if it does not have it, so that the traceback has ended.
    pub(super) fn cut<'l>(&mut self, line: &'l [u8]) -> Option<&'l [u8]> {
        if let Self::Undecided(before) = self {
            *self = Self::decided(std::mem::take(before), line);
        }
        let Self::Of(prefix) = self else {
            return Some(line);
        };
        behind(prefix, line).or_else(|| {
            // An empty line loses the blanks at its end in many places.
            let is_empty =
                line.len() < prefix.len() && behind(prefix.trim_ascii_end(), line) == Some(&[]);
            is_empty.then_some(&[])
        })
    }

    fn decided(before: Vec<u8>, line: &[u8]) -> Self {
        let is_blank = before.trim_ascii().is_empty();
        match behind(&before, line) {
            // Indentation needs no frame behind it: there may be none.
            Some(rest) if is_blank || is_entry(rest) => Self::Of(before),
            _ => Self::None,
        }
    }
}

fn is_entry(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"  | ").unwrap_or(line);
    line.starts_with(ENTRY.as_bytes())
}

/// What stands behind a prefix, which may have other digits: times count on.
fn behind<'l>(prefix: &[u8], line: &'l [u8]) -> Option<&'l [u8]> {
    let (start, rest) = line.split_at_checked(prefix.len())?;
    let alike = |(a, b): (&u8, &u8)| a == b || a.is_ascii_digit() && b.is_ascii_digit();
    start.iter().zip(prefix).all(alike).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::Prefix;

    #[test]
    fn a_prefix_is_cut_off_where_the_next_line_has_it_too() {
        let frame = "  File \"lib.py\", line 1, in f";
        #[rustfmt::skip]
        let cases = [
            // before the header  before the frame       cut  before the next line   cut
            ("web_1  | ",         "web_1  | ",           true, "web_1  | ",          true),
            ("web_1  | ",         "web_1  | ",           true, "db_1   | ",          false),
            ("12:00:01 E: ",      "12:00:02 E: ",        true, "12:00:59 E: ",       true),
            ("    ",              "    ",                true, "",                   false),
            ("50 % done ...",     "",                    false, "",                  false),
        ];
        for (before, first, is_cut, second, is_cut_again) in cases {
            let mut prefix = Prefix::new(before.as_bytes());
            let line = format!("{first}{frame}");
            let cut = prefix.cut(line.as_bytes()).unwrap();
            assert_eq!(
                cut == frame.as_bytes(),
                is_cut || first.is_empty(),
                "{before:?}"
            );
            let line = format!("{second}KeyError: 1");
            let cut = prefix.cut(line.as_bytes());
            assert_eq!(
                cut == Some(b"KeyError: 1"),
                is_cut_again || first.is_empty(),
                "{before:?}"
            );
        }
    }
}
