//! An error as a person reads it: what failed, where in their own file, what led there.

use anstyle::Style;
use hotload_python::failure::UserError;
use hotload_python::traceback::fold::innermost_user_frame;
use hotload_python::traceback::raised::{
    Exception, MessageState, Phase, Relation, Syntax, TextState,
};
use hotload_python::traceback::report::{ErrorReport, Kind, ListedFrame, Place, ReportedException};

use super::plain::{plain, plain_line, plain_lines};
use super::source_line::{Layout, SourceLine, columns, fitting};
use super::{BAD, DIM, HINT};
use crate::arguments::TracebackStyle;

/// The most that is shown, unless everything is wanted.
const MOST_LINES: usize = 30;
const MESSAGE_LINES: usize = 6;
const MESSAGE_LINE_CHARACTERS: usize = 300;
const CALLERS: usize = 8;
/// Of callers that are more than that, so many of the outermost are shown.
const OUTERMOST_CALLERS: usize = 2;
const CHAINED: usize = 4;
const MEMBERS: usize = 5;
const NOTES: usize = 4;

/// Nothing is wider, so that it reads well on any screen.
const WIDEST: usize = 100;
const NARROWEST: usize = 20;

/// In front of the further lines of a message.
const INDENT: &str = "  ";

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

/// An error, with a line end behind it.
pub(crate) fn error(error: &UserError, look: Look) -> String {
    match (&error.native, look.style) {
        (Some(native), TracebackStyle::Native) => format!("{}\n", plain(native).trim_end()),
        _ => report(&error.report, &error.help, look),
    }
}

/// An error report, with a line end behind it.
pub(crate) fn report(report: &ErrorReport, help: &[String], look: Look) -> String {
    let Some(root) = report.exceptions.first() else {
        return String::new();
    };
    let page = Page { report, root, look };
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
}

impl Section {
    fn new(lines: Vec<String>, at_least: usize) -> Self {
        Self { lines, at_least }
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
            section.lines.truncate(kept);
            section
                .lines
                .push(format!("  {} {} more lines", look.more(), length - kept));
        }
    }
}

/// What is put together for one error.
struct Page<'r> {
    report: &'r ErrorReport,
    root: &'r ReportedException,
    look: Look,
}

