//! A line of source as it is shown, with the column of each of its characters.

use unicode_width::UnicodeWidthChar;

use super::plain::characters;

/// A tab goes to the next multiple of this.
const TAB: usize = 4;

/// How much of a long line is shown before the mark, if there is room.
const LEAD: usize = 20;

/// A line of source as it is shown.
pub(super) struct SourceLine {
    /// The part that is shown.
    pub(super) text: String,
    /// The first column, counted from 0, and the mark below the line.
    pub(super) mark: Option<(usize, String)>,
}

/// What is marked: characters, counted from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) start: u64,
    /// After the last one; `None` for a single one.
    pub(super) end: Option<u64>,
    /// The part that matters most.
    pub(super) inner: Option<(u64, u64)>,
}

/// How a line is laid out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Columns.
    pub(super) width: usize,
    /// Replaces what is cut off.
    pub(super) more: &'static str,
    /// Replaces tabs and spaces in the indentation, where the difference matters.
    pub(super) indentation: Option<(char, char)>,
}

/// A character as it is shown, and its first column.
struct Cell {
    start: usize,
    shown: String,
}

impl SourceLine {
    /// A line that does not fit is cut to the part around the mark.
    pub(super) fn new(line: &str, mark: Option<Mark>, layout: Layout) -> Self {
        let (cells, end) = cells(line.trim_end(), layout.indentation);
        let column = |character: u64| {
            let index = usize::try_from(character.saturating_sub(1)).unwrap_or(usize::MAX);
            cells.get(index).map_or(end, |cell| cell.start)
        };
        let mark = mark.map(|Mark { start, end, inner }| {
            let first = column(start);
            let last = column(end.unwrap_or(start.saturating_add(1)));
            let inner = inner.map_or(0..usize::MAX, |(from, to)| column(from)..column(to));
            let sign = |column| if inner.contains(&column) { '^' } else { '~' };
            (first, (first..last.max(first + 1)).map(sign).collect())
        });
        if end <= layout.width {
            let text = cells.iter().map(|cell| cell.shown.as_str()).collect();
            return Self { text, mark };
        }
        cut(&cells, end, mark, layout)
    }
}

fn cells(line: &str, indentation: Option<(char, char)>) -> (Vec<Cell>, usize) {
    let mut column = 0;
    let mut signs = indentation;
    let cells = characters(line).map(|(character, escaped)| {
        let start = column;
        if !matches!(character, ' ' | '\t') {
            signs = None;
        }
        let (shown, width) = match character {
            '\t' => {
                let sign = signs.map_or(' ', |(tab, _)| tab);
                let width = TAB - column % TAB;
                (format!("{sign:<width$}"), width)
            }
            ' ' => (signs.map_or(' ', |(_, space)| space).into(), 1),
            _ => {
                let width = columns(&escaped);
                (escaped, width)
            }
        };
        column += width;
        Cell { start, shown }
    });
    let cells = cells.collect();
    (cells, column)
}

/// The part of a long line around its mark.
fn cut(cells: &[Cell], end: usize, mark: Option<(usize, String)>, layout: Layout) -> SourceLine {
    let Layout { width, more, .. } = layout;
    let room = width.saturating_sub(2 * more.chars().count());
    let marked = mark.as_ref().map_or(0, |(first, _)| *first);
    let lead = LEAD.min(room / 2);
    let is_late = marked + lead.max(2 * more.chars().count() + 1) > width;
    let from = if is_late {
        // Not beyond the point from which the rest of the line fills the row.
        marked.saturating_sub(lead).min(end.saturating_sub(room))
    } else {
        0
    };
    let kept = cells
        .iter()
        .skip_while(|cell| cell.start < from)
        .take_while(|cell| cell.start < from + room);
    let mut text = String::new();
    let mut before = 0;
    let mut first = None;
    if is_late {
        text.push_str(more);
        before = more.chars().count();
    }
    let mut shown = 0;
    for cell in kept {
        first.get_or_insert(cell.start);
        text.push_str(&cell.shown);
        shown = cell.start + 1;
    }
    if shown < end {
        text.push_str(more);
    }
    let first = first.unwrap_or(0);
    let mark = mark.map(|(start, signs)| {
        let start = start.saturating_sub(first) + before;
        let room = width.saturating_sub(start).max(1);
        (start, signs.chars().take(room).collect())
    });
    SourceLine { text, mark }
}

