//! Programs with a Python inside, and programs with windows. Those from PyPI are in the virtual
//! environment that `ci/guest-hosts` makes.
//!
//! A host that is missing is named and skipped, and is a failure where `HOTLOAD_REQUIRE_GUESTS` names it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use indoc::indoc;
use portable_pty::CommandBuilder;

use super::{Waiting, command, counting};
use crate::harness::{Project, wait_until};
use crate::pythons::{Python, pythons_where, skip};
use crate::terminal::Terminal;

/// A host that is not there.
pub(crate) fn missing(host: &str) {
    let required = std::env::var("HOTLOAD_REQUIRE_GUESTS").unwrap_or_default();
    assert!(
        !required.split(',').any(|name| name == host),
        "{host} is required by HOTLOAD_REQUIRE_GUESTS and was not found"
    );
    skip(&format!("no {host}"));
}

pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// The Python of the virtual environment.
fn environment(host: &str) -> Option<Python> {
    // Beside the folder of the test: target/debug/deps.
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(3).unwrap();
    let path = target.join("guest-hosts/bin/python");
    if !path.is_file() {
        missing(host);
        return None;
    }
    let version = (3, 0);
    Some(Python { path, version })
}

fn in_terminal(program: &Path, arguments: &[&str]) -> CommandBuilder {
    let python = Python {
        path: program.to_path_buf(),
        version: (3, 0),
    };
    command(&python, arguments, &[])
}

/// What is promised of every host, from its first run on.
fn keeps_its_promises(waiting: &mut Waiting, project: &Project) {
    let session = &mut waiting.session;
    session.prints("run 1");
    session.ends_cycle(1);
    for number in 2..32 {
        project.save("lib.py", counting("run"));
        session.prints(&format!("run {number}"));
        session.ends_cycle(number);
    }
    project.save("lib.py", "1/0\n");
    session.says("ZeroDivisionError");
    session.says("lib.py:1");
    for (number, code) in ["while True: pass", "import time; time.sleep(60)"]
        .iter()
        .enumerate()
    {
        project.save("lib.py", format!("print('endless {number}')\n{code}\n"));
        session.prints(&format!("endless {number}"));
        project.save("lib.py", format!("print('next {number}')\n"));
        session.says("interrupting the run");
        session.prints(&format!("next {number}"));
        session.says("ok  lib");
    }
    project.save("lib.py", counting("run"));
    session.prints("run 32");
}

/// Has hotload leave, and another session join with the state that there is.
fn joins_again(waiting: Waiting, project: &Project, join: impl FnOnce(&Waiting)) -> Waiting {
    let Waiting { session, folder } = waiting;
    drop(session); // as `kill -9` does it
    let file = folder.path().join("hotload-guest");
    assert!(wait_until(|| (!file.exists()).then_some(())).is_some());
    let mut again = Waiting::start_in(folder, project, &["lib"]);
    join(&again);
    again.session.prints("run 33");
    again
}

fn waiting() -> (Project, Waiting) {
    let project = Project::with("lib.py", &counting("run"));
    let waiting = Waiting::start(&project, &["--busy", "interrupt", "lib"]);
    (project, waiting)
}

#[test]
fn gdb_reloads_at_its_prompt_and_while_a_program_runs_in_it() {
    let Some(gdb) = on_path("gdb") else {
        return missing("gdb");
    };
    let (project, mut waiting) = waiting();
    let sleep = on_path("sleep").unwrap();
    let arguments = ["-q", "-nx", sleep.to_str().unwrap()];
    let mut terminal = Terminal::spawn(in_terminal(&gdb, &arguments));
    terminal.shows("(gdb) ");
    terminal.types(&format!("python {}\n", waiting.line()));
    terminal.shows("joined by gdb.post_event");
    waiting.session.says("(GDB, called by gdb.post_event)");
    keeps_its_promises(&mut waiting, &project);
    let line = waiting.line();
    let mut waiting = joins_again(waiting, &project, |_| {
        terminal.types(&format!("python {line}\n"))
    });
    // More lines than its pager lets through.
    project.save("lib.py", "for n in range(200): print('line %d' % n)\n");
    waiting.session.prints("line 199");
    terminal.types("show pagination\n");
    terminal.shows("pagination is on");
    terminal.types("run 600\n");
    terminal.shows("Starting program");
    project.save("lib.py", "print('while it runs')\n");
    waiting.session.prints("while it runs");
    terminal.types("\x03");
    terminal.shows("SIGINT");
    project.save("lib.py", "print('and after')\n");
    waiting.session.prints("and after");
}

