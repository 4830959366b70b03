//! How a guest leaves, and that the host is then as it was.

use nix::sys::signal::Signal;

use super::{Prompt, Waiting, content, counting, joined, report_file};
use crate::harness::Project;
use crate::pythons::{pythons, two_pythons};

#[test]
fn a_host_goes_on_when_hotload_ends_or_is_killed_and_can_join_again_with_its_state() {
    for python in pythons() {
        let project = Project::with("lib.py", &counting("run"));
        let mut prompt = Prompt::start(python);
        for (signal, first) in [
            (Signal::SIGKILL, 1),
            (Signal::SIGTERM, 3),
            (Signal::SIGINT, 5),
        ] {
            let mut waiting = Waiting::start(&project, &["lib"]);
            prompt.joins(&waiting);
            waiting.session.prints(&format!("run {first}"));
            project.save("lib.py", counting("run"));
            waiting.session.prints(&format!("run {}", first + 1));
            waiting.session.signal(signal);
            waiting.session.ends();
            prompt.terminal.shows("hotload: left: hotload has ended");
            prompt.types("print(6 * 7)", "42\r\n");
        }
        // Before the prompt is there, readline would lose it.
        prompt.terminal.shows(">>> ");
        prompt.terminal.types("\x04");
        assert_eq!(prompt.terminal.ends().exit_code(), 0, "{python}");
    }
}

/// Python 3 takes a module that it reloads out of `sys.modules` for a moment.
#[test]
fn a_module_that_was_missing_when_its_run_was_interrupted_keeps_its_state() {
    let interrupted = counting("run")
        + "import sys\nif n == 2: del sys.modules[__name__]; raise KeyboardInterrupt\n";
    for python in two_pythons() {
        let (project, mut waiting, mut prompt) = joined(python, &interrupted, &["lib"]);
        waiting.session.prints("run 1");
        project.save("lib.py", &(interrupted.clone() + "\n"));
        waiting.session.prints("run 2");
        waiting.session.signal(Signal::SIGTERM);
        waiting.session.ends();
        prompt.terminal.shows("hotload: left: hotload has ended");
        let mut waiting = Waiting::start(&project, &["lib"]);
        prompt.joins(&waiting);
        waiting.session.prints("run 3");
    }
}

#[test]
fn hotload_killed_in_the_middle_of_a_run_is_left_after_it() {
    for python in two_pythons() {
        let project = Project::new();
        let file = project.file("go");
        project.save(
            "lib.py",
            format!("import os, time\nprint('begun')\nwhile not os.path.exists({file:?}): time.sleep(0.01)\n"),
        );
        let mut waiting = Waiting::start(&project, &["lib"]);
        let mut prompt = Prompt::start(python);
        prompt.joins(&waiting);
        waiting.session.prints("begun");
        waiting.session.signal(Signal::SIGKILL);
        waiting.session.ends();
        project.save("go", "");
        prompt.terminal.shows("hotload: left: hotload has ended");
        prompt.types("print(6 * 7)", "42\r\n");
    }
}

#[test]
fn a_second_ctrl_c_ends_hotload_and_never_the_host() {
    for python in two_pythons() {
        let project = Project::new();
        let file = project.file("go");
        project.save(
            "lib.py",
            format!(
                "import os, time\ndone = told = False\nwhile not done:\n    try:\n        if not told: print('begun')\n        told = True\n        time.sleep(0.01)\n        done = os.path.exists({file:?})\n    except KeyboardInterrupt: told = True\n"
            ),
        );
        let mut waiting = Waiting::start(&project, &["lib"]);
        let mut prompt = Prompt::start(python);
        prompt.joins(&waiting);
        waiting.session.prints("begun");
        waiting.session.press_ctrl_c();
        waiting.session.says("still running");
        waiting.session.press_ctrl_c();
        assert_eq!(waiting.session.ends().code(), Some(130));
        project.save("go", "");
        prompt.terminal.shows("hotload: left: hotload has ended");
        prompt.types("print(6 * 7)", "42\r\n");
    }
}

