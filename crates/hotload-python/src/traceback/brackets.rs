//! A bracket that was never closed. Python says so itself from 3.10 on; before, it points to a line further
//! below that has nothing wrong with it.

/// The bracket that is still open at the end of a source, and its line.
pub(super) fn unclosed(source: &str) -> Option<(char, u64)> {
    let mut open: Vec<(char, u64)> = Vec::new();
    let mut line = 1;
    let mut rest = source;
    while let Some(character) = rest.chars().next() {
        let taken = match character {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => string(rest, character),
            _ => character.len_utf8(),
        };
        match character {
            '(' | '[' | '{' => open.push((character, line)),
            // A bracket of another kind is an error of its own, which every version names.
            ')' | ']' | '}' => {
                open.pop();
            }
            _ => {}
        }
        line += count_lines(&rest[..taken]);
        rest = &rest[taken..];
    }
    open.pop()
}

fn count_lines(text: &str) -> u64 {
    text.matches('\n').count() as u64
}

/// The length of the string at the start of `text`; of one that has no end, up to that of its line.
fn string(text: &str, quote: char) -> usize {
    let three = quote.to_string().repeat(3);
    let end = if text.starts_with(&three) {
        &three[..]
    } else {
        &three[..1]
    };
    let mut place = end.len();
    while let Some(character) = text[place..].chars().next() {
        if text[place..].starts_with(end) {
            return place + end.len();
        }
        if character == '\n' && end.len() == 1 {
            return place;
        }
        place += character.len_utf8();
        if character == '\\' {
            place += text[place..].chars().next().map_or(0, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::unclosed;

    #[test]
    fn the_innermost_bracket_that_is_open_at_the_end_is_found() {
        #[rustfmt::skip]
        let cases = [
            ("x = f(1\ny = 2\n",                      Some(('(', 1))),
            ("x = [\n  {'a': (1, 2)},\n\ndef f():\n", Some(('[', 1))),
            ("x = (1)\ny = {\n",                      Some(('{', 2))),
            ("x = ')('  # ((\ny = (\n",               Some(('(', 2))),
            ("'''(\n(\n'''\nx = [",                   Some(('[', 4))),
            ("x = '\\'('\ny = (",                     Some(('(', 2))),
            ("x = \"(\ny = [1]\n",                    None),
            ("x = (1, [2], {3: 4})\n",                None),
            ("x = 'gr\u{fc}\\",                       None),
        ];
        for (source, expected) in cases {
            assert_eq!(unclosed(source), expected, "{source:?}");
        }
    }
}
