//! Advice about errors whose own message does not help.

use std::path::PathBuf;

use super::brackets;
use super::report::ErrorReport;
use super::territory::Territory;
use crate::discovery::environments;

/// How many lines above the bad one are searched for another kind of indentation.
const LINES_ABOVE: usize = 50;

/// At most this many changed files are mentioned.
const FILES_AT_MOST: usize = 2;

/// What the message of each version contains if the source has bytes that its encoding does not.
const NOT_DECODED: [&str; 3] = ["Non-ASCII character", "Non-UTF-8 code", "'utf-8' codec"];

/// What each system says of a port that another socket has.
const PORT_IN_USE: [&str; 4] = [
    "Address already in use",
    "Only one usage of each socket address",
    // Windows has the words in its own language, and 2.7 may have none.
    "[Errno 10048]",
    "[WinError 10048]",
];

/// What versions before 3.10 say at the first word that cannot stand inside the bracket.
const GENERIC: [&str; 3] = [
    "invalid syntax",
    "unexpected EOF",
    "EOF in multi-line statement",
];

/// Advice, one line each. `source` is what did not compile.
#[must_use]
pub fn advice(report: &ErrorReport, source: &[u8]) -> Vec<String> {
    let Some(root) = report.exceptions.first() else {
        return Vec::new();
    };
    let message = root.exception.message.as_str();
    let line = root
        .exception
        .syntax
        .as_ref()
        .and_then(|syntax| syntax.line);
    let advice = match root.exception.type_name.as_str() {
        "MemoryError" => {
            Some("too many nested brackets for this Python: split the expression".into())
        }
        _ => encoding(source, message)
            .or_else(|| indentation(source, line?))
            .or_else(|| bracket(source, message, line?)),
    };
    advice.into_iter().collect()
}

/// Advice about files that were saved after they were loaded, and that no step loads again.
pub(crate) fn advice_to_reload(files: &[String], major: u32, territory: &Territory) -> Vec<String> {
    let reload = match major {
        2 => "reload",
        _ => "importlib.reload",
    };
    let files = files.iter().take(FILES_AT_MOST);
    let advice = files.map(|file| {
        let file = territory.shown(file);
        format!("{file} was saved after it was loaded: reload it where you use it (`{reload}`)")
    });
    advice.collect()
}

/// Advice about a module that Python does not find and that is not a file of the user's either:
/// `executable` is that Python.
pub(crate) fn advice_on_missing_module(
    report: &ErrorReport,
    executable: &str,
    territory: &Territory,
) -> Option<String> {
    let root = &report.exceptions.first()?.exception;
    if !["ModuleNotFoundError", "ImportError"].contains(&root.type_name.as_str()) {
        return None;
    }
    let name = root
        .message
        .strip_prefix("No module named ")?
        .trim_matches('\'');
    let module = name.split('.').next().filter(|module| !module.is_empty())?;
    if territory.has_module(module) {
        return None;
    }
    let folders: Vec<PathBuf> = territory.project().map(PathBuf::from).collect();
    let other = match environments::with_module(module, &folders) {
        Some(program) => {
            let program = territory.shown(&program.to_string_lossy());
            format!("`--python {program}` has it")
        }
        None => "`--python` chooses another Python".into(),
    };
    let executable = territory.shown(executable);
    Some(format!("{executable} finds no module `{module}`; {other}"))
}

/// Advice about a port that is in use, perhaps by what an earlier run has started.
pub(crate) fn advice_on_port(report: &ErrorReport) -> Option<String> {
    let message = &report.exceptions.first()?.exception.message;
    let is_in_use = PORT_IN_USE.iter().any(|words| message.contains(words));
    is_in_use.then(|| {
        "a server of an earlier run may still have the port: end it in a function for `--before`, or \
         start a new interpreter (R)"
            .into()
    })
}

fn encoding(source: &[u8], message: &str) -> Option<String> {
    if source.starts_with(b"\xff\xfe") || source.starts_with(b"\xfe\xff") {
        return Some("the file is UTF-16: save it as UTF-8".into());
    }
    if source.contains(&0) {
        return Some(
            "the file contains a NUL byte, which is not allowed in source code: remove it".into(),
        );
    }
    if message.contains("encoding") && message.contains("mbcs") {
        return Some(
            "`mbcs` exists only on Windows: in the `coding` line, name the encoding itself, for \
             example `cp1252`"
                .into(),
        );
    }
    let is_utf_8 = std::str::from_utf8(source).is_ok();
    if !NOT_DECODED.iter().any(|words| message.contains(words)) {
        return None;
    }
    Some(if is_utf_8 {
        "declare the encoding in the first line: `# -*- coding: utf-8 -*-`".into()
    } else {
        "the file is not UTF-8: save it as UTF-8, or declare its encoding in the first line, for \
         example `# coding: cp1252`"
            .into()
    })
}

/// A bracket that was never closed, where the message does not say so.
fn bracket(source: &[u8], message: &str, line: u64) -> Option<String> {
    if !GENERIC.iter().any(|words| message.starts_with(words)) {
        return None;
    }
    let (bracket, opened) = brackets::unclosed(&String::from_utf8_lossy(source))?;
    (opened < line).then(|| format!("`{bracket}` in line {opened} was never closed"))
}

/// Tabs and spaces in one file, which look the same but are not.
fn indentation(source: &[u8], line: u64) -> Option<String> {
    let text = String::from_utf8_lossy(source);
    let lines: Vec<&str> = text.lines().collect();
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    let indent = Indent::of(lines.get(index)?)?;
    let above = lines[..index.min(lines.len())].iter().enumerate().rev();
    let (other_index, other) = above
        .take(LINES_ABOVE)
        .filter_map(|(index, line)| Some((index, Indent::of(line)?)))
        .find(|(_, other)| other.has_tabs != indent.has_tabs)?;
    Some(format!(
        "line {line} is indented with {}, line {} with {}: use only one of them in a file",
        indent.words,
        other_index + 1,
        other.words
    ))
}

/// How a line is indented.
struct Indent {
    has_tabs: bool,
    words: String,
}

impl Indent {
    /// `None` for a line that is blank or not indented.
    fn of(line: &str) -> Option<Self> {
        let code = line.trim_start_matches([' ', '\t']);
        let indent = &line[..line.len() - code.len()];
        if indent.is_empty() || code.trim().is_empty() {
            return None;
        }
        let count = |kind: char, word: &str| match indent.matches(kind).count() {
            0 => None,
            1 => Some(format!("1 {word}")),
            count => Some(format!("{count} {word}s")),
        };
        let words = [count('\t', "tab"), count(' ', "space")];
        Some(Self {
            has_tabs: indent.contains('\t'),
            words: words
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" and "),
        })
    }
}
