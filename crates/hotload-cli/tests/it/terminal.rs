//! User code owns the terminal: driven through a pseudo-terminal.

use std::io::Write;
use std::time::Duration;

use indoc::{formatdoc, indoc};
use nix::sys::termios::LocalFlags;
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

use crate::harness::{Collected, NAME_AND_VERSION, Project, Written, wait_at_most, wait_until};
use crate::pythons::{Python, pythons, two_pythons};

/// hotload in front of a terminal.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    pub(crate) screen: Collected,
    seen: usize,
    master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    pub(crate) fn start(project: &Project, python: &Python, arguments: &[&str]) -> Self {
        Self::start_with(project, python, arguments, &[])
    }

    pub(crate) fn start_with(
        project: &Project,
        python: &Python,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        Self::spawn(Self::command(project, python, arguments, environment))
    }

    pub(crate) fn command(
        project: &Project,
        python: &Python,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> CommandBuilder {
        let template = project.hotload(&["--python", python.path.to_str().unwrap()]);
        let mut command = CommandBuilder::new(template.get_program());
        command.args(template.get_args());
        command.args(arguments);
        command.cwd(project.path());
        for (name, value) in template.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            }
        }
        command.env("TERM", "xterm");
        for (name, value) in environment {
            command.env(name, value);
        }
        command
    }

    pub(crate) fn spawn(command: CommandBuilder) -> Self {
        Self::spawn_sized(command, PtySize::default().cols)
    }

    pub(crate) fn spawn_sized(command: CommandBuilder, cols: u16) -> Self {
        let size = PtySize {
            cols,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        Self {
            child,
            keyboard: pair.master.take_writer().unwrap(),
            screen: Collected::from(pair.master.try_clone_reader().unwrap()),
            seen: 0,
            master: pair.master,
        }
    }

    /// Whether what is typed is shown.
    pub(crate) fn echoes(&self) -> bool {
        let mode = self.master.get_termios().unwrap();
        let wanted = LocalFlags::ECHO | LocalFlags::ICANON;
        mode.local_flags.bits() & wanted.bits() == wanted.bits()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) {
        match self.screen.wait_for(text, self.seen) {
            Some(place) => self.seen = place,
            None => panic!("did not show {text:?}:\n{}", self.screen.all()),
        }
    }

    /// Presses Ctrl-C until something comes of it. Once is not enough for readline: an interrupt
    /// that comes between its prompt and its wait is seen with the next key, in plain Python too.
    #[track_caller]
    fn interrupts(&mut self, mut seen: impl FnMut(&mut Self) -> bool) {
        for _ in 0..60 {
            self.types("\x03");
            let has_come = || seen(self).then_some(());
            if wait_at_most(Duration::from_millis(500), has_come).is_some() {
                return;
            }
        }
        panic!("Ctrl-C did nothing:\n{}", self.screen.all());
    }

    /// Everything that was written to it so far, escape sequences and all.
    pub(crate) fn all(&self) -> String {
        self.screen.all()
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Presses a key, again if it came too early: keys are read from soon after a cycle's end.
    #[track_caller]
    pub(crate) fn presses(&mut self, key: &str, shown: &str) {
        for _ in 0..30 {
            self.types(key);
            let place = || self.screen.all()[self.seen..].find(shown);
            if let Some(place) = wait_at_most(Duration::from_secs(1), place) {
                self.seen += place + shown.len();
                return;
            }
        }
        panic!("{key:?} did not show {shown:?}:\n{}", self.screen.all());
    }

    #[track_caller]
    pub(crate) fn ends(&mut self) -> ExitStatus {
        let status = wait_until(|| self.child.try_wait().unwrap());
        status.unwrap_or_else(|| panic!("did not end:\n{}", self.screen.all()))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Has ended already, in most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) const ASK: &str = "import sys\ntry: input = raw_input\nexcept NameError: pass\n";

#[test]
fn input_works_on_a_terminal() {
    for python in pythons() {
        let lib = format!("{ASK}print('got ' + input('name? ') + str(sys.stdin.isatty()))\n");
        let project = Project::with("lib.py", &lib);
        let mut terminal = Terminal::start(&project, python, &["lib"]);
        for name in ["ann", "bob"] {
            terminal.shows("name? ");
            terminal.types(&format!("{name}\r"));
            terminal.shows(&format!("got {name}True"));
            terminal.shows("  lib  ");
            project.save("lib.py", format!("{lib}\n"));
        }
    }
}

#[test]
fn input_works_when_the_watch_list_came_on_standard_input() {
    for python in two_pythons() {
        let lib = format!("{ASK}print('got ' + input('name? '))\n");
        let project = Project::with("lib.py", &lib);
        let program = project.hotload(&[]).get_program().to_owned();
        let mut shell = CommandBuilder::new("sh");
        shell.arg("-c");
        shell.arg(format!(
            "echo lib.py | {} --watch - --python {} lib",
            program.display(),
            python.path.display()
        ));
        shell.cwd(project.path());
        let mut terminal = Terminal::spawn(shell);
        terminal.shows("name? ");
        terminal.types("ann\r");
        terminal.shows("got ann");
        terminal.shows("#1");
    }
}

#[test]
fn a_command_may_read_the_terminal() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "print('loaded')\n");
    let mut terminal = Terminal::start(&project, python, &["lib", "--run", "read x; echo got $x"]);
    terminal.shows("loaded");
    terminal.types("ann\r");
    terminal.shows("got ann");
    terminal.shows("#1");
}

