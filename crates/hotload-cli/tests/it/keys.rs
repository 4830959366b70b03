//! Keys between two cycles, and the terminal's mode before, while and after they are read.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use indoc::indoc;
use portable_pty::CommandBuilder;

use crate::harness::{Project, Session};
use crate::pythons::{Python, pythons, two_pythons};
use crate::terminal::Terminal;

const LIB: &str = indoc! {r"
    import os
    try: n += 1
    except NameError: n = 1
    print('run %d of %s' % (n, os.environ['HOTLOAD_RESTARTS']))
"};

#[test]
fn keys_run_again_restart_pause_and_quit() {
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut terminal = Terminal::start(&project, python, &["lib"]);
        terminal.shows("run 1 of 0");
        terminal.shows("#1");
        terminal.presses("\r", "run 2 of 0");
        terminal.shows("#2");
        terminal.presses("r", "run 3 of 0");
        terminal.shows("#3");
        // Keys that mean nothing, some of which a terminal sends in several bytes.
        terminal.types("x\x1b[A\x1bOR\x1b[1;5R\t\u{e9}");
        terminal.presses("R", "run 1 of 1");
        terminal.shows("#4");
        terminal.presses("p", "paused: saves wait");
        project.save("lib.py", format!("{LIB}print('saved')\n"));
        terminal.presses("r", "saved");
        terminal.shows("#5");
        project.save("lib.py", format!("{LIB}print('saved again')\n"));
        terminal.presses("p", "no longer paused");
        terminal.shows("saved again");
        terminal.shows("#6");
        terminal.presses("?", "list the keys");
        terminal.types("q");
        assert_eq!(terminal.ends().exit_code(), 0, "{python}");
    }
}

/// As the shells in editors send what is typed.
#[test]
fn enter_in_one_go_with_a_letter_only_ends_the_line() {
    let python = two_pythons()[0];
    let project = Project::with("lib.py", LIB);
    let mut terminal = Terminal::start(&project, python, &["lib"]);
    terminal.shows("#1");
    terminal.presses("p\r", "paused: saves wait");
    terminal.presses("?\r", "list the keys");
    terminal.presses("e\r", "there is no error to show");
    terminal.presses("r\r", "run 2 of 0");
    terminal.shows("#2");
    terminal.types("q\r");
    assert_eq!(terminal.ends().exit_code(), 0);
    assert!(!terminal.all().contains("run 3"), "{}", terminal.all());
}

#[test]
fn with_keys_a_letter_and_enter_work_where_there_is_no_terminal() {
    for python in two_pythons() {
        let project = Project::with(
            "lib.py",
            &format!("{LIB}import sys\nsys.stdin.readline()\n"),
        );
        let arguments = ["--python", python.path.to_str().unwrap(), "--keys", "lib"];
        let (mut session, mut keys) =
            Session::start_with_pipe(&mut project.hotload(&arguments), python);
        session.says("? keys (each followed by Enter)");
        let mut types = |text: &str| keys.write_all(text.as_bytes()).unwrap();
        types("?\n");
        session.says("list the keys");
        types("\n");
        session.prints("run 2 of 0");
        session.ends_cycle(2);
        types("nothing\nR\r\n");
        session.prints("run 1 of 1");
        session.ends_cycle(3);
        types("q\n");
        assert_eq!(session.ends().code(), Some(0), "{python}");
        assert_eq!(session.said().matches("? keys").count(), 1, "{python}");
    }
}

#[test]
fn a_key_starts_a_run_that_was_postponed() {
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("slow.py", "");
        let arguments = ["--postpone", "--preload", "slow", "lib"];
        let mut terminal = Terminal::start(&project, python, &arguments);
        terminal.shows("waiting for the first save");
        terminal.shows("preloaded slow");
        terminal.presses("r", "run 1 of 0");
        terminal.shows("#1");
        terminal.types("q");
        assert_eq!(terminal.ends().exit_code(), 0, "{python}");
    }
}

#[test]
fn the_last_error_is_shown_again_and_its_place_opened() {
    for python in two_pythons() {
        let lib = "def f():\n    1 // 0\n\nf()\n";
        let project = Project::with("lib.py", lib);
        project.save(
            "editor",
            "#!/bin/sh\nstty sane\necho \"opened $*\"\nread line\necho \"edited $line\"\n",
        );
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(project.file("editor"), mode).unwrap();
        let editor = project.file("editor");
        let nvim = project.file("nvim");
        std::os::unix::fs::symlink(&editor, &nvim).unwrap();
        let environment = [
            ("VISUAL", format!("{} -x", nvim.display())),
            ("EDITOR", "no".into()),
        ];
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| (*name, &**value))
            .collect();
        let mut terminal = Terminal::start_with(&project, python, &["lib"], &environment);
        terminal.shows("ZeroDivisionError");
        terminal.shows("#1");
        terminal.presses("e", "ZeroDivisionError");
        terminal.presses(
            "o",
            &format!("opened -x +2 {}", project.file("lib.py").display()),
        );
        // The editor has the terminal, and keys are its own. A run would write into it.
        project.save("lib.py", "print('mended')\n");
        terminal.types("q\r");
        terminal.shows("edited q");
        terminal.shows("mended");
        terminal.shows("#2");
        terminal.types("q");
        assert_eq!(terminal.ends().exit_code(), 0, "{python}");
        let screen = terminal.screen.all();
        let place = |text: &str| screen.find(text).unwrap();
        assert!(place("edited q") < place("mended"), "{screen}");
    }
}

