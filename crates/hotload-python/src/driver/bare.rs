//! Removes comments and documentation from a part of the driver. Python spends a sixth of the time it
//! takes to compile a part on them, and user code waits for that.

/// What happens to documentation strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Documentation {
    /// They stay: `help()` in user code shows them.
    Kept,
    /// They are left out, unless a block consists of nothing else.
    LeftOut,
}

/// The text without comments and blank lines.
///
/// This relies on how the driver is written: documentation strings, and no other strings, start a line
/// with three quotes. If a comment might be part of a string it stays.
pub(super) fn bare(text: &str, documentation: Documentation) -> String {
    let mut lines = text.lines();
    let mut bare = String::with_capacity(text.len());
    while let Some(line) = lines.next() {
        if !is_documentation(line) {
            if says_something(line) {
                bare.push_str(without_comment(line));
                bare.push('\n');
            }
            continue;
        }
        let mut piece = format!("{line}\n");
        let mut last = line.trim_start().trim_start_matches(QUOTES);
        while !last.ends_with(QUOTES) {
            let Some(next) = lines.next() else { break };
            piece.push_str(&format!("{next}\n"));
            last = next;
        }
        let next = lines.clone().find(|line| says_something(line));
        let is_whole_block = next.is_none_or(|next| indent_of(next) < indent_of(line));
        if is_whole_block || documentation == Documentation::Kept {
            bare.push_str(&piece);
        }
    }
    bare
}

const QUOTES: &str = "\"\"\"";

fn is_documentation(line: &str) -> bool {
    line.trim_start().starts_with(QUOTES)
}

fn says_something(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with('#')
}

fn without_comment(line: &str) -> &str {
    let is_closed = |code: &str| {
        let count = |quote| code.matches(quote).count();
        count('\'') % 2 == 0 && count('"') % 2 == 0
    };
    match line.split_once("  # ") {
        Some((code, _)) if is_closed(code) => code.trim_end(),
        _ => line,
    }
}

/// How far a line is indented.
pub(super) fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::{Documentation, bare};

    const TEXT: &str = "\
\"\"\"A module.\"\"\"
# It is small.
import os  # for nothing


class Missing(Exception):
    \"\"\"All there is.\"\"\"


def f(x):
    \"\"\"Says what it does.

    # And how.
    \"\"\"
    # Why.
    return '  # no comment'  # stays: \"it's\"
";

    #[test]
    fn comments_and_documentation_are_left_out() {
        let expected = "\
import os
class Missing(Exception):
    \"\"\"All there is.\"\"\"
def f(x):
    return '  # no comment'  # stays: \"it's\"
";
        assert_eq!(bare(TEXT, Documentation::LeftOut), expected);
    }

    #[test]
    fn documentation_may_stay() {
        let expected = "\
\"\"\"A module.\"\"\"
import os
class Missing(Exception):
    \"\"\"All there is.\"\"\"
def f(x):
    \"\"\"Says what it does.

    # And how.
    \"\"\"
    return '  # no comment'  # stays: \"it's\"
";
        assert_eq!(bare(TEXT, Documentation::Kept), expected);
    }
}
