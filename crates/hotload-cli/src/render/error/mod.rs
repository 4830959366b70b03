//! An error as a person reads it: what failed, where in their own file, and what led to it.

mod callers;
mod chain;
mod code;
mod location;
mod look;
mod members;
mod message;
mod page;
mod words;
mod worker;

use hotload_python::outcome::failure::UserError;
use hotload_python::traceback::report::ErrorReport;

use self::page::{Page, Part, Section, shorten};
use self::words::wrapped;
use super::line::BAD;
use super::plain::plain;
use crate::arguments::TracebackStyle;

pub(crate) use self::look::Look;

/// One sentence about an error, in lines that fit.
pub(crate) fn sentence(text: &str, look: Look) -> String {
    let label = "error: ";
    let lines = wrapped(text, label.len(), look.width());
    format!("{BAD}error{BAD:#}: {}\n", lines.join("\n"))
}

/// An error, ending with a line break.
pub(crate) fn error(error: &UserError, look: Look) -> String {
    match (&error.native, look.style) {
        // A hook of user code has shown it.
        (Some(native), TracebackStyle::Native) if native.is_empty() => String::new(),
        (Some(native), TracebackStyle::Native) => format!("{}\n", plain(native).trim_end()),
        _ => report(&error.report, &error.help, look),
    }
}

/// An error report, ending with a line break.
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
    let mut sections = Part::ALL.map(|part| (part, page.section(part, help)));
    if look.style == TracebackStyle::Short {
        shorten(&mut sections, look);
    }
    let lines = sections.into_iter().flat_map(|(_, section)| section.lines);
    lines.map(|line| line + "\n").collect()
}

/// The first line of where an error was raised, ending with a line break: ` --> loop.py:3 in spin`.
pub(crate) fn arrow_to(report: &ErrorReport, look: Look) -> String {
    let Some(root) = report.exceptions.first() else {
        return String::new();
    };
    let page = Page {
        report,
        root,
        in_worker: false,
        look,
    };
    let lines = page.location().lines;
    lines
        .first()
        .map_or_else(String::new, |line| format!("{line}\n"))
}

impl Page<'_> {
    fn section(&self, part: Part, help: &[String]) -> Section {
        match part {
            Part::Headline => self.headline(),
            Part::Location => self.location(),
            Part::Callers => self.callers(),
            Part::Hidden => self.hidden(),
            Part::Chain => self.chain(),
            Part::Members => self.members(),
            Part::Help => self.help(help),
            Part::Notes => self.notes(),
        }
    }
}
