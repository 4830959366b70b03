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
        waiting.session.ends_cycle(1);
        for number in 2..7 {
            project.save("lib.py", counting("run"));
            waiting.session.prints(&format!("run {number}"));
            waiting.session.ends_cycle(number);
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
        waiting.session.ends_cycle(1);
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
        waiting.session.ends_cycle(1);
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
            waiting.session.ends_cycle(number);
        }
        project.save("lib.py", "while True: pass\n");
        project.save("lib.py", counting("run"));
        terminal.types("print(6 * 7)\n");
        terminal.shows("42");
    }
}

/// A program of a vendor's, with a loop of its own on the main thread.
const SOLVER: &str = "\
import sys, time, types
try:
    import queue
except ImportError:
    import Queue as queue
api = sys.modules['solver_api'] = types.ModuleType('solver_api')
calls, timers = queue.Queue(), []
api.run_on_ui_thread, api.is_modal = calls.put, lambda: api.modal
api.modal = False
api.add_timer = lambda seconds, call: timers.append(call)
api.line = lambda text: eval(compile(text, 'line', 'exec'), {'api': api})
import threading
feeder = threading.Thread(target=lambda: [calls.put(lambda: api.line(line)) or time.sleep(0.1) for line in iter(sys.stdin.readline, '')])
feeder.daemon = True
feeder.start()
while True:
    for timer in timers: timer()
    try:
        call = calls.get(True, 0.05)
    except queue.Empty:
        continue
    call()
";

#[test]
fn a_row_of_the_configuration_teaches_hotload_a_program() {
    let rows = [
        "post = \"solver_api.run_on_ui_thread\"",
        "every = \"solver_api.add_timer(0.05, call)\"",
    ];
    for python in two_pythons() {
        for row in rows {
            let project = Project::with("lib.py", &counting("run"));
            let row = format!(
                "[guests.solver]\nmodule = \"solver_api\"\n{row}\nbusy = \"solver_api.is_modal()\"\n"
            );
            project.save("hotload.toml", row);
            let mut waiting = Waiting::start(&project, &["lib"]);
            let host = Project::with("solver.py", SOLVER);
            let mut command = python.command();
            command.arg("-u").arg(host.file("solver.py"));
            let mut running = super::hosts::HostProcess::start(&mut command);
            running.types(&waiting.line());
            waiting.session.says("(solver, called by solver_api.");
            waiting.session.prints("run 1");
            waiting.session.ends_cycle(1);
            for number in 2..5 {
                project.save("lib.py", counting("run"));
                waiting.session.prints(&format!("run {number}"));
                waiting.session.ends_cycle(number);
            }
            running.types(
                "api.modal = True; open('MARK', 'w').close()"
                    .replace("MARK", host.file("mark").to_str().unwrap())
                    .as_str(),
            );
            waiting
                .session
                .until("the solver is busy", || host.file("mark").exists());
            project.save("lib.py", counting("run"));
            waiting.session.says("waits: solver is busy");
            running.types("api.modal = False");
            waiting.session.prints("run 5");
        }
    }
}

#[test]
fn a_row_that_fails_is_reported_with_its_line_and_the_next_loop_is_tried() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('first')\n");
        project.save(
            "hotload.toml",
            "[guests.broken]\nmodule = \"sys\"\npost = \"sys.no_such_thing\"\n",
        );
        let mut waiting = Waiting::start(&project, &["lib"]);
        let mut prompt = Prompt::start(python);
        prompt.joins(&waiting);
        waiting
            .session
            .says("hotload.toml:3: `post` of guest `broken` has failed: AttributeError");
        waiting.session.prints("first");
    }
}

#[test]
fn a_row_that_makes_no_sense_is_refused_with_its_line() {
    use crate::harness::Written;
    #[rustfmt::skip]
    let cases = [
        ("guests = 3\n",                                   "hotload.toml:1`: `guests` must be a table"),
        ("[guests]\nx = 1\n",                              "hotload.toml:2`: guest `x` must be a table"),
        ("[guests.x]\npost = \"a.b\"\n",                   "`[guests.x]` has no `module`"),
        ("[guests.x]\nmodule = \"a\"\n",                   "`[guests.x]` needs `post` or `every`"),
        ("[guests.x]\nmodule = 3\n",                       "hotload.toml:2`: `module` in `[guests.x]` must be text"),
        ("[guests.x]\nmodul = \"a\"\n",                    "hotload.toml:2`: unknown key in `[guests.x]`: `modul`"),
        ("[guests.x]\nmodule = \"a\"\npost = \"b\"\noutput = \"there\"\n", "hotload.toml:4`: `output` in `[guests.x]` cannot be `there`"),
    ];
    for (text, said) in cases {
        let project = Project::with("lib.py", "");
        project.save("hotload.toml", text);
        let end = project.run(&["--guest", "lib"]).code(2);
        assert!(end.said().contains(said), "{text}: {}", end.said());
    }
}
