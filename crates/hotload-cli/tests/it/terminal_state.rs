//! The terminal is as before after each way of ending: title, modes, colours, cursor.

use portable_pty::CommandBuilder;

use crate::emulator::Emulator;
use crate::harness::Project;
use crate::pythons::two_pythons;
use crate::terminal::Terminal;

/// Gives the terminal a title of its own, runs hotload, and says when that has ended.
fn shell(project: &Project, python: &str, arguments: &str) -> Terminal {
    let hotload = project.hotload(&[]).get_program().to_owned();
    let line = format!(
        "trap : INT; printf '\\033]2;before\\007starts\\n'; \
         sh -c 'echo $$ >id; exec {} --python {python} {arguments}'; sleep 0.5; printf 'the end\\n'",
        hotload.display(),
    );
    let mut shell = CommandBuilder::new("sh");
    shell.args(["-c", &line]);
    shell.cwd(project.path());
    shell.env("TERM", "xterm-256color");
    // Has it show progress, too.
    shell.env("TERM_PROGRAM", "WezTerm");
    Terminal::spawn(shell)
}

fn ends(project: &Project, terminal: &mut Terminal, how: &str) {
    match how.strip_prefix("kill ") {
        None => terminal.types(how),
        Some(signal) => {
            let id = std::fs::read_to_string(project.file("id")).unwrap();
            let mut kill = std::process::Command::new("kill");
            assert!(kill.args([signal, id.trim()]).status().unwrap().success());
        }
    }
}

#[track_caller]
fn assert_is_as_before(terminal: &mut Terminal, what: &str) {
    terminal.shows("the end");
    let all = terminal.all();
    let start = all.find("starts").unwrap() + "starts".len();
    let before = Emulator::after(&all[..start]).state();
    let after = Emulator::after(&all).state();
    assert_eq!(after, before, "{what}: {all:?}");
}

#[test]
fn the_terminal_is_as_it_was_after_each_way_of_ending() {
    let python = two_pythons()[0].path.to_str().unwrap();
    let ways = [
        "q",
        "\x03",
        "kill -TERM",
        "kill -HUP",
        "kill -INT",
        "kill -KILL",
    ];
    for lib in ["print(1)\n", "1/0\n"] {
        for how in ways {
            let project = Project::with("lib.py", lib);
            let mut terminal = shell(&project, python, "lib");
            terminal.shows("#1");
            terminal.presses("?", "list the keys");
            let title = if lib == "1/0\n" {
                "failed lib"
            } else {
                "ok lib #1"
            };
            assert_eq!(Emulator::after(&terminal.all()).title(), title);
            ends(&project, &mut terminal, how);
            assert_is_as_before(&mut terminal, how);
        }
    }
}

#[test]
fn the_terminal_is_as_it_was_after_sessions_that_end_by_themselves() {
    let python = two_pythons()[0].path.to_str().unwrap();
    let cases = [
        ("--once lib", "print(1)\n"),
        ("--once lib", "1/0\n"),
        ("--no-such-option lib", ""),
        ("--python /nowhere lib", ""),
        ("--exit-on-crash lib", "import os\nos._exit(3)\n"),
    ];
    for (arguments, lib) in cases {
        let project = Project::with("lib.py", lib);
        let mut terminal = shell(&project, python, arguments);
        assert_is_as_before(&mut terminal, arguments);
    }
}

#[test]
fn the_terminal_is_as_it_was_when_hotload_is_ended_during_a_run() {
    const RUNS: &str = "import time\nprint('runs')\nwhile True: time.sleep(0.01)\n";
    let python = two_pythons()[0].path.to_str().unwrap();
    for how in ["kill -TERM", "kill -KILL", "\x03"] {
        let project = Project::with("lib.py", "");
        let mut terminal = shell(&project, python, "lib");
        terminal.shows("#1");
        project.save("lib.py", RUNS);
        terminal.shows("runs");
        ends(&project, &mut terminal, how);
        if how == "\x03" {
            terminal.shows("#2");
            ends(&project, &mut terminal, how);
        }
        assert_is_as_before(&mut terminal, how);
    }
}
