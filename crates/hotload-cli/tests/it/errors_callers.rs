//! The lines of callers.

use crate::harness::{Project, Written};
use crate::pythons::{pythons, pythons_where, two_pythons};

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

/// Up to 3.7 Python gives a call over several lines the line of its last argument.
#[test]
fn a_call_over_several_lines_is_shown_with_the_line_that_it_begins_in() {
    let lib = "def boom(a, b):\n    1 // 0\n\ny = boom(\n    1,\n    [2,\n     3],\n)\n";
    for python in two_pythons() {
        let project = Project::with("lib.py", lib);
        let said = project.run_with(python, &["--once", "lib"]).said();
        assert!(
            said.contains("from lib.py:4 in <module>  y = boom("),
            "{said}"
        );
    }
}

/// As Python marks it: an operator or a subscript from 3.11 on, arguments from 3.13 on.
#[test]
fn the_part_of_an_expression_that_failed_stands_out() {
    #[rustfmt::skip]
    let cases = [
        // the last line                     from     the mark below it
        ("return (a + 1) / (a - a) if 1 else 0", (3, 11), "       ~~~~~~~~^~~~~~~~~"),
        ("return a // 0",                    (3, 11), "       ~~^^~~"),
        ("return x['a']['b']['c'] + 1",      (3, 11), "       ~~~~~~~~~~~^^^^^"),
        ("return '\u{e9}', x['\u{e9}']",     (3, 11), "            ~^^^^^"),
        ("return f(a, 2, 3)",                (3, 13), "       ~^^^^^^^^^"),
        ("return x.missing",                 (3, 11), "       ^^^^^^^^^"),
    ];
    for python in pythons_where(|version| version >= (3, 11)) {
        for (line, from, mark) in cases {
            let lib = format!("x = {{'a': {{'b': None}}}}\ndef f(a):\n    {line}\nf(1)\n");
            let project = Project::with("lib.py", &lib);
            let said = project.run_with(python, &["--once", "lib"]).said();
            let mark = if python.version.0 == 3 && (3, python.version.1) < from {
                mark.replace('~', "^")
            } else {
                mark.into()
            };
            let expected = format!("3 |     {line}\n    |     {mark}\n");
            assert!(said.contains(&expected), "{python}: {said}");
        }
    }
}
