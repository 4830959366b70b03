//! What hotload says and how it looks; the terminal as user code leaves it.

use std::path::Path;

use indoc::indoc;
use nix::sys::signal::Signal;

use crate::harness::{NAME_AND_VERSION, Project, Written, run, wait_until};
use crate::pythons::{Python, pythons, two_pythons};
use crate::terminal::Terminal;

#[test]
fn a_save_that_waits_for_a_long_run_is_mentioned_once() {
    const LIB: &str = indoc! {r"
        import os, time
        print('runs')
        while not os.path.exists('go-on'): time.sleep(0.01)
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.prints("runs");
        project.save("lib.py", "print('next')\n");
        session.says("a save is waiting for this run to end; Ctrl-C stops the run");
        project.save("go-on", "");
        session.prints("next");
        session.ends_cycle(2);
        let said = session.said();
        assert_eq!(said.matches("a save is waiting").count(), 1, "{said}");
    }
}

#[test]
fn a_run_that_goes_on_after_an_interrupt_is_reported() {
    const LIB: &str = indoc! {r"
        import time
        while True:
            try:
                print('runs')
                open('up', 'w').close()
                while True: time.sleep(0.01)
            except KeyboardInterrupt: print('swallowed')
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.prints("runs");
        // An interrupt in the middle of 2.7's `print` would leave its soft space.
        let is_up = wait_until(|| project.file("up").exists().then_some(()));
        assert!(is_up.is_some(), "{python}");
        session.press_ctrl_c();
        session.prints("swallowed");
        session.says("interrupted, but still running; press Ctrl-C again to kill it");
        session.press_ctrl_c();
        assert_eq!(session.ends().code(), Some(130), "{python}");
        let said = session.said();
        assert_eq!(said.matches("still running").count(), 1, "{said}");
    }
}

#[test]
fn a_quiet_session_says_nothing_but_errors() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "print('one')\nif __name__ == '__main__': pass\n");
    let mut session = project.start(python, &["lib", "-q", "--run", "echo ran"]);
    session.prints("ran");
    project.save("lib.py", "print('two')\n");
    session.prints("two");
    session.prints("ran");
    project.save("lib.py", "1 // 0\n");
    session.says("ZeroDivisionError");
    session.prints("ran");
    session.signal(Signal::SIGTERM);
    assert_eq!(session.ends().code(), Some(143));
    let said = session.said();
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("error: ZeroDivisionError: "), "{said}");
    assert!(lines[1].starts_with(" --> lib.py:1"), "{said}");
    assert_eq!(lines[3..], ["  1 | 1 // 0"], "{said}");

    project.save("lib.py", "import os\nos._exit(3)\n");
    let said = project.run_with(python, &["-q", "--once", "lib"]).said();
    assert!(
        said.starts_with("error: the interpreter exited unexpectedly"),
        "{said}"
    );
    assert!(!said.contains("failed"), "{said}");
}

#[test]
fn a_verbose_session_names_what_changed_and_the_interpreter() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "x = 1\n");
    project.save("other.py", "");
    let mut session = project.start(python, &["lib", "-v"]);
    session.says(&format!(
        "interpreter: `{}` (from `--python`), ",
        python.path.display()
    ));
    session.ends_cycle(1);
    project.save("lib.py", "x = 22\n");
    session.says(&format!("modified {}\n", project.file("lib.py").display()));
    session.ends_cycle(2);
    project.save("new.py", "x = 1\n");
    session.says(&format!("created {}\n", project.file("new.py").display()));
    session.ends_cycle(3);
    assert!(!session.said().contains("other.py"), "{}", session.said());
}

/// What a piped `--once` says.
fn said_piped(project: &Project, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let python = pythons()[0].path.to_str().unwrap();
    let mut command = project.hotload(&["--python", python, "--once", "lib"]);
    command.args(arguments).envs(environment.iter().copied());
    run(&mut command).said()
}

#[test]
fn colours_are_for_terminals_unless_they_are_asked_for() {
    const ESCAPE: char = '\x1b';
    let project = Project::with("lib.py", "x = 1\n");
    let piped = |arguments: &[&str]| said_piped(&project, arguments, &[]);
    assert!(!piped(&[]).contains(ESCAPE));
    assert!(!piped(&["--color", "auto"]).contains(ESCAPE));
    assert!(!piped(&["--color", "never"]).contains(ESCAPE));
    let coloured = piped(&["--color", "always"]);
    assert!(
        coloured.contains("\x1b[1m\x1b[32mok\x1b[0m  lib"),
        "{coloured:?}"
    );

    let python = &pythons()[0];
    type Case<'c> = (&'c [&'c str], &'c [(&'c str, &'c str)], bool);
    let cases: [Case<'_>; 5] = [
        (&[], &[], true),
        (&[], &[("NO_COLOR", "1")], false),
        (&["--color", "never"], &[], false),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&[], &[("TERM", "dumb")], false),
    ];
    for (arguments, environment, is_coloured) in cases {
        let arguments = [&["lib", "--no-clear"], arguments].concat();
        let mut terminal = Terminal::start_with(&project, python, &arguments, environment);
        terminal.shows("#1");
        terminal.shows("file");
        let screen = terminal.screen.all();
        assert_eq!(
            screen.contains("\x1b[32m"),
            is_coloured,
            "{arguments:?} {environment:?}: {screen:?}"
        );
    }
}

