//! The exceptions that led to the one on top, and the members of a group.

use hotload_python::traceback::raised::Relation;
use hotload_python::traceback::report::{ListedFrame, ReportedException};

use super::words::{in_our_words, place_in_words, summary};
use super::{NARROWEST, Page, Section};
use crate::arguments::TracebackStyle;
use crate::render::plain::plain_line;
use crate::render::source_line::{columns, fitting};
use crate::render::{BAD, HINT};

const CHAINED: usize = 4;
const MEMBERS: usize = 5;

impl Page<'_> {
    /// The causes, one line each.
    pub(super) fn chain(&self) -> Section {
        let chained: Vec<&ReportedException> = self
            .report
            .exceptions
            .iter()
            .skip(1)
            .take_while(|one| one.exception.relation != Relation::Member)
            .collect();
        let most = if self.look.style == TracebackStyle::Full {
            chained.len()
        } else {
            CHAINED
        };
        let mut lines = Vec::new();
        for one in chained.iter().take(most) {
            lines.push(self.chained(one));
            lines.extend(self.hint(one, "  "));
            if self.look.style == TracebackStyle::Full {
                let frames: Vec<&ListedFrame> = one.frames.iter().rev().collect();
                lines.extend(self.caller_lines(&frames).concat());
            }
        }
        let unshown = chained.len() - most.min(chained.len());
        let more = unshown as u64 + self.report.exceptions_left_out;
        if more > 0 {
            lines.push(format!("{} {more} more before", self.look.more()));
        }
        Section::new(lines, 2)
    }

    /// What Python suggests for one that is not the root.
    fn hint(&self, one: &ReportedException, indent: &str) -> Option<String> {
        let hint = plain_line(&in_our_words(one.exception.hint.as_deref()?));
        let room = self
            .look
            .width()
            .saturating_sub(indent.len() + "help: ".len());
        let hint = fitting(&hint, room, self.look.more());
        Some(format!("{indent}{HINT}help{HINT:#}: {hint}"))
    }

    /// `caused by: KeyError: 'XYZ' at api/rates.py:28 in find`
    fn chained(&self, one: &ReportedException) -> String {
        let word = match one.exception.relation {
            Relation::Context => "while handling",
            _ => "caused by",
        };
        let place = place_in_words(one, "at");
        let room = self
            .look
            .width()
            .saturating_sub(word.len() + 3 + columns(&place));
        let what = fitting(
            &summary(&one.exception, self.look.more()),
            room.max(NARROWEST),
            self.look.more(),
        );
        format!("{BAD}{word}{BAD:#}: {what} {place}")
            .trim_end()
            .to_owned()
    }

    /// The members of a group, two lines each.
    pub(super) fn members(&self) -> Section {
        let Some(total) = self.root.exception.group_total else {
            return Section::new(Vec::new(), 0);
        };
        let plural = if total == 1 { "" } else { "s" };
        let mut lines = vec![format!("{total} sub-exception{plural}")];
        let members: Vec<&ReportedException> = self
            .report
            .exceptions
            .iter()
            .filter(|one| {
                one.exception.relation == Relation::Member && one.exception.parent == Some(0)
            })
            .collect();
        let most = if self.look.style == TracebackStyle::Full {
            members.len()
        } else {
            MEMBERS
        };
        for (place, one) in members.iter().take(most).enumerate() {
            let room = self.look.width().saturating_sub(6);
            let more = self.look.more();
            let what = fitting(&summary(&one.exception, more), room, more);
            lines.push(format!("  {}. {what}", place + 1));
            let place = place_in_words(one, "at");
            if !place.is_empty() {
                lines.push(format!("     {place}"));
            }
            lines.extend(self.hint(one, "     "));
        }
        if total > most.min(members.len()) {
            lines.push(format!(
                "  {} {} more",
                self.look.more(),
                total - most.min(members.len())
            ));
        }
        Section::new(lines, 3)
    }
}
