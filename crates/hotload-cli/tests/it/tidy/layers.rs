//! The folders of a crate build on each other in the order in which its root declares them.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::rust::Crate;
use crate::tidy::{assert_none, crates};

/// For each file the files that it names, with the first line that does.
type Uses = BTreeMap<String, BTreeMap<String, usize>>;

fn uses(of: &Crate) -> Uses {
    let mut uses = Uses::new();
    for module in &of.modules {
        let named = uses.entry(module.file.clone()).or_default();
        for reference in module.references() {
            let other = of.defines(&reference.path);
            if other.file != module.file {
                let line = named.entry(other.file.clone()).or_insert(reference.line);
                *line = reference.line.min(*line);
            }
        }
    }
    uses
}

#[test]
fn a_folder_uses_only_those_above_it() {
    let mut found = Vec::new();
    for each in crates() {
        let order = &each.modules[0].declares;
        let place = |file: &str| {
            let in_crate = file.split_once("/src/").unwrap().1;
            let top = in_crate.split(['/', '.']).next().unwrap();
            // The root is below all that it declares.
            order
                .iter()
                .position(|name| name == top)
                .unwrap_or(order.len())
        };
        for (file, named) in uses(&each) {
            for (other, line) in named {
                if place(&other) > place(&file) {
                    found.push(format!("{file} uses {other} (line {line})"));
                }
            }
        }
    }
    assert_none(
        "a folder uses only those that its crate declares before it",
        &found,
    );
}

/// That a file names its `mod.rs` does not count: they are one module in two files, and a part of a
/// module may see what the whole keeps private.
#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut found = Vec::new();
    for each in crates() {
        let mut uses = uses(&each);
        for module in &each.modules {
            let named = uses.get_mut(&module.file).unwrap();
            for above in each
                .modules
                .iter()
                .filter(|above| module.path.starts_with(&above.path))
            {
                named.remove(&above.file);
            }
        }
        found.extend(circles(&uses));
    }
    assert_none("files do not import each other in a circle", &found);
}

/// The groups of files each of which reaches all of the others.
fn circles(uses: &Uses) -> BTreeSet<String> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = uses
        .keys()
        .map(|file| (file.as_str(), reached_from(file, uses)))
        .collect();
    let circle_of = |file: &str| {
        let others = reached[file]
            .iter()
            .filter(|other| reached[*other].contains(file));
        others.copied().collect::<Vec<_>>().join(" ")
    };
    reached
        .keys()
        .filter(|file| reached[*file].contains(*file))
        .map(|file| circle_of(file))
        .collect()
}

fn reached_from<'u>(file: &str, uses: &'u Uses) -> BTreeSet<&'u str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = uses[file].keys().map(String::as_str).collect();
    while let Some(file) = next.pop() {
        if reached.insert(file) {
            next.extend(uses[file].keys().map(String::as_str));
        }
    }
    reached
}
