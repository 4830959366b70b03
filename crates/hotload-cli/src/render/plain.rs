//! Makes foreign text safe to show: it cannot control the terminal, turn the reading direction or hide.
//!
//! Nearly everything is decided by the Unicode category of a character, so that a new version of
//! Unicode needs no change here.

use std::fmt::Write;

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_width::UnicodeWidthChar;

/// The text with every character escaped that would control a terminal or be invisible on it. Line
/// breaks and tabs are kept.
pub(super) fn plain(text: &str) -> String {
    escaped(text, &['\n', '\t'])
}

/// As `plain`, but only line breaks are kept.
pub(super) fn plain_lines(text: &str) -> String {
    escaped(text, &['\n'])
}

/// As `plain`, but the result is a single line.
pub(crate) fn plain_line(text: &str) -> String {
    escaped(text, &[])
}

/// The characters of a text, each with what is shown for it.
pub(super) fn characters(text: &str) -> impl Iterator<Item = (char, String)> {
    with_neighbours(text).map(|(before, character, after)| {
        let mut shown = String::new();
        push(&mut shown, before, character, after);
        (character, shown)
    })
}

fn escaped(text: &str, kept: &[char]) -> String {
    let text = if kept.contains(&'\n') {
        &text.replace("\r\n", "\n")
    } else {
        text
    };
    let mut shown = String::with_capacity(text.len());
    for (before, character, after) in with_neighbours(text) {
        if kept.contains(&character) {
            shown.push(character);
        } else {
            push(&mut shown, before, character, after);
        }
    }
    shown
}

fn with_neighbours(text: &str) -> impl Iterator<Item = (Option<char>, char, Option<char>)> {
    let mut before = None;
    let mut rest = text.chars().peekable();
    std::iter::from_fn(move || {
        let character = rest.next()?;
        let neighbours = (before, character, rest.peek().copied());
        before = Some(character);
        Some(neighbours)
    })
}

/// Adds a character. One that is not visible where it stands is escaped as Python would do it.
fn push(shown: &mut String, before: Option<char>, character: char, after: Option<char>) {
    if is_visible(before, character, after) {
        shown.push(character);
        return;
    }
    // Writing to a string does not fail.
    let _ = match character {
        '\n' => write!(shown, "\\n"),
        '\r' => write!(shown, "\\r"),
        '\t' => write!(shown, "\\t"),
        '\0'..='\x7f' => write!(shown, "\\x{:02x}", u32::from(character)),
        '\u{80}'..='\u{ffff}' => write!(shown, "\\u{:04x}", u32::from(character)),
        _ => write!(shown, "\\U{:08x}", u32::from(character)),
    };
}

/// Whether a person sees a character, or sees what it does to its neighbours.
fn is_visible(before: Option<char>, character: char, after: Option<char>) -> bool {
    match character {
        '\0'..='\x7f' => !character.is_ascii_control(),
        // Whole scripts and many emoji need them, but only between two characters that can join.
        JOINER | NON_JOINER => before.is_some_and(joins) && after.is_some_and(joins),
        _ if is_selector(character) => before.is_some_and(takes_selector),
        _ => is_visible_alone(character),
    }
}

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';

/// Characters that are invisible although their category is one of visible ones: the blank Braille
/// pattern, the Hangul fillers, and marks that are only there for sorting and for reading aloud.
const BLANKS: [char; 8] = [
    '\u{2800}', '\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}', '\u{34f}', '\u{17b4}', '\u{17b5}',
];

fn is_visible_alone(character: char) -> bool {
    match get_general_category(character) {
        GeneralCategory::Control
        | GeneralCategory::Format
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => false,
        // Unicode reserves some code points without a meaning for invisible characters.
        GeneralCategory::Unassigned => character.width() != Some(0),
        _ => !BLANKS.contains(&character),
    }
}

fn joins(neighbour: char) -> bool {
    !neighbour.is_ascii() && (is_selector(neighbour) || is_visible_alone(neighbour))
}

