//! Launch scripts, each way in which they run: alone with `hotload.py` beside them, and under hotload.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::harness::{Project, Session, clean, run_with_input};
use crate::pythons::{Python, pythons, two_pythons};

/// The two-line tutorial.
const TUTORIAL: &str = r#"
import hotload

hotload.hotload(
    watch=[
        hotload.listfiles(".", ext=".py")
    ],
    steps=[
        hotload.ClearTerminal(),
        hotload.ReloadedPythonModule.from_module_name("lib"),
    ]
)
"#;

/// How a launch script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// `python launch.py`
    Alone,
}

const WAYS: [Way; 1] = [Way::Alone];

fn exported() -> Vec<u8> {
    let output = Project::new().run(&["--export-api"]);
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

impl Way {
    /// What starts `launch.py` in a project.
    fn command(self, project: &Project, python: &Python) -> Command {
        match self {
            Self::Alone => {
                project.save("hotload.py", exported());
                let mut command = Command::new(&python.path);
                command.args(["-u", "launch.py"]);
                command.current_dir(project.path()).stdin(Stdio::null());
                clean(&mut command);
                command
            }
        }
    }

    fn start(self, project: &Project, python: &Python, script: &str) -> Session {
        project.save("launch.py", script);
        Session::start(&mut self.command(project, python), python)
    }
}

/// Every way on every Python.
fn everywhere() -> Vec<(&'static Python, Way)> {
    let on = |python| WAYS.iter().map(move |way| (python, *way));
    pythons().iter().flat_map(on).collect()
}

/// Every way on a 2.7 and a 3.x.
fn on_two() -> Vec<(&'static Python, Way)> {
    let on = |python| WAYS.iter().map(move |way| (python, *way));
    two_pythons().into_iter().flat_map(on).collect()
}

#[test]
fn hotload_py_is_what_it_was() {
    insta::assert_snapshot!(String::from_utf8(exported()).unwrap());
}

#[test]
fn the_tutorial_runs_on_each_save() {
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "x = 3\ny = 4\n\nprint(x*x + y*y)\n");
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("25");
        project.save("lib.py", "x = 4\ny = 4\n\nprint(x*x + y*y)\n");
        session.prints("32");
        assert_eq!(session.output(), "25\n32\n", "{python} {way:?}");
    }
}

#[test]
fn two_saves_of_one_length_in_one_moment_end_with_the_last() {
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "print('start')\n");
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("start");
        for number in 1..6 {
            project.save("lib.py", format!("print('aaa {number}')\n"));
            project.save("lib.py", format!("print('bbb {number}')\n"));
            session.prints(&format!("bbb {number}"));
        }
    }
}

#[test]
fn hooks_run_around_each_reload_and_around_the_first_load() {
    let script = r#"
import hotload

class MathReloader(hotload.ReloadedPythonModule):
    def pre_reload_hook(self, module):
        print("pre %d" % module.number)
    def post_reload_hook(self, module):
        module.teststuff()
        module.teststuff2()

hotload.hotload(
    watch=[hotload.listfiles(".", ".py")],
    steps=[MathReloader.from_module_name("mymath")],
)
"#;
    let module = |number: u32| {
        format!(
            "print('body')\nnumber = {number}\n\
             def teststuff(): print('one %d' % number)\ndef teststuff2(): print('two %d' % number)\n"
        )
    };
    for (python, way) in everywhere() {
        let project = Project::with("mymath.py", &module(1));
        let mut session = way.start(&project, python, script);
        session.prints("two 1");
        project.save("mymath.py", module(2));
        session.prints("two 2");
        let expected = "body\npre 1\none 1\ntwo 1\npre 1\nbody\none 2\ntwo 2\n";
        assert_eq!(session.output(), expected, "{python} {way:?}");
    }
}

#[test]
fn a_first_load_that_fails_waits_for_the_fix() {
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "x = = 1\n");
        let mut session = way.start(&project, python, TUTORIAL);
        session.says("SyntaxError");
        project.save("lib.py", "print(undefined)\n");
        session.says("NameError");
        project.save("lib.py", "import sys\nsys.exit(3)\n");
        session.says("sys.exit(3)");
        project.save("lib.py", "print('mended')\n");
        session.prints("mended");
    }
}

#[test]
fn an_error_shows_user_code_alone_and_the_next_step_runs() {
    let script = r#"
import hotload

class Failing(hotload.Runnable):
    def run(self, **kwargs):
        fail()

def fail():
    raise ValueError("on purpose")

def after():
    print("after")

hotload.hotload(["lib.py"], [
    hotload.ReloadedPythonModule.from_module_name("lib"), Failing(), hotload.PythonHandle(after)])
"#;
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "def f():\n    return 1 // 0\nf()\n");
        let mut session = way.start(&project, python, script);
        session.says("in f");
        session.says("ZeroDivisionError");
        session.says("Failing");
        session.says("in run");
        session.says("in fail");
        session.says("ValueError: on purpose");
        session.prints("after");
        let said = session.said();
        for own in ["hotload.py\"", "driver", "importlib"] {
            assert!(!said.contains(own), "{python} {way:?}: {said}");
        }
    }
}

