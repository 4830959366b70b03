//! Where the outcome of a cycle is reported besides the screen: the file of `--locations`, marks, alerts.

use std::fs;

use indoc::indoc;

use crate::harness::{Project, Written, in_unix_words};
use crate::programs::save_command;
use crate::pythons::{pythons, two_pythons};

#[test]
fn locations_are_written_for_editors_and_emptied_when_all_is_well() {
    for python in pythons() {
        let project = Project::with("lib.py", "import rates\n\nrates.find('XYZ')\n");
        let rates = "def find(to):\n    try:\n        {}[to]\n    except KeyError:\n        raise ValueError('no rate')\n";
        project.save("rates.py", rates);
        let mut session = project.start(python, &["--locations", "errors.txt", "lib"]);
        session.says("ValueError");
        session.ends_cycle(1);
        let text = || fs::read_to_string(project.file("errors.txt")).unwrap();
        // Columns are known from 3.11 on.
        let shown: String = text()
            .lines()
            .map(|line| {
                let (place, rest) = line.split_once(": ").unwrap();
                let place: Vec<&str> = place.split(':').take(2).collect();
                format!("{}: {rest}\n", place.join(":"))
            })
            .collect();
        let mut expected = "rates.py:5: error: ValueError: no rate\n\
                            lib.py:3: note: called in <module>\n"
            .to_owned();
        if python.version.0 == 3 {
            expected += "rates.py:3: note: while handling KeyError: 'XYZ'\n";
        }
        assert_eq!(shown, expected, "{python}");
        project.save("lib.py", "x = (\n");
        session.says("SyntaxError");
        session.ends_cycle(2);
        let first = text();
        assert!(first.starts_with("lib.py:"), "{python}: {first}");
        assert!(
            first.contains(": error: SyntaxError: "),
            "{python}: {first}"
        );
        project.save("lib.py", "print('mended')\n");
        session.prints("mended");
        session.ends_cycle(3);
        assert_eq!(text(), "", "{python}");
        assert_eq!(project.listing(), ["errors.txt", "lib.py", "rates.py"]);
    }
}

#[test]
fn a_locations_file_that_cannot_be_used_is_refused() {
    let project = Project::with("lib.py", "print('never')\n");
    project.save("notes.txt", "dear diary\n");
    let mut messages = String::new();
    for file in ["lib.py", "notes.txt", "nowhere/errors", "."] {
        let said = project.run(&["--locations", file, "lib"]).code(2).said();
        let said = in_unix_words(&said);
        messages.push_str(&format!("$ --locations {file}\n{said}\n"));
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn a_mark_comes_before_everything_else_of_a_cycle() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "1 // 0\n");
        let mut session = project.start(python, &["--marks", "-q", "lib"]);
        session.says("run #1\n");
        session.says("ZeroDivisionError");
        project.save("lib.py", "2 // 0\n");
        session.says("run #2  lib.py\n");
        session.says("ZeroDivisionError");
    }
}

/// Writes down what it was run for.
const NOTE: &str = indoc! {r"
    import os, sys
    words = sys.argv[1:] + [os.environ.get('HOTLOAD_' + name, '') for name in ('OUTCOME', 'LINE')]
    with open('log', 'a') as log: log.write(' '.join(words).strip() + '\n')
    print('said')
"};

#[test]
fn commands_run_when_the_outcome_changes_and_only_then() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('fine')\n");
        let note = save_command(&project, python, NOTE);
        let (on_ok, on_fail) = (format!("{note} ok"), format!("{note} fail"));
        let arguments = ["--on-ok", &on_ok, "--on-fail", &on_fail, "lib"];
        let mut session = project.start(python, &arguments);
        session.ends_cycle(1);
        for number in 2..=11 {
            project.save("lib.py", format!("\nx = {number}\n1 // 0\n"));
            session.ends_cycle(number);
        }
        project.save("lib.py", "print('mended')\n");
        session.ends_cycle(12);
        let log = || fs::read_to_string(project.file("log")).unwrap_or_default();
        session.until("both commands have run", || log().lines().count() == 2);
        let noted = log().replace('\r', "");
        assert_eq!(noted, "fail failed 3\nok ok\n", "{python}");
        // Standard output is user code's.
        session.until("both have printed", || {
            session.said().matches("said").count() == 2
        });
        assert!(!session.output().contains("said"), "{}", session.output());
    }
}

#[test]
fn a_command_that_fails_is_reported_and_ends_nothing() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "1 // 0\n");
        let mut session = project.start(python, &["--on-fail", "exit 3", "lib"]);
        session.says("warning: `exit 3` failed: exit ");
        session.says(": 3\n");
        project.save("lib.py", "print('mended')\n");
        session.prints("mended");
        // One cycle waits for its command.
        project.save("lib.py", "1 // 0\n");
        let late = "import sys, time\ntime.sleep(0.3)\nsys.stderr.write('later\\n')\n";
        let command = save_command(&project, python, late);
        let arguments = ["--once", "--on-fail", &command, "lib"];
        let end = project.run_with(python, &arguments).code(1);
        assert!(end.said().ends_with("later\n"), "{}", end.said());
    }
}

