//! Each save of what a script watches runs it once, and nothing stale.

use std::fs;
use std::time::Duration;

use indoc::{formatdoc, indoc};

use crate::harness::{Project, Session, pause, wait_until};
use crate::launch_scripts::{TUTORIAL, Way, everywhere, launched};
use crate::pythons::{pythons, two_pythons};
use crate::survival::patching;

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
fn a_save_in_two_parts_is_one_run() {
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "print('start')\n");
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("start");
        project.save("lib.py", "print('who");
        pause(Duration::from_millis(10));
        project.save("lib.py", "print('whole')\n");
        session.prints("whole");
        project.save("lib.py", "print('end')\n");
        session.prints("end");
        assert_eq!(session.output(), "start\nwhole\nend\n", "{python} {way:?}");
    }
}

#[test]
fn a_missing_file_is_waited_for() {
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "print('one')\n");
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("one");
        // Windows refuses that while Python reads it.
        wait_until(|| fs::rename(project.file("lib.py"), project.file("lib.py~")).ok()).unwrap();
        pause(Duration::from_millis(300));
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
fn a_save_of_the_script_runs_the_steps_as_any_save_does() {
    let script = |note: &str| {
        formatdoc!(
            r"
                import hotload
                import other
                class Hooked(hotload.ReloadedPythonModule):
                    def pre_reload_hook(self, module): print('pre')
                    def post_reload_hook(self, module): print('post')
                hotload.hotload(hotload.listfiles('.', '.py'), [
                    Hooked.from_module_name('lib'), hotload.ReloadedPythonModule(other)])
                # {note}
            "
        )
    };
    for python in pythons() {
        let project = Project::with("lib.py", "print('lib')\n");
        project.save("other.py", "print('other')\n");
        project.save("launch.py", script("one"));
        let mut session = Session::start(&mut launched(&project, python, &[]), python);
        session.prints("post");
        session.ends_cycle(1);
        project.save("launch.py", script("two"));
        session.prints("other");
        session.ends_cycle(2);
        project.save("lib.py", "print('half')\nundefined\n");
        session.says("NameError");
        session.prints("other");
        session.ends_cycle(3);
        // It has failed, and so it does again.
        project.save("launch.py", script("three"));
        session.says("NameError");
        session.prints("other");
        let expected = "other\nlib\npre\npost\npre\nlib\npost\nother\n\
            pre\nhalf\nother\npre\nhalf\nother\n";
        assert_eq!(session.output(), expected, "{python}");
    }
}

#[test]
fn what_an_edited_script_loads_for_the_first_time_runs_once() {
    let script = |imports: &str, step: &str| {
        formatdoc!(
            r"
                import hotload{imports}
                hotload.hotload(hotload.listfiles('.', '.py'), [{step}])
                print('behind')
            "
        )
    };
    let named = "hotload.ReloadedPythonModule.from_module_name('late')";
    for python in two_pythons() {
        for (imports, step) in [
            ("", named),
            (", late", "hotload.ReloadedPythonModule(late)"),
        ] {
            let project = Project::with("late.py", "print('late')\n");
            project.save("launch.py", script("", "hotload.PythonHandle(dict)"));
            let mut session = Session::start(&mut launched(&project, python, &[]), python);
            session.ends_cycle(1);
            project.save("launch.py", script(imports, step));
            session.prints("late");
            session.ends_cycle(2);
            project.save("other.py", "");
            session.prints("late");
            session.ends_cycle(3);
            assert_eq!(session.output(), "late\nlate\n", "{python} {imports}");
        }
    }
}

#[test]
fn a_changed_module_whose_reload_fails_is_tried_again_until_it_loads() {
    let script = indoc! {r"
        import hotload
        lib = hotload.ReloadedPythonModule.from_module_name('lib')
        hotload.hotload(hotload.listfiles('.', '.py'), [hotload.ReloadModules(lib), lib])
    "};
    let lib = |text: &str| format!("import helper, zother\nprint('{text} ' + helper.word)\n");
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", &lib("one"));
        project.save("helper.py", "word = 'a'\n");
        project.save("zother.py", "");
        let mut session = way.start(&project, python, script);
        session.prints("one a");
        project.save("helper.py", "word = undefined\n");
        session.says("NameError");
        session.prints("one a");
        project.save("zother.py", "print('other')\n");
        session.says("NameError");
        session.prints("other");
        session.prints("one a");
        project.save("lib.py", lib("two"));
        session.says("NameError");
        session.prints("two a");
        project.save("helper.py", "word = 'b'\nprint('loaded')\n");
        session.prints("two b");
        project.save("lib.py", lib("three"));
        session.prints("three b");
        assert_eq!(
            session.output().matches("loaded").count(),
            1,
            "{python} {way:?}"
        );
    }
}

#[test]
fn builtins_that_user_code_has_patched_do_not_end_the_script() {
    let damages = [
        "builtins.__import__ = bad",
        "builtins.open = builtins.compile = builtins.repr = builtins.sorted = bad",
        "builtins.issubclass = builtins.max = builtins.range = builtins.set = bad",
    ];
    for (python, way) in everywhere() {
        for damage in damages {
            let lib = format!("{}{damage}\nraise KeyError('x')\n", patching(python));
            let project = Project::with("lib.py", &lib);
            let mut session = way.start(&project, python, TUTORIAL);
            session.says("KeyError: 'x'");
            project.save("lib.py", "print('good')\n");
            session.prints("good");
            let said = session.said();
            assert!(!said.contains("ended"), "{python}: {damage}: {said}");
            assert!(!said.contains("hotload.py"), "{python}: {damage}: {said}");
        }
    }
}
