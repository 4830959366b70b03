//! The examples of docs/launch-scripts.md, as they are printed there.

use crate::harness::{Project, Session};
use crate::launch_scripts::{TUTORIAL, Way, everywhere, on_two};
use crate::pythons::Python;

const PAGE: &str = include_str!("../../../../../docs/launch-scripts.md");

/// The example that has a text in it.
#[track_caller]
fn example(part: &str) -> String {
    let page = PAGE.replace("\r\n", "\n");
    let mut blocks = page.split("```python\n").skip(1);
    let block = blocks.find_map(|rest| {
        let block = rest.split("```").next()?;
        block.contains(part).then(|| block.to_owned())
    });
    block.unwrap_or_else(|| panic!("no example has {part:?}"))
}

fn start(project: &Project, python: &Python, way: Way, part: &str) -> Session {
    way.start(project, python, &example(part))
}

#[test]
fn the_first_script_runs_on_each_save() {
    for (python, way) in everywhere() {
        let lib = example("x = 3");
        let project = Project::with("lib.py", &lib);
        let mut session = start(&project, python, way, "ClearTerminal()");
        session.prints("25");
        project.save("lib.py", lib.replace("x = 3", "x = 4"));
        session.prints("32");
    }
}

#[test]
fn a_custom_step_receives_what_changed() {
    for (python, way) in on_two() {
        let project = Project::with("lib.py", "");
        let mut session = start(&project, python, way, "class Changed");
        session.prints("changed: []");
        project.save("lib.py", "x = 1\n");
        session.prints_part("lib.py']");
    }
}

#[test]
fn hooks_call_what_the_module_has() {
    for (python, way) in everywhere() {
        let module = example("def close_windows");
        let project = Project::with("mymath.py", &module);
        let mut session = start(&project, python, way, "class MathReloader");
        session.prints("25");
        session.prints("1 open");
        project.save("mymath.py", module.replace("f(3, 4)", "f(4, 4)"));
        session.prints("32");
        session.prints("1 open");
    }
}

#[test]
fn what_is_slow_is_computed_once() {
    for (python, way) in everywhere() {
        let lib = example("constant = constant").replace("sleep(5)", "sleep(0.1)");
        let project = Project::with("lib.py", &lib);
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("42");
        project.save("lib.py", lib.replace("return 42", "return 43"));
        session.prints("42");

        let lib = example("hotload.once");
        let project = Project::with("lib.py", &lib);
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("connecting");
        session.prints("changed: []");
        project.save("lib.py", format!("{lib}\n"));
        session.prints("leaving, 1 open");
        session.prints_part("lib.py']");
        assert_eq!(session.output().matches("connecting").count(), 1);
    }
}

#[test]
fn helpers_are_reloaded_where_they_are_used_or_by_the_script() {
    for (python, way) in everywhere() {
        let module = example("def close_windows");
        let reloading = (example("reload(mymath)"), "ClearTerminal()");
        let plain = "import mymath\nprint(mymath.f(2, 3))\n".to_owned();
        for (lib, script) in [reloading, (plain, "hotload.ReloadModules(lib)")] {
            let project = Project::with("lib.py", &lib);
            project.save("mymath.py", &module);
            let mut session = start(&project, python, way, script);
            session.prints("13");
            project.save("mymath.py", module.replace("y*y", "y*y*y"));
            session.prints("31");
        }
    }
}

#[test]
fn a_watch_list_takes_what_is_listed() {
    for (python, way) in on_two() {
        let project = Project::with("src/one.py", "");
        for name in ["data/points.csv", "pkg/two.py", "a.txt", "b.txt"] {
            project.save(name, "");
        }
        let mut session = start(&project, python, way, "glob.glob");
        session.prints("saved");
        for name in [
            "src/new.py",
            "data/points.csv",
            "pkg/two.py",
            "b.txt",
            "data/x.json",
        ] {
            project.save(name, "something");
            session.prints("saved");
        }
    }
}