#[test]
fn a_debugger_works_on_a_terminal_and_leaving_it_is_not_an_error() {
    for python in pythons() {
        let lib = "import pdb\nx = 40\npdb.set_trace()\nprint('went on')\n";
        let project = Project::with("lib.py", lib);
        let mut terminal = Terminal::start(&project, python, &["lib"]);
        terminal.shows("(Pdb) ");
        terminal.types("p x + 2\r");
        terminal.shows("42");
        terminal.shows("(Pdb) ");
        terminal.types("c\r");
        terminal.shows("went on");
        terminal.shows("  lib  ");
        project.save("lib.py", format!("{lib}\n"));
        terminal.shows("(Pdb) ");
        terminal.types("q\r");
        terminal.shows("the debugger was left");
        terminal.shows("#2");
    }
}

#[test]
fn a_save_at_a_prompt_waits_whatever_busy_says_and_one_line_says_so() {
    for python in two_pythons() {
        for busy in ["queue", "interrupt", "restart"] {
            let lib = format!("{ASK}input('first? ')\nprint('got ' + input('second? '))\n");
            let project = Project::with("lib.py", &lib);
            let mut terminal = Terminal::start(&project, python, &["lib", "--busy", busy]);
            terminal.shows("first? ");
            // From its answer on it is known that user code has asked for the terminal.
            terminal.types("x\r");
            terminal.shows("second? ");
            project.save("lib.py", "print('next')\n");
            terminal.shows(
                "\u{1b}[2ma save is waiting for this run, which is using the terminal, to end",
            );
            terminal.types("ann\r");
            terminal.shows("got ann");
            terminal.shows("next");
            terminal.shows("#2");
            let told = terminal.screen.all().matches("a save is waiting").count();
            assert_eq!(told, 1, "{python}: {busy}");
        }
    }
}

#[test]
fn ctrl_c_at_a_prompt_belongs_to_user_code_and_stops_the_run_when_it_is_not_caught() {
    for python in two_pythons() {
        let lib = format!(
            "{ASK}try: input('first? ')\nexcept KeyboardInterrupt: print('kept')\ninput('second? ')\n"
        );
        let project = Project::with("lib.py", &lib);
        let mut terminal = Terminal::start(&project, python, &["lib"]);
        terminal.shows("first? ");
        terminal.interrupts(|terminal| terminal.screen.all().contains("kept"));
        terminal.shows("second? ");
        let line = "Ctrl-C again ends hotload";
        terminal.interrupts(|terminal| terminal.screen.all().contains(line));
        terminal.shows("#1");
        project.save("lib.py", "print('saved')\n");
        terminal.shows("saved");
        terminal.shows("#2");
        terminal.types("\x03");
        assert_eq!(terminal.ends().exit_code(), 130, "{python}");
    }
}