#[test]
fn only_an_explicit_color_is_passed_on_to_user_code() {
    let show = "import os\nprint(os.environ.get('FORCE_COLOR'), os.environ.get('NO_COLOR'))\n";
    let project = Project::with(
        "lib.py",
        &format!("from __future__ import print_function\n{show}"),
    );
    let cases: [(&[&str], &str); 4] = [
        (&[], "None None\n"),
        (&["--color", "auto"], "None None\n"),
        (&["--color", "always"], "1 None\n"),
        (&["--color", "never"], "None 1\n"),
    ];
    for python in two_pythons() {
        for (arguments, expected) in cases {
            let all = [arguments, &["--once", "lib"]].concat();
            let end = project.run_with(python, &all).success();
            assert_eq!(end.printed(), expected, "{python} {arguments:?}");
        }
    }
}

#[cfg(unix)]
mod on_a_terminal {
    use super::{Project, two_pythons};
    use crate::terminal::Terminal;

    #[test]
    fn ten_failing_saves_ring_once_and_the_fix_once_more() {
        for python in two_pythons() {
            let project = Project::with("lib.py", "print('fine')\n");
            let arguments = ["--alert", "bell", "--no-clear", "lib"];
            let mut terminal = Terminal::start(&project, python, &arguments);
            terminal.shows("#1");
            for number in 2..=11 {
                project.save("lib.py", format!("x = {number}\n1 // 0\n"));
                terminal.shows(&format!("#{number}"));
            }
            project.save("lib.py", "print('mended')\n");
            terminal.shows("#12");
            terminal.types("q");
            terminal.ends();
            let bells = terminal.all().matches('\x07').count();
            assert_eq!(bells, 2, "{python}: {:?}", terminal.all());
        }
    }

    #[test]
    fn the_title_shows_the_outcome_and_is_put_back() {
        for python in two_pythons() {
            for end in ["q", "\x03"] {
                let project = Project::with("lib.py", "print('fine')\n");
                let environment = [("WT_SESSION", "x"), ("TERM_PROGRAM", "")];
                let arguments = ["--no-clear", "lib"];
                let mut terminal = Terminal::start_with(&project, python, &arguments, &environment);
                terminal.shows("\x1b[22;2t\x1b]2;ok lib #1\x1b\\");
                project.save("lib.py", "1 // 0\n");
                terminal.shows("\x1b]9;4;3;0\x1b\\");
                terminal.shows("\x1b]2;failed lib\x1b\\\x1b]9;4;2;100\x1b\\");
                terminal.presses(end, "\x1b[23;2t\x1b]9;4;0;0\x1b\\");
                terminal.ends();
                let all = terminal.all();
                let count = |text: &str| all.matches(text).count();
                assert_eq!((count("[22;2t"), count("[23;2t")), (1, 1), "{all:?}");
                assert_eq!(count("? keys"), 1, "{all:?}");
            }
        }
    }

    #[test]
    fn a_dumb_terminal_gets_no_bell() {
        for python in two_pythons() {
            let project = Project::with("lib.py", "1 // 0\n");
            let arguments = ["--alert", "bell", "--once", "lib"];
            let environment = [("TERM", "dumb")];
            let mut terminal = Terminal::start_with(&project, python, &arguments, &environment);
            terminal.shows("#1");
            terminal.ends();
            let all = terminal.all();
            assert!(!all.contains('\x07') && !all.contains("\x1b]"), "{all:?}");
        }
    }
}

#[test]
fn places_are_linked_on_request_and_the_text_stays_the_same() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import rates\nrates.find()\n");
        project.save("rates.py", "def find():\n    1 // 0\n");
        let error = |arguments: &[&str]| {
            let all = [arguments, &["--once", "lib"]].concat();
            let said = project.run_with(python, &all).code(1).said();
            let (error, _) = said.split_once("failed").unwrap();
            error[error.find("error").unwrap()..].to_owned()
        };
        let plain = error(&[]);
        assert!(!plain.contains('\x1b'), "{plain:?}");
        let linked = error(&["--hyperlinks", "vscode"]);
        let start = |place: &str| {
            let folder = project.path().display().to_string();
            // A drive stands after a slash.
            let slash = if cfg!(windows) { "/" } else { "" };
            let folder = format!("{slash}{}", folder.replace('\\', "/"));
            format!("\x1b]8;;vscode://file{folder}/{place}\x1b\\")
        };
        assert!(
            linked.contains(&start("lib.py:2:1")),
            "{python}: {linked:?}"
        );
        let mut without = linked.replace("\x1b]8;;\x1b\\", "");
        while let Some(begin) = without.find("\x1b]8;;") {
            let end = begin + without[begin..].find("\x1b\\").unwrap() + 2;
            without.replace_range(begin..end, "");
        }
        assert_eq!(without, plain);
    }
    let project = Project::with("lib.py", "");
    let said = project.run(&["--hyperlinks", "vim", "lib"]).code(2).said();
    insta::assert_snapshot!(said);
}
