//! Launch scripts, each way in which they run: alone with `hotload.py` beside them, and under hotload.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;
#[cfg(unix)]
use std::time::SystemTime;

use crate::events::Events;
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
pub(crate) enum Way {
    /// `python launch.py`
    Alone,
    /// `hotload --launch launch.py`
    Launched,
}

pub(crate) const WAYS: [Way; 2] = [Way::Alone, Way::Launched];

fn exported() -> Vec<u8> {
    let output = Project::new().run(&["--export-api"]);
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

impl Way {
    /// What starts a script of a project.
    fn command(self, project: &Project, python: &Python, script: &str) -> Command {
        match self {
            Self::Alone => {
                project.save("hotload.py", exported());
                let mut command = Command::new(&python.path);
                command.args(["-u", script]);
                command.current_dir(project.path()).stdin(Stdio::null());
                clean(&mut command);
                command
            }
            Self::Launched => {
                let mut command = project.hotload(&["--python", python.path.to_str().unwrap()]);
                command.args(["--launch", script]);
                command
            }
        }
    }

    fn start(self, project: &Project, python: &Python, script: &str) -> Session {
        project.save("launch.py", script);
        self.start_script(project, python, "launch.py")
    }

    pub(crate) fn start_script(self, project: &Project, python: &Python, name: &str) -> Session {
        Session::start(&mut self.command(project, python, name), python)
    }
}

/// `hotload --launch launch.py`, with more arguments.
fn launched(project: &Project, python: &Python, arguments: &[&str]) -> Command {
    let mut command = Way::Launched.command(project, python, "launch.py");
    command.args(arguments);
    command
}

/// Every way on every Python.
pub(crate) fn everywhere() -> Vec<(&'static Python, Way)> {
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
fn a_pre_reload_hook_that_fails_does_not_keep_the_old_text() {
    let script = r#"
import hotload

class Closing(hotload.ReloadedPythonModule):
    def pre_reload_hook(self, module):
        module.close()
    def post_reload_hook(self, module):
        print("after " + module.text)

hotload.hotload(watch=[hotload.listfiles(".", ".py")], steps=[Closing.from_module_name("lib")])
"#;
    for (python, way) in on_two() {
        let project = Project::with(
            "lib.py",
            "text = 'a'\ndef close(): 1 // 0\nprint('ran ' + text)\n",
        );
        let mut session = way.start(&project, python, script);
        session.says("ZeroDivisionError");
        project.save(
            "lib.py",
            "text = 'b'\ndef close(): pass\nprint('ran ' + text)\n",
        );
        // The hook of the old text fails once more, and is told once more.
        session.prints("ran b");
        project.save(
            "lib.py",
            "text = 'c'\ndef close(): pass\nprint('ran ' + text)\n",
        );
        session.prints("after c");
        let expected = "ran a\nran b\nran c\nafter c\n";
        assert_eq!(session.output(), expected, "{python} {way:?}");
    }
}

#[test]
fn a_module_that_the_script_has_imported_does_not_run_again_at_once() {
    let script = r#"
import hotload
import lib

class Reloader(hotload.ReloadedPythonModule):
    def pre_reload_hook(self, module):
        print("pre")
    def post_reload_hook(self, module):
        print("post")

hotload.hotload("lib.py", [Reloader(lib)])
"#;
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "print('body')\n");
        let mut session = way.start(&project, python, script);
        session.prints("post");
        project.save("lib.py", "print('edited')\n");
        session.prints("post");
        let expected = "body\npre\npost\npre\nedited\npost\n";
        assert_eq!(session.output(), expected, "{python} {way:?}");
    }
}

#[test]
fn a_save_that_leaves_time_and_length_is_found_by_its_content() {
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "print('aaa')\n");
        let time = fs::metadata(project.file("lib.py")).unwrap().modified();
        let time = time.unwrap();
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("aaa");
        project.save("lib.py", "print('bbb')\n");
        let file = fs::File::options()
            .append(true)
            .open(project.file("lib.py"));
        file.unwrap().set_modified(time).unwrap();
        session.prints("bbb");
    }
}

