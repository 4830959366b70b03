//! Long lines, broken between words: the terminal itself breaks them anywhere.

use unicode_width::UnicodeWidthChar;

/// The text with lines of at most `columns`, as far as there are blanks to break them at. Colours take no
/// room.
pub(super) fn at_words(text: &str, columns: usize) -> String {
    let mut wrapped = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        push_line(&mut wrapped, line, columns);
    }
    wrapped
}

fn push_line(wrapped: &mut String, line: &str, columns: usize) {
    // Where what is not yet written starts, and the last blank in it.
    let (mut start, mut blank) = (0, None);
    let (mut width, mut width_after_blank) = (0, 0);
    let mut is_code = false;
    for (index, character) in line.char_indices() {
        if is_code {
            is_code = !character.is_ascii_alphabetic();
            continue;
        }
        if character == '\x1b' {
            is_code = true;
            continue;
        }
        let own = character.width().unwrap_or(0);
        width += own;
        if character == ' ' {
            (blank, width_after_blank) = (Some(index), 0);
        } else {
            width_after_blank += own;
        }
        // The indentation of a line is no place to break it.
        let place = blank.filter(|blank| !line[start..*blank].trim().is_empty());
        if let (true, Some(place)) = (width > columns, place) {
            wrapped.push_str(&line[start..place]);
            wrapped.push('\n');
            (start, blank) = (place + 1, None);
            width = width_after_blank;
        }
    }
    wrapped.push_str(&line[start..]);
}

#[cfg(test)]
mod tests {
    use super::at_words;

    #[test]
    fn lines_are_broken_between_words() {
        let cases = [
            ("short\n", "short\n"),
            ("one two three\n", "one two\nthree\n"),
            ("exactly 1\n", "exactly 1\n"),
            ("unbreakable-word\n", "unbreakable-word\n"),
            ("a unbreakable-word b\n", "a\nunbreakable-word\nb\n"),
            ("  indented-word\n", "  indented-word\n"),
            (
                "\x1b[2mone two three\x1b[0m\n",
                "\x1b[2mone two\nthree\x1b[0m\n",
            ),
            ("one two\nthree four five", "one two\nthree\nfour five"),
        ];
        for (text, expected) in cases {
            assert_eq!(at_words(text, 9), expected, "{text:?}");
        }
    }
}