/// Whether it is a variation selector, which picks a form of the character before it.
fn is_selector(character: char) -> bool {
    matches!(character, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}')
}

/// Among the ASCII characters, only the keycaps have several forms.
fn takes_selector(base: char) -> bool {
    match base {
        '#' | '*' | '0'..='9' => true,
        _ => !base.is_ascii() && !is_selector(base) && is_visible_alone(base),
    }
}

#[cfg(test)]
mod tests {
    use super::{characters, plain, plain_line, plain_lines};

    #[test]
    fn foreign_text_cannot_control_the_terminal() {
        let cases = [
            ("a\tb\nc", "a\tb\nc"),
            ("\x1b[2J\x07\x7f", "\\x1b[2J\\x07\\x7f"),
            ("a\r\nb\rc", "a\nb\\rc"),
            ("\u{9b}31m\u{85}", "\\u009b31m\\u0085"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn foreign_text_cannot_turn_the_reading_direction_or_hide() {
        let cases = [
            // Direction: overrides, isolates, marks.
            ("\u{202e}x", "\\u202ex"),
            ("\u{2066}x\u{61c}", "\\u2066x\\u061c"),
            // Zero width, soft hyphen, annotations, line and paragraph separators.
            ("a\u{200b}b\u{2060}\u{ad}", "a\\u200bb\\u2060\\u00ad"),
            (
                "\u{feff}\u{fffb}\u{2028}\u{2029}",
                "\\ufeff\\ufffb\\u2028\\u2029",
            ),
            // Tags, and code points next to them without a meaning.
            ("a\u{e0001}\u{e0061}", "a\\U000e0001\\U000e0061"),
            ("\u{e0080}\u{2065}\u{fff0}", "\\U000e0080\\u2065\\ufff0"),
            // What looks like nothing: fillers, the Braille blank, the grapheme joiner.
            (
                "\u{115f}\u{1160}\u{3164}\u{ffa0}",
                "\\u115f\\u1160\\u3164\\uffa0",
            ),
            ("\u{2800}\u{34f}\u{17b4}", "\\u2800\\u034f\\u17b4"),
            // Joiners and selectors where there is nothing to join or to select.
            ("a\u{200d}b\u{200c}", "a\\u200db\\u200c"),
            ("👩\u{200d}x", "👩\\u200dx"),
            ("a\u{fe0f}\u{e0101}", "a\\ufe0f\\U000e0101"),
            ("❤\u{fe0f}\u{fe0f}\u{e0100}", "❤\u{fe0f}\\ufe0f\\U000e0100"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected);
            assert_eq!(plain_line(text), expected);
        }
    }

    #[test]
    fn what_people_write_is_left_alone() {
        let texts = [
            "größer café 日本 'quoted' ~",
            "👩\u{200d}🚀 ❤\u{fe0f}\u{200d}🔥 1\u{fe0f}\u{20e3} 葛\u{e0100}",
            "می\u{200c}خواهم ක\u{dca}\u{200d}ර",
            // Hangul in single letters, as macOS spells file names.
            "\u{1112}\u{1161}\u{11ab}",
            // A symbol of an icon font, and an emoji newer than the tables may be.
            "\u{e0b0} \u{1faea}",
            "a\u{a0}b\u{3000}c",
        ];
        for text in texts {
            assert_eq!(plain(text), text);
            assert_eq!(plain_line(text), text);
        }
    }

    #[test]
    fn a_message_keeps_its_line_breaks_and_nothing_else() {
        assert_eq!(plain_lines("a\tb\r\nc\rd"), "a\\tb\nc\\rd");
    }

    #[test]
    fn what_belongs_on_one_line_stays_there() {
        assert_eq!(plain_line("a\nb\r\n\tc"), "a\\nb\\r\\n\\tc");
    }

    #[test]
    fn each_character_comes_with_what_is_shown_for_it() {
        let shown: Vec<(char, String)> = characters("a\x07").collect();
        assert_eq!(shown, [('a', "a".into()), ('\x07', "\\x07".into())]);
    }
}
