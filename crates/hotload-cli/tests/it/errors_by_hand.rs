//! A SyntaxError in the name of a file that has compiled: raised for it, or by another text.

use crate::harness::{Project, Written};
use crate::pythons::pythons;

/// A language within strings, whose errors are reported where they are in the file.
const LIB: &str = "x = 1
rule = 'a -> b c'
def raised(): raise SyntaxError('unknown rule', (__file__, 2, 9, None))
def copied(): raise SyntaxError('unknown rule', (__file__, 2, 9, \"rule = 'a -> b c'\"))
def beyond(): raise SyntaxError('unknown rule', (__file__, 2, 99, None))
def behind(): raise SyntaxError('unknown rule', (__file__, 99, 9, None))
def compiled(): compile('\\nreturn 3', __file__, 'exec')
def again():
    try: compile('\\nreturn 3', __file__, 'exec')
    except SyntaxError as error: raise error
";

#[test]
fn a_syntax_error_that_is_raised_by_hand_shows_the_line_that_it_names() {
    const CODE: &str = "    |\n  1 | x = 1\n  2 | rule = 'a -> b c'\n    |";
    let code = |column: usize| format!("{CODE}{}^\n", " ".repeat(column));
    #[rustfmt::skip]
    let cases = [
        ("raised",   "lib.py:2:9",  Some(code(9))),
        ("copied",   "lib.py:2:9",  Some(code(9))),
        ("beyond",   "lib.py:2:18", Some(code(18))),
        ("behind",   "lib.py:99",   None),
        // Of a text that no longer exists.
        ("compiled", "lib.py:2",    None),
        ("again",    "lib.py:2",    None),
    ];
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        for (function, place, code) in &cases {
            let target = format!("lib:{function}");
            let said = project.run_with(python, &["--once", &target]).said();
            let (_, page) = said.split_once("--> ").expect("an error");
            assert!(page.starts_with(place), "{python} {function}: {said}");
            match code {
                Some(code) => assert!(page.contains(code.as_str()), "{python} {function}: {said}"),
                None => assert!(!page.contains("rule ="), "{python} {function}: {said}"),
            }
        }
    }
}
