//! What errors are shown on.

use crate::arguments::TracebackStyle;

/// The widest page: longer lines are hard to read.
const WIDEST: usize = 100;

/// The narrowest page: a narrower screen breaks the lines itself.
pub(super) const NARROWEST: usize = 20;

/// What errors are shown on, and how much of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) style: TracebackStyle,
    /// Columns of the terminal, if there is one.
    pub(crate) columns: Option<usize>,
    /// Whether its encoding has more than ASCII.
    pub(crate) unicode: bool,
}

impl Look {
    pub(super) fn width(self) -> usize {
        self.columns.unwrap_or(WIDEST).clamp(NARROWEST, WIDEST)
    }

    /// What replaces text that is cut off.
    pub(super) fn more(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// Whether everything is shown.
    pub(super) fn is_full(self) -> bool {
        self.style == TracebackStyle::Full
    }
}