#[test]
fn ctrl_c_ends_hotload_also_when_a_thread_has_asked_for_input_between_two_runs() {
    for python in two_pythons() {
        let lib = formatdoc!(
            r"
                {ASK}import threading, time
                def ask():
                    time.sleep(0.3)
                    input('thread? ')
                t = threading.Thread(target=ask)
                t.daemon = True
                t.start()
            "
        );
        let project = Project::with("lib.py", &lib);
        let mut terminal = Terminal::start(&project, python, &["lib"]);
        terminal.shows("#1");
        terminal.shows("thread? ");
        terminal.interrupts(|terminal| terminal.child.try_wait().unwrap().is_some());
        assert_eq!(terminal.ends().exit_code(), 130, "{python}");
    }
}

#[test]
fn ctrl_c_stops_what_runs_once_and_keeps_the_state() {
    for python in two_pythons() {
        // In pieces: Python itself misses a signal that comes just before a sleep begins.
        let loop_forever = indoc! {r"
            import time
            try:
                print('runs')
                while True:
                    time.sleep(0.1)
            finally:
                time.sleep(0.2)
                print('finally done')
        "};
        let project = Project::with("lib.py", "state = 'kept'\n");
        let called = [
            "lib",
            "--run",
            "test -e quiet || echo command",
            "--no-clear",
        ];
        let mut terminal = Terminal::start(&project, python, &called);
        terminal.shows("command");
        terminal.shows("#1");
        project.save("quiet", "");
        project.save("lib.py", loop_forever);
        terminal.shows("runs");
        std::fs::remove_file(project.file("quiet")).unwrap();
        terminal.types("\x03");
        terminal.shows("finally done");
        terminal.shows("Ctrl-C again ends hotload");
        terminal.shows("#2");
        let commands = terminal.screen.all().matches("command").count();
        assert_eq!(
            commands, 1,
            "the rest of the cycle was not skipped: {python}"
        );
        project.save("lib.py", "print('state is ' + state)\n");
        terminal.shows("state is kept");
        terminal.shows("#3");
        terminal.types("\x03");
        assert_eq!(terminal.ends().exit_code(), 130, "{python}");
    }
}

#[test]
fn ctrl_c_twice_ends_hotload_and_a_run_that_ignores_it() {
    for python in two_pythons() {
        let lib = indoc! {r"
            import signal, time
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            print('runs')
            while True: time.sleep(0.1)
        "};
        let project = Project::with("lib.py", lib);
        let mut terminal = Terminal::start(&project, python, &["lib"]);
        terminal.shows("runs");
        terminal.types("\x03");
        terminal.shows("interrupted, but still running; press Ctrl-C twice");
        terminal.interrupts(|terminal| terminal.child.try_wait().unwrap().is_some());
        assert_eq!(terminal.ends().exit_code(), 130, "{python}");
    }
}

#[test]
fn ctrl_c_stops_a_shell_command_and_a_waiting_save_runs() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('first')\n");
        let called = [
            "lib",
            "--run",
            "test -e done || { touch done; echo sleeps; sleep 60; }",
        ];
        let mut terminal = Terminal::start(&project, python, &called);
        terminal.shows("sleeps");
        project.save("lib.py", "print('second')\n");
        terminal.shows("a save is waiting");
        terminal.types("\x03");
        terminal.shows("Ctrl-C again ends hotload");
        terminal.shows("second");
        terminal.shows("#2");
        terminal.types("\x03");
        assert_eq!(terminal.ends().exit_code(), 130, "{python}");
    }
}

#[test]
fn the_screen_is_cleared_on_a_terminal_only_and_never_the_scroll_back() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "print('one')\n");
    let mut terminal = Terminal::start(&project, python, &["lib"]);
    terminal.shows("\x1b[2J");
    terminal.shows(NAME_AND_VERSION);
    terminal.shows("one");
    terminal.shows("#1");
    project.save("lib.py", "print('two')\n");
    terminal.shows("\x1b[2J");
    terminal.shows("two");
    terminal.shows("#2");
    assert!(!terminal.screen.all().contains("\x1b[3J"));

    let mut terminal = Terminal::start(&project, python, &["lib", "--no-clear"]);
    terminal.shows(NAME_AND_VERSION);
    terminal.shows("#1");
    assert!(!terminal.screen.all().contains("\x1b[2J"));

    let end = project.run_with(python, &["--once", "lib", "--clear"]);
    assert!(!end.said().contains('\x1b'));
    end.stdout("two\n");
}

