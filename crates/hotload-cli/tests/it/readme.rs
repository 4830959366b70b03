//! What the documents show is what hotload says.

use std::fs;
use std::path::Path;

/// What `fixtures/errors` has below a version. Another test compares that with what is said.
fn recorded<'t>(case: &'t str, version: &str) -> Vec<&'t str> {
    let mut sections = case.split("=== ").filter_map(|part| part.split_once('\n'));
    let section = sections.find(|(title, _)| title.split(", ").any(|one| one == version));
    section.unwrap().1.lines().collect()
}

#[test]
fn the_error_on_two_pythons_is_the_recorded_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let case = fs::read_to_string(root.join("fixtures/errors/in-the-readme.txt")).unwrap();
    let page = fs::read_to_string(root.join("docs/tracebacks.md")).unwrap();
    let (old, new) = (recorded(&case, "2.7"), recorded(&case, "3.13"));
    let width = old.iter().map(|line| line.chars().count()).max().unwrap() + 3;
    let mut shown = format!("{:width$}3.13\n\n", "2.7");
    for line in 0..old.len().max(new.len()) {
        let (left, right) = (old.get(line).unwrap_or(&""), new.get(line).unwrap_or(&""));
        shown.push_str(format!("{left:width$}{right}").trim_end());
        shown.push('\n');
    }
    assert!(
        page.contains(&shown),
        "docs/tracebacks.md does not have:\n{shown}"
    );
}
