//! `hotload.py` by itself: `python hotload.py lib.py`.

use std::fs;
use std::process::Command;
use std::time::Duration;
use std::time::SystemTime;

use crate::harness::{Project, Session, Written, clean, run_with_input};
use crate::launch_scripts::exported;
use crate::pythons::{Python, pythons, two_pythons};

/// `python -u hotload.py lib.py ...` with a list of files on standard input.
fn command_line(project: &Project, python: &Python, arguments: &[&str]) -> Command {
    project.save("hotload.py", exported());
    let mut command = python.command();
    command.args(["-u", "hotload.py"]).args(arguments);
    command.current_dir(project.path());
    clean(&mut command);
    command
}

#[test]
fn the_command_line_of_hotload_py_reloads_what_standard_input_lists() {
    let lib = |x: u32| {
        format!(
            "x = {x}\ny = 4\nprint('Result: %d' % (x * x + y * y))\ndef main(): print('main')\n"
        )
    };
    for python in pythons() {
        let project = Project::with("lib.py", &lib(3));
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_170_000_000);
        let file = fs::File::options()
            .append(true)
            .open(project.file("lib.py"));
        file.unwrap().set_modified(old).unwrap();
        let mut command = command_line(&project, python, &["lib.py", "--entrypoint", "main"]);
        let mut session = Session::start_with_input(&mut command, python, "lib.py\n");
        session.prints("Result: 25");
        session.prints("main");
        project.save("lib.py", lib(4));
        session.prints("Result: 32");
        session.prints("main");
        session.says("Successfully reloaded lib @ ");
    }
}

#[test]
fn the_command_line_of_hotload_py_reloads_changed_modules_first() {
    for python in two_pythons() {
        for (switch, variable) in [("--recursive", ""), ("--no-clear", "HOTLOAD_RECURSIVE")] {
            let project = Project::with(
                "lib.py",
                "import os, util\nprint(util.x, os.environ['HOTLOAD_RUNNING'])\n",
            );
            project.save("util.py", "x = 1\n");
            let mut command = command_line(&project, python, &["lib.py", switch]);
            if !variable.is_empty() {
                command.env(variable, variable);
            }
            let mut session = Session::start_with_input(&mut command, python, "lib.py\nutil.py\n");
            session.says("Successfully reloaded");
            project.save("util.py", "x = 22\n");
            session.prints_part("22");
        }
    }
}

#[test]
fn hotload_py_can_be_reloaded_by_user_code() {
    let reload = "try:\n    reload\nexcept NameError:\n    from importlib import reload\n";
    for python in pythons() {
        let project = Project::with("lib.py", "print('never')\n");
        project.save("hotload.py", exported());
        project.save(
            "twice.py",
            format!("{reload}import hotload\nprint(reload(hotload).listfiles('.', 'lib.py'))\n"),
        );
        let mut command = Command::new(&python.path);
        command.arg("twice.py").current_dir(project.path());
        clean(&mut command);
        let output = command.output().unwrap();
        let (printed, said) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(printed.contains("lib.py"), "{python}: {said}");
    }
}

#[test]
fn the_command_line_of_hotload_py_needs_a_list() {
    for python in pythons() {
        let project = Project::with("lib.py", "print('never')\n");
        let end = run_with_input(&mut command_line(&project, python, &["lib.py"]), "");
        let said = end.code(1).stdout("").said();
        assert!(said.contains("no files on standard input"), "{said}");
    }
}
