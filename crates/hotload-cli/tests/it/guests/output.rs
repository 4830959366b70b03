//! Where output goes.

use super::{Prompt, Waiting, joined};
use crate::harness::Project;
use crate::pythons::two_pythons;

const TEXT: &str = "import sys\nprint('%s said')\nsys.stderr.write('%s warned\\n')\n";

fn text(name: &str) -> String {
    TEXT.replace("%s", name)
}

#[test]
fn output_goes_to_both_or_to_one() {
    #[rustfmt::skip]
    let cases = [
        // option   here    in the host
        ("both",    true,   true),
        ("here",    true,   false),
        ("host",    false,  true),
    ];
    for python in two_pythons() {
        for (option, here, in_host) in cases {
            let (_project, mut waiting, mut prompt) =
                joined(python, &text("first"), &["--guest-output", option, "lib"]);
            waiting.session.ends_cycle(1);
            prompt.types("print(6 * 7)", "42\r\n");
            let screen = prompt.terminal.screen.all();
            assert_eq!(screen.contains("first said"), in_host, "{option}: {screen}");
            assert_eq!(
                screen.contains("first warned"),
                in_host,
                "{option}: {screen}"
            );
            assert_eq!(
                waiting.session.output().contains("first said"),
                here,
                "{option}"
            );
            assert_eq!(
                waiting.session.said().contains("first warned"),
                here,
                "{option}"
            );
        }
    }
}

#[test]
fn output_is_shown_while_the_run_goes_on() {
    for python in two_pythons() {
        let project = Project::new();
        let file = project.file("go");
        project.save(
            "lib.py",
            format!("import os, time\nprint('begun')\nwhile not os.path.exists({file:?}): time.sleep(0.01)\nprint('done')\n"),
        );
        let mut waiting = Waiting::start(&project, &["lib"]);
        let mut prompt = Prompt::start(python);
        prompt.joins(&waiting);
        waiting.session.prints("begun");
        prompt.terminal.shows("begun");
        project.save("go", "");
        waiting.session.prints("done");
    }
}

#[test]
fn any_text_arrives() {
    for python in two_pythons() {
        let project = Project::with(
            "lib.py",
            "# coding: utf-8\nimport sys\nprint('sm\u{f8}rrebr\u{f8}d')\nsys.stdout.write('no end')\n",
        );
        let mut waiting = Waiting::start(&project, &["lib"]);
        let mut prompt = Prompt::start_with(python, &[], &[("PYTHONIOENCODING", "utf-8")]);
        prompt.joins(&waiting);
        waiting.session.prints("sm\u{f8}rrebr\u{f8}d");
        waiting.session.prints_part("no end");
    }
}
