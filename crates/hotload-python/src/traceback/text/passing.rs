//! Which lines can be skipped, many at a time, because nothing begins or ends in them.
//!
//! Looking at a line takes twenty nanoseconds, which is long for a short line. A pattern finds the next
//! line that matters ten times as fast. It may match too many lines: the one that looks at the line
//! decides.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::grammar::{ENTRY, HEADER};
use super::{log, starts};

/// How many lines in a row are looked at before others are skipped. If nearly every line matters, looking
/// is faster.
pub(super) const PATIENCE: usize = 8;

/// Lines in which a traceback may begin.
pub(super) fn stops_outside() -> &'static Regex {
    static STOPS: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!("^{}|{}", regex::escape(ENTRY), begins())));
    &STOPS
}

/// Lines in which a message may end.
pub(super) fn stops_in_message() -> &'static Regex {
    static STOPS: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!("^\"\"\"$|{}|{}", log::pattern(), begins())));
    &STOPS
}

fn begins() -> String {
    let starts = starts::STARTS.map(regex::escape).join("|");
    format!("^(?:{starts})|{}$", regex::escape(HEADER))
}

fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?m-u){pattern}")).expect("the patterns are valid")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::super::lines::Lines;
    use super::super::parser::Parser;
    use super::super::{Tracebacks, starts};
    use super::{PATIENCE, log};
    use crate::traceback::raised::Traceback;

    /// Lines that mean something somewhere, and lines that never do.
    #[rustfmt::skip]
    const LINES: [&str; 48] = [
        "Traceback (most recent call last):", "x Traceback (most recent call last):", "  File \"lib.py\", line 3, in f",
        "  File \"lib.py\", line 4", "    f(x)", "      ^", "KeyError: 1", "ValueError", "  + Exception Group Traceback (most recent call last):",
        "  | x", "  +-+---------------- 1 ----------------", "    | ValueError: 1", "    +------------------------------------",
        "The above exception was the direct cause of the following exception:", "The above",
        "During handling of the above exception, another exception occurred:", "", "", "", "", "x", "x", "x", "y y",
        "\"\"\"", "\"\"\" ", "2026-03-01 12:00:00,123 INFO app: x", "12:00:00 x", "INFO x", "[ERROR] KeyError: 'x'", "2026", "1",
        "```", "```python", ">>> f()", "$ ls", "make: *** [all] Error 1", "npm ERR! code 1", "##[error]x",
        "Exception in thread Thread-1:", "Exception ", "Call stack:", "Fatal Python error: Aborted", "Thread 0x1 (most recent call first):",
        "SyntaxError: invalid syntax", "MemoryError", "web_1  | x", "caf\u{e9}",
    ];

    fn config() -> ProptestConfig {
        ProptestConfig {
            rng_seed: RngSeed::Fixed(4),
            cases: 500,
            failure_persistence: None,
            ..ProptestConfig::default()
        }
    }

    fn read(text: &[u8], patience: usize) -> Vec<Traceback> {
        let tracebacks = Tracebacks {
            lines: Lines::new(text),
            parser: Some(Parser::new(patience)),
        };
        tracebacks.map(Result::unwrap).collect()
    }

    /// Lines, and how often each occurs. A message that is too long is not kept.
    fn lines() -> impl Strategy<Value = Vec<(&'static str, usize)>> {
        let times = prop_oneof![300 => Just(1_usize), 30 => 2..20_usize, 1 => Just(20_000)];
        prop::collection::vec((prop::sample::select(&LINES[..]), times), 0..40)
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn skipping_lines_changes_nothing(lines in lines(), is_raised in any::<bool>()) {
            let mut text = String::new();
            if is_raised {
                text.push_str(&format!("{}\n{}\n{}\n", LINES[0], LINES[2], LINES[6]));
            }
            for (line, times) in lines {
                text.push_str(&format!("{line}\n").repeat(times));
            }
            let one_by_one = read(text.as_bytes(), usize::MAX);
            prop_assert_eq!(&read(text.as_bytes(), PATIENCE), &one_by_one);
            prop_assert_eq!(&read(text.as_bytes(), 0), &one_by_one);
        }
    }

    #[test]
    fn every_line_that_ends_a_message_is_a_stop() {
        #[rustfmt::skip]
        let words = [
            "INFO", "DEBUG", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL", "INFORMED", "12:00:00", "2026-03-01",
            "01/02/26", "01/02/2026", "10:11:12 INFO", "make: *** ", "make[2]: *** ", "npm ERR!", "npm error ", "##[",
            ">>> ", "$ ", "```", "Exception ", LINES[0], "x",
        ];
        let mut ends = 0;
        for (word, before) in words
            .iter()
            .flat_map(|word| ["", "[", "("].map(|before| (word, before)))
        {
            for behind in ["", " ", "x", "]", ": x", " INFO", "\u{e9}"] {
                let line = format!("{before}{word}{behind}");
                let is_end =
                    starts::ends_message(line.as_bytes()) || log::kind(line.as_bytes()).is_some();
                ends += usize::from(is_end);
                assert!(
                    !is_end || super::stops_in_message().is_match(line.as_bytes()),
                    "{line}"
                );
            }
        }
        assert!(ends > 150, "{ends}");
    }
}