impl Page<'_> {
    /// `error: api.errors.Missing: no rate for XYZ`
    fn headline(&self) -> Section {
        let circumstances = &self.report.circumstances;
        let what = match (circumstances.phase, &circumstances.thread) {
            (Phase::Thread, Some(name)) => format!("error in thread {}", plain_line(name)),
            (Phase::Thread, None) => "error in a thread".into(),
            (Phase::Callback, _) => "error in a task or callback".into(),
            (Phase::Unraisable, _) => "error that Python ignores".into(),
            (Phase::Exit, _) => "error at exit".into(),
            (Phase::Crash, _) => "crash".into(),
            _ => "error".into(),
        };
        let exception = &self.root.exception;
        let mut text = plain_line(&exception.display);
        let message = message(exception);
        if !message.is_empty() {
            text = format!("{text}: {}", plain_lines(&message));
        }
        let first = columns(&what) + 2;
        let mut lines = self.message_lines(&text, first);
        if let Some(line) = lines.first_mut() {
            line.insert_str(0, &format!("{BAD}{what}{BAD:#}: "));
        }
        Section::new(lines, 4)
    }

    /// The beginning of a message, in lines that fit.
    fn message_lines(&self, text: &str, first_indent: usize) -> Vec<String> {
        let all: Vec<&str> = text.split('\n').collect();
        let most = if self.look.style == TracebackStyle::Full {
            all.len()
        } else {
            MESSAGE_LINES
        };
        let mut lines = Vec::new();
        for line in all.iter().take(most) {
            let cut = fitting(line, MESSAGE_LINE_CHARACTERS, self.look.more());
            let shown = if self.look.style == TracebackStyle::Full {
                line
            } else {
                cut.as_str()
            };
            let indent = if lines.is_empty() {
                first_indent
            } else {
                INDENT.len()
            };
            let start = if lines.is_empty() { "" } else { INDENT };
            let rows = wrapped(shown, indent, self.look.width());
            lines.push(format!("{start}{}", rows[0]));
            lines.extend(rows.into_iter().skip(1));
        }
        if all.len() > most {
            lines.push(format!(
                "{} (+{} lines)",
                self.look.more(),
                all.len() - most
            ));
        }
        lines
    }

    /// `--> file:line:col` and the code there.
    fn place(&self) -> Section {
        let mut lines = match (&self.report.primary, self.root.exception.syntax.as_ref()) {
            (Some(place), Some(syntax)) if syntax.line.is_some() => self.syntax(place, syntax),
            _ => self.frame(),
        };
        lines.extend(self.raised_deeper());
        let length = lines.len();
        Section::new(lines, length)
    }

    fn syntax(&self, place: &Place, syntax: &Syntax) -> Vec<String> {
        let type_name = self.root.exception.type_name.as_str();
        let code = Code {
            line: place.line.unwrap_or(1),
            before: syntax.before.as_deref(),
            text: syntax.text.as_deref(),
            mark: syntax.col.map(|col| {
                let end = end_on_line(syntax.line, syntax.end_line, syntax.end_col);
                (col, end)
            }),
            is_indentation: matches!(type_name, "IndentationError" | "TabError"),
        };
        let mut lines = vec![arrow(&code, &location(place), "")];
        lines.extend(code.lines(self.look));
        lines
    }

    fn frame(&self) -> Vec<String> {
        let Some(listed) = self.shown_frame() else {
            return Vec::new();
        };
        let frame = &listed.frame;
        let code = Code {
            line: frame.line.unwrap_or(1),
            before: frame.before.as_deref(),
            text: frame.text.as_deref(),
            mark: mark_of(listed),
            is_indentation: false,
        };
        let times = self.times(listed);
        let older = match frame.text_state {
            TextState::Stale => " (the file has changed since this was loaded)",
            TextState::Ok | TextState::Dedented | TextState::None => "",
        };
        let function = plain_line(&frame.function);
        let mut lines = vec![arrow(
            &code,
            &location_of(listed),
            &format!(" in {function}{times}{older}"),
        )];
        lines.extend(code.lines(self.look));
        lines
    }

    /// The innermost frame of the user's, or of anybody if there is none.
    fn shown_frame(&self) -> Option<&ListedFrame> {
        innermost_user_frame(&self.root.frames).or(self.root.frames.last())
    }

    fn times(&self, listed: &ListedFrame) -> String {
        let sign = if self.look.unicode { '×' } else { 'x' };
        match listed.frame.repeat {
            1 => String::new(),
            times => format!(" {sign}{times}"),
        }
    }

    /// Where in somebody else's code it was raised.
    fn raised_deeper(&self) -> Option<String> {
        let innermost = self.root.frames.last()?;
        let user_frame = innermost_user_frame(&self.root.frames)?;
        if innermost.is_users() || std::ptr::eq(innermost, user_frame) {
            return None;
        }
        let whose = match innermost.kind {
            Kind::Stdlib => "stdlib",
            _ => "library",
        };
        let file = short_file(&innermost.frame.file);
        let line = innermost
            .frame
            .line
            .map_or(String::new(), |line| format!(":{line}"));
        Some(format!("  raised in {}{line} ({whose})", plain_line(file)))
    }

    /// Who called it, innermost first.
    fn callers(&self) -> Section {
        let is_full = self.look.style == TracebackStyle::Full;
        let shown = self.shown_frame();
        let is_syntax = self
            .root
            .exception
            .syntax
            .as_ref()
            .is_some_and(|one| one.line.is_some());
        let has_users = innermost_user_frame(&self.root.frames).is_some();
        let callers: Vec<&ListedFrame> = self
            .root
            .frames
            .iter()
            .rev()
            .filter(|listed| is_full || !has_users || listed.is_users())
            .filter(|listed| {
                is_full || is_syntax || shown.is_none_or(|shown| !std::ptr::eq(shown, *listed))
            })
            .collect();
        let most = if has_users { CALLERS } else { 2 };
        let lines = if is_full || callers.len() <= most {
            self.caller_lines(&callers)
        } else {
            let inner = most - OUTERMOST_CALLERS.min(most - 1);
            let outer = callers.len() - (most - inner).min(callers.len());
            let mut lines = self.caller_lines(&callers[..inner]);
            let between = callers[inner..outer]
                .iter()
                .map(|listed| listed.frame.repeat);
            lines.push(format!(
                "  {} {} frames {}",
                self.look.more(),
                between.sum::<u64>(),
                self.look.more()
            ));
            lines.extend(self.caller_lines(&callers[outer..]));
            lines
        };
        Section::new(lines, 3)
    }

    /// `from app.py:5 in <module>              start()`, the code of all in one column.
    fn caller_lines(&self, callers: &[&ListedFrame]) -> Vec<String> {
        let places: Vec<String> = callers.iter().map(|listed| self.caller(listed)).collect();
        let widest = places.iter().map(|place| columns(place)).max().unwrap_or(0);
        let room = self.look.width().saturating_sub(widest + 2);
        let lines = callers.iter().zip(places).map(|(listed, place)| {
            let code = listed.frame.text.as_deref().unwrap_or_default();
            let code = fitting(&plain_line(code.trim()), room, self.look.more());
            if code.is_empty() || room < 10 {
                return place;
            }
            let gap = " ".repeat(widest + 2 - columns(&place));
            format!("{place}{gap}{DIM}{code}{DIM:#}")
        });
        lines.collect()
    }

    fn caller(&self, listed: &ListedFrame) -> String {
        let function = plain_line(&listed.frame.function);
        let times = self.times(listed);
        format!("  from {} in {function}{times}", line_of(listed))
    }

    /// `hidden: 2 library frames`
    fn hidden(&self) -> Section {
        let count = |kind: Kind| -> u64 {
            let frames = self.root.frames.iter();
            frames
                .filter(|listed| listed.kind == kind)
                .map(|listed| listed.frame.repeat)
                .sum()
        };
        let mut counts = vec![(self.root.hidden.left_out, "left out")];
        let has_users = innermost_user_frame(&self.root.frames).is_some();
        if self.look.style != TracebackStyle::Full && has_users {
            counts.push((count(Kind::Library), "library"));
            counts.push((count(Kind::Stdlib), "stdlib"));
        }
        let words: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, whose)| {
                format!(
                    "{count} {whose} frame{}",
                    if *count == 1 { "" } else { "s" }
                )
            })
            .collect();
        let lines = match words.is_empty() {
            true => Vec::new(),
            false => vec![format!("  {DIM}hidden: {}{DIM:#}", words.join(", "))],
        };
        Section::new(lines, 1)
    }

    /// The causes, one line each.
    fn chain(&self) -> Section {
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
            if self.look.style == TracebackStyle::Full {
                let frames: Vec<&ListedFrame> = one.frames.iter().rev().collect();
                lines.extend(self.caller_lines(&frames));
            }
        }
        if chained.len() > most {
            lines.push(format!(
                "{} {} more causes",
                self.look.more(),
                chained.len() - most
            ));
        }
        Section::new(lines, 2)
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
            &summary(&one.exception),
            room.max(NARROWEST),
            self.look.more(),
        );
        format!("{BAD}{word}{BAD:#}: {what} {place}")
            .trim_end()
            .to_owned()
    }

    /// The members of a group, two lines each.
    fn members(&self) -> Section {
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
            let what = fitting(&summary(&one.exception), room, self.look.more());
            lines.push(format!("  {}. {what}", place + 1));
            let place = place_in_words(one, "at");
            if !place.is_empty() {
                lines.push(format!("     {place}"));
            }
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

    fn help(&self, help: &[String]) -> Section {
        let hints = self
            .report
            .exceptions
            .iter()
            .take(1)
            .filter_map(|one| one.exception.hint.as_deref());
        let all = hints.map(in_our_words).chain(help.iter().cloned());
        let lines: Vec<String> = all
            .flat_map(|text| self.labelled("help", HINT, &text))
            .collect();
        let length = lines.len();
        Section::new(lines, length)
    }

    fn notes(&self) -> Section {
        let notes = &self.root.exception.notes;
        let most = if self.look.style == TracebackStyle::Full {
            notes.len()
        } else {
            NOTES
        };
        let mut lines: Vec<String> = notes
            .iter()
            .take(most)
            .flat_map(|note| self.labelled("note", HINT, note))
            .collect();
        if notes.len() > most {
            lines.push(format!(
                "{} {} more notes",
                self.look.more(),
                notes.len() - most
            ));
        }
        Section::new(lines, 1)
    }

    fn labelled(&self, label: &str, style: Style, text: &str) -> Vec<String> {
        let text = plain_lines(text);
        let mut lines = self.message_lines(text.trim_end(), label.len() + 2);
        if let Some(first) = lines.first_mut() {
            first.insert_str(0, &format!("{style}{label}{style:#}: "));
        }
        lines
    }
}

