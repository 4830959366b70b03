//! Errors on narrow terminals.

use indoc::indoc;
use unicode_width::UnicodeWidthStr;

use crate::harness::Project;
use crate::pythons::{Python, two_pythons};
use crate::terminal::Terminal;

const LIB: &str = indoc! {r"
    # coding: utf-8
    import json, sys, threading

    class RatherLongNameOfAnApplicationError(Exception):
        pass

    def a_function_with_quite_a_long_name_indeed(one):
        try:
            return {}['some key that is not there at all']
        except KeyError:
            raise RatherLongNameOfAnApplicationError('a message that is long, ' + 'with_a_very_long_word' * 5)

    def chain():
        try:
            a_function_with_quite_a_long_name_indeed(1)
        except RatherLongNameOfAnApplicationError:
            e = ValueError('second message, of some length, too')
            if hasattr(e, 'add_note'): e.add_note('a note that goes on and on\nin two lines, of which this is one')
            raise e

    def library():
        return json.loads('{ this is no json at all }')

    def thread():
        t = threading.Thread(target=library, name='a thread with a long name that goes on'); t.start(); t.join()
        raise ValueError('behind the thread')

    def hint():
        the_colour_of_the_thing_that_is_long = 1
        return the_colour_of_the_thing_that_is_lon

    def group():
        errors = []
        for function in (library, chain, hint):
            try: function()
            except Exception as error: errors.append(error)
        raise ExceptionGroup('several things went wrong', errors + [ExceptionGroup('an inner group', errors)])

    def syntax():
        import broken

    def wide():
        raise ValueError(u'\u65e5\u672c\u8a9e' * 30 if sys.version_info > (3,) else 'x' * 90)
"};

const BROKEN: &str = "def f():\n    value = ['a long line', 'which goes on', 'and on', then it = = breaks, 'here']\n";

/// What the terminal shows of a failing call, without colours and what was drawn over.
fn lines(python: &Python, function: &str, style: &str, columns: u16) -> Vec<String> {
    let project = Project::with("lib.py", LIB);
    project.save("broken.py", BROKEN);
    let target = format!("lib:{function}");
    let arguments = ["--once", "-q", "--no-clear", "--traceback", style, &target];
    let mut command = Terminal::command(&project, python, &arguments, &[]);
    command.env_remove("COLUMNS");
    let mut terminal = Terminal::spawn_sized(command, columns);
    terminal.ends();
    terminal
        .screen
        .wait(|text| text.contains("lib.py:").then_some(()));
    let text = terminal.screen.all();
    let text = without_sequences(&text).replace("\r\n", "\n");
    let drawn = text
        .lines()
        .map(|line| line.rsplit('\r').next().unwrap_or_default());
    drawn.map(str::to_owned).collect()
}

fn without_sequences(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.trim_start_matches(|one: char| !one.is_alphabetic()));
    let rest = rest.map(|part| part.get(1..).unwrap_or_default());
    first + &rest.collect::<String>()
}

/// What stands beside a place that can be clicked, which is never broken.
fn beside_place(line: &str) -> Option<usize> {
    let place = line.split_whitespace().find(|word| word.contains(".py:"))?;
    Some(line.trim().width() - place.width())
}

#[test]
fn nothing_but_a_place_is_wider_than_a_narrow_terminal() {
    const FUNCTIONS: [&str; 7] = [
        "chain", "library", "thread", "hint", "syntax", "wide", "group",
    ];
    for python in two_pythons() {
        let is_new = python.version >= (3, 11);
        for function in FUNCTIONS.iter().filter(|name| is_new || **name != "group") {
            for (style, columns) in [("short", 40), ("full", 40), ("short", 20)] {
                let lines = lines(python, function, style, columns);
                assert!(lines.len() > 4, "{python}: {lines:?}");
                for line in &lines {
                    // Of a function's name ten columns are shown in any case.
                    let has_place = columns < 40 || style == "full";
                    let fits = line.width() <= usize::from(columns)
                        || has_place && beside_place(line).is_some_and(|beside| beside <= 19);
                    assert!(
                        fits,
                        "{python} at {columns}: {line:?} in\n{}",
                        lines.join("\n")
                    );
                }
            }
        }
    }
}