#[test]
fn a_step_may_add_to_a_list_that_is_watched() {
    let script = r#"
import hotload

files = ["lib.py"]

class Show(hotload.Runnable):
    def run(self, changed_files):
        print(len(changed_files))
        files[1:] = ["late.txt"]

hotload.hotload([files], [Show()])
"#;
    for (python, way) in on_two() {
        let project = Project::with("lib.py", "");
        project.save("late.txt", "");
        let mut session = way.start(&project, python, script);
        session.prints("0");
        session.saves_until(|number| project.save("late.txt", "x".repeat(number)), "1");
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
        session.says_each(&[
            "in f\n",
            "ZeroDivisionError",
            "Failing failed",
            "in run",
            "in fail",
            "ValueError: on purpose",
        ]);
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
fn a_save_in_two_parts_is_one_run() {
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "print('start')\n");
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("start");
        project.save("lib.py", "print('who");
        std::thread::sleep(Duration::from_millis(10));
        project.save("lib.py", "print('whole')\n");
        session.prints("whole");
        project.save("lib.py", "print('end')\n");
        session.prints("end");
        assert_eq!(session.output(), "start\nwhole\nend\n", "{python} {way:?}");
    }
}

#[test]
fn the_time_of_a_cycle_is_told_where_that_is_wanted() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "");
        let script = format!("import hotload\nhotload.TIME_RELOADS = True\n{TUTORIAL}");
        let mut session = Way::Alone.start(&project, python, &script);
        session.says("Successfully reloaded lib @ ");
        session.says("Reloaded in ");
        session.says(" ms\n");
    }
}