/// How many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars()
        .map(|character| character.width().unwrap_or(0))
        .sum()
}

/// The beginning of a text that fits, followed by `more` if that is not all of it.
pub(super) fn fitting(text: &str, width: usize, more: &str) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(columns(more));
    let mut taken = 0;
    let kept = text.chars().take_while(|character| {
        taken += character.width().unwrap_or(0);
        taken <= room
    });
    kept.chain(more.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Layout, Mark, SourceLine};

    fn layout(width: usize) -> Layout {
        Layout {
            width,
            more: "…",
            indentation: None,
        }
    }

    #[allow(clippy::unnecessary_wraps, reason = "as it is passed on")]
    fn mark(start: u64, end: Option<u64>) -> Option<Mark> {
        let inner = None;
        Some(Mark { start, end, inner })
    }

    #[test]
    fn what_matters_most_stands_out() {
        let marked = |inner| {
            let (start, end) = (8, Some(13));
            let mark = Mark { start, end, inner };
            SourceLine::new("return a / b", Some(mark), layout(80)).mark
        };
        assert_eq!(marked(None), Some((7, "^^^^^".into())));
        assert_eq!(marked(Some((10, 11))), Some((7, "~~^~~".into())));
    }

    #[test]
    fn tabs_and_spaces_differ_where_that_matters() {
        let layout = Layout {
            indentation: Some(('→', '·')),
            ..layout(80)
        };
        let shown = SourceLine::new(" \tx = 1\t2", mark(1, Some(3)), layout);
        assert_eq!(shown.text, "·→  x = 1   2");
        assert_eq!(shown.mark, Some((0, "^^^^".into())));
    }

    #[test]
    fn the_mark_is_below_its_characters() {
        let cases = [
            ("x = 1", mark(1, Some(2)), "x = 1", Some((0, 1))),
            ("\tx = y", mark(6, Some(7)), "    x = y", Some((8, 1))),
            (
                "s = '日本' + y",
                mark(10, None),
                "s = '日本' + y",
                Some((11, 1)),
            ),
            ("e\u{301} = y", mark(6, None), "e\u{301} = y", Some((4, 1))),
            ("x = (", mark(6, None), "x = (", Some((5, 1))),
            ("\x1b[2J", mark(2, None), "\\x1b[2J", Some((4, 1))),
            ("x", None, "x", None),
        ];
        for (line, mark, text, expected) in cases {
            let expected = expected.map(|(start, length)| (start, "^".repeat(length)));
            let shown = SourceLine::new(line, mark, layout(80));
            assert_eq!(
                (shown.text.as_str(), shown.mark),
                (text, expected),
                "{line}"
            );
        }
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark() {
        let line = format!("{}!{}", "a".repeat(500), "b".repeat(500));
        let shown = SourceLine::new(&line, mark(501, None), layout(60));
        let (start, signs) = shown.mark.unwrap();
        assert_eq!(shown.text.chars().nth(start), Some('!'));
        assert_eq!(signs, "^");
        assert_eq!(shown.text.chars().count(), 60);
    }

    #[test]
    fn the_mark_is_in_the_part_that_is_shown_however_narrow_it_is() {
        for width in 4..40 {
            for start in 1..=60 {
                let line = format!("{}!{}", "a".repeat(start - 1), "b".repeat(60 - start));
                let shown = SourceLine::new(&line, mark(start as u64, None), layout(width));
                let (column, _) = shown.mark.unwrap();
                assert_eq!(shown.text.chars().nth(column), Some('!'), "{width} {start}");
                assert!(shown.text.chars().count() <= width, "{width} {start}");
            }
        }
    }
}
