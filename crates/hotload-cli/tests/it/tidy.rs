//! Rules for the project's own files, which nobody has to remember because a test does.

mod documents;
mod english;
mod layers;
mod lengths;
mod manifests;
mod rust;
mod terminal;
mod waiting;

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the repository.
fn root() -> PathBuf {
    dunce::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

/// The crates, in the order in which they may use each other.
fn crates() -> Vec<rust::Crate> {
    ["core", "python", "cli"]
        .map(|name| rust::Crate::read(&root(), &format!("hotload-{name}")))
        .into()
}

/// The files below a folder of the repository, with `/` and relative to that; of these kinds, or of
/// all where none is named.
fn files(folder: &str, kinds: &[&str]) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
            if name.ends_with("/__pycache__") {
                // Left by scripts that import one another.
            } else if entry.path().is_dir() {
                folders.push(name);
            } else if kinds.is_empty() || kinds.contains(&kind) {
                found.push(name);
            }
        }
    }
    found.sort();
    found.into_iter()
}

/// Fails with everything that breaks a rule, a line each.
#[track_caller]
fn assert_none(rule: &str, found: &[String]) {
    assert!(
        found.is_empty(),
        "{rule}; {} break this rule:\n{found:#?}",
        found.len()
    );
}
