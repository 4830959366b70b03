//! What is loaded once in each new interpreter, before the targets.

use crate::harness::Project;
use crate::pythons::{pythons, two_pythons};

const LIB: &str = "import sys, warm\nprint('%d %s' % (warm.x, 'decimal' in sys.modules))\n";

#[test]
fn modules_and_files_are_preloaded_once_and_their_time_is_shown() {
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("deep/warm.py", "print('warming')\nx = 5\n");
        let arguments = ["--preload", "deep/warm.py", "--preload", "decimal", "lib"];
        let mut session = project.start(python, &arguments);
        session.prints("warming");
        session.says("preloaded deep/warm.py  ");
        session.says("preloaded decimal  ");
        session.prints("5 True");
        session.ends_cycle(1);
        project.save("lib.py", format!("{LIB}\n"));
        session.prints("5 True");
        session.ends_cycle(2);
        assert_eq!(session.output().matches("warming").count(), 1, "{python}");
    }
}

#[test]
fn a_new_interpreter_is_warm_before_the_next_save() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import os\nos._exit(3)\n");
        project.save("warm.py", "print('warming')\nx = 5\n");
        let mut session = project.start(python, &["--preload", "warm", "lib"]);
        session.prints("warming");
        session.says("interpreter exited unexpectedly");
        session.prints("warming");
        session.says("preloaded warm");
        project.save("lib.py", "import warm\nprint(warm.x)\n");
        session.prints("5");
        session.says("ok  lib");
    }
}

#[test]
fn a_preload_that_fails_is_reported_and_the_targets_run() {
    for python in pythons() {
        let project = Project::with("lib.py", "print('runs')\n");
        project.save("broken.py", "1 // 0\n");
        project.save("leaves.py", "import sys\nsys.exit(3)\n");
        let arguments = [
            "--preload",
            "no_such",
            "--preload",
            "broken.py",
            "--preload",
            "leaves",
            "lib",
        ];
        let mut session = project.start(python, &arguments);
        session.says("no_such");
        session.says("failed  preload no_such  ");
        session.says("ZeroDivisionError");
        session.says("failed  preload broken.py  ");
        session.says("stopped: sys.exit(3)");
        session.says("failed  preload leaves  ");
        session.prints("runs");
        session.says("ok  lib");
    }
}

#[test]
fn a_preload_that_ends_its_interpreter_is_left_out_until_it_is_saved_and_the_targets_run() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('runs')\n");
        project.save("warm.py", "import os\nprint('warming')\nos._exit(3)\n");
        project.save("fine.py", "print('fine')\n");
        let arguments = ["--preload", "warm.py", "--preload", "fine.py", "lib"];
        let mut session = project.start(python, &arguments);
        session.prints("warming");
        session.says("the interpreter exited unexpectedly with status 3\n");
        session.says("  starting a new one without the preload `warm.py`, until that is saved");
        session.says("failed  preload warm.py  ");
        session.says("skipped  preload warm.py: it ended the interpreter\npreloaded fine.py");
        session.prints("fine");
        session.prints("runs");
        session.ends_cycle(1);
        // Other saves do not try it again, and neither does another interpreter.
        project.save("lib.py", "import os\nos._exit(4)\n");
        session.says("which loads your code on the next save");
        session.prints("fine");
        project.save("warm.py", "print('warm now')\n");
        project.save("lib.py", "print('runs again')\n");
        session.prints("warm now");
        session.prints("fine");
        session.prints("runs again");
        assert_eq!(session.output().matches("warming").count(), 1, "{python}");

        project.save("warm.py", "import os\nos._exit(3)\n");
        project
            .run_with(python, &["--once", "--preload", "warm.py", "lib"])
            .code(1);
    }
}

#[test]
fn a_preload_that_failed_is_named_until_it_is_saved_and_runs_then() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('lib')\n");
        project.save("slow.py", "1 // 0\n");
        let mut session = project.start(python, &["--preload", "slow.py", "lib"]);
        let line = "the preload `slow.py` failed; it runs again in a new interpreter";
        for cycle in 1..4 {
            session.says(line);
            session.ends_cycle(cycle);
            project.save("lib.py", format!("print('lib {cycle}')\n"));
            session.prints(&format!("lib {cycle}"));
        }
        session.ends_cycle(4);
        project.save("slow.py", "print('preloaded')\n");
        session.prints("preloaded");
        session.prints("lib 3");
        session.ends_cycle(5);
        assert_eq!(session.said().matches(line).count(), 4, "{python}");
    }
}

#[test]
fn a_preload_that_was_saved_and_does_not_run_is_named() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "");
        project.save("slow.py", "");
        let arguments = ["--reload", "module", "--preload", "slow.py", "lib"];
        let mut session = project.start(python, &arguments);
        session.ends_cycle(1);
        project.save("slow.py", "print('edited')\n");
        let line = "the preload `slow.py` was saved after it ran";
        session.says(line);
        session.ends_cycle(2);
        project.save("lib.py", "x = 1\n");
        session.says(line);
        session.ends_cycle(3);
        assert_eq!(session.output(), "", "{python}");
    }
}