#[test]
fn a_step_is_told_what_changed_and_may_name_what_it_wants() {
    let script = r#"
import hotload, os

class Named(hotload.Runnable):
    def run(self, changed_modules):
        print("modules %s" % [module.__name__ for module in changed_modules])

class Any(hotload.Runnable):
    def run(self, **kwargs):
        print("files %s" % [os.path.basename(file) for file in kwargs["changed_files"]])

class Nothing(hotload.Runnable):
    def run(self):
        print("done")

hotload.hotload([["lib.py"], ["data.txt"]], [
    hotload.ReloadedPythonModule.from_module_name("lib"), Named(), Any(), Nothing()])
"#;
    for (python, way) in on_two() {
        let project = Project::with("lib.py", "");
        project.save("data.txt", "1");
        let mut session = way.start(&project, python, script);
        for (file, text, modules, files) in [
            ("", "", "modules []", "files []"),
            ("lib.py", "x = 1", "modules ['lib']", "files ['lib.py']"),
            ("data.txt", "22", "modules []", "files ['data.txt']"),
        ] {
            if !file.is_empty() {
                project.save(file, text);
            }
            session.prints(modules);
            session.prints(files);
            session.prints("done");
        }
    }
}

#[test]
fn a_watch_list_is_live() {
    let script = r#"
import glob, hotload, os

def data():
    return glob.glob("*.csv")

more = []

class Show(hotload.Runnable):
    def run(self, changed_files):
        print(sorted([os.path.basename(file) for file in changed_files]))
        if changed_files and "sub" in changed_files[0]:
            more.append("late.txt")

files = hotload.listfiles("sub", ".py")
assert isinstance(files, list) and files == [os.path.join("sub", "one.py")], files
hotload.hotload([files, "single.txt", (name for name in ["lazy.txt"]), more, data], [Show()])
"#;
    for (python, way) in on_two() {
        let project = Project::with("sub/one.py", "");
        for name in ["single.txt", "lazy.txt", "late.txt"] {
            project.save(name, "");
        }
        let mut session = way.start(&project, python, script);
        session.prints("[]");
        for name in [
            "sub/two.py",
            "sub/deep/three.py",
            "single.txt",
            "lazy.txt",
            "new.csv",
        ] {
            project.save(name, "something");
            let base = name.rsplit('/').next().unwrap();
            session.prints(&format!("['{base}']"));
        }
        // A list that a step has added to: a save of what is in it by now counts.
        session.saves_until(
            |number| project.save("late.txt", "x".repeat(number)),
            "['late.txt']",
        );
    }
}

#[test]
fn a_missing_file_is_waited_for() {
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "print('one')\n");
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("one");
        fs::rename(project.file("lib.py"), project.file("lib.py~")).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        project.save("lib.py", "print('two')\n");
        session.prints("two");
        assert_eq!(session.output(), "one\ntwo\n", "{python} {way:?}");
    }
}

#[test]
fn nothing_is_left_beside_the_users_files() {
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "import other\nprint('one')\n");
        project.save("other.py", "");
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("one");
        project.save("lib.py", "import other\nprint('two')\n");
        session.prints("two");
        let mut expected = vec!["launch.py", "lib.py", "other.py"];
        if way == Way::Alone {
            expected.insert(0, "hotload.py");
        }
        assert_eq!(project.listing(), expected, "{python} {way:?}");
    }
}

#[test]
fn state_outlives_reloads_and_clean_up_sees_the_old_module() {
    let lib = |text: &str| {
        format!(
            "import hotload\n\
             def make():\n    print('made')\n    return []\n\
             kept = hotload.once('kept', make)\n\
             kept.append(1)\n\
             version = {text:?}\n\
             @hotload.on_reload\n\
             def leave(old): print('leaving ' + old.version)\n\
             hotload.on_reload(lambda: print_it('first'))\n\
             def print_it(text): print(text)\n\
             print('%s %d %d' % (version, len(kept), len(hotload.changed_files())))\n"
        )
    };
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", &lib("a"));
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("a 1 0");
        project.save("lib.py", format!("{}1 // 0\n", lib("b")));
        session.says("ZeroDivisionError");
        project.save("lib.py", "x = = 1\n");
        session.says("SyntaxError");
        project.save("lib.py", lib("c"));
        session.prints("c 3 1");
        let expected = "made\na 1 0\nfirst\nleaving a\nb 2 1\nfirst\nleaving b\nc 3 1\n";
        assert_eq!(session.output(), expected, "{python} {way:?}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_is_quiet_and_runs_what_stands_behind_the_call() {
    let script = format!("{TUTORIAL}\nprint('behind')\n");
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "print('idle')\n");
        let mut session = way.start(&project, python, &script);
        session.prints("idle");
        session.signal(nix::sys::signal::Signal::SIGINT);
        session.prints("behind");
        session.ends();
        assert!(!session.said().contains("Traceback"), "{}", session.said());
    }
}

/// `python -u hotload.py lib.py ...` with a list of files on standard input.
fn command_line(project: &Project, python: &Python, arguments: &[&str]) -> Command {
    project.save("hotload.py", exported());
    let mut command = Command::new(&python.path);
    command.args(["-u", "hotload.py"]).args(arguments);
    command.current_dir(project.path());
    clean(&mut command);
    command
}

#[cfg(unix)]
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
fn the_command_line_of_hotload_py_needs_a_list() {
    for python in pythons() {
        let project = Project::with("lib.py", "print('never')\n");
        let output = run_with_input(&mut command_line(&project, python, &["lib.py"]), "");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("no files on standard input"), "{said}");
        assert!(output.stdout.is_empty(), "{output:?}");
    }
}