#[test]
fn the_header_is_in_ascii_where_the_encoding_is() {
    let project = Project::with("lib.py", "x = 1\n");
    let (major, minor) = pythons()[0].version;
    #[rustfmt::skip]
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[("LC_ALL", "C")],                                             "-"),
        (&[("LC_ALL", "de_DE.ISO-8859-1"), ("LANG", "C.UTF-8")],         "-"),
        (&[("LC_ALL", ""), ("LC_CTYPE", ""), ("LANG", "en_US.utf8")],    "\u{b7}"),
        (&[("LC_ALL", ""), ("LC_CTYPE", "C"), ("LANG", "en_US.UTF-8")],  "-"),
        (&[("LC_ALL", "C.UTF-8")],                                       "\u{b7}"),
    ];
    for (environment, dot) in cases {
        let said = said_piped(&project, &[], environment);
        let start = format!("{NAME_AND_VERSION} {dot} Python {major}.{minor}.");
        assert!(said.starts_with(&start), "{environment:?}: {said}");
        assert!(
            said.contains(&format!(" {dot} lib\n")),
            "{environment:?}: {said}"
        );
        assert_eq!(said.is_ascii(), dot == "-", "{said}");
    }
}

const LEAVES_IT_RAW: &str = indoc! {r"
    import termios, tty
    try: before
    except NameError: before = termios.tcgetattr(0)
    print('as before: %s' % (termios.tcgetattr(0) == before))
    tty.setraw(0)
    print('raw: %s' % (termios.tcgetattr(0) != before))
"};

#[test]
fn the_terminal_is_after_a_step_as_it_was_before() {
    for python in two_pythons() {
        let project = Project::with("lib.py", LEAVES_IT_RAW);
        let mut terminal = Terminal::start(&project, python, &["lib"]);
        for cycle in 1..4 {
            terminal.shows("as before: True");
            terminal.shows("raw: True");
            terminal.shows(&format!("#{cycle}"));
            project.save("lib.py", LEAVES_IT_RAW);
        }
    }
}

fn shell_line(project: &Project, python: &Python, arguments: &str) -> String {
    let hotload = project.hotload(&[]);
    let program = Path::new(hotload.get_program()).display().to_string();
    let python = python.path.display();
    format!("stty -g; {program} --python {python} --no-clear {arguments}; stty -g; echo the end")
}

#[test]
fn the_shell_gets_the_terminal_back_as_it_was() {
    let deaths = [
        "",
        "import os; os._exit(3)\n",
        "import os; os.kill(os.getpid(), 9)\n",
    ];
    for python in two_pythons() {
        for death in deaths {
            let project = Project::with("lib.py", &format!("{LEAVES_IT_RAW}{death}"));
            let mut shell = portable_pty::CommandBuilder::new("sh");
            shell.args(["-c", &shell_line(&project, python, "--once lib")]);
            shell.cwd(project.path());
            let mut terminal = Terminal::spawn(shell);
            terminal.shows("raw: True");
            terminal.shows("the end");
            let screen = terminal.screen.all();
            let is_modes = |line: &&str| line.len() > 40 && line.split(':').count() > 10;
            let modes: Vec<&str> = screen.lines().map(str::trim).filter(is_modes).collect();
            assert_eq!(modes.len(), 2, "{screen}");
            assert_eq!(modes[0], modes[1], "{python} {death}");
        }
    }
}

#[test]
fn an_interpreter_that_was_asked_to_inspect_ends_all_the_same() {
    let lib = "import atexit, sys\natexit.register(lambda: sys.stdout.write('at exit\\n'))\n";
    for python in pythons() {
        let project = Project::with("lib.py", lib);
        let inspect = [("PYTHONINSPECT", "1")];
        let mut terminal = Terminal::start_with(&project, python, &["lib"], &inspect);
        terminal.shows("#1");
        terminal.types("\x03");
        terminal.shows("at exit");
        assert_eq!(terminal.ends().exit_code(), 130, "{python}");
        let screen = terminal.screen.all();
        assert!(!screen.contains(">>>"), "{python}: {screen}");
    }
}
