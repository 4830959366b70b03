//! The kinds of lines that hotload prints, and their colours.

use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::plain::plain_line;

pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const HINT: Style = AnsiColor::Cyan.on_default().bold();
pub(super) const DIM: Style = Style::new().dimmed();

/// A quiet line.
pub(crate) fn note(text: &str) -> String {
    format!("{DIM}{}{DIM:#}\n", plain_line(text))
}

/// A line about something that went wrong apart from the steps.
pub(crate) fn warning(text: &str) -> String {
    format!("{WARNING}warning{WARNING:#}: {}\n", plain_line(text))
}

/// A duration that can be read at a glance.
pub(super) fn duration(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1e3;
    match milliseconds {
        short if short < 99.95 => format!("{short:.1} ms"),
        middle if middle < 9_999.5 => format!("{middle:.0} ms"),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;
    use std::time::Duration;

    #[test]
    fn a_duration_is_short_to_read() {
        let cases = [
            (250, "0.2 ms"),
            (3_240, "3.2 ms"),
            (99_960, "100 ms"),
            (1_500_000, "1500 ms"),
            (12_340_000, "12.3 s"),
        ];
        for (microseconds, expected) in cases {
            assert_eq!(duration(Duration::from_micros(microseconds)), expected);
        }
    }
}
