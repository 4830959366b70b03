//! Text from outside, unable to drive the terminal, to turn the reading direction or to be invisible.
//!
//! What joins characters (U+200C, U+200D, variation selectors) stays: emoji and whole scripts need it.

use std::fmt::Write;

/// The text with everything that a terminal would act on written out; new lines and tabs stay.
pub(crate) fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => plain.push(character),
            _ => push_plain(&mut plain, character),
        }
    }
    plain
}

/// The same with only the ends of lines left.
pub(super) fn plain_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<String> = text.split('\n').map(plain_line).collect();
    lines.join("\n")
}

/// The same for what has to stay on one line.
pub(crate) fn plain_line(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => plain.push_str("\\n"),
            '\t' => plain.push_str("\\t"),
            _ => push_plain(&mut plain, character),
        }
    }
    plain
}

/// Adds one character, as an escape if a terminal would act on it or show nothing.
pub(super) fn push_plain(plain: &mut String, character: char) {
    // Writing to a string does not fail.
    match character {
        '\r' => plain.push_str("\\r"),
        '\0'..='\x1f' | '\x7f' => {
            let _ = write!(plain, "\\x{:02x}", character as u32);
        }
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{feff}' => {
            let _ = write!(plain, "\\u{:04x}", character as u32);
        }
        _ => plain.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::{plain, plain_line, plain_lines};

    #[test]
    fn text_from_outside_cannot_drive_the_terminal() {
        let cases = [
            ("a\tb\nc", "a\tb\nc"),
            ("\x1b[2J\x07", "\\x1b[2J\\x07"),
            ("a\r\nb\rc", "a\nb\\rc"),
            ("\u{9b}31m\u{202e}x", "\\u009b31m\\u202ex"),
            ("größer 😀", "größer 😀"),
            ("a\u{200b}b\u{2060}\u{ad}", "a\\u200bb\\u2060\\u00ad"),
            ("👩\u{200d}🚀", "👩\u{200d}🚀"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn a_message_keeps_its_lines_and_nothing_else() {
        assert_eq!(plain_lines("a\tb\r\nc\rd"), "a\\tb\nc\\rd");
    }

    #[test]
    fn what_belongs_on_one_line_stays_there() {
        assert_eq!(plain_line("a\nb\r\n\tc"), "a\\nb\\r\\n\\tc");
    }
}
