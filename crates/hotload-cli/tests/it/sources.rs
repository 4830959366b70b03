//! How sources are read: their encodings as Python knows them, and the lines that tracebacks show.

use crate::harness::Project;
use crate::pythons::pythons;

#[test]
fn a_source_beyond_ascii_needs_on_2_7_what_an_import_needs() {
    #[rustfmt::skip]
    let cases: [(&[u8], bool, bool); 9] = [
        // source                                                        2.7    3.x
        (b"print(ord(u'\xc3\xa9'))\n",                                   false, true),
        (b"# -*- coding: utf-8 -*-\nprint(ord(u'\xc3\xa9'))\n",          true,  true),
        (b"#!/usr/bin/python\n# vim: set fileencoding=utf-8 :\nprint(ord(u'\xc3\xa9'))\n", true, true),
        (b"\n# coding: utf-8\nprint(ord(u'\xc3\xa9'))\n",                true,  true),
        (b"\n\n# coding: utf-8\nprint(ord(u'\xc3\xa9'))\n",              false, true),
        (b"\xef\xbb\xbfprint(ord(u'\xc3\xa9'))\n",                       true,  true),
        (b"# coding: latin-1\nprint(ord(u'\xe9'))\n",                    true,  true),
        (b"#!/usr/bin/python\n# coding: latin-1\nprint(ord(u'\xe9'))\n", true,  true),
        (b"print(ord(u'\xe9'))\n",                                       false, false),
    ];
    for python in pythons() {
        let project = Project::with("lib.py", "print('up')\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("up");
        session.ends_cycle(1);
        for (cycle, (source, on_2, on_3)) in (2..).zip(cases) {
            let accepted = if python.version.0 == 2 { on_2 } else { on_3 };
            project.save("lib.py", source);
            if accepted {
                session.prints("233");
            } else {
                session.says("SyntaxError");
            }
            session.ends_cycle(cycle);
        }
        let accepted = cases
            .iter()
            .filter(|(_, on_2, on_3)| if python.version.0 == 2 { *on_2 } else { *on_3 });
        let printed = session.output().matches("233").count();
        assert_eq!(printed, accepted.count(), "{python}: {}", session.output());
    }
}

#[test]
fn a_traceback_shows_the_line_that_ran_and_not_what_is_in_the_file_by_now() {
    const HELPER: &str = "def fail():\n    return 1 // 0  # as it ran\n";
    const CHANGED: &str = "def fail():\n    return 'as it is in the file'\n";
    for python in pythons() {
        let project = Project::with("helper.py", HELPER);
        project.save("lib.py", "import helper\nprint('up')\n");
        let options = ["--reload", "module", "--events", "events.jsonl"];
        let mut session = project.start(python, &[&["lib"], &options[..]].concat());
        session.prints("up");
        session.ends_cycle(1);
        // `lib` is reloaded, `helper` is not: its old function is what runs.
        project.save("helper.py", CHANGED);
        session.ends_cycle(2);
        project.save("lib.py", "import helper\nhelper.fail()\n");
        session.says("failed");
        session.ends_cycle(3);
        let said = session.said();
        assert!(
            said.contains("return 1 // 0  # as it ran"),
            "{python}: {said}"
        );
        assert!(!said.contains("in the file"), "{python}: {said}");
        let events = crate::events::Events::of(&project);
        let error = events.all("error").next().unwrap();
        assert_eq!(
            error["exceptions"][0]["frames"][1]["text"], "    return 1 // 0  # as it ran",
            "{python}"
        );
    }
}
