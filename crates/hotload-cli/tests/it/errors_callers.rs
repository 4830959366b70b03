//! The lines of callers.

use crate::harness::{Project, Written};
use crate::pythons::pythons;

#[test]
fn a_call_over_several_lines_is_shown_with_where_it_begins() {
    const LIB: &str = "def fail(*arguments):
    raise KeyError('x')
def trailing():
    return fail(
        1,
        2,
    )
def closing():
    return [trailing(
        *[
            ])]
def nested(): fail(
    closing(),
    2)
def decorate(function): nested()
@decorate
@staticmethod
def named(): pass
";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let said = project.run_with(python, &["--once", "lib"]).said();
        let callers = said.lines().filter(|line| line.starts_with("  from "));
        let shown: Vec<&str> = callers
            .filter_map(|line| Some(line.split_once(" in ")?.1.split_once(' ')?.1.trim()))
            .collect();
        let first = [
            "return fail(",
            "return [trailing(",
            "closing(),",
            "def decorate(function): nested()",
        ];
        assert_eq!(shown[..4], first, "{python}: {said}");
        // A decorator is no argument; versions differ in which line they name.
        let decorators = ["@decorate", "@staticmethod", "def named(): pass"];
        assert!(decorators.contains(&shown[4]), "{python}: {said}");
    }
}
