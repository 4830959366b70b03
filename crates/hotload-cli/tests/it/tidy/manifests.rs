//! What the manifests say is said in the documents, too.

use std::collections::BTreeMap;
use std::fs;

use toml::Table;

use crate::tidy::{assert_none, root};

fn manifest(name: &str) -> Table {
    let file = root().join(format!("crates/hotload-{name}/Cargo.toml"));
    fs::read_to_string(file).unwrap().parse().unwrap()
}

/// Each dependency on another project's crate, with where it is used: `cli tests on Unix`.
fn dependencies(name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut take = |table: &Table, system: &str| {
        for (kind, tests) in [("dependencies", ""), ("dev-dependencies", " tests")] {
            let listed = table.get(kind).and_then(toml::Value::as_table);
            for dependency in listed.into_iter().flat_map(Table::keys) {
                if !dependency.starts_with("hotload-") {
                    found.push((dependency.clone(), format!("{name}{tests}{system}")));
                }
            }
        }
    };
    let manifest = manifest(name);
    take(&manifest, "");
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    for (target, table) in targets.into_iter().flatten() {
        let system = match target.as_str() {
            "cfg(unix)" => " on Unix",
            "cfg(windows)" => " on Windows",
            other => panic!("{other} has no name here yet"),
        };
        take(table.as_table().unwrap(), system);
    }
    found
}

#[test]
fn core_has_no_dependencies() {
    assert_eq!(dependencies("core"), []);
}

#[test]
fn the_table_of_dependencies_has_those_of_the_manifests() {
    let mut uses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, place) in ["cli", "python"].iter().flat_map(|name| dependencies(name)) {
        uses.entry(name).or_default().push(place);
    }
    let expected: Vec<String> = uses
        .into_iter()
        .map(|(name, mut places)| {
            places.sort_by_key(|place| place.contains("tests"));
            format!("| `{name}` | {} |", places.join(", "))
        })
        .collect();
    let document = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let (_, table) = document.split_once("## Dependencies\n").unwrap();
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let missing = expected
        .iter()
        .filter(|start| !rows.iter().any(|row| row.starts_with(*start)));
    let stale = rows
        .iter()
        .filter(|row| !expected.iter().any(|start| row.starts_with(start)));
    let found: Vec<String> = missing
        .map(|row| format!("missing: {row}"))
        .chain(stale.map(|row| format!("not in a manifest: {row}")))
        .collect();
    assert_none(
        "docs/architecture.md lists each dependency and where it is used",
        &found,
    );
    let names: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.split('`').nth(1))
        .collect();
    assert!(names.is_sorted(), "not in alphabetical order: {names:?}");
}

fn workspace() -> Table {
    let text = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    text.parse().unwrap()
}

#[test]
fn the_crates_ask_for_each_other_in_this_version() {
    let manifest = &workspace()["workspace"];
    let exactly = format!("={}", manifest["package"]["version"].as_str().unwrap());
    for (name, dependency) in manifest["dependencies"].as_table().unwrap() {
        assert_eq!(dependency["version"].as_str(), Some(&*exactly), "{name}");
    }
}

#[test]
fn the_changelog_names_the_version() {
    let manifest = workspace();
    let version = manifest["workspace"]["package"]["version"]
        .as_str()
        .unwrap();
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    let is_its_heading = |line: &str| line.starts_with("## ") && line.contains(version);
    assert!(
        changelog.lines().any(is_its_heading),
        "CHANGELOG.md has no heading for {version}"
    );
}
