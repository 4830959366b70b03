//! How a page words locations, messages and names.

use hotload_python::skipped_folders::PACKAGE_FOLDERS;
use hotload_python::traceback::fold::innermost_user_frame;
use hotload_python::traceback::raised::{Exception, MessageState};
use hotload_python::traceback::report::{CodeLocation, ListedFrame, ReportedException};

use super::look::Look;
use crate::render::plain::plain_line;
use crate::render::source_line::{columns, fitting};

/// Before every line of a message but the first.
pub(super) const INDENT: &str = "  ";

/// The most columns of a type's name.
const LONGEST_NAME: usize = 80;

/// The columns that a function's name gets in any case.
const SHORTEST_FUNCTION: usize = 10;

/// `file:line:col`, which many terminals and editors make clickable.
pub(super) fn location(place: &CodeLocation) -> String {
    let mut text = plain_line(&place.file);
    for number in [place.line, place.line.and(place.col)]
        .into_iter()
        .flatten()
    {
        text.push_str(&format!(":{number}"));
    }
    text
}

pub(super) fn location_of(listed: &ListedFrame) -> String {
    let col = listed
        .frame
        .line
        .and(listed.frame.text_state.in_file(listed.frame.col));
    let col = col.map_or(String::new(), |col| format!(":{col}"));
    format!("{}{col}", line_of(listed, listed.frame.line))
}

/// `file:line`, for where the column matters little.
pub(super) fn line_of(listed: &ListedFrame, line: Option<u64>) -> String {
    let line = line.map_or(String::new(), |line| format!(":{line}"));
    format!("{}{line}", plain_line(&listed.frame.file))
}

/// `at rates.py:14 in find`, or where a source does not compile; empty if that is not known. It is longer
/// than `room` only if the file's name is.
pub(super) fn location_in_words(
    one: &ReportedException,
    word: &str,
    look: Look,
    room: usize,
) -> String {
    let syntax = one.exception.syntax.as_ref();
    if let Some(syntax) = syntax.filter(|syntax| syntax.is_location()) {
        let file = plain_line(syntax.file.as_deref().unwrap_or_default());
        let line = syntax.line.map_or(String::new(), |line| format!(":{line}"));
        return format!("{word} {file}{line}");
    }
    let listed = innermost_user_frame(&one.frames).or(one.frames.last());
    listed.map_or(String::new(), |listed| {
        let start = format!("{word} {} in ", line_of(listed, listed.frame.line));
        let room = room.saturating_sub(columns(&start));
        start + &function_in(listed, room, look)
    })
}

/// A function's name, cut to `room` columns, but never to nothing.
pub(super) fn function_in(listed: &ListedFrame, room: usize, look: Look) -> String {
    let name = plain_line(&listed.frame.function);
    fitting(&name, room.max(SHORTEST_FUNCTION), look.more())
}

/// The message, or what is shown instead.
pub(super) fn message(exception: &Exception) -> String {
    match exception.message_state {
        MessageState::Unprintable => "<message unavailable>".into(),
        _ => {
            let text = exception.message.trim_end_matches('\n');
            text[blank_start(text)..].to_owned()
        }
    }
}

/// How many lines the message has, without blank ones at its beginning.
pub(super) fn message_lines(exception: &Exception) -> usize {
    let text = exception.message.trim_end_matches('\n');
    let blank = text[..blank_start(text)].matches('\n').count();
    exception.message_lines.saturating_sub(blank)
}

/// The length of the blank lines at the beginning of a text.
fn blank_start(text: &str) -> usize {
    let words = text.len() - text.trim_start().len();
    text[..words].rfind('\n').map_or(0, |end| end + 1)
}

/// The type's name. Generated classes can have very long ones: they are cut, to leave room for the message.
pub(super) fn name_of(exception: &Exception, more: &str) -> String {
    fitting(&plain_line(&exception.display), LONGEST_NAME, more)
}

/// `Did you mean: 'colour'?`, worded like the other advice.
pub(super) fn in_our_words(hint: &str) -> String {
    let hint = hint.trim().replacen("Did you mean: ", "did you mean ", 1);
    hint.replacen("Did you forget", "did you forget", 1)
}

/// A library's file, without the folders that say nothing.
pub(super) fn short_file(file: &str) -> &str {
    for folder in PACKAGE_FOLDERS {
        if let Some((_, rest)) = file.rsplit_once(&format!("{folder}/")) {
            return rest;
        }
    }
    file.rsplit('/').next().unwrap_or(file)
}

/// The text in lines of `width` columns. The first one is shorter by `indent`, the others are indented.
pub(super) fn wrapped(text: &str, indent: usize, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    let mut room = width.saturating_sub(indent);
    loop {
        let (line, left) = split_at_word(rest, room);
        let start = if lines.is_empty() { "" } else { INDENT };
        lines.push(format!("{start}{line}"));
        if left.is_empty() {
            return lines;
        }
        rest = left;
        room = width.saturating_sub(INDENT.len());
    }
}

/// What fits into `room` columns, and the rest; split at a space if there is one near the end.
fn split_at_word(text: &str, room: usize) -> (&str, &str) {
    let mut taken = 0;
    let too_much = text.char_indices().find(|(_, character)| {
        taken += columns(character.encode_utf8(&mut [0; 4]));
        taken > room
    });
    let Some((end, _)) = too_much else {
        return (text, "");
    };
    // At least one character, or a narrow screen would never finish.
    let end = end.max(text.chars().next().map_or(0, char::len_utf8));
    let fits = &text[..end];
    match fits.rfind(' ') {
        Some(space) if space > end / 2 => (&text[..space], &text[space + 1..]),
        _ => (fits, &text[end..]),
    }
}
