//! What a single line can be.

use std::sync::LazyLock;

use regex::Regex;

use crate::traceback::raised::{Phase, Relation};

/// The end of the line above the frames.
pub(super) const HEADER: &str = "Traceback (most recent call last):";

/// What precedes it if a group is drawn with margins.
pub(super) const GROUP: &str = "  + Exception Group ";

/// Whether the frames of a traceback follow.
pub(super) fn is_header(bytes: &[u8]) -> bool {
    bytes.ends_with(HEADER.as_bytes())
}

/// A frame, or where a source does not compile, which has no function.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry<'l> {
    pub(super) file: &'l str,
    pub(super) line: Option<u64>,
    pub(super) function: Option<&'l str>,
}

/// The beginning of each entry.
pub(super) const ENTRY: &str = "  File \"";

/// `  File "lib.py", line 3, in f`; without the function if the source does not compile.
pub(super) fn entry(line: &str) -> Option<Entry<'_>> {
    entry_with(line, |after| match after {
        "" => Some(None),
        _ => after.strip_prefix(", in ").map(Some),
    })
}

/// `  File "lib.py", line 3 in f`, in what an interpreter writes when it crashes.
pub(super) fn crash_entry(line: &str) -> Option<Entry<'_>> {
    entry_with(line, |after| after.strip_prefix(" in ").map(Some))
}

/// An entry. `function` parses what follows the number. A file name can contain quotes and commas, so it
/// is as long as possible. Not with a pattern, which takes a microsecond: half of all lines are entries.
fn entry_with<'l>(
    line: &'l str,
    function: impl Fn(&'l str) -> Option<Option<&'l str>>,
) -> Option<Entry<'l>> {
    const BETWEEN: &str = "\", line ";
    let rest = line.strip_prefix(ENTRY)?;
    // Searching for one character is faster than for several.
    rest.rmatch_indices('"').find_map(|(end, _)| {
        let number = rest[end..].strip_prefix(BETWEEN)?;
        let (number, after) = number.split_at(length_of_number(number)?);
        Some(Entry {
            file: &rest[..end],
            line: number.parse().ok().filter(|line| *line > 0),
            function: function(after)?,
        })
    })
}

/// The length of `12`, of `-1` and `None`, which occur in hand-made errors, or of `???`, which occurs in
/// a crash.
fn length_of_number(text: &str) -> Option<usize> {
    let words = ["None", "???"];
    if let Some(word) = words.iter().find(|word| text.starts_with(**word)) {
        return Some(word.len());
    }
    let sign = usize::from(text.starts_with('-'));
    let digits = text
        .bytes()
        .skip(sign)
        .take_while(u8::is_ascii_digit)
        .count();
    (digits > 0).then_some(sign + digits)
}

/// How many more times the previous frame occurred.
pub(super) fn repetition(line: &str) -> Option<u64> {
    let count = line.strip_prefix("  [Previous line repeated ")?;
    let count = count
        .strip_suffix(" more times]")
        .or_else(|| count.strip_suffix(" more time]"))?;
    let is_number = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| count.parse().unwrap_or(u64::MAX))
}

/// The name of a type, and the first line of the message.
pub(super) fn exception(line: &str) -> Option<(&str, &str)> {
    let (name, after) = line.split_at(length_of_name(line));
    let message = match after {
        "" | ":" => "",
        _ => after.strip_prefix(": ")?,
    };
    (!name.is_empty()).then_some((name, message))
}

/// The length of the name at the start. Nearly all names are ASCII, for which a pattern is slow.
fn length_of_name(line: &str) -> usize {
    static NAME: LazyLock<Regex> = LazyLock::new(|| regex(r"^[\w.<>]+"));
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.<>".contains(byte);
    let is_other = |byte| !is_of_name(&byte);
    let length = line.bytes().position(is_other).unwrap_or(line.len());
    match line.as_bytes().get(length) {
        Some(byte) if !byte.is_ascii() => NAME.find(line).map_or(0, |name| name.len()),
        _ => length,
    }
}

