//! What is left of the terminal after user code, editors, other hotloads and signals.

use std::fs;

use indoc::indoc;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::harness::{Project, wait_until};
use crate::pythons::two_pythons;
use crate::terminal::{ASK, Terminal, in_a_shell};

#[test]
fn a_stopped_hotload_is_ended_by_the_shells_kill() {
    for python in two_pythons() {
        for ask in [
            "input('name? ')",
            "import getpass; getpass.getpass('name? ')",
        ] {
            let project = Project::with("lib.py", &format!("{ASK}{ask}\n"));
            let mut terminal = in_a_shell(&project, python, "");
            terminal.shows("name? ");
            // A process that is handed the terminal is continued, which takes back a stop that has
            // just been sent to it: so it is with any shell's `fg`.
            terminal.presses("\x1a", "Stopped");
            terminal.shows("prompt> ");
            terminal.types("kill %1; wait %1; echo status $?\r");
            terminal.shows("status 143");
            terminal.types("exit\r");
        }
    }
}

/// A pager reads keys, too.
#[test]
fn no_keys_are_read_while_standard_output_is_a_pipe() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n");
        let mut terminal = in_a_shell_line(&project, python, "| (cat; stty -a)");
        // They come through two pipes.
        for text in ["ran", "#1"] {
            wait_until(|| terminal.screen.all().contains(text).then_some(())).unwrap();
        }
        let saved = || {
            project.save("lib.py", "print('again')\n");
            terminal.screen.all().contains("again").then_some(())
        };
        wait_until(saved).unwrap();
        assert!(terminal.echoes(), "{python}");
        terminal.types("\x03");
        terminal.shows("prompt> ");
        terminal.types("exit\r");
    }
}

fn in_a_shell_line(project: &Project, python: &crate::pythons::Python, after: &str) -> Terminal {
    in_a_shell(project, python, &format!("lib {after} #"))
}

/// `asyncio` does that to standard input.
#[test]
fn a_terminal_that_does_not_wait_is_put_right() {
    const DOES_NOT_WAIT: &str = indoc! {"
        import fcntl, os
        for number in (0, 1, 2):
            flags = fcntl.fcntl(number, fcntl.F_GETFL)
            fcntl.fcntl(number, fcntl.F_SETFL, flags | os.O_NONBLOCK)
        print('ran')
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", DOES_NOT_WAIT);
        let mut terminal = Terminal::start(&project, python, &["lib"]);
        terminal.shows("ran");
        terminal.shows("#1");
        project.save("lib.py", format!("{ASK}print('got ' + input('name? '))\n"));
        terminal.shows("name? ");
        // What is there already is read all the same.
        crate::harness::pause(std::time::Duration::from_millis(300));
        terminal.types("ann\r");
        terminal.shows("got ann");
        terminal.shows("#2");
    }
}

/// Together, by Ctrl-C, as in a script that starts both.
#[cfg(target_os = "linux")] // whose `env` has the option
#[test]
fn two_hotloads_on_one_terminal_leave_it_as_it_was() {
    let python = two_pythons()[1];
    for _ in 0..5 {
        let project = Project::with("lib.py", "print('ran')\n");
        project.save("other.py", "print('other')\n");
        let template = Terminal::command(&project, python, &["--no-clear"], &[]);
        let words: Vec<String> = template
            .get_argv()
            .iter()
            .map(|word| format!("'{}'", word.to_str().unwrap()))
            .collect();
        let hotload = words.join(" ");
        let mut command = template.clone();
        *command.get_argv_mut() = ["sh", "-c"].map(Into::into).into();
        // A shell without job control has what it starts with `&` ignore Ctrl-C.
        command.arg(format!(
            "trap '' INT; env --default-signal=INT {hotload} lib </dev/tty & \
             env --default-signal=INT {hotload} other </dev/tty & wait; echo ended"
        ));
        let mut terminal = Terminal::spawn(command);
        let before = terminal.echoes();
        assert!(before);
        let both = || (terminal.screen.all().matches("#1  ").count() == 2).then_some(());
        wait_until(both).unwrap();
        let switched = || (!terminal.echoes()).then_some(());
        wait_until(switched).unwrap();
        crate::harness::pause(std::time::Duration::from_millis(400));
        terminal.types("\x03");
        terminal.shows("ended");
        assert!(terminal.echoes(), "{}", terminal.screen.all());
    }
}

