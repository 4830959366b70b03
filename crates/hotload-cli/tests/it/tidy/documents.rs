//! The documents name what there is, and all of it.

use std::collections::BTreeSet;
use std::fs;

use crate::harness::{Project, Written};
use crate::tidy::{assert_none, files, root};

/// Options of other programs, and whose they are.
const OF_OTHERS: &[(&str, &str)] = &[
    ("--again", "ci/package"),
    ("--batch", "gdb, lldb and Maya"),
    ("--check", "ci/record-tracebacks, ci/package"),
    ("--entrypoint", "docker run"),
    ("--factory-startup", "Blender"),
    ("--find-links", "pip"),
    ("--ignore-missing", "sha256sum"),
    ("--no-index", "pip"),
    ("--path", "cargo install"),
    ("--python-exit-code", "Blender"),
    ("--recursive", "git clone"),
    ("--release", "cargo build"),
    ("--repo", "gh"),
    ("--script", "Blender"),
    ("--strict", "ci/package"),
    ("--target", "rustup"),
    ("--test", "cargo test"),
    ("--update", "ci/hosts"),
    ("--workspace", "cargo publish"),
];

pub(super) fn documents() -> impl Iterator<Item = (String, String)> {
    let named = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
    ]
    .map(String::from)
    .into_iter();
    named.chain(files("docs", &["md"])).map(|file| {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        (file, text)
    })
}

/// Each `--word` of a text.
fn options(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
        .filter(|word| {
            word.strip_prefix("--")
                .is_some_and(|name| name.starts_with(|letter: char| letter.is_ascii_lowercase()))
        })
        .collect()
}

pub(super) fn help() -> String {
    Project::new().run(&["--help"]).success().printed()
}

#[test]
fn every_option_in_the_documents_exists() {
    let help = help();
    let ours = options(&help);
    let mut found = Vec::new();
    let mut of_others = BTreeSet::new();
    for (file, text) in documents() {
        for option in options(&text) {
            if OF_OTHERS.iter().any(|(name, _)| *name == option) {
                of_others.insert(option.to_owned());
            } else if !ours.contains(option) {
                found.push(format!("{file}: {option}"));
            }
        }
    }
    let unused = OF_OTHERS
        .iter()
        .filter(|(name, _)| !of_others.contains(*name));
    found.extend(unused.map(|(name, program)| format!("{name} of {program} is in no document")));
    assert_none("the documents name only options that exist", &found);
}

#[test]
fn every_option_is_in_the_documents() {
    let texts: Vec<String> = documents().map(|(_, text)| text).collect();
    let documented: BTreeSet<&str> = texts.iter().flat_map(|text| options(text)).collect();
    let help = help();
    let found: Vec<String> = options(&help)
        .difference(&documented)
        .map(ToString::to_string)
        .collect();
    assert_none("every option is described in the documents", &found);
}

/// Each link to a file of this repository, relative to where it stands.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    targets
        .map(|(target, _)| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains("://"))
}

#[test]
fn every_link_in_the_documents_leads_to_a_file() {
    let mut found = Vec::new();
    for (file, text) in documents() {
        let folder = root().join(&file).parent().unwrap().to_owned();
        let dangling = links(&text).filter(|target| !folder.join(target).exists());
        found.extend(dangling.map(|target| format!("{file}: {target}")));
    }
    assert_none("a link leads to a file", &found);
}