#[test]
fn an_editor_that_is_not_named_or_fails_is_reported() {
    let python = &two_pythons()[0];
    let cases = [
        (
            "",
            "lib.py:1; to open it with this key, set VISUAL or EDITOR",
        ),
        (
            "no-such-editor",
            "cannot start `no-such-editor` (from EDITOR)",
        ),
        ("vim 'x", "cannot start `vim 'x` (from EDITOR)"),
        ("false", "`false` (from EDITOR) failed (exit status: 1)"),
    ];
    for (editor, said) in cases {
        let project = Project::with("lib.py", "1 // 0\n");
        let environment = [("EDITOR", editor), ("VISUAL", "")];
        let mut terminal = Terminal::start_with(&project, python, &["lib"], &environment);
        terminal.shows("#1");
        terminal.presses("o", said);
    }
    let project = Project::with("lib.py", "x = 1\n");
    let mut terminal = Terminal::start(&project, python, &["lib"]);
    terminal.shows("#1");
    terminal.presses("e", "there is no error to show");
    terminal.presses("o", "there is no error to open");
}

#[test]
fn what_is_typed_ahead_reaches_input() {
    const ASKS: &str = indoc! {r"
        import os, time
        try: input = raw_input
        except NameError: pass
        print('runs')
        while not os.path.exists('go-on'): time.sleep(0.01)
        print('got ' + input('name? ') + '.')
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", "x = 1\n");
        let mut terminal = Terminal::start(&project, python, &["lib", "--no-clear"]);
        terminal.shows("#1");
        project.save("lib.py", ASKS);
        terminal.shows("runs");
        terminal.types("qRr\r");
        project.save("go-on", "");
        terminal.shows("got qRr.");
        terminal.shows("#2");
        // Typed for a prompt that does not come before the next run.
        std::fs::remove_file(project.file("go-on")).unwrap();
        project.save("lib.py", ASKS.replace("'name? '", "''"));
        terminal.shows("runs");
        terminal.types("one\rtwo q\r");
        project.save("go-on", "");
        terminal.shows("got one.");
        terminal.shows("keys do not work until it is read");
        project.save("lib.py", format!("{ASKS}\n"));
        terminal.shows("got two q.");
        terminal.shows("#4");
        terminal.presses("r", "name? ");
    }
}

#[test]
fn what_is_typed_ahead_and_never_asked_for_does_not_keep_the_keys_off() {
    const ASKS: &str = "try: input = raw_input\nexcept NameError: pass\nprint(input('name? '))\n";
    const SLOW: &str = indoc! {r"
        import os, time
        print('runs')
        while not os.path.exists('go-on'): time.sleep(0.01)
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", ASKS);
        let mut terminal = Terminal::start(&project, python, &["lib", "--no-clear"]);
        terminal.shows("name? ");
        terminal.types("ann\r");
        terminal.shows("#1");
        project.save("lib.py", SLOW);
        terminal.shows("runs");
        terminal.types("for later\r");
        project.save("go-on", "");
        terminal.shows("keys do not work until it is read");
        // A run that fails may not have come to its prompt.
        project.save("lib.py", "1 // 0\n");
        terminal.shows("#3");
        project.save("lib.py", ASKS);
        terminal.shows("name? ");
        terminal.shows("for later");
        terminal.shows("#4");

        std::fs::remove_file(project.file("go-on")).unwrap();
        project.save("lib.py", SLOW);
        terminal.shows("runs");
        terminal.types("for nobody\r");
        project.save("go-on", "");
        terminal.shows("#5");
        project.save("lib.py", "print('asks for nothing')\n");
        terminal.shows("nothing asked for what you typed, so it was discarded; keys work again");
        terminal.presses("r", "asks for nothing");
    }
}

