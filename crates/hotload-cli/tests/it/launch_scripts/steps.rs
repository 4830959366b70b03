//! What steps and hooks do, in which order, and what they receive.

use indoc::{formatdoc, indoc};

use crate::harness::{Project, Session};
use crate::launch_scripts::{TUTORIAL, Way, everywhere, on_two};
use crate::pythons::{Python, two_pythons};

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
        formatdoc!(
            r"
                print('body')
                number = {number}
                def teststuff(): print('one %d' % number)
                def teststuff2(): print('two %d' % number)
            "
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
        // The hook of the old text fails once more, and is reported once more.
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
fn a_step_receives_what_changed_and_may_name_what_it_wants() {
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
fn the_time_of_a_cycle_is_shown_on_request() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "");
        let script = format!("import hotload\nhotload.TIME_RELOADS = True\n{TUTORIAL}");
        let mut session = Way::Alone.start(&project, python, &script);
        session.says("Successfully reloaded lib @ ");
        session.says("Reloaded in ");
        session.says(" ms\n");
    }
}

#[test]
fn a_reloader_without_a_name_runs() {
    let script = indoc! {r"
        import hotload
        class Own(hotload.ReloadedPythonModule):
            def __init__(self): pass
            def run(self, changed_files): print(len(changed_files))
        hotload.hotload('lib.py', [Own()])
    "};
    for (python, way) in on_two() {
        let project = Project::with("lib.py", "");
        let mut session = way.start(&project, python, script);
        session.prints("0");
        project.save("lib.py", "1");
        session.prints("1");
    }
}

/// A launch script whose step runs what its module depends on, and a project of three modules.
fn with_dependents(python: &Python, way: Way) -> (Project, Session) {
    let script = r#"
import hotload

hotload.hotload(
    watch=[hotload.listfiles(".", ".py")],
    steps=[hotload.ReloadedPythonModule.from_module_name("lib", level="dependents")],
)
"#;
    let project = Project::with("lib.py", "import plots\nprint('lib sees %d' % plots.x)\n");
    project.save("plots.py", "import mymath\nx = mymath.x + 1\n");
    project.save("mymath.py", "x = 1\n");
    let mut session = way.start(&project, python, script);
    session.prints("lib sees 2");
    (project, session)
}

#[test]
fn a_step_with_a_level_runs_what_its_module_depends_on() {
    for (python, way) in everywhere() {
        let (project, mut session) = with_dependents(python, way);
        project.save("mymath.py", "x = 2\n");
        session.prints("lib sees 3");
        project.save("mymath.py", "x = 1 // 0\n");
        session.says("ZeroDivisionError");
        project.save("mymath.py", "x = 3\n");
        session.prints("lib sees 4");
        let expected = "lib sees 2\nlib sees 3\nlib sees 4\n";
        assert_eq!(session.output(), expected, "{python} {way:?}");
    }
}

#[test]
fn a_step_with_a_level_misses_a_module_that_is_removed() {
    for (python, way) in everywhere() {
        let (project, mut session) = with_dependents(python, way);
        std::fs::remove_file(project.file("mymath.py")).unwrap();
        session.says("No module named");
        project.save("mymath.py", "x = 3\n");
        session.prints("lib sees 4");
        let expected = "lib sees 2\nlib sees 4\n";
        assert_eq!(session.output(), expected, "{python} {way:?}");
    }
}

#[test]
fn an_unknown_level_is_refused() {
    for (python, way) in on_two() {
        let project = Project::with("lib.py", "");
        let script = "import hotload\n\
            hotload.ReloadedPythonModule.from_module_name('lib', level='all')\n";
        let mut session = way.start(&project, python, script);
        let levels = "\"module\", \"changed\", \"dependents\" or \"patch\"";
        session.says(&format!("level must be {levels}, not 'all'"));
    }
}