/// An exception that is printed on its own. Only those are recognized that the interpreter itself prints
/// like this: a line with a colon can be in any text.
pub(super) fn bare_exception(line: &str) -> Option<(&str, &str)> {
    const BARE: [&str; 4] = ["SyntaxError", "IndentationError", "TabError", "MemoryError"];
    let (name, message) = exception(line)?;
    let is_memory = name == "MemoryError" && message.is_empty();
    let is_bare = BARE.contains(&name) && (is_memory || !message.is_empty());
    is_bare.then_some((name, message))
}

/// The line between an exception and the one that was raised from it.
pub(super) const CAUSE: &str =
    "The above exception was the direct cause of the following exception:";

/// The line between an exception and one that was raised while it was handled.
pub(super) const CONTEXT: &str =
    "During handling of the above exception, another exception occurred:";

/// How the exception above such a line relates to the one below.
pub(super) fn chain_sentence(line: &[u8]) -> Option<Relation> {
    match line {
        _ if line == CAUSE.as_bytes() => Some(Relation::Cause),
        _ if line == CONTEXT.as_bytes() => Some(Relation::Context),
        _ => None,
    }
}

/// What a line says about the traceback that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Announcement {
    pub(super) phase: Phase,
    pub(super) thread: Option<String>,
    /// Whether only frames follow.
    pub(super) is_stack: bool,
}

impl Announcement {
    pub(super) fn of(phase: Phase) -> Self {
        Self {
            phase,
            thread: None,
            is_stack: false,
        }
    }
}

/// Whether a line announces a traceback.
pub(super) fn announcement(line: &str) -> Option<Announcement> {
    let phase = match line {
        "Task exception was never retrieved" | "Future exception was never retrieved" => {
            Phase::Callback
        }
        "Error in atexit._run_exitfuncs:" | "Error in sys.exitfunc:" => Phase::Exit,
        "Error in sys.excepthook:" => Phase::Callback,
        "Original exception was:" | "--- Logging error ---" | "Call stack:" => Phase::Run,
        line if line.starts_with("Exception ignored in atexit callback") => Phase::Exit,
        line if line.starts_with("Exception ignored ") => Phase::Unraisable,
        line => return thread(line),
    };
    Some(Announcement {
        is_stack: line == "Call stack:",
        ..Announcement::of(phase)
    })
}

/// `Exception in thread Thread-1 (work):`
fn thread(line: &str) -> Option<Announcement> {
    let name = line
        .strip_prefix("Exception in thread ")?
        .strip_suffix(':')?;
    let shutdown = " (most likely raised during interpreter shutdown)";
    let name = name.strip_suffix(shutdown).unwrap_or(name);
    Some(Announcement {
        thread: Some(name.to_owned()),
        ..Announcement::of(Phase::Thread)
    })
}

/// What 2.7 prints for an exception that cannot be raised: its type and representation.
///
/// `Exception ValueError: ValueError('x',) in <bound method …> ignored`
pub(super) fn ignored(line: &str) -> Option<(&str, &str)> {
    let parts = line.strip_prefix("Exception ")?.strip_suffix(" ignored")?;
    let (what, _) = parts.rsplit_once(" in <").unwrap_or((parts, ""));
    let (name, message) = what.split_once(": ")?;
    let (name, _) = exception(name)?;
    Some((name, simple_argument(name, message).unwrap_or(message)))
}

/// The message in the representation of most exceptions: `ValueError('no',)`.
fn simple_argument<'r>(name: &str, representation: &'r str) -> Option<&'r str> {
    let argument = representation
        .strip_prefix(name)?
        .strip_prefix("('")?
        .strip_suffix("',)")?;
    (!argument.contains(['\'', '\\'])).then_some(argument)
}

