//! Python's own prompt: with readline, without it, and the new one of 3.13.

use std::time::Duration;

use nix::sys::signal::Signal;

use super::{Prompt, Waiting, counting, joined};
use crate::harness::{Project, pause, wait_at_most};
use crate::pythons::{pythons, pythons_where, two_pythons};

#[test]
fn each_save_runs_at_the_prompt_and_the_state_of_the_module_is_kept() {
    for python in pythons() {
        let (project, mut waiting, mut prompt) = joined(python, &counting("first"), &["lib"]);
        waiting
            .session
            .says(&format!("Python {}.{}", python.version.0, python.version.1));
        waiting.session.prints("first 1");
        prompt.terminal.shows("first 1");
        for number in 2..32 {
            project.save("lib.py", counting("saved"));
            waiting.session.prints(&format!("saved {number}"));
            waiting.session.ends_cycle(number);
        }
        prompt.terminal.shows("saved 31");
        project.save("lib.py", "1/0\n");
        waiting.session.says("ZeroDivisionError");
        waiting.session.says("lib.py:1");
        project.save("lib.py", counting("after"));
        waiting.session.prints("after 32");
        prompt.types("print(6 * 7)", "42\r\n");
    }
}

#[test]
fn what_is_half_typed_stays_when_a_save_prints() {
    for python in pythons() {
        let (project, mut waiting, mut prompt) = joined(python, "print('first')\n", &["lib"]);
        waiting.session.prints("first");
        for letter in "print('half".chars() {
            prompt.terminal.types(&letter.to_string());
            pause(Duration::from_millis(10));
        }
        project.save("lib.py", "print('second')\n");
        waiting.session.prints("second");
        prompt.terminal.shows("second");
        for letter in " way', 6 * 7)".chars() {
            prompt.terminal.types(&letter.to_string());
        }
        prompt.types("", "half way");
        prompt.terminal.shows("42");
    }
}

#[test]
fn ctrl_c_at_a_joined_prompt_clears_the_typed_line() {
    for python in pythons() {
        let (project, mut waiting, mut prompt) = joined(python, "print('first')\n", &["lib"]);
        waiting.session.prints("first");
        for _ in 0..3 {
            prompt.terminal.types("nonsense(");
            pause(Duration::from_millis(150));
            prompt.terminal.types("\x03");
            prompt.terminal.shows("KeyboardInterrupt");
        }
        prompt.terminal.shows(">>> ");
        prompt.types("print(6 * 7)", "42\r\n");
        project.save("lib.py", "print('second')\n");
        waiting.session.prints("second");
    }
}

#[test]
fn a_run_at_a_prompt_is_interrupted_in_a_loop_and_in_a_long_sleep() {
    for python in pythons() {
        let (project, mut waiting, mut prompt) =
            joined(python, "print('first')\n", &["--busy", "interrupt", "lib"]);
        waiting.session.prints("first");
        waiting.session.ends_cycle(1);
        let endless = ["while True: pass", "import time\ntime.sleep(60)"];
        for (number, code) in endless.iter().enumerate() {
            project.save("lib.py", format!("print('endless {number}')\n{code}\n"));
            waiting.session.prints(&format!("endless {number}"));
            project.save("lib.py", format!("print('next {number}')\n"));
            waiting.session.says("interrupting the run");
            waiting.session.prints(&format!("next {number}"));
            waiting.session.says("ok  lib");
        }
        prompt.types("print(6 * 7)", "42\r\n");
    }
}

#[test]
fn a_save_waits_while_user_code_asks_for_input() {
    for python in pythons() {
        let (project, mut waiting, mut prompt) = joined(python, "print('first')\n", &["lib"]);
        waiting.session.prints("first");
        let ask = if python.version.0 == 2 {
            "raw_input"
        } else {
            "input"
        };
        prompt.types(
            &format!("answer = {ask}('your ' + 'name? ')"),
            "your name? ",
        );
        project.save("lib.py", "print('second')\n");
        waiting.session.says("waits: your code waits for input");
        project.save("lib.py", "print('third')\n");
        prompt.types("Ada", ">>> ");
        waiting.session.prints("third");
        assert!(!waiting.session.output().contains("second"), "{python}");
        prompt.types("print('is ' + answer)", "is Ada");
    }
}

#[test]
fn a_save_while_user_code_runs_at_the_prompt_runs_after_it() {
    for python in two_pythons() {
        let (project, mut waiting, mut prompt) = joined(python, "print('first')\n", &["lib"]);
        waiting.session.prints("first");
        prompt.types(
            "import time; print('be' + 'gun'); time.sleep(3); print('ov' + 'er')",
            "begun",
        );
        project.save("lib.py", "print('second')\n");
        waiting.session.says("the program is busy");
        prompt.terminal.shows("over");
        waiting.session.prints("second");
    }
}