/// The code around a place.
struct Code<'t> {
    line: u64,
    before: Option<&'t str>,
    text: Option<&'t str>,
    mark: Option<(u64, Option<u64>)>,
    /// Whether what is wrong is the indentation.
    is_indentation: bool,
}

impl Code<'_> {
    fn gutter(&self) -> usize {
        self.line.to_string().len()
    }

    fn lines(&self, look: Look) -> Vec<String> {
        let Some(text) = self.text.filter(|text| !text.trim().is_empty()) else {
            return Vec::new();
        };
        let gutter = self.gutter();
        let signs = if look.unicode {
            ('→', '·')
        } else {
            ('>', '.')
        };
        let layout = Layout {
            width: look.width().saturating_sub(gutter + 5),
            more: look.more(),
            indentation: self.is_indentation.then_some(signs),
        };
        let bar = format!("  {:gutter$} {HINT}|{HINT:#}", "");
        let row = |number: u64, text: &str| {
            format!("  {HINT}{number:gutter$} |{HINT:#} {text}")
                .trim_end()
                .to_owned()
        };
        let mut lines = vec![bar.clone()];
        if let Some(before) = self.before.filter(|_| self.line > 1) {
            let shown = SourceLine::new(before, None, layout);
            lines.push(row(self.line - 1, &shown.text));
        }
        let shown = SourceLine::new(text, self.mark, layout);
        lines.push(row(self.line, &shown.text));
        if let Some((start, length)) = shown.mark {
            let carets = "^".repeat(length);
            lines.push(format!("{bar} {}{BAD}{carets}{BAD:#}", " ".repeat(start)));
        }
        lines
    }
}

