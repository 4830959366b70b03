//! Files and functions that have grown too long hold more than one idea.

use std::fs;

use proc_macro2::{Delimiter, TokenTree};

use crate::tidy::rust::{inside, is_sign, is_word, parse};
use crate::tidy::{assert_none, files, root};

const LONGEST_FILE: usize = 600;
const LONGEST_FUNCTION: usize = 60;
const LONGEST_README: usize = 150;

#[test]
fn no_source_file_is_too_long() {
    let mut found = Vec::new();
    for file in files("crates", &["rs", "py"]).chain(files("ci", &[])) {
        let lines = fs::read_to_string(root().join(&file))
            .unwrap()
            .lines()
            .count();
        if lines > LONGEST_FILE {
            found.push(format!("{file} has {lines}"));
        }
    }
    assert_none(&format!("a file has at most {LONGEST_FILE} lines"), &found);
}

#[test]
fn no_function_is_too_long() {
    let mut found = Vec::new();
    for file in files("crates", &["rs"]) {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for (name, line, lines) in functions(&parse(&text)) {
            if lines > LONGEST_FUNCTION {
                found.push(format!("{file}: `{name}` has {lines} (line {line})"));
            }
        }
    }
    assert_none(
        &format!("a function has at most {LONGEST_FUNCTION} lines"),
        &found,
    );
}

#[test]
fn the_readme_is_short_enough_to_be_read() {
    let lines = fs::read_to_string(root().join("README.md"))
        .unwrap()
        .lines()
        .count();
    assert!(
        lines <= LONGEST_README,
        "README.md has {lines} lines, and at most {LONGEST_README} are read"
    );
}

/// The name of each function with a body, its line, and how many lines it takes.
fn functions(tokens: &[TokenTree]) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if let [_, TokenTree::Ident(name), rest @ ..] = &tokens[index..]
            && is_word(token, "fn")
        {
            let body = rest
                .iter()
                .find(|token| is_sign(token, ';') || is_body(token));
            if let Some(TokenTree::Group(body)) = body {
                let line = token.span().start().line;
                let lines = body.span_close().end().line - line + 1;
                found.push((name.to_string(), line, lines));
            }
        }
        if let TokenTree::Group(group) = token {
            found.extend(functions(&inside(group)));
        }
    }
    found
}

fn is_body(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

#[test]
fn functions_are_found_with_their_lengths() {
    let text = "fn one() {}\ntrait T {\n    fn none();\n    fn two() -> fn(u8) {\n    }\n}\n";
    let found = functions(&parse(text));
    assert_eq!(found, [("one".into(), 1, 1), ("two".into(), 4, 2)]);
}
