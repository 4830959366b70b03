//! The parts of an error's page, and which of their lines are left out when it gets too long.

use hotload_python::traceback::report::{ErrorReport, ReportedException};

use super::look::Look;

/// The most lines that are shown, unless everything is wanted.
const MOST_LINES: usize = 30;

/// What is known about one error and how it is shown.
pub(super) struct Page<'r> {
    pub(super) report: &'r ErrorReport,
    pub(super) root: &'r ReportedException,
    /// Whether the location that is shown is in a worker process.
    pub(super) in_worker: bool,
    pub(super) look: Look,
}

/// A part of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Headline,
    Location,
    Callers,
    Hidden,
    Chain,
    Members,
    Help,
    Notes,
}

impl Part {
    /// In the order in which they are shown.
    pub(super) const ALL: [Self; 8] = [
        Self::Headline,
        Self::Location,
        Self::Callers,
        Self::Hidden,
        Self::Chain,
        Self::Members,
        Self::Help,
        Self::Notes,
    ];

    /// How much it helps: a part with a lower priority is shortened first. `None` is never shortened.
    fn priority(self) -> Option<u8> {
        match self {
            Self::Notes => Some(0),
            Self::Members => Some(1),
            Self::Callers => Some(2),
            Self::Chain => Some(3),
            Self::Headline => Some(4),
            Self::Location | Self::Hidden | Self::Help => None,
        }
    }
}

/// The lines of a part, and how few of them still help.
pub(super) struct Section {
    pub(super) lines: Vec<String>,
    at_least: usize,
    /// Lines that say how many others are not shown: the index of each, and that number.
    counts: Vec<(usize, usize)>,
}

impl Section {
    pub(super) fn new(lines: Vec<String>, at_least: usize) -> Self {
        let counts = Vec::new();
        Self {
            lines,
            at_least,
            counts,
        }
    }

    /// A part that is shown as a whole.
    pub(super) fn whole(lines: Vec<String>) -> Self {
        let at_least = lines.len();
        Self::new(lines, at_least)
    }

    /// The last line says that this many lines are not shown.
    pub(super) fn count_unshown(&mut self, unshown: usize) {
        if unshown > 0 {
            self.counts.push((self.lines.len() - 1, unshown));
        }
    }

    /// Keeps the first lines and says how many more there were.
    fn cut(&mut self, kept: usize, more: &str) {
        let cut = self.lines.len() - kept;
        let counts = self.counts.iter().filter(|(line, _)| *line >= kept);
        // Such a line is not part of the message itself.
        let unshown: usize = counts.map(|(_, unshown)| unshown - 1).sum();
        self.lines.truncate(kept);
        self.lines
            .push(format!("  {more} {} more lines", cut + unshown));
    }
}

/// Cuts the parts that help least until the page is short enough.
pub(super) fn shorten(sections: &mut [(Part, Section)], look: Look) {
    let mut total: usize = sections
        .iter()
        .map(|(_, section)| section.lines.len())
        .sum();
    let mut order: Vec<(u8, &mut Section)> = sections
        .iter_mut()
        .filter_map(|(part, section)| Some((part.priority()?, section)))
        .collect();
    order.sort_by_key(|(priority, _)| *priority);
    for (_, section) in order {
        let length = section.lines.len();
        let kept = length.saturating_sub((total + 1).saturating_sub(MOST_LINES));
        let kept = kept.max(section.at_least);
        if total > MOST_LINES && kept < length {
            section.cut(kept, look.more());
            total = total - length + section.lines.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Section, shorten};
    use crate::arguments::TracebackStyle;
    use crate::render::error::Look;

    /// How many lines are left of parts with these lengths.
    fn left(lengths: [usize; 8]) -> Vec<usize> {
        let section = |length| Section::new(vec!["line".into(); length], 1);
        let parts = Part::ALL.into_iter().zip(lengths.map(section));
        let mut sections: Vec<(Part, Section)> = parts.collect();
        let look = Look {
            style: TracebackStyle::Short,
            columns: None,
            unicode: false,
        };
        shorten(&mut sections, look);
        let lengths = sections.iter().map(|(_, section)| section.lines.len());
        lengths.collect()
    }

    #[test]
    fn the_parts_that_help_least_are_cut_first() {
        #[rustfmt::skip]
        let cases = [
            // headline, location, callers, hidden, chain, members, help, notes
            ([4, 5, 5, 1, 4, 4, 1, 6],    [4, 5, 5, 1, 4, 4, 1, 6]),
            ([4, 5, 5, 1, 4, 4, 1, 9],    [4, 5, 5, 1, 4, 4, 1, 6]),
            ([4, 5, 5, 1, 4, 9, 1, 9],    [4, 5, 5, 1, 4, 8, 1, 2]),
            ([9, 9, 9, 1, 9, 9, 1, 9],    [9, 9, 2, 1, 4, 2, 1, 2]),
            ([30, 9, 1, 1, 1, 1, 1, 1],   [15, 9, 1, 1, 1, 1, 1, 1]),
            ([1, 40, 1, 1, 1, 1, 9, 1],   [1, 40, 1, 1, 1, 1, 9, 1]),
        ];
        for (lengths, expected) in cases {
            assert_eq!(left(lengths), expected, "{lengths:?}");
        }
    }
}
