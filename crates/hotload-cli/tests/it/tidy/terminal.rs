//! What reaches the terminal goes through two files, which know what else is on the screen.

use proc_macro2::TokenTree;

use crate::tidy::rust::{inside, is_sign, is_word, line_of, parse};
use crate::tidy::{assert_none, crates};

/// What hotload says, and the answers of the modes that print one.
const WRITERS: [&str; 2] = [
    "crates/hotload-cli/src/screen/terminal.rs",
    "crates/hotload-cli/src/answers/print.rs",
];

/// Changes the terminal's mode back, and writes nothing.
const GUARD: &str = "crates/hotload-cli/src/system/guard/charges.rs";

const MACROS: [&str; 4] = ["print", "println", "eprint", "eprintln"];
const STREAMS: [&str; 2] = ["stdout", "stderr"];
const QUESTIONS: [&str; 3] = ["is_terminal", "as_fd", "as_handle"];

#[test]
fn only_the_terminal_and_the_answers_are_printed() {
    let mut found = Vec::new();
    for module in crates().iter().flat_map(|each| &each.modules) {
        let file = module.file.as_str();
        if !WRITERS.contains(&file) && file != GUARD {
            let lines = prints(&module.tokens).into_iter();
            found.extend(lines.map(|line| format!("{file}:{line}")));
        }
    }
    assert_none("only the terminal and the answers are printed", &found);
}

/// The lines with a `println!()` or an `io::stdout()`.
fn prints(tokens: &[TokenTree]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut before = None;
    for (index, token) in tokens.iter().enumerate() {
        // `command.stdout(…)` gives a program its streams.
        let is_method = before.is_some_and(|before| is_sign(before, '.'));
        if is_print(&tokens[index..]) || (is_stream(&tokens[index..]) && !is_method) {
            found.push(line_of(token));
        }
        if let TokenTree::Group(group) = token {
            found.extend(prints(&inside(group)));
        }
        before = Some(token);
    }
    found
}

fn is_print(tokens: &[TokenTree]) -> bool {
    let is_macro = |name| MACROS.iter().any(|print| is_word(name, print));
    matches!(tokens, [name, sign, ..] if is_macro(name) && is_sign(sign, '!'))
}

/// Whether it is a stream to write to, and not one that is only asked about.
fn is_stream(tokens: &[TokenTree]) -> bool {
    let [name, TokenTree::Group(arguments), rest @ ..] = tokens else {
        return false;
    };
    let only_asks =
        matches!(rest, [_, method, ..] if QUESTIONS.iter().any(|name| is_word(method, name)));
    STREAMS.iter().any(|stream| is_word(name, stream))
        && arguments.stream().is_empty()
        && !only_asks
}

#[test]
fn writing_is_found_and_asking_is_not() {
    let text = "fn f() {\n io::stdout().lock();\n println!(\"{}\", x);\n command.stdout(pipe());\n \
                io::stderr().is_terminal();\n child.stdout()\n}";
    assert_eq!(prints(&parse(text)), [2, 3]);
}