#[test]
fn an_editor_in_raw_mode_leaves_the_terminal_as_it_was() {
    const EDITOR: &str = indoc! {r#"
        #!/bin/sh
        stty raw -echo
        echo opened
        while :; do stty raw -echo; sleep 0.01; done
    "#};
    for python in two_pythons() {
        for signal in [Signal::SIGTERM, Signal::SIGHUP] {
            let project = Project::with("lib.py", "1 // 0\n");
            project.save("editor", EDITOR);
            let editor = project.file("editor");
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs::set_permissions(&editor, mode).unwrap();
            let environment = [("VISUAL", editor.to_str().unwrap())];
            let mut terminal = Terminal::start_with(&project, python, &["lib"], &environment);
            terminal.shows("#1");
            terminal.presses("o", "opened");
            let id = i32::try_from(terminal.id()).unwrap();
            kill(Pid::from_raw(id), signal).unwrap();
            terminal.ends();
            let restored = || terminal.echoes().then_some(());
            assert!(wait_until(restored).is_some(), "{python} {signal}");
            crate::harness::pause(std::time::Duration::from_millis(100));
            assert!(terminal.echoes(), "{python} {signal}");
        }
    }
}

/// As a program does that starts others as jobs.
#[test]
fn a_terminal_that_user_code_keeps_is_taken_back() {
    const KEEPS: &str = indoc! {"
        import os, signal, subprocess
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        child = subprocess.Popen(['sleep', '300'], preexec_fn=os.setpgrp)
        os.tcsetpgrp(0, {group})
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        print('kept')
    "};
    for python in two_pythons() {
        for group in ["child.pid", "os.getpgrp()"] {
            let project = Project::with("lib.py", &KEEPS.replace("{group}", group));
            let mut terminal = Terminal::start(&project, python, &["lib", "--no-clear"]);
            terminal.shows("kept");
            terminal.shows("#1");
            terminal.presses("r", "#2");
            terminal.types("\x03");
            assert_eq!(terminal.ends().exit_code(), 130, "{python} {group}");
        }
    }
}

#[test]
fn a_dumb_terminal_gets_no_codes_and_no_blanks() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n1 // 0\n");
        let environment = [("TERM", "dumb")];
        let mut terminal =
            Terminal::start_with(&project, python, &["lib", "--no-keys"], &environment);
        terminal.shows("#1");
        project.save("lib.py", "print('again')\n");
        terminal.shows("#2");
        let shown = terminal.screen.all().replace("\r\n", "\n");
        assert!(
            !shown.contains(['\x1b', '\r']) && !shown.contains("          "),
            "{shown:?}"
        );
    }
}

#[test]
fn nothing_is_written_into_a_program_that_draws_on_the_whole_screen() {
    const DRAWS: &str = indoc! {"
        import os, termios, time, tty
        input('first? ')
        before = termios.tcgetattr(0)
        tty.setraw(0)
        print('draws')
        while not os.path.exists('go-on'): time.sleep(0.01)
        termios.tcsetattr(0, termios.TCSADRAIN, before)
        while not os.path.exists('end'): time.sleep(0.01)
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", &format!("{ASK}{DRAWS}"));
        let mut terminal = Terminal::start(&project, python, &["lib"]);
        terminal.shows("first? ");
        terminal.types("\r");
        terminal.shows("draws");
        project.save("lib.py", "print('saved')\n");
        crate::harness::pause(std::time::Duration::from_millis(400));
        assert!(
            !terminal.screen.all().contains("waiting"),
            "{}",
            terminal.screen.all()
        );
        project.save("go-on", "");
        terminal.shows("a save is waiting");
        project.save("end", "");
        terminal.shows("saved");
    }
}
