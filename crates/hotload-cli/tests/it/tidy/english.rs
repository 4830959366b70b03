//! Turns of phrase that are not English, in what users read.
//!
//! Only those that are wrong wherever they stand: most of good English is for readers to judge.

use proc_macro2::TokenTree;

use crate::tidy::documents::{documents, help};
use crate::tidy::rust::{inside, is_sign, line_of};
use crate::tidy::{assert_none, crates};

/// A phrase, and what to say instead.
const REJECTED: &[(&str, &str)] = &[
    ("is told", "is shown, reported, printed"),
    ("are told", "are shown, reported, printed"),
    ("told so", "say what is said"),
    ("tells of", "reports, shows"),
    ("` is no ", "is not a"),
    (", which is no ", "is not a"),
    ("is none.", "is not one"),
    ("was none,", "turned out not to be one"),
    ("what is said of", "what applies to"),
    ("of one's own", "of its own"),
];

/// Good English that one of these is a part of.
const FINE: &[&str] = &["` is no longer", ", which is no longer"];

#[test]
fn what_users_read_has_no_phrase_that_is_not_english() {
    let mut found = Vec::new();
    let mut look = |place: String, text: &str| {
        let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for fine in FINE {
            text = text.replace(fine, "");
        }
        let bad = REJECTED.iter().filter(|(phrase, _)| text.contains(phrase));
        found.extend(bad.map(|(phrase, better)| format!("{place}: {phrase:?} (better: {better})")));
    };
    for (file, text) in documents() {
        look(file, &text);
    }
    look("`hotload --help`".into(), &help());
    for module in crates().iter().flat_map(|each| &each.modules) {
        for (line, text) in strings(&module.tokens) {
            look(format!("{}:{line}", module.file), &text);
        }
    }
    assert_none("users read plain English", &found);
}

/// The literals, but not the comments, which are literals of an attribute to the compiler.
fn strings(tokens: &[TokenTree]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let is_attribute = match &tokens[..index] {
            [.., before, sign] if is_sign(sign, '!') => is_sign(before, '#'),
            [.., sign] => is_sign(sign, '#'),
            [] => false,
        };
        match token {
            TokenTree::Literal(literal) => {
                // A line that goes on in the next one.
                let text = literal.to_string().replace("\\\n", " ");
                found.push((line_of(token), text));
            }
            TokenTree::Group(group) if !is_attribute => found.extend(strings(&inside(group))),
            _ => {}
        }
    }
    found
}
