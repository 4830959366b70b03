//! Leaves out of a part of the driver what only people read. Python spends a sixth of the time in
//! which it compiles a part on comments and documentation, and user code waits for that.

use super::indent_of;

/// The text without comments that have a line of their own, blank lines and documentation strings.
///
/// It knows Python as the driver is written, where documentation, and no other string, starts a line
/// with three quotes. A string that is all there is of a block stays.
pub(crate) fn bare(text: &str) -> String {
    let mut lines = text.lines().filter(|line| says_something(line)).peekable();
    let mut bare = String::with_capacity(text.len());
    while let Some(line) = lines.next() {
        let mut piece = format!("{line}\n");
        if is_documentation(line) {
            let mut last = line.trim_start().trim_start_matches(QUOTES);
            while !last.ends_with(QUOTES) {
                let Some(next) = lines.next() else { break };
                piece.push_str(&format!("{next}\n"));
                last = next;
            }
            let is_all = |next: &&str| indent_of(next) < indent_of(line);
            if !lines.peek().is_none_or(is_all) {
                continue;
            }
        }
        bare.push_str(&piece);
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

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn what_only_people_read_is_left_out() {
        let text = "\
\"\"\"A module.\"\"\"
# It is small.
import os


class Missing(Exception):
    \"\"\"All there is.\"\"\"


def f(x):
    \"\"\"Says what it does.

    # And how.
    \"\"\"
    # Why.
    return '# no comment'  # stays
";
        let expected = "\
import os
class Missing(Exception):
    \"\"\"All there is.\"\"\"
def f(x):
    return '# no comment'  # stays
";
        assert_eq!(bare(text), expected);
    }
}
