//! An error as a person reads it: what failed, where in their own file, what led there.

mod callers;
mod chain;
mod code;
mod members;
mod message;
mod place;
mod words;
mod worker;

use hotload_python::outcome::failure::UserError;
use hotload_python::traceback::report::{ErrorReport, ReportedException};

use super::BAD;
use super::plain::plain;
use crate::arguments::TracebackStyle;

/// The most that is shown, unless everything is wanted.
const MOST_LINES: usize = 30;

/// Nothing is wider, so that it reads well on any screen.
const WIDEST: usize = 100;
const NARROWEST: usize = 20;

/// What errors are shown on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) style: TracebackStyle,
    /// Columns of the terminal, if there is one.
    pub(crate) columns: Option<usize>,
    /// Whether its encoding has more than ASCII.
    pub(crate) unicode: bool,
}

impl Look {
    fn width(self) -> usize {
        self.columns.unwrap_or(WIDEST).clamp(NARROWEST, WIDEST)
    }

    fn more(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// One sentence about an error, in lines that fit.
pub(crate) fn sentence(text: &str, look: Look) -> String {
    let label = "error: ";
    let lines = words::wrapped(text, label.len(), look.width());
    format!("{BAD}error{BAD:#}: {}\n", lines.join("\n"))
}

/// An error, with a line end behind it.
pub(crate) fn error(error: &UserError, look: Look) -> String {
    match (&error.native, look.style) {
        (Some(native), TracebackStyle::Native) => format!("{}\n", plain(native).trim_end()),
        _ => report(&error.report, &error.help, look),
    }
}

/// An error report, with a line end behind it.
pub(crate) fn report(report: &ErrorReport, help: &[String], look: Look) -> String {
    let in_worker = worker::is_shown(report);
    let report = &*worker::joined(report);
    let Some(root) = report.exceptions.first() else {
        return String::new();
    };
    let page = Page {
        report,
        root,
        in_worker,
        look,
    };
    let mut sections = vec![
        page.headline(),
        page.place(),
        page.callers(),
        page.hidden(),
        page.chain(),
        page.members(),
        page.help(help),
        page.notes(),
    ];
    if look.style == TracebackStyle::Short {
        shorten(&mut sections, look);
    }
    let mut lines: Vec<String> = sections.into_iter().flat_map(|part| part.lines).collect();
    lines.push(String::new());
    lines.join("\n")
}

/// Lines that belong together, and how few of them still help.
struct Section {
    lines: Vec<String>,
    at_least: usize,
    /// Lines that tell how many are not shown, and that number.
    counts: Vec<(usize, usize)>,
}

impl Section {
    fn new(lines: Vec<String>, at_least: usize) -> Self {
        let counts = Vec::new();
        Self {
            lines,
            at_least,
            counts,
        }
    }

    /// The last line tells of so many that are not shown.
    fn stand_for(&mut self, unshown: usize) {
        if unshown > 0 {
            self.counts.push((self.lines.len() - 1, unshown));
        }
    }

    /// Keeps the first lines, and says how many there were behind them.
    fn cut(&mut self, kept: usize, more: &str) {
        let cut = self.lines.len() - kept;
        let counts = self.counts.iter().filter(|(line, _)| *line >= kept);
        // Such a line is none of the message itself.
        let unshown: usize = counts.map(|(_, unshown)| unshown - 1).sum();
        self.lines.truncate(kept);
        self.lines
            .push(format!("  {more} {} more lines", cut + unshown));
    }
}

/// Takes lines from the sections that help least until the page is short enough.
fn shorten(sections: &mut [Section], look: Look) {
    const LEAST_HELPFUL_FIRST: [usize; 5] = [7, 5, 2, 4, 0];
    for place in LEAST_HELPFUL_FIRST {
        let total: usize = sections.iter().map(|section| section.lines.len()).sum();
        let section = &mut sections[place];
        let length = section.lines.len();
        let kept = length.saturating_sub((total + 1).saturating_sub(MOST_LINES));
        let kept = kept.max(section.at_least);
        if total > MOST_LINES && kept < length {
            section.cut(kept, look.more());
        }
    }
}

/// What is put together for one error.
struct Page<'r> {
    report: &'r ErrorReport,
    root: &'r ReportedException,
    /// Whether the place that is shown is one in a worker process.
    in_worker: bool,
    look: Look,
}