fn arrow(code: &Code<'_>, location: &str, rest: &str) -> String {
    let gutter = code.gutter();
    format!("{:gutter$}{HINT}-->{HINT:#} {location}{rest}", "")
}

/// What is marked in a frame's line: the failing expression, or, where the version does not know it
/// or it is the whole line, the line's beginning.
fn mark_of(listed: &ListedFrame) -> Option<(u64, Option<u64>)> {
    let frame = &listed.frame;
    let text = frame.text.as_deref()?;
    let indent = text
        .chars()
        .take_while(|character| character.is_whitespace())
        .count() as u64;
    let length = text.trim_end().chars().count() as u64;
    match (
        frame.col,
        end_on_line(frame.line, frame.end_line, frame.end_col),
    ) {
        (Some(col), Some(end)) if col > indent + 1 || end <= length => Some((col, Some(end))),
        (Some(col), None) => Some((col, None)),
        _ => Some((indent + 1, None)),
    }
}

/// The end of a range, if it is on the line it starts on.
fn end_on_line(line: Option<u64>, end_line: Option<u64>, end_col: Option<u64>) -> Option<u64> {
    end_col.filter(|_| end_line == line)
}

/// `file:line:col`, as terminals and editors make it clickable.
fn location(place: &Place) -> String {
    let mut text = plain_line(&place.file);
    for number in [place.line, place.line.and(place.col)]
        .into_iter()
        .flatten()
    {
        text.push_str(&format!(":{number}"));
    }
    text
}