#[test]
fn what_hotload_says_starts_on_a_line_of_its_own() {
    for python in two_pythons() {
        let lib = "import sys\nsys.stdout.write('no newline')\nsys.stdout.flush()\n";
        let project = Project::with("lib.py", lib);
        let mut terminal = Terminal::start(&project, python, &["lib", "--no-clear"]);
        // Over the margin of its 80 columns, and back to the first one.
        terminal.shows(&format!("no newline{}\r", " ".repeat(79)));
        terminal.shows("  lib  ");
    }
}

/// hotload as a job of a shell.
pub(crate) fn in_a_shell(project: &Project, python: &Python, options: &str) -> Terminal {
    let mut shell = CommandBuilder::new("bash");
    shell.args(["--norc", "--noprofile", "-i"]);
    shell.cwd(project.path());
    shell.env("PS1", "prompt> ");
    let mut terminal = Terminal::spawn(shell);
    terminal.shows("prompt> ");
    let line = format!(
        "{} --no-clear --python {} {options} lib\r",
        project.hotload(&[]).get_program().display(),
        python.path.display()
    );
    terminal.types(&line);
    terminal
}

#[test]
fn a_prompt_outlives_ctrl_z_and_fg_whatever_was_saved_meanwhile() {
    for python in two_pythons() {
        for options in ["--busy restart", "--busy interrupt", "--timeout 0.2"] {
            // From the first answer on the code surely has the terminal.
            let lib = format!("{ASK}input('first? ')\nprint('got ' + input('name? '))\n");
            let project = Project::with("lib.py", &lib);
            let mut terminal = in_a_shell(&project, python, options);
            terminal.shows("first? ");
            terminal.types("ann\r");
            terminal.shows("name? ");
            terminal.types("\x1a");
            terminal.shows("Stopped");
            terminal.shows("prompt> ");
            project.save("lib.py", "print('saved')\n");
            terminal.types("sleep 0.4; echo s''lept\r");
            terminal.shows("slept");
            terminal.shows("prompt> ");
            terminal.types("fg\r");
            terminal.shows("lib\r\n");
            terminal.types("quiet\r");
            terminal.shows("got quiet");
            terminal.shows("saved");
            terminal.shows("#");
            let shown = terminal.screen.all();
            assert!(!shown.contains("SIGSTOP"), "{python} {options}: {shown}");
            terminal.types("\x03");
            terminal.shows("prompt> ");
            terminal.types("exit\r");
        }
    }
}

#[test]
fn ctrl_z_stops_the_interpreter_too_and_fg_continues_both() {
    for python in two_pythons() {
        let lib = "import time\nn = 0\nwhile n < 100000:\n    n += 1\n    print('tick %d' % n)\n    time.sleep(0.01)\n";
        let project = Project::with("lib.py", lib);
        let mut terminal = in_a_shell(&project, python, "");
        terminal.shows("tick 5");
        terminal.types("\x1a");
        terminal.shows("Stopped");
        terminal.shows("prompt> ");
        // What was printed before the stop has come by now; from here on there must be silence.
        terminal.types("echo marker; ps -o stat= --ppid $(pgrep -P $$ hotload) | sort -u\r");
        terminal.shows("marker\r\n");
        terminal.shows("prompt> ");
        let silent = terminal.screen.all()[..terminal.seen]
            .rsplit("marker\r\n")
            .next()
            .unwrap()
            .to_owned();
        assert!(!silent.contains("tick"), "{silent}");
        assert!(
            silent.contains('T'),
            "the interpreter is not stopped: {silent}"
        );
        terminal.types("fg\r");
        terminal.shows("tick");
        terminal.types("\x03");
        terminal.shows("Ctrl-C again ends hotload");
        terminal.types("\x03");
        terminal.shows("prompt> ");
        terminal.types("echo status $?\r");
        terminal.shows("status 130");
        terminal.types("exit\r");
    }
}