#[cfg(unix)]
#[test]
fn children_of_multiprocessing_do_not_run_the_script() {
    let script = "import hotload\nprint('script')\n\
        hotload.hotload('lib.py', [hotload.ReloadedPythonModule.from_module_name('lib')])\n";
    let lib = "import multiprocessing\n\
        def double(x): return 2 * x\n\
        def main():\n\
        \x20   pool = multiprocessing.get_context('spawn').Pool(1)\n\
        \x20   print(pool.map(double, [1, 2]))\n\
        \x20   pool.terminate()\n\
        if multiprocessing.current_process().name == 'MainProcess': main()\n";
    for python in pythons().iter().filter(|python| python.version.0 == 3) {
        let project = Project::with("lib.py", lib);
        project.save("launch.py", script);
        let output = launched(&project, python, &["--once"]).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(printed, "script\n[2, 4]\n", "{python}: {output:?}");
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

#[test]
fn clean_up_of_a_first_load_that_failed_sees_what_it_had() {
    let lib = |rest: &str| {
        format!(
            "import hotload\n\
             window = 'a window'\n\
             @hotload.on_reload\n\
             def leave(old): print('closing ' + old.window)\n\
             {rest}\n"
        )
    };
    for (python, way) in on_two() {
        let project = Project::with("lib.py", &lib("1 // 0"));
        let mut session = way.start(&project, python, TUTORIAL);
        session.says("ZeroDivisionError");
        project.save("lib.py", lib("print('fixed')"));
        session.prints("fixed");
        let expected = "closing a window\nfixed\n";
        assert_eq!(session.output(), expected, "{python} {way:?}");
    }
}

#[test]
fn a_folder_that_is_taken_out_is_watched_no_more() {
    let script = r#"
import hotload, os
watch = [["x.txt"] + hotload.listfiles("a", ".py"), hotload.listfiles("b", ".py")]
class Show(hotload.Runnable):
    def run(self, changed_files):
        print(" ".join([os.path.basename(file) for file in changed_files]) or "start")
        if "b.py" in " ".join(changed_files):
            watch.pop()
hotload.hotload(watch, [Show()])
"#;
    for (python, way) in on_two() {
        let project = Project::with("a/a.py", "");
        project.save("b/b.py", "");
        project.save("x.txt", "");
        let mut session = way.start(&project, python, script);
        session.prints("start");
        project.save("b/b.py", "1");
        session.prints("b.py");
        // A list in front leaves the folder live.
        project.save("a/new.py", "");
        session.prints("new.py");
        project.save("b/b.py", "22");
        project.save("b/c.py", "");
        project.save("x.txt", "1");
        session.prints("x.txt");
        assert_eq!(
            session.output(),
            "start\nb.py\nnew.py\nx.txt\n",
            "{python} {way:?}"
        );
    }
}

#[test]
fn a_reloader_without_a_name_runs() {
    let script = "import hotload\n\
        class Own(hotload.ReloadedPythonModule):\n    \
            def __init__(self): pass\n    \
            def run(self, changed_files): print(len(changed_files))\n\
        hotload.hotload('lib.py', [Own()])\n";
    for (python, way) in on_two() {
        let project = Project::with("lib.py", "");
        let mut session = way.start(&project, python, script);
        session.prints("0");
        project.save("lib.py", "1");
        session.prints("1");
    }
}

#[test]
fn a_callable_that_fails_is_told_and_the_watch_goes_on() {
    let script = "import hotload, os\n\
        def data():\n\
        \x20   if os.path.exists('bad'): 1 // 0\n\
        \x20   return []\n\
        hotload.hotload(['lib.py', data],\n\
        \x20   [hotload.ReloadedPythonModule.from_module_name('lib')])\n";
    for (python, way) in on_two() {
        let project = Project::with("lib.py", "print('one')\n");
        let mut session = way.start(&project, python, script);
        session.prints("one");
        project.save("bad", "");
        session.says_each(&["the watch list", "ZeroDivisionError"]);
        project.save("lib.py", "print('two')\n");
        session.prints("two");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_between_two_runs_is_not_user_codes_business() {
    let lib =
        "import signal\nsignal.signal(signal.SIGINT, lambda number, frame: 1 // 0)\nprint('set')\n";
    for (python, way) in on_two() {
        let project = Project::with("lib.py", lib);
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("set");
        session.saves_until(
            |number| project.save("lib.py", format!("{lib}print({number})\n")),
            "2",
        );
        session.signal(nix::sys::signal::Signal::SIGINT);
        session.ends();
        assert!(
            !session.said().contains("ZeroDivisionError"),
            "{}",
            session.said()
        );
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

#[test]
fn a_script_runs_as_the_program_that_it_is() {
    let script = "import hotload, sys\nprint(sys.argv)\nprint(__name__ + ' ' + __file__)\n\
        import __main__\nassert __main__.__dict__ is globals()\n\
        hotload.hotload('data.txt', [hotload.PythonHandle(lambda: None)])\nprint('behind')\n";
    for python in pythons() {
        let project = Project::with("launch.py", script);
        project.save("data.txt", "");
        let output = launched(&project, python, &["--once", "--", "a", "b c"])
            .output()
            .unwrap();
        let expected = format!(
            "['launch.py', 'a', 'b c']\n__main__ {}\nbehind\n",
            project.file("launch.py").display()
        );
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            expected,
            "{output:?}"
        );
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
}

#[test]
fn an_edited_script_replaces_the_plan_and_the_state_stays() {
    let script = |steps: &str| {
        format!(
            "import hotload, sys\n\
             assert 'values' not in globals()\n\
             values = hotload.once('values', list)\nvalues.append(1)\n\
             def show(): print('%s %d' % (__name__, len(values)))\n\
             def other(): print('other')\n\
             try:\n    hotload.hotload(hotload.listfiles('.', '.py'), [{steps}])\n\
             finally:\n    print('finally %d' % len(values))\n\
             print('behind')\n"
        )
    };
    for python in pythons() {
        let project = Project::with("launch.py", &script("hotload.PythonHandle(show)"));
        let mut session = Session::start(&mut launched(&project, python, &[]), python);
        session.prints("__main__ 1");
        project.save(
            "launch.py",
            script("hotload.PythonHandle(show), hotload.PythonHandle(other)"),
        );
        session.prints("finally 2");
        session.prints("__main__ 2");
        session.prints("other");
        for (bad, said) in [
            ("3", "steps[0] is of type int"),
            ("undefined", "NameError"),
            ("'", "SyntaxError"),
        ] {
            project.save("launch.py", script(bad));
            session.says(said);
            session.says("the plan stays as it was");
        }
        // The plan of the last text that could be read.
        project.save("another.py", "");
        session.prints("__main__ 4");
        session.prints("other");
    }
}

#[cfg(unix)]
#[test]
fn the_code_behind_the_call_is_that_of_the_first_text() {
    let script = |number: u32| {
        format!(
            "import hotload\ndef show(): print('show {number}')\n\
             hotload.hotload(['launch.py'], [hotload.PythonHandle(show)])\n\
             print('behind {number}')\nraise ValueError('at the end')\n"
        )
    };
    for python in two_pythons() {
        let project = Project::with("launch.py", &script(1));
        let mut session = Session::start(&mut launched(&project, python, &[]), python);
        session.prints("show 1");
        project.save("launch.py", script(2));
        session.prints("show 2");
        session.signal(nix::sys::signal::Signal::SIGINT);
        session.prints("behind 1");
        session.says("ValueError: at the end");
        assert_eq!(session.ends().code(), Some(130));
        assert!(
            !session.output().contains("behind 2"),
            "{}",
            session.output()
        );
    }
}

#[test]
fn a_new_interpreter_reads_the_script_again() {
    for python in pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        project.save("launch.py", TUTORIAL);
        let mut session = Session::start(&mut launched(&project, python, &[]), python);
        session.prints("one");
        project.save("lib.py", "import os\nos._exit(7)\n");
        session.says("exit status 7");
        project.save("lib.py", "print('two')\n");
        session.prints("two");
    }
}

#[test]
fn each_step_of_a_script_is_an_event() {
    let script = r#"
import hotload

class Failing(hotload.Runnable):
    def run(self, **kwargs):
        1 // 0

class Reloader(hotload.ReloadedPythonModule):
    pass

hotload.hotload([["lib.py"]], [
    hotload.ClearTerminal(), hotload.ReloadedPythonModule.from_module_name("lib"), Failing(),
    Reloader.from_module_name("lib"), hotload.Command("echo ran; exit 3")])
"#;
    for python in two_pythons() {
        let project = Project::with("launch.py", script);
        project.save("lib.py", "");
        let mut command = launched(&project, python, &["--once", "--events", "events.jsonl"]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "ran\n");
        let events = Events::of(&project);
        let steps: Vec<String> = events
            .all("step")
            .map(|step| format!("{} {}", step["name"], step["outcome"]).replace('"', ""))
            .collect();
        let expected = [
            "launch:launch.py ok",
            "clear ok",
            "reload:lib ok",
            "Failing failed",
            "Reloader(lib) ok",
            "run:echo ran; exit 3 failed",
        ];
        assert_eq!(steps, expected, "{python}");
        assert_eq!(events.count("error"), 1);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("Failing failed"), "{said}");
    }
}

#[test]
fn watch_adds_to_the_scripts_own_list() {
    let script = "import hotload\ndef show(changed_files=()): pass\n\
        class Show(hotload.Runnable):\n    def run(self, changed_files):\n        print(len(changed_files))\n\
        hotload.hotload(['lib.py'], [Show()])\n";
    for python in two_pythons() {
        let project = Project::with("launch.py", script);
        project.save("lib.py", "");
        project.save("more/data.csv", "");
        let arguments = ["--watch", "more", "--ext", "csv"];
        let mut session = Session::start(&mut launched(&project, python, &arguments), python);
        session.prints("0");
        project.save("more/data.csv", "1");
        session.prints("1");
        assert_eq!(session.output(), "0\n1\n");
        project.save("lib.py", "x = 1");
        session.prints("1");
    }
}

#[test]
fn a_newer_hotload_py_is_told_once_and_not_used() {
    for python in pythons() {
        let project = Project::with("lib.py", "import hotload\nprint(hotload.__version__)\n");
        project.save("hotload.py", "__version__ = '99.0.0'\nprint('never')\n");
        project.save("launch.py", TUTORIAL);
        let mut session = Session::start(&mut launched(&project, python, &[]), python);
        session.prints(env!("CARGO_PKG_VERSION"));
        session.says("is of hotload 99.0.0");
        project.save("lib.py", "print('again')\n");
        session.prints("again");
        assert_eq!(session.said().matches("99.0.0").count(), 1);
        assert!(!session.output().contains("never"));
    }
}

#[test]
fn modules_that_hotload_reloads_by_itself_have_the_state_helpers_too() {
    for python in pythons() {
        let lib = "import hotload, os\n\
            print(hotload.once('x', lambda: 'made') + str([os.path.basename(f) for f in hotload.changed_files()]))\n\
            hotload.on_reload(lambda old: print_(old.__name__))\n\
            def print_(text): print(text)\n";
        let project = Project::with("lib.py", lib);
        let mut session = project.start(python, &["lib"]);
        session.prints("made[]");
        project.save("lib.py", lib.replace("'made'", "'anew'"));
        session.prints("lib");
        session.prints("made['lib.py']");
        // Only a launch script may call it.
        project.save(
            "lib.py",
            "import hotload\nhotload.hotload(['lib.py'], [])\n",
        );
        session.says("hotload --launch FILE");
    }
}

/// What cannot be done, and whether the message has the line of the script.
const REFUSED: [(&str, &str, bool); 19] = [
    ("never calls", "import hotload\n", false),
    ("ends itself", "import sys\nsys.exit(0)\n", false),
    ("no list", "hotload.hotload([], [step])", true),
    ("empty lists", "hotload.hotload([[], []], [step])", true),
    (
        "a missing file",
        "hotload.hotload(['lib.py', 'nope.py'], [step])",
        true,
    ),
    (
        "a missing folder",
        "hotload.hotload(hotload.listfiles('nope'), [step])",
        true,
    ),
    ("no path", "hotload.hotload(['lib.py', 3], [step])", true),
    ("no steps", "hotload.hotload('lib.py', [])", true),
    ("a step, no list", "hotload.hotload('lib.py', step)", true),
    ("a number", "hotload.hotload('lib.py', [step, 3])", true),
    (
        "a class",
        "hotload.hotload('lib.py', [hotload.ClearTerminal])",
        true,
    ),
    (
        "a function",
        "def f(): pass\nhotload.hotload('lib.py', [f])",
        true,
    ),
    ("a command", "hotload.hotload('lib.py', ['make'])", true),
    (
        "no module",
        "hotload.ReloadedPythonModule.from_module_name('nope')",
        true,
    ),
    (
        "a file for a module",
        "hotload.ReloadedPythonModule.from_module_name('lib.py')",
        true,
    ),
    (
        "a name for a module",
        "hotload.ReloadedPythonModule('lib')",
        true,
    ),
    (
        "no time",
        "hotload.hotload('lib.py', [step], poll_interval=0)",
        true,
    ),
    (
        "a step that fails",
        "class Bad(hotload.Runnable):\n    def __init__(self): 1 // 0\nhotload.hotload('lib.py', [Bad()])",
        true,
    ),
    ("no Python", "hotload.hotload(", true),
];

fn refused(text: &str) -> String {
    if text.starts_with("import") {
        return text.into();
    }
    format!("import hotload\nstep = hotload.PythonHandle(str)\n{text}\n")
}

#[test]
fn a_script_that_cannot_be_used_is_refused() {
    for python in pythons() {
        let mut messages = String::new();
        for (what, text, has_line) in REFUSED {
            let project = Project::with("lib.py", "print('never')\n");
            project.save("launch.py", refused(text));
            let output = launched(&project, python, &[]).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr)
                .replace(project.path().to_str().unwrap(), "DIR");
            assert_eq!(output.status.code(), Some(2), "{python} {what}: {said}");
            assert!(output.stdout.is_empty(), "{python} {what}: {output:?}");
            assert!(said.contains("launch.py"), "{python} {what}: {said}");
            assert!(
                !has_line || said.contains("line ") || said.contains("launch.py:"),
                "{python} {what}: {said}"
            );
            let said = said.split_once("\n\n").unwrap().1;
            messages.push_str(&format!("# {what}\n{said}\n"));
        }
        if python.version == (3, 13) {
            insta::assert_snapshot!(messages);
        }
    }
}

#[test]
fn a_script_that_cannot_be_used_is_refused_alone_too() {
    for python in two_pythons() {
        let mut messages = String::new();
        for (what, text, _) in REFUSED.iter().skip(2).take(15) {
            let project = Project::with("lib.py", "print('never')\n");
            project.save("launch.py", refused(text));
            let output = Way::Alone
                .command(&project, python, "launch.py")
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr)
                .replace(project.path().to_str().unwrap(), "DIR");
            assert_eq!(output.status.code(), Some(2), "{python} {what}: {said}");
            assert!(said.contains("launch.py, line "), "{python} {what}: {said}");
            messages.push_str(&format!("# {what}\n{said}\n"));
        }
        if python.version == (3, 13) {
            insta::assert_snapshot!(messages);
        }
    }
}

#[test]
fn a_second_call_is_refused() {
    let script = "import hotload\nstep = hotload.PythonHandle(str)\n\
        hotload.hotload('lib.py', [step])\nhotload.hotload('lib.py', [step])\n";
    for python in pythons() {
        let project = Project::with("lib.py", "");
        project.save("launch.py", script);
        let output = launched(&project, python, &["--once"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.contains("line 4: hotload.hotload is called twice, first in line 3"),
            "{said}"
        );
    }
}

#[test]
fn what_contradicts_a_launch_script_is_a_usage_error() {
    let project = Project::with("lib.py", "");
    project.save("launch.py", TUTORIAL);
    project.save("folder/x.py", "");
    let cases: [&[&str]; 7] = [
        &["--launch", "launch.py", "lib"],
        &["--launch", "launch.py", "--call", "f"],
        &["--launch", "launch.py", "--before", "f"],
        &["--launch", "launch.py", "--run", "make"],
        &["--launch", "launch.py", "--step", "clear"],
        &["--launch", "nope.py"],
        &["--launch", "folder"],
    ];
    let mut messages = String::new();
    for arguments in cases {
        let output = project.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        messages.push_str(&format!("$ hotload {}\n{said}\n", arguments.join(" ")));
    }
    insta::assert_snapshot!(messages);
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