fn location_of(listed: &ListedFrame) -> String {
    let col = listed
        .frame
        .line
        .and(listed.frame.text_state.in_file(listed.frame.col));
    let col = col.map_or(String::new(), |col| format!(":{col}"));
    format!("{}{col}", line_of(listed))
}

/// `file:line`, where the column matters little.
fn line_of(listed: &ListedFrame) -> String {
    let line = listed
        .frame
        .line
        .map_or(String::new(), |line| format!(":{line}"));
    format!("{}{line}", plain_line(&listed.frame.file))
}

fn place_in_words(one: &ReportedException, word: &str) -> String {
    let listed = innermost_user_frame(&one.frames).or(one.frames.last());
    listed.map_or(String::new(), |listed| {
        format!(
            "{word} {} in {}",
            line_of(listed),
            plain_line(&listed.frame.function)
        )
    })
}

/// The message, or what there is in its place.
fn message(exception: &Exception) -> String {
    match exception.message_state {
        MessageState::Unprintable => "<message unavailable>".into(),
        _ => exception.message.trim_end_matches('\n').to_owned(),
    }
}

/// `KeyError: 'XYZ'`, on one line.
fn summary(exception: &Exception) -> String {
    let message = message(exception);
    let first = message.lines().next().unwrap_or_default();
    let name = plain_line(&exception.display);
    match first {
        "" => name,
        first => format!("{name}: {}", plain_line(first)),
    }
}

/// `Did you mean: 'colour'?` as our other advice is worded.
fn in_our_words(hint: &str) -> String {
    let hint = hint.trim().replacen("Did you mean: ", "did you mean ", 1);
    hint.replacen("Did you forget", "did you forget", 1)
}

/// A library's file, from where its name says enough.
fn short_file(file: &str) -> &str {
    for folder in ["site-packages/", "dist-packages/"] {
        if let Some((_, rest)) = file.rsplit_once(folder) {
            return rest;
        }
    }
    file.rsplit('/').next().unwrap_or(file)
}

/// The text in lines of `width` columns, the first of them shorter by `indent`, the others indented.
fn wrapped(text: &str, indent: usize, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    let mut room = width.saturating_sub(indent);
    loop {
        let (line, behind) = split_at_word(rest, room);
        let start = if lines.is_empty() { "" } else { INDENT };
        lines.push(format!("{start}{line}"));
        if behind.is_empty() {
            return lines;
        }
        rest = behind;
        room = width.saturating_sub(INDENT.len());
    }
}

/// What fits into `room` columns, and the rest; parted at a space if there is a late one.
fn split_at_word(text: &str, room: usize) -> (&str, &str) {
    let mut taken = 0;
    let too_much = text.char_indices().find(|(_, character)| {
        taken += columns(character.encode_utf8(&mut [0; 4]));
        taken > room
    });
    let Some((end, _)) = too_much else {
        return (text, "");
    };
    // At least one character, or a narrow screen would never be done with it.
    let end = end.max(text.chars().next().map_or(0, char::len_utf8));
    let fits = &text[..end];
    match fits.rfind(' ') {
        Some(space) if space > end / 2 => (&text[..space], &text[space + 1..]),
        _ => (fits, &text[end..]),
    }
}
