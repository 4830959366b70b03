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
        session.says("interpreter ended");
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
        session.says("ZeroDivisionError");
        session.says("stopped: sys.exit(3)");
        for name in ["no_such", "broken.py", "leaves"] {
            session.says(&format!("failed  preload {name}  "));
        }
        session.prints("runs");
        session.says("ok  lib");
    }
}

#[test]
fn a_preload_that_kills_its_interpreter_is_tried_again_with_growing_pauses() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('runs')\n");
        project.save("warm.py", "import os\nprint('warming')\nos._exit(3)\n");
        let mut session = project.start(python, &["--preload", "warm.py", "lib"]);
        for _ in 0..3 {
            session.prints("warming");
            session.says("interpreter ended");
        }
        project.save("warm.py", "print('warm now')\n");
        session.prints("warm now");
        session.prints("runs");

        project.save("warm.py", "import os\nos._exit(3)\n");
        let output = project.run_with(python, &["--once", "--preload", "warm.py", "lib"]);
        assert_eq!(output.status.code(), Some(1), "{python}: {output:?}");
    }
}
