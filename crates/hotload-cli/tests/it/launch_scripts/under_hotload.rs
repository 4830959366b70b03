//! What `hotload --launch` adds to a script.

use std::time::{Duration, Instant};

use indoc::{formatdoc, indoc};

use crate::events::Events;
use crate::harness::{Project, Session, Written, run};
use crate::launch_scripts::{TUTORIAL, launched};
use crate::pythons::{pythons, pythons_where, two_pythons};

#[test]
fn children_of_multiprocessing_do_not_run_the_script() {
    let script = indoc! {r"
        import hotload
        print('script')
        hotload.hotload('lib.py', [hotload.ReloadedPythonModule.from_module_name('lib')])
    "};
    let lib = indoc! {r"
        import multiprocessing
        def double(x): return 2 * x
        def main():
            pool = multiprocessing.get_context('spawn').Pool(1)
            print(pool.map(double, [1, 2]))
            pool.terminate()
        if multiprocessing.current_process().name == 'MainProcess': main()
    "};
    for python in pythons_where(|version| version.0 == 3) {
        let project = Project::with("lib.py", lib);
        project.save("launch.py", script);
        run(&mut launched(&project, python, &["--once"])).stdout("script\n[2, 4]\n");
    }
}

#[test]
fn a_script_runs_as_the_program_that_it_is() {
    let script = indoc! {r"
        import hotload, sys
        print(sys.argv)
        print(__name__ + ' ' + __file__)
        import __main__
        assert __main__.__dict__ is globals()
        hotload.hotload('data.txt', [hotload.PythonHandle(lambda: None)])
        print('behind')
    "};
    for python in pythons() {
        let project = Project::with("launch.py", script);
        project.save("data.txt", "");
        let expected = format!(
            "['launch.py', 'a', 'b c']\n__main__ {}\nbehind\n",
            project.file("launch.py").display()
        );
        let mut command = launched(&project, python, &["--once", "--", "a", "b c"]);
        run(&mut command).success().stdout(expected);
    }
}

#[test]
fn an_edited_script_replaces_the_plan_and_the_state_stays() {
    let script = |steps: &str| {
        formatdoc!(
            r"
                import hotload, sys
                assert 'values' not in globals()
                values = hotload.once('values', list)
                values.append(1)
                def show(): print('%s %d' % (__name__, len(values)))
                def other(): print('other')
                try:
                    hotload.hotload(hotload.listfiles('.', '.py'), [{steps}])
                finally:
                    print('finally %d' % len(values))
                print('behind')
            "
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
            session.says("the previous plan stays in effect");
        }
        // The plan of the last text that could be read.
        project.save("another.py", "");
        session.prints("__main__ 4");
        session.prints("other");
        session.says("the launch script failed when it was last read");
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
        session.says("with status 7");
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
    Reloader.from_module_name("lib"), hotload.Command("COMMAND")])
"#;
    let command = if cfg!(windows) {
        "echo ran& exit 3"
    } else {
        "echo ran; exit 3"
    };
    for python in two_pythons() {
        let project = Project::with("launch.py", &script.replace("COMMAND", command));
        project.save("lib.py", "");
        let mut run_once = launched(&project, python, &["--once", "--events", "events.jsonl"]);
        let said = run(&mut run_once).code(1).stdout("ran\n").said();
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
            &format!("run:{command} failed"),
        ];
        assert_eq!(steps, expected, "{python}");
        assert_eq!(events.count("error"), 1);
        assert!(said.contains("Failing failed"), "{said}");
    }
}

#[test]
fn a_newer_hotload_py_is_mentioned_once_and_not_used() {
    for python in pythons() {
        let project = Project::with("lib.py", "import hotload\nprint(hotload.__version__)\n");
        project.save("hotload.py", "__version__ = '99.0.0'\nprint('never')\n");
        project.save("launch.py", TUTORIAL);
        let mut session = Session::start(&mut launched(&project, python, &[]), python);
        session.prints(env!("CARGO_PKG_VERSION"));
        session.says("belongs to hotload 99.0.0");
        project.save("lib.py", "print('again')\n");
        session.prints("again");
        assert_eq!(session.said().matches("99.0.0").count(), 1);
        assert!(!session.output().contains("never"));
    }
}

#[test]
fn the_options_of_a_session_apply_to_a_launch_script() {
    let script = indoc! {r"
        import hotload, time
        def fail():
            return inner()
        def inner():
            return 1 // 0
        def hang():
            print('hangs')
            while True: time.sleep(0.01)
        def after(): print('after')
        hotload.hotload('lib.py', [hotload.PythonHandle(step) for step in (fail, hang, after)])
    "};
    // Programs start slowly under Wine.
    let limit = if cfg!(windows) { "3" } else { "0.5" };
    for python in two_pythons() {
        let project = Project::with("launch.py", script);
        project.save("lib.py", "");
        let native: &[&str] = &["--traceback", "native"];
        for (arguments, said) in [
            (native, "Traceback (most recent call last)"),
            (&[], "in inner"),
        ] {
            let cut = ["--once", "--timeout", limit];
            let arguments = [&cut[..], arguments].concat();
            let end = run(&mut launched(&project, python, &arguments)).code(1);
            let errors = end.stdout("hangs\nafter\n").said();
            for said in [said, &format!("longer than {limit} s (`--timeout`)")] {
                assert!(errors.contains(said), "{python}: {errors}");
            }
        }
    }
}

#[test]
fn files_of_a_launch_script_are_looked_at_as_often_as_asked() {
    let script = indoc! {r"
        import hotload
        def show(): print('ran')
        hotload.hotload('data.txt', [hotload.PythonHandle(show)])
    "};
    let pause = Duration::from_millis(500);
    for python in two_pythons() {
        let project = Project::with("launch.py", script);
        project.save("data.txt", "");
        let arguments = ["--poll", "1", "--no-notify"];
        let mut session = Session::start(&mut launched(&project, python, &arguments), python);
        session.prints("ran");
        // A busy machine is late with the line that follows a look, and so makes pauses shorter.
        let mut longest = Duration::ZERO;
        for number in 1..=8 {
            let saved = Instant::now();
            project.save("data.txt", "x".repeat(number));
            session.prints("ran");
            longest = longest.max(saved.elapsed());
        }
        assert!(longest > pause, "{python}: seen after {longest:?}");
        run(&mut launched(&project, python, &["--poll", "0"])).code(2);
    }
}
