//! The loops that are used only on request.

use super::{Prompt, Waiting, command, counting};
use crate::harness::{Project, Session, clean};
use crate::pythons::{Python, pythons, pythons_where, two_pythons};

use crate::terminal::Terminal;

/// A program that runs until it is killed.
fn program(python: &Python, project: &Project, text: &str) -> Session {
    project.save("host.py", text);
    let mut command = python.command();
    clean(&mut command);
    command.arg(project.file("host.py"));
    Session::start(&mut command, python)
}

#[test]
fn a_program_that_runs_all_the_time_is_called_by_a_signal() {
    for python in pythons() {
        let project = Project::with("lib.py", &counting("run"));
        let host = Project::new();
        let mut waiting = Waiting::start(&project, &["--guest-loop", "signal", "lib"]);
        let text = format!(
            "import sys, time\n{}\nwhile True:\n    time.sleep(0.2)\n    print('alive')\n    sys.stdout.flush()\n",
            waiting.line()
        );
        let mut running = program(python, &host, &text);
        running.prints_part("joined by signal");
        waiting.session.prints("run 1");
        for number in 2..7 {
            project.save("lib.py", counting("run"));
            waiting.session.prints(&format!("run {number}"));
        }
        running.prints_part("run 6");
        running.prints_part("alive");
    }
}

#[test]
fn a_prompt_is_lent_until_ctrl_c() {
    for python in pythons() {
        let project = Project::with("lib.py", &counting("run"));
        let mut waiting = Waiting::start(&project, &["--guest-loop", "block", "lib"]);
        let mut prompt = Prompt::start(python);
        prompt.types(&waiting.line(), "lent to hotload until Ctrl-C");
        waiting.session.prints("run 1");
        project.save("lib.py", counting("run"));
        waiting.session.prints("run 2");
        prompt.terminal.shows("run 2");
        waiting.session.ends_cycle(2);
        prompt.terminal.types("\x03");
        prompt.terminal.shows("hotload: left: Ctrl-C in the host");
        waiting
            .session
            .says("the program has left: Ctrl-C in the host");
        prompt.types("print(6 * 7)", "42\r\n");
    }
}

#[test]
fn a_thread_runs_the_module_and_is_interrupted_between_bytecodes() {
    for python in two_pythons() {
        let project = Project::with("lib.py", &counting("run"));
        let host = Project::new();
        let arguments = ["--guest-loop", "thread", "--busy", "interrupt", "lib"];
        let mut waiting = Waiting::start(&project, &arguments);
        let text = format!("import time\n{}\ntime.sleep(600)\n", waiting.line());
        let _running = program(python, &host, &text);
        waiting.session.prints("run 1");
        project.save("lib.py", "print('endless')\nwhile True: pass\n");
        waiting.session.prints("endless");
        project.save("lib.py", counting("run"));
        waiting.session.says("interrupting the run");
        waiting.session.prints("run 2");
    }
}

#[test]
fn an_asyncio_loop_that_runs_calls_a_guest() {
    for python in pythons_where(|version| version >= (3, 8)) {
        let project = Project::with("lib.py", &counting("run"));
        let mut waiting = Waiting::start(&project, &["lib"]);
        let mut terminal = Terminal::spawn(command(python, &["-m", "asyncio"], &[]));
        terminal.shows(">>> ");
        let line = waiting.line();
        terminal.types(&format!("{line}\n"));
        terminal.shows("hotload: joined by");
        waiting.session.prints("run 1");
        waiting.session.ends_cycle(1);
        for number in 2..5 {
            project.save("lib.py", counting("run"));
            waiting.session.prints(&format!("run {number}"));
        }
        project.save("lib.py", "while True: pass\n");
        project.save("lib.py", counting("run"));
        terminal.types("print(6 * 7)\n");
        terminal.shows("42");
    }
}