#[test]
fn vim_reloads_and_never_waits_for_enter() {
    let Some(vim) = on_path("vim") else {
        return missing("vim");
    };
    let version = Command::new(&vim).arg("--version").output().unwrap();
    if !String::from_utf8_lossy(&version.stdout).contains("+python3") {
        return missing("vim");
    }
    let (project, mut waiting) = waiting();
    let mut terminal = Terminal::spawn(in_terminal(&vim, &["-u", "NONE", "-N"]));
    terminal.shows("VIM");
    terminal.types(&format!(":py3 {}\r", waiting.line()));
    waiting.session.says("(Vim, called by");
    keeps_its_promises(&mut waiting, &project);
    let line = waiting.line();
    let mut waiting = joins_again(waiting, &project, |_| {
        terminal.types(&format!(":py3 {line}\r"))
    });
    // In Insert mode, too, and what is typed arrives in the text.
    terminal.types("iwords");
    let text = "import vim\nprint('buffer %s' % vim.current.buffer[0])\n";
    waiting
        .session
        .saves_until(|_| project.save("lib.py", text), "buffer words");
    terminal.types("\x1b:q!\r");
    assert_eq!(terminal.ends().exit_code(), 0);
    waiting
        .session
        .says("the program that had joined has ended");
}

#[test]
fn ipython_reloads_at_its_prompt() {
    let Some(python) = environment("ipython") else {
        return;
    };
    let (project, mut waiting) = waiting();
    let arguments = [
        "-m",
        "IPython",
        "--no-banner",
        "--no-confirm-exit",
        "--colors=NoColor",
    ];
    let mut terminal = Terminal::spawn(in_terminal(&python.path, &arguments));
    terminal.shows("[0m\x1b[?12l\x1b[?25h");
    terminal.types(&format!("{}\r", waiting.line()));
    terminal.shows("joined by IPython's prompt");
    waiting
        .session
        .says("(IPython, called by IPython's prompt)");
    keeps_its_promises(&mut waiting, &project);
    let line = waiting.line();
    let _again = joins_again(waiting, &project, |_| terminal.types(&format!("{line}\r")));
}

/// Runs a cell, and keeps the kernel until its standard input ends.
const KERNEL: &str = indoc! {"
    import sys
    from jupyter_client.manager import KernelManager
    manager = KernelManager(kernel_name='python3')
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    for line in sys.stdin:
        client.execute(line)
    manager.shutdown_kernel(now=True)
"};

#[test]
fn a_jupyter_kernel_reloads_between_cells() {
    let Some(python) = environment("jupyter") else {
        return;
    };
    let (project, mut waiting) = waiting();
    let mut client = HostProcess::start(Command::new(&python.path).args(["-c", KERNEL]));
    client.types(&waiting.line());
    waiting.session.says("(Jupyter kernel, called by asyncio)");
    keeps_its_promises(&mut waiting, &project);
    let line = waiting.line();
    let _again = joins_again(waiting, &project, |_| client.types(&line));
}

/// A program that is not in a terminal.
pub(super) struct HostProcess(Child);

impl HostProcess {
    pub(super) fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::piped()).spawn().unwrap())
    }

    pub(super) fn types(&mut self, line: &str) {
        use std::io::Write;
        let input = self.0.stdin.as_mut().unwrap();
        writeln!(input, "{line}").unwrap();
        input.flush().unwrap();
    }
}