#[test]
fn when_the_host_ends_hotload_waits_for_the_next() {
    for python in two_pythons() {
        let project = Project::with("lib.py", &counting("run"));
        let mut waiting = Waiting::start(&project, &["lib"]);
        for _ in 0..2 {
            let mut prompt = Prompt::start(python);
            prompt.joins(&waiting);
            waiting.session.prints("run 1");
            // Before the prompt is there, readline would lose it.
            prompt.terminal.shows("run 1");
            prompt.terminal.shows(">>> ");
            prompt.terminal.types("\x04");
            assert_eq!(prompt.terminal.ends().exit_code(), 0, "{python}");
            waiting
                .session
                .says("the program that had joined has ended");
            waiting.session.says("waiting for the next program");
        }
    }
}

#[test]
fn a_host_that_dies_in_a_run_fails_that_run_and_the_next_host_joins() {
    for python in two_pythons() {
        let (project, mut waiting, _prompt) = joined(python, "print('first')\n", &["lib"]);
        waiting.session.prints("first");
        waiting.session.ends_cycle(1);
        project.save("lib.py", "import os\nos._exit(3)\n");
        waiting
            .session
            .says("the program that had joined has ended");
        waiting.session.says("failed");
        project.save("lib.py", "print('second')\n");
        let mut next = Prompt::start(python);
        next.joins(&waiting);
        waiting.session.prints("second");
    }
}

/// What hotload could have changed, as text.
const STATE: &str = "\
import ctypes, importlib, os, signal, sys
try:
    import builtins
except ImportError:
    import __builtin__ as builtins
try:
    import _frozen_importlib_external as files
    plain = files.SourceFileLoader.get_code.__module__
except ImportError:
    plain = ''
slot = ctypes.c_void_p.in_dll(ctypes.pythonapi, 'PyOS_InputHook').value
found = [sys.meta_path, plain, slot, sys.stdin, sys.stdout, sys.stderr, sys.argv, sys.path,
         sys.dont_write_bytecode, signal.getsignal(signal.SIGINT), builtins.__import__, builtins.open,
         importlib.import_module, sys.excepthook, os.environ.get('HOTLOAD_RUNNING'),
         [name for name in sys.modules if 'hotload' in name], sorted(globals())]
open(sys.argv[0] or REPORT, 'a').write(repr(found) + chr(10)) if False else None
";

#[test]
fn the_host_is_as_it_was_when_hotload_has_left() {
    for python in pythons() {
        let project = Project::with(
            "lib.py",
            "import helper, importlib\nopen(__file__).close()\n",
        );
        project.save("helper.py", "print('helped')\n");
        let report = report_file(&project);
        let state = project.file("state_of_host.py");
        let text = STATE.lines().filter(|line| !line.starts_with("open(sys"));
        let text: Vec<&str> = text.collect();
        project.save(
            "state_of_host.py",
            format!(
                "{}\nopen({report:?}, 'a').write(repr(found) + chr(10))\n",
                text.join("\n")
            ),
        );
        let mut prompt = Prompt::start(python);
        let tell = format!("exec(open({state:?}).read()); print('to' + 'ld')");
        prompt.types(&tell, "told");
        prompt.types(&tell, "told");
        let mut waiting = Waiting::start(&project, &["--ignore", "report.txt", "lib"]);
        prompt.joins(&waiting);
        waiting.session.prints("helped");
        waiting.session.ends_cycle(1);
        project.save("helper.py", "print('helped again')\n");
        waiting.session.prints("helped again");
        waiting.session.press_ctrl_c();
        waiting.session.ends();
        prompt.terminal.shows("hotload: left");
        prompt.types(&tell, "told");
        let all = content(&report);
        let lines: Vec<&str> = all.lines().collect();
        assert_eq!(lines.len(), 3, "{python}: {all}");
        assert_eq!(lines[1], lines[2], "{python}");
    }
}
