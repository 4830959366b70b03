//! The plan: which steps run, in which order, and what a failed one means for the others.

use indoc::indoc;

use crate::events::Events;
use crate::harness::{Project, Written, escaped};
use crate::programs::save_command;
use crate::pythons::{pythons, two_pythons};

const LIB: &str = indoc! {r"
    print('body')
    def main(): print('main')
    def tidy(): print('tidy')
    class App:
        @staticmethod
        def run(): print('app')
"};

#[test]
fn call_before_and_run_come_in_their_order() {
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let arguments = [
            "lib", "--call", "main", "--before", "tidy", "--run", "echo ran",
        ];
        let mut session = project.start(python, &arguments);
        session.prints("ran");
        session.ends_cycle(1);
        project.save("lib.py", format!("{LIB}\n"));
        session.prints("ran");
        session.ends_cycle(2);
        // `--before` is left out while the target was never loaded.
        let expected = "body\nmain\nran\ntidy\nbody\nmain\nran\n";
        assert_eq!(session.output(), expected, "{python}");
    }
}

#[test]
fn a_command_finds_the_changed_files_in_its_environment() {
    let outside = Project::with("notes.txt", "");
    let project = Project::with("lib.py", "");
    let python = two_pythons()[0];
    let show = "import os\nprint('<%s>' % os.environ['HOTLOAD_CHANGED'].replace(os.sep, '/'))\n";
    let command = save_command(&project, python, show);
    let outside_file = outside.file("notes.txt");
    let watched = outside_file.to_str().unwrap();
    let arguments = ["lib", "--run", &command, "--watch", ".", "--watch", watched];
    let mut session = project.start(python, &arguments);
    session.prints("<>");
    session.ends_cycle(1);
    project.save("sub/new.py", "");
    session.prints("<sub/new.py>");
    session.ends_cycle(2);
    outside.save("notes.txt", "x");
    session.prints(&format!("<{}>", watched.replace('\\', "/")));
    session.ends_cycle(3);
}

#[test]
fn several_targets_are_reloaded_in_the_order_given() {
    for python in two_pythons() {
        let project = Project::with(
            "one.py",
            "import sys\nprint(sys.argv)\ndef main(): print(sys.path[0])\n",
        );
        project.save(
            "sub/two.py",
            "import sys\nprint(sys.argv)\ndef f(): print(sys.path[0])\n",
        );
        let targets = ["--once", "one.py", "sub/two.py:f"];
        let end = project.run_with(
            python,
            &[&targets[..], &["--call", "main", "--", "x"]].concat(),
        );
        let (one, two) = (project.file("one.py"), project.file("sub/two.py"));
        let expected = format!(
            "['{}', 'x']\n{}\n['{}', 'x']\n{}\n",
            escaped(&one),
            project.path().display(),
            escaped(&two),
            project.file("sub").display()
        );
        end.stdout(expected);
    }
}

#[test]
fn a_plan_can_be_given_step_by_step() {
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("other.py", "print('other')\n");
        let steps = [
            "run:echo first",
            "reload:lib",
            "exec:main(); x = 1",
            "reload:other",
            "call:lib:App.run",
            "clear",
        ];
        let steps = steps.iter().flat_map(|step| ["--step", step]);
        let arguments: Vec<&str> = std::iter::once("--once").chain(steps).collect();
        let end = project.run_with(python, &arguments).success();
        end.stdout("first\nbody\nmain\nother\napp\n");
    }
}

#[test]
fn a_failed_step_does_not_stop_the_others_but_its_own_call() {
    for python in two_pythons() {
        let project = Project::with("bad.py", "1 // 0\ndef main(): print('not this')\n");
        project.save("lib.py", LIB);
        let arguments = [
            "--once",
            "bad:main",
            "lib:main",
            "--run",
            "exit 3",
            "--run",
            "echo ran",
            "--events",
            "events.jsonl",
        ];
        let end = project.run_with(python, &arguments);
        end.code(1).stdout("body\nmain\nran\n");
        assert_eq!(Events::of(&project).count("step"), 6);

        let end = project.run_with(python, &["--once", "--fail-fast", "bad", "lib:main"]);
        end.code(1).stdout("");
    }
}

#[test]
fn an_exit_with_zero_is_ok_and_every_other_fails() {
    for python in pythons() {
        for (exit, status) in [
            ("0", 0),
            ("", 0),
            ("None", 0),
            ("3", 1),
            ("'text'", 1),
            ("True", 1),
        ] {
            let lib = format!("import sys\nsys.exit({exit})\n");
            let project = Project::with("lib.py", &lib);
            project.run_with(python, &["--once", "lib"]).code(status);
        }
    }
}

#[test]
fn a_call_of_a_function_that_is_not_there_fails_and_says_so() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('body')\n");
        let said = project
            .run_with(python, &["--once", "lib:mian"])
            .code(1)
            .said();
        assert!(said.contains("mian"), "{said}");
    }
}

#[test]
fn an_exit_with_a_text_prints_it_on_standard_error() {
    for python in pythons() {
        let project = Project::with("lib.py", "import sys\nsys.exit('good bye')\n");
        let end = project.run_with(python, &["--once", "lib"]).stdout("");
        let said = end.said();
        let printed = said.lines().filter(|line| *line == "good bye").count();
        assert_eq!(printed, 1, "{python}: {said}");
    }
}

#[test]
fn two_functions_of_one_module_run_its_body_once() {
    const LIB: &str = "print('body')\ndef a(): print('a')\ndef b(): print('b')\n";
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib:a", "lib:b"]);
        session.prints("b");
        session.ends_cycle(1);
        project.save("lib.py", format!("{LIB}\n"));
        session.prints("b");
        session.ends_cycle(2);
        assert_eq!(session.output(), "body\na\nb\nbody\na\nb\n", "{python}");
    }
}

#[test]
fn a_call_step_needs_a_reload_of_its_module_before_it() {
    let refused: [&[&str]; 3] = [
        &["--step", "call:lib:main"],
        &["--step", "call:lib:main", "--step", "reload:lib"],
        &["--step", "reload:other", "--step", "call:lib:main"],
    ];
    let project = Project::with("lib.py", LIB);
    project.save("other.py", "print('other')\n");
    for steps in refused {
        let said = project
            .run(&[&["--once"], steps].concat())
            .code(2)
            .stdout("")
            .said();
        assert!(said.contains("call:lib:main"), "{said}");
    }
}

#[test]
fn a_main_block_without_a_call_gets_one_hint() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "if __name__ == '__main__':\n    print('no')\n");
    let mut session = project.start(python, &["lib"]);
    session.ends_cycle(1);
    session.says("hint:");
    session.says("use `--main`");
    for cycle in 2..4 {
        let lib = format!("if __name__ == '__main__':\n    print('no {cycle}')\n");
        project.save("lib.py", lib);
        session.ends_cycle(cycle);
    }
    // A hint follows its cycle's line: that of the second would be there by now.
    assert_eq!(session.said().matches("hint:").count(), 1);
}