impl Drop for HostProcess {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // A kernel is ended by its client, which has to have the time for it.
        if crate::harness::wait_at_most(std::time::Duration::from_secs(3), || {
            self.0.try_wait().unwrap()
        })
        .is_none()
        {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

/// A window that runs each line of its standard input, as a console in it would.
const QT: &str = indoc! {"
    import sys, threading
    from PyQt5 import QtCore, QtWidgets
    class Lines(QtCore.QObject):
        came = QtCore.pyqtSignal(str)
    app = QtWidgets.QApplication(sys.argv)
    window = QtWidgets.QLabel('window')
    window.show()
    lines = Lines()
    lines.came.connect(lambda line: exec(line, globals()))
    threading.Thread(target=lambda: [lines.came.emit(line) for line in sys.stdin], daemon=True).start()
    sys.exit(app.exec_())
"};

#[test]
fn a_qt_program_reloads_and_waits_while_a_dialog_is_open() {
    let Some(python) = environment("qt") else {
        return;
    };
    let (project, mut waiting) = waiting();
    let mut command = Command::new(&python.path);
    command.args(["-c", QT]).env("QT_QPA_PLATFORM", "offscreen");
    let mut window = HostProcess::start(&mut command);
    window.types(&waiting.line());
    waiting.session.says("called by Qt");
    keeps_its_promises(&mut waiting, &project);
    let line = waiting.line();
    let mut waiting = joins_again(waiting, &project, |_| window.types(&line));
    waiting.session.ends_cycle(1);
    window.types("box = QtWidgets.QMessageBox(window); box.setModal(True); box.show()");
    // Shown before what is saved now is seen.
    let shown = project.file("shown");
    window.types(&format!("open({shown:?}, 'w').close()"));
    waiting
        .session
        .until("the dialog is open", || shown.exists());
    project.save("lib.py", "print('too early')\n");
    waiting.session.says("waits: a dialog is open");
    project.save("lib.py", "print('in time')\n");
    window.types("box.close()");
    waiting.session.prints("in time");
    assert!(!waiting.session.output().contains("too early"));
    // A loop in user code: the next save runs after it.
    project.save(
        "lib.py",
        "print('nested')\nfrom PyQt5 import QtCore\nloop = QtCore.QEventLoop()\n\
         QtCore.QTimer.singleShot(1500, loop.quit)\nloop.exec_()\nprint('unnested')\n",
    );
    waiting.session.prints("nested");
    project.save("lib.py", "print('after it')\n");
    waiting.session.prints("unnested");
    waiting.session.prints("after it");
}

const TK: &str = indoc! {"
    import os, sys
    try:
        import tkinter
    except ImportError:
        import Tkinter as tkinter
    root = tkinter.Tk()
    root.update()
    def typed(*ignored):
        lines = os.read(0, 65536).decode().splitlines()
        if not lines:
            sys.exit()
        for line in lines:
            exec(compile(line, 'line', 'exec'), globals())
    root.tk.createfilehandler(sys.stdin, 2, typed)
    root.mainloop()
"};

/// A screen that nobody sees.
struct Screen(Child, String);

impl Screen {
    fn start() -> Option<Self> {
        let Some(server) = on_path("Xvfb") else {
            missing("xvfb");
            return None;
        };
        let mut server = Command::new(server);
        server
            .args(["-displayfd", "1", "-screen", "0", "800x600x24"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = server.spawn().unwrap();
        let mut number = String::new();
        let output = server.stdout.as_mut().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut number).unwrap();
        Some(Self(server, format!(":{}", number.trim())))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_tk_program_reloads_and_waits_while_a_window_holds_the_input() {
    let Some(screen) = Screen::start() else {
        return;
    };
    for python in pythons_where(|version| version == (2, 7) || version >= (3, 11)) {
        let (project, mut waiting) = waiting();
        let mut command = python.command();
        command.args(["-u", "-c", TK]).env("DISPLAY", &screen.1);
        let mut window = HostProcess::start(&mut command);
        window.types(&waiting.line());
        waiting.session.says("called by Tk");
        keeps_its_promises(&mut waiting, &project);
        let line = waiting.line();
        let mut waiting = joins_again(waiting, &project, |_| window.types(&line));
        waiting.session.ends_cycle(1);
        let shown = project.file("shown");
        window.types("dialog = tkinter.Toplevel(root); dialog.update(); dialog.grab_set()");
        window.types(&format!("open({shown:?}, 'w').close()"));
        waiting
            .session
            .until("the dialog is open", || shown.exists());
        project.save("lib.py", "print('too early')\n");
        waiting.session.says("waits: a dialog is open");
        project.save("lib.py", "print('in time')\n");
        window.types("dialog.grab_release()");
        waiting.session.prints("in time");
    }
}

#[test]
fn a_window_that_is_opened_at_a_joined_prompt_stays_alive() {
    let Some(screen) = Screen::start() else {
        return;
    };
    for python in pythons_where(|version| version < (3, 13)) {
        let (project, mut waiting) = waiting();
        let mut prompt = super::Prompt::start_with(python, &[], &[("DISPLAY", &screen.1)]);
        prompt.joins(&waiting);
        waiting.session.prints("run 1");
        let tk = if python.version.0 == 2 {
            "Tkinter"
        } else {
            "tkinter"
        };
        let pause = |millis| crate::harness::pause(std::time::Duration::from_millis(millis));
        let mut types = |line: &str, shown: &str| {
            // By letter: the prompt of 3.13 reads ahead, and Tk then waits for more, without hotload, too.
            for letter in line.chars() {
                prompt.terminal.types(&letter.to_string());
                pause(4);
            }
            prompt.types("", shown);
        };
        types(
            &format!("import {tk} as tk; root = tk.Tk(); ticks = []; print('op' + 'en')"),
            "open",
        );
        types(
            "tick = lambda: (ticks.append(1), root.after(20, lambda: tick())); print('do' + 'ne')",
            "done",
        );
        types("tick() and None", ">>> ");
        pause(1500);
        types("print('alive', len(ticks) > 20)", "True");
        project.save("lib.py", counting("run"));
        waiting.session.prints("run 2");
        project.save("lib.py", counting("run"));
        waiting.session.prints("run 3");
    }
}