#[test]
fn what_is_typed_while_user_code_reads_nothing_is_not_a_key() {
    const SLOW: &str = indoc! {r"
        import os, time
        print('runs')
        while not os.path.exists('go-on'): time.sleep(0.01)
    "};
    let python = &two_pythons()[0];
    let project = Project::with("lib.py", SLOW);
    let mut terminal = Terminal::start(&project, python, &["lib"]);
    terminal.shows("runs");
    terminal.types("q\rq");
    project.save("go-on", "");
    terminal.shows("#1");
    terminal.presses("r", "runs");
    terminal.shows("#2");
}

#[test]
fn keys_can_be_left_to_whoever_else_reads_them() {
    let python = &two_pythons()[0];
    let project = Project::with("lib.py", "print('one')\n");
    let mut terminal = Terminal::start(&project, python, &["lib", "--no-keys"]);
    terminal.shows("#1");
    terminal.types("q\r");
    project.save(
        "lib.py",
        "try: input = raw_input\nexcept NameError: pass\nprint('got ' + input())\n",
    );
    terminal.shows("got q");
    terminal.shows("#2");
}

#[test]
fn output_between_two_cycles_looks_as_usual() {
    const LIB: &str = indoc! {r"
        import os, threading, time
        def work():
            while not os.path.exists('go-on'): time.sleep(0.01)
            print('first\nsecond')
        t = threading.Thread(target=work)
        t.daemon = True
        t.start()
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let mut terminal = Terminal::start(&project, python, &["lib"]);
        terminal.shows("#1");
        // Keys are read.
        terminal.presses("?", "list the keys");
        project.save("go-on", "");
        terminal.shows("first\r\nsecond\r\n");
    }
}

/// A shell that shows the terminal's mode before and after hotload, and hotload's id.
fn shell(project: &Project, python: &Python, arguments: &str) -> Terminal {
    let hotload = project.hotload(&[]).get_program().to_owned();
    let line = format!(
        "trap : INT; stty -g; sh -c 'echo $$ >id; exec {} --python {} --no-clear {arguments}'; sleep 0.5; stty -g; echo the end",
        hotload.display(),
        python.path.display()
    );
    let mut shell = CommandBuilder::new("sh");
    shell.args(["-c", &line]);
    shell.cwd(project.path());
    shell.env("TERM", "xterm");
    Terminal::spawn(shell)
}

#[track_caller]
fn kill(project: &Project, signal: &str) {
    let id = std::fs::read_to_string(project.file("id")).unwrap();
    let kill = std::process::Command::new("kill")
        .args([signal, id.trim()])
        .status();
    assert!(kill.unwrap().success());
}

#[track_caller]
fn assert_mode_is_back(terminal: &mut Terminal, what: &str) {
    terminal.shows("the end");
    let screen = terminal.screen.all();
    let is_mode = |line: &&str| line.len() > 40 && line.split(':').count() > 10;
    // The end of a session has put the title back in front of it, with a sequence that ends so.
    let last = |line: &'_ str| {
        line.rsplit(['\\', 't'])
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let modes: Vec<String> = screen
        .lines()
        .map(last)
        .filter(|line| is_mode(&line.as_str()))
        .collect();
    assert_eq!(modes.len(), 2, "{what}: {screen}");
    assert_eq!(modes[0], modes[1], "{what}: {screen}");
}

#[test]
fn the_terminal_is_as_it_was_after_every_way_out() {
    let python = &two_pythons()[0];
    let ends = ["q", "\x03", "kill -TERM", "kill -HUP", "kill -KILL"];
    for end in ends {
        let project = Project::with("lib.py", "x = 1\n");
        let mut terminal = shell(&project, python, "lib");
        terminal.shows("#1");
        terminal.presses("?", "list the keys");
        match end.strip_prefix("kill ") {
            None => terminal.types(end),
            Some(signal) => kill(&project, signal),
        }
        assert_mode_is_back(&mut terminal, end);
    }
}

#[test]
fn the_terminal_is_as_it_was_when_hotload_is_killed_while_user_code_has_it() {
    const ASKS: &str = "import getpass\ngetpass.getpass('secret? ')\n";
    const RAW: &str = "import sys, tty\ntty.setraw(0)\nprint('raw')\nsys.stdin.read(1)\n";
    for python in two_pythons() {
        for (lib, shown) in [(ASKS, "secret? "), (RAW, "raw")] {
            let project = Project::with("lib.py", lib);
            let mut terminal = shell(&project, python, "lib");
            terminal.shows(shown);
            kill(&project, "-KILL");
            assert_mode_is_back(&mut terminal, &format!("{python}: {shown}"));
        }
    }
}

#[test]
fn ctrl_z_between_two_cycles_gives_the_shell_a_terminal_that_is_as_it_was() {
    for python in pythons().iter().take(1) {
        let project = Project::with("lib.py", LIB);
        let mut shell = CommandBuilder::new("bash");
        shell.args(["--norc", "--noprofile", "--noediting", "-i"]);
        shell.cwd(project.path());
        shell.env("PS1", "prompt> ");
        shell.env("TERM", "xterm");
        let mut terminal = Terminal::spawn(shell);
        terminal.shows("prompt> ");
        let hotload = project.hotload(&[]).get_program().to_owned();
        let (hotload, python) = (hotload.display(), python.path.display());
        terminal.types(&format!("{hotload} --no-clear --python {python} lib\r"));
        terminal.shows("#1");
        terminal.presses("?", "list the keys");
        terminal.types("\x1a");
        terminal.shows("prompt> ");
        terminal.types("stty -a | tr ' ;' '\\n\\n' | grep -x -e -icanon -e -echo; echo looked\r");
        terminal.shows("echo looked\r\n");
        terminal.shows("looked");
        let seen = terminal.screen.all();
        assert!(!seen.contains("\n-icanon"), "{seen}");
        assert!(!seen.contains("\n-echo\r"), "{seen}");
        terminal.types("fg\r");
        terminal.presses("r", "run 2 of 0");
        terminal.presses("q", "prompt> ");
        terminal.types("exit\r");
    }
}