/// The first line of the report of a crash.
pub(super) fn fatal(line: &str) -> Option<(&'static str, &str)> {
    ["Fatal Python error", "Windows fatal exception"]
        .into_iter()
        .find_map(|what| Some((what, line.strip_prefix(what)?.strip_prefix(": ")?)))
}

/// The line above the frames of a thread in the report of a crash.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ThreadHeader<'l> {
    /// Whether it is the thread that was running.
    pub(super) is_current: bool,
    pub(super) name: Option<&'l str>,
}

/// `Current thread 0x00007f3a (most recent call first):`; with a name in 3.14 and later.
pub(super) fn thread_header(line: &str) -> Option<ThreadHeader<'_>> {
    let who = line.strip_suffix(" (most recent call first):")?;
    let is_current = who.starts_with("Current thread 0x");
    if !is_current && !who.starts_with("Thread 0x") && who != "Stack" {
        return None;
    }
    let name = who
        .split_once(" [")
        .and_then(|(_, name)| name.strip_suffix(']'));
    Some(ThreadHeader { is_current, name })
}

/// A line of a group: its level, which is 0 for the outermost group, and what follows the margin.
pub(super) fn after_margin(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let spaces = bytes.iter().take_while(|byte| **byte == b' ').count();
    let rest = &bytes[spaces..];
    if spaces < 2 || spaces % 2 == 1 {
        return None;
    }
    let after = match rest {
        [b'|' | b'+', b' ', after @ ..] => after,
        b"|" => &[],
        _ => return None,
    };
    Some((spaces / 2 - 1, after))
}

/// A rule of a group.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// A member of this level follows.
    Member(usize),
    /// The members of this level end.
    End(usize),
}

/// `  +-+---------------- 1 ----------------`, `    +------------------------------------`
pub(super) fn rule(bytes: &[u8]) -> Option<Rule> {
    let spaces = bytes.iter().take_while(|byte| **byte == b' ').count();
    let rest = bytes.get(spaces..)?;
    let (column, rest) = match rest.strip_prefix(b"+-+-") {
        Some(rest) => (spaces + 2, rest),
        None => (spaces, rest.strip_prefix(b"+-")?),
    };
    if column < 4 || column % 2 == 1 || !rest.starts_with(b"---------------") {
        return None;
    }
    let level = column / 2 - 1;
    let is_end = rest.iter().all(|byte| *byte == b'-');
    Some(if is_end {
        Rule::End(level)
    } else {
        Rule::Member(level)
    })
}

/// How many members a group has, according to its message: `… (3 sub-exceptions)`
pub(super) fn group_total(message: &str) -> Option<usize> {
    let first = message.lines().next()?;
    let (_, count) = first.rsplit_once(" (")?;
    let count = count
        .strip_suffix(" sub-exceptions)")
        .or_else(|| count.strip_suffix(" sub-exception)"))?;
    count.parse().ok()
}

/// Splits off what the interpreter has added to a message when it printed it: `. Did you mean: 'colour'?`
///
/// It does this only for some types. In other messages such words belong to the message itself.
pub(super) fn without_hint<'m>(type_name: &str, message: &'m str) -> (&'m str, Option<&'m str>) {
    static HINT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"\. ((?:Did you mean: [^?]+\?|Did you forget to import '[\w.]+'\?)(?: Or did you forget to import '[\w.]+'\?)?)$",
        )
    });
    const HINTED: [&str; 5] = [
        "NameError",
        "UnboundLocalError",
        "AttributeError",
        "ImportError",
        "ModuleNotFoundError",
    ];
    if !HINTED.contains(&type_name) || !message.ends_with('?') {
        return (message, None);
    }
    match HINT.captures(message).and_then(|parts| parts.get(1)) {
        // The dot and the space before it.
        Some(hint) => (&message[..hint.start() - 2], Some(hint.as_str())),
        None => (message, None),
    }
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns are valid")
}
