//! The members of a group, and those of groups among them.

use hotload_python::traceback::fold::innermost_user_frame;
use hotload_python::traceback::raised::{Relation, Syntax};
use hotload_python::traceback::report::{ListedFrame, ReportedException};

use super::chain::LINES_OF_CAUSE;
use super::look::NARROWEST;
use super::message::{Labelled, whole_message};
use super::page::{Page, Section};
use super::words::{INDENT, location_in_words, message_lines};

/// The most members that are shown.
const MEMBERS: usize = 5;

/// The most errors that are shown of a group within a group.
const INNER_MEMBERS: usize = 2;

/// Groups can be nested more deeply than a screen is wide.
const DEEPEST_INDENT: usize = 40;

/// An exception with its number below the group: `2.1`.
type Numbered<'r> = (String, &'r ReportedException);

impl Page<'_> {
    /// The members of the root, and how many there are.
    pub(super) fn members(&self) -> Section {
        let Some(total) = self.root.exception.group_total else {
            return Section::new(Vec::new(), 0);
        };
        let plural = if total == 1 { "" } else { "s" };
        let mut lines = vec![format!("{total} sub-exception{plural}")];
        lines.extend(self.members_of(self.root, "", MEMBERS));
        Section::new(lines, 3)
    }

    /// The members of a group: all of them, or the first `most`.
    pub(super) fn members_of(
        &self,
        group: &ReportedException,
        number: &str,
        most: usize,
    ) -> Vec<String> {
        let Some(total) = group.exception.group_total else {
            return Vec::new();
        };
        let members = self.numbered(group, number);
        let shown = self.at_most(most).min(members.len());
        self.listed(&members[..shown], total.max(members.len()) - shown, number)
    }

    fn numbered(&self, group: &ReportedException, number: &str) -> Vec<Numbered<'_>> {
        let all = self.report.exceptions.iter();
        let members = all.filter(|one| {
            one.exception.relation == Relation::Member
                && one.exception.parent == Some(group.exception.id)
        });
        let members = members.enumerate();
        let numbered = members.map(|(index, one)| (format!("{number}{}.", index + 1), one));
        numbered.collect()
    }

    /// Some members, with their numbers in one column; `more` others are not shown.
    fn listed(&self, members: &[Numbered<'_>], more: usize, above: &str) -> Vec<String> {
        let depth = above.matches('.').count();
        let widths = members.iter().map(|(number, _)| number.len());
        let widest = widths.max().unwrap_or_default();
        let room = DEEPEST_INDENT.min(self.look.width() / 3);
        let before = (2 + 3 * depth).min(room);
        let mut lines = Vec::new();
        for (number, one) in members {
            let number_column = format!("{:before$}{number:>widest$}", "");
            let indent = (number_column.len() + 1).min(room + 3);
            lines.extend(self.message_of_member(one, &number_column, indent));
            lines.extend(self.below(one, indent));
            lines.extend(self.inner(number, one));
        }
        if more > 0 {
            lines.push(format!("{:before$}{} {more} more", "", self.look.more()));
        }
        lines
    }

    /// What a member says; further lines start where its location does.
    fn message_of_member(
        &self,
        one: &ReportedException,
        number: &str,
        indent: usize,
    ) -> Vec<String> {
        let margin = " ".repeat(indent - INDENT.len());
        let text = whole_message(&one.exception, self.look.more());
        let what = Labelled::new(number, &text, message_lines(&one.exception));
        let width = self.look.width().max(indent + NARROWEST / 2);
        let mut lines = self.lines_of(&what, LINES_OF_CAUSE, width - margin.len());
        let more = self.unshown(&what, LINES_OF_CAUSE);
        lines.extend((more > 0).then(|| format!("{INDENT}{}", self.more_lines(more))));
        let below = lines.iter_mut().skip(1);
        below.for_each(|line| line.insert_str(0, &margin));
        lines
    }

    /// Where a member was raised and what helps; on a full page also who called it and what led to it.
    fn below(&self, one: &ReportedException, indent: usize) -> Vec<String> {
        let start = " ".repeat(indent);
        let room = self.look.width().saturating_sub(indent);
        let location = location_in_words(one, "at", self.look, room);
        let mut lines = Vec::new();
        if self.look.is_full() && is_innermost_shown(one) {
            lines.extend(self.all_frames(one, indent - 2, "at"));
            lines.extend(self.hint(one, &start));
        } else {
            lines.extend((!location.is_empty()).then(|| format!("{start}{location}")));
            lines.extend(self.hint(one, &start));
            if self.look.is_full() {
                lines.extend(self.all_frames(one, indent - 2, "from"));
            }
        }
        let notes = self.notes_below(one, room);
        lines.extend(
            notes
                .iter()
                .map(|note| format!("{start}{}", note.trim_start())),
        );
        if self.look.is_full() {
            for cause in self.causes_of_member(one) {
                lines.extend(self.chained(cause, indent));
                lines.extend(self.all_frames(cause, indent, "from"));
            }
        }
        lines
    }

    fn all_frames(&self, one: &ReportedException, indent: usize, first: &str) -> Vec<String> {
        let frames: Vec<&ListedFrame> = one.frames.iter().rev().collect();
        self.caller_lines(&frames, indent, first).concat()
    }

    /// The causes of a member, nearest first.
    fn causes_of_member(&self, member: &ReportedException) -> Vec<&ReportedException> {
        let mut causes: Vec<&ReportedException> = Vec::new();
        let mut last = member.exception.id;
        for one in &self.report.exceptions {
            let is_cause = one.exception.relation != Relation::Member;
            if is_cause && one.exception.parent == Some(last) {
                last = one.exception.id;
                causes.push(one);
            }
        }
        causes
    }

    /// The members of a member that is a group: all of them, or the first errors at any depth.
    fn inner(&self, number: &str, one: &ReportedException) -> Vec<String> {
        if self.look.is_full() {
            return self.members_of(one, number, usize::MAX);
        }
        let mut leaves = Vec::new();
        self.add_leaves(number, one, &mut leaves);
        let shown = INNER_MEMBERS.min(leaves.len());
        self.listed(&leaves[..shown], leaves.len() - shown, number)
    }

    /// The errors below a group that are not groups themselves.
    fn add_leaves<'p>(
        &'p self,
        number: &str,
        group: &ReportedException,
        leaves: &mut Vec<Numbered<'p>>,
    ) {
        for (number, one) in self.numbered(group, number) {
            if one.exception.group_total.is_some() {
                self.add_leaves(&number, one, leaves);
            } else {
                leaves.push((number, one));
            }
        }
    }
}

/// Whether an exception's location is that of its innermost frame, so that one line shows both.
fn is_innermost_shown(one: &ReportedException) -> bool {
    let is_syntax = one
        .exception
        .syntax
        .as_ref()
        .is_some_and(Syntax::is_location);
    let has_users = innermost_user_frame(&one.frames).is_some();
    let last = one.frames.last();
    !is_syntax && last.is_some_and(|last| last.is_users() || !has_users)
}