#[test]
fn a_prompt_without_readline_joins_too() {
    for python in pythons() {
        let blocker = Project::with("readline.py", "raise ImportError('not here')\n");
        let path = blocker.path();
        let environment = [
            ("PYTHONPATH", path.to_str().unwrap()),
            ("PYTHON_BASIC_REPL", "1"),
        ];
        let project = Project::with("lib.py", "print('first')\n");
        let mut waiting = Waiting::start(&project, &["lib"]);
        let mut prompt = Prompt::start_with(python, &[], &environment);
        prompt.joins(&waiting);
        waiting.session.prints("first");
        project.save("lib.py", "print('second')\n");
        waiting.session.prints("second");
        prompt.terminal.shows("second");
        waiting.session.ends_cycle(2);
        prompt.terminal.types("\x03");
        // 2.7 itself takes it for an unreadable line there.
        prompt.terminal.shows(if python.version.0 == 2 {
            ">>> "
        } else {
            "KeyboardInterrupt"
        });
        prompt.types("print(6 * 7)", "42\r\n");
        project.save("lib.py", "print('third')\n");
        waiting.session.prints("third");
    }
}

#[test]
fn a_prompt_of_a_program_joins_like_pythons_own() {
    for python in pythons() {
        let program = "import code, sys\nsys.ps1 = '>>> '\ndef ask(): code.interact()\nask()\n";
        let host = Project::with("host.py", program);
        let file = host.file("host.py");
        let project = Project::with("lib.py", "print('first')\n");
        let mut waiting = Waiting::start(&project, &["lib"]);
        let mut prompt = Prompt::start_with(python, &[file.to_str().unwrap()], &[]);
        prompt.joins(&waiting);
        waiting.session.prints("first");
        project.save("lib.py", "print('second')\n");
        waiting.session.prints("second");
        prompt.types("print(6 * 7)", "42\r\n");
    }
}

#[test]
fn a_run_at_a_prompt_that_asks_for_input_fails_with_a_clear_error() {
    for python in two_pythons() {
        let ask = if python.version.0 == 2 {
            "raw_input"
        } else {
            "input"
        };
        let (_project, mut waiting, mut prompt) =
            joined(python, &format!("{ask}('name? ')\n"), &["lib"]);
        waiting
            .session
            .says("EOFError: a run at a prompt cannot read the keyboard");
        prompt.types("print(6 * 7)", "42\r\n");
    }
}

#[test]
fn lines_that_are_typed_whole_and_fast_are_not_lost() {
    for python in pythons_where(|version| version >= (3, 11)) {
        let (_project, mut waiting, mut prompt) = joined(python, "print('first')\n", &["lib"]);
        waiting.session.prints("first");
        for number in 0..5 {
            prompt.types(
                &format!("print('typed', {number} + 100)"),
                &format!("typed {}", number + 100),
            );
        }
        // Two at once.
        prompt
            .terminal
            .types("print('one', 1 + 1)\nprint('two', 2 + 2)\n");
        prompt.terminal.shows("one 2");
        prompt.terminal.shows("two 4");
    }
}

#[test]
fn an_idle_prompt_takes_no_processor_time() {
    if !cfg!(target_os = "linux") {
        return;
    }
    for python in two_pythons() {
        let (_project, mut waiting, prompt) = joined(python, "print('first')\n", &["lib"]);
        waiting.session.ends_cycle(1);
        let used = || {
            let status = std::fs::read_to_string(format!("/proc/{}/status", prompt.terminal.id()));
            let status = status.unwrap();
            let line = status
                .lines()
                .find(|line| line.starts_with("voluntary_ctxt"));
            line.unwrap()
                .split_whitespace()
                .last()
                .unwrap()
                .parse::<u64>()
                .unwrap()
        };
        // What was left to do after the first run is done.
        let is_still = || {
            let before = used();
            pause(Duration::from_millis(500));
            (used() - before <= 1).then_some(())
        };
        assert!(
            wait_at_most(Duration::from_secs(5), is_still).is_some(),
            "{python}"
        );
    }
}

#[test]
fn hotload_that_is_stopped_does_not_hold_the_prompt_up() {
    for python in two_pythons() {
        let (project, mut waiting, mut prompt) = joined(python, "print('first')\n", &["lib"]);
        waiting.session.prints("first");
        let file = project.file("go");
        project.save(
            "lib.py",
            format!(
                "import os, time, sys\nprint('begun')\nsys.stdout.flush()\n\
                 while not os.path.exists({file:?}): time.sleep(0.01)\n\
                 began = time.time()\nfor _ in range(2000): sys.stderr.write('y' * 10000 + chr(10))\n\
                 open({file:?} + '.took', 'w').write(str(time.time() - began < 20))\n"
            ),
        );
        waiting.session.prints("begun");
        waiting.session.signal(Signal::SIGSTOP);
        std::fs::write(&file, "").unwrap();
        let took = project.file("go.took");
        waiting.session.until("the run has ended", || took.exists());
        prompt.types("print(6 * 7)", "42\r\n");
        waiting.session.signal(Signal::SIGCONT);
        waiting
            .session
            .says("characters of output are missing here");
        waiting.session.ends_cycle(2);
        project.save("lib.py", "print('last')\n");
        waiting.session.prints("last");
    }
}
