//! Lines of a log, which end the message of a logged traceback.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// How a line of a log begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LogLine {
    /// With a date or a time of day.
    Time,
    /// With a level.
    Level,
}

const TIME: &str = r"^[\[(]?(?:\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|\d\d/\d\d/\d{2,4})(?:\D|$)";
const LEVEL: &str = r"^[\[(]?(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\b";
const TIME_AND_LEVEL: &str = r"^[\[(]?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d[\d.,Z]*[\])]?:? +[\[(]?(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\b";
/// The first letters of levels: checking them is faster than a pattern that does not match.
const LETTERS_OF_LEVELS: &[u8] = b"DIWECF";
const MAKE: &str = r"^make(?:\[\d+\])?: \*\*\* ";
const AROUND: [&str; 6] = ["npm ERR!", "npm error ", "##[", ">>> ", "$ ", CODE];

/// Begins and ends a block of code.
const CODE: &str = "```";

/// Matches lines that may have a [`kind`], or for which [`is_around`] may hold.
pub(super) fn pattern() -> String {
    let around = AROUND.map(regex::escape).join("|");
    format!("{TIME}|{LEVEL}|{MAKE}|^(?:{around})")
}

/// The kind of a line that looks like part of a log.
///
/// A message can contain such lines too. So only a line of the same kind as the one right above the
/// traceback ends it.
pub(super) fn kind(line: &[u8]) -> Option<LogLine> {
    static TIMES: LazyLock<Regex> = LazyLock::new(|| regex(TIME));
    static LEVELS: LazyLock<Regex> = LazyLock::new(|| regex(LEVEL));
    match line.iter().find(|byte| !matches!(byte, b'[' | b'('))? {
        b'0'..=b'9' => TIMES.is_match(line).then_some(LogLine::Time),
        letter if LETTERS_OF_LEVELS.contains(letter) => {
            LEVELS.is_match(line).then_some(LogLine::Level)
        }
        _ => None,
    }
}

/// Whether a line comes from what ran or quoted the program, whatever is above the traceback: the end of a
/// code block, the next prompt, a failure reported by `npm`, `make` or GitHub, or a time with a level.
pub(super) fn is_around(line: &[u8]) -> bool {
    static LOGGED: LazyLock<Regex> = LazyLock::new(|| regex(TIME_AND_LEVEL));
    static MADE: LazyLock<Regex> = LazyLock::new(|| regex(MAKE));
    match line.first() {
        Some(b'`') => line.trim_ascii_end() == CODE.as_bytes(),
        Some(b'#' | b'>' | b'$' | b'n') => {
            let mut starts = AROUND.iter();
            starts.any(|start| line.starts_with(start.as_bytes()))
        }
        Some(b'm') => MADE.is_match(line),
        Some(b'[' | b'(' | b'0'..=b'9') => kind(line).is_some() && LOGGED.is_match(line),
        _ => false,
    }
}

fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?-u){pattern}")).expect("the patterns are valid")
}

#[cfg(test)]
mod tests {
    use super::{LogLine, is_around, kind};

    #[test]
    fn what_surrounds_a_traceback_is_known_by_its_start() {
        #[rustfmt::skip]
        let cases = [
            ("```", true), ("```python", false), ("npm ERR! code 1", true), ("npm is slow", false),
            ("make: *** [all] Error 1", true), ("make[2]: *** [all] Error 1", true), ("make: it", false),
            (">>> f()", true), ("$ ls", true), ("$5", false), ("##[error]Process completed", true),
            ("# a note", false), ("[10:11:12] INFO ready", true), ("[10:11:12] no level", false),
            ("2026-03-01 12:00:00,123 INFO app: x", true), ("[1, 2]", false), ("", false),
        ];
        for (line, expected) in cases {
            assert_eq!(is_around(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn a_line_of_a_log_is_known_by_its_start() {
        let cases = [
            ("2026-03-01 12:00:00,123 INFO app: x", Some(LogLine::Time)),
            ("[2026-03-01T12:00:00Z] x", Some(LogLine::Time)),
            ("12:00:00 x", Some(LogLine::Time)),
            ("ERROR:root:x", Some(LogLine::Level)),
            ("[INFO] x", Some(LogLine::Level)),
            ("2026 is a year", None),
            ("ERRORS: 3", None),
            ("IOError: no", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(kind(line.as_bytes()), expected, "{line}");
        }
    }
}
