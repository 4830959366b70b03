//! Columns, from the lines of `^` and `~` below source lines.

/// The source lines below a frame, and what is marked in them.
#[derive(Debug, Clone, Default)]
pub(super) struct Excerpt {
    /// The first line, as printed.
    first: Option<String>,
    /// The line of marks below it.
    marks: Option<String>,
    /// How many lines there are, including those that are left out.
    lines: u64,
    /// Whether the previous line is source, so that marks can follow.
    takes_marks: bool,
}

/// What an excerpt says about its frame. Columns count from the start of `text`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marked {
    /// The first line without its indentation.
    pub(super) text: Option<String>,
    pub(super) col: Option<u64>,
    /// After the last marked character, if that is in the same line.
    pub(super) end_col: Option<u64>,
    /// The part that is marked with `^` among `~`.
    pub(super) inner: Option<(u64, u64)>,
    /// How many lines there are.
    pub(super) lines: u64,
}

impl Excerpt {
    /// Adds a line, without the four spaces before it.
    pub(super) fn add(&mut self, line: &str) {
        if self.takes_marks && is_marks(line) {
            self.takes_marks = false;
            if self.lines == 1 {
                self.marks = Some(line.to_owned());
            }
        } else if let Some(count) = left_out(line) {
            self.takes_marks = false;
            self.lines = self.lines.saturating_add(count);
        } else {
            self.takes_marks = true;
            self.lines = self.lines.saturating_add(1);
            self.first.get_or_insert_with(|| line.to_owned());
        }
    }

    /// For a frame. In 3.11 and later the marks are below the characters.
    pub(super) fn of_frame(self) -> Marked {
        let marked = self.finish(stands_below_characters);
        match (&marked.text, marked.end_col) {
            // Up to 3.12 the marks of an expression of several lines end with its first line.
            (Some(text), Some(end)) if ends_line(text, end) && goes_on(text) => Marked {
                end_col: None,
                ..marked
            },
            _ => marked,
        }
    }

    /// For source that does not compile. 2.7 and some other versions count bytes.
    pub(super) fn of_syntax(self) -> Marked {
        let marked = self.finish(str::is_ascii);
        match (marked.col, marked.end_col) {
            // Versions before 3.10 print a single mark for every range.
            (Some(start), Some(end)) if end == start + 1 => Marked {
                end_col: None,
                ..marked
            },
            _ => marked,
        }
    }

    fn finish(self, is_exact: fn(&str) -> bool) -> Marked {
        let Some(first) = self.first.filter(|first| !first.trim().is_empty()) else {
            return Marked::default();
        };
        let Some(marks) = self.marks else {
            return Marked {
                text: Some(trimmed(first)),
                lines: self.lines,
                ..Marked::default()
            };
        };
        let indentation = count(&first) - count(first.trim_start());
        let end = count(marks.trim_end());
        let start = end - count(marks.trim());
        let before_end: String = first.chars().take(end).collect();
        let mut marked = Marked {
            text: Some(trimmed(first)),
            lines: self.lines,
            ..Marked::default()
        };
        if start >= indentation && is_exact(&before_end) {
            marked.col = Some((start - indentation) as u64 + 1);
            marked.end_col = Some((end - indentation) as u64 + 1).filter(|_| self.lines == 1);
            let columns = |from: usize, to: usize| {
                let column = |index: usize| (index - indentation) as u64 + 1;
                (column(from), column(to))
            };
            let inner = marks.find('^').zip(marks.rfind('^'));
            let inner = inner.filter(|_| marks.contains('~') && self.lines == 1);
            marked.inner = inner.map(|(from, last)| columns(from, last + 1));
        }
        marked
    }
}

/// The same text, trimmed in place: there is one for each frame.
fn trimmed(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    text.drain(..text.len() - text.trim_start().len());
    text
}

fn is_marks(line: &str) -> bool {
    let marks = line.trim();
    !marks.is_empty() && marks.bytes().all(|byte| matches!(byte, b'^' | b'~' | b' '))
}

/// How many lines 3.13 says that it leaves out: `...<5 lines>...`
fn left_out(line: &str) -> Option<u64> {
    line.trim()
        .strip_prefix("...<")?
        .strip_suffix(" lines>...")?
        .parse()
        .ok()
}

/// Marks count characters in 3.11, and columns later. Below U+1100 that is the same, because every
/// character is one column wide.
fn stands_below_characters(text: &str) -> bool {
    text.chars().all(|character| character < '\u{1100}')
}

fn ends_line(text: &str, end: u64) -> bool {
    end > count(text) as u64
}

/// Whether a statement may continue in the next line.
fn goes_on(text: &str) -> bool {
    let opened = text.matches(['(', '[', '{']).count();
    let closed = text.matches([')', ']', '}']).count();
    opened > closed || text.ends_with('\\') || text.contains("\"\"\"") || text.contains("'''")
}

fn count(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::Excerpt;

    fn excerpt(lines: &[&str]) -> Excerpt {
        let mut excerpt = Excerpt::default();
        for line in lines {
            excerpt.add(line);
        }
        excerpt
    }

    #[test]
    fn marks_give_columns_where_they_are_exact() {
        #[rustfmt::skip]
        let cases: [(&[&str], _, _); 8] = [
            (&["return a / b", "       ~~^~~"],          Some(8), Some(13)),
            (&["f()"],                                   None,    None),
            (&["^^^^", "  ^^"],                          Some(3), Some(5)),
            (&["return \u{e9}.x", "       ^^^"],         Some(8), Some(11)),
            (&["\u{65e5} + x.y", "     ^^^"],            None,    None),
            (&["x = f(", "    ^^"],                      Some(5), None),
            (&["f(", "~^", "    1,", "    ^^", ")", "^"], Some(1), None),
            (&["    a", "    ^", "b", "^"],              Some(1), None),
        ];
        for (lines, col, end_col) in cases {
            let marked = excerpt(lines).of_frame();
            assert_eq!((marked.col, marked.end_col), (col, end_col), "{lines:?}");
        }
    }

    #[test]
    fn lines_that_are_left_out_are_counted() {
        let lines = ["f(", "~^", "...<4 lines>...", "    2,", ")", "^"];
        assert_eq!(excerpt(&lines).of_frame().lines, 7);
        let lines = ["...<99999999999999999999 lines>..."];
        assert_eq!(excerpt(&lines).of_frame().lines, 1);
    }

    #[test]
    fn the_columns_of_a_syntax_error_are_exact_only_in_ascii() {
        let cases = [
            (["x = = 1", "    ^"], Some(5), None),
            (["\tx =\t1 1", "\t   \t  ^"], Some(7), None),
            (["x = 1 +", "    ^^^"], Some(5), Some(8)),
            (["\u{e9} = = 1", "    ^"], None, None),
        ];
        for (lines, col, end_col) in cases {
            let marked = excerpt(&lines).of_syntax();
            assert_eq!((marked.col, marked.end_col), (col, end_col), "{lines:?}");
        }
    }
}
