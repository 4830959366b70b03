//! Errors in a text that is not the one in the file any more.

use serde_json::Value;

use crate::events::Events;
use crate::harness::{Project, Session};
use crate::pythons::{Python, pythons, two_pythons};

#[test]
fn an_old_function_shows_the_text_it_was_made_from() {
    for python in pythons() {
        let project = Project::with(
            "lib.py",
            "import keep\ndef f():\n    return 1 // 0  # old\nkeep.it = f\n",
        );
        project.save("keep.py", "it = None\n");
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        project.save(
            "lib.py",
            "import keep\n\n\n\ndef f():\n    return 'new'\nkeep.it()\n",
        );
        session.ends_cycle(2);
        let said = session.said();
        assert!(said.contains("return 1 // 0  # old"), "{python}: {said}");
        assert!(said.contains("has changed since"), "{python}: {said}");
    }
}

/// A helper that a target calls, and that no step loads again.
/// Reloads the target only, so that the helper is old.
fn helper_session(python: &Python, change: &str) -> (Project, Session) {
    let project = Project::with("lib.py", &format!("import helper\n{change}\nhelper.g()\n"));
    project.save(
        "helper.py",
        "def g():\n    x = 1\n    y = 2\n    raise KeyError('other')\n",
    );
    let options = [
        "--reload",
        "module",
        "--no-clear",
        "--events",
        "events.jsonl",
        "lib.py",
    ];
    let session = project.start(python, &options);
    (project, session)
}

#[test]
fn a_helper_that_is_saved_and_not_reloaded_is_marked_as_changed() {
    for python in pythons() {
        let (project, mut session) = helper_session(python, "");
        session.ends_cycle(1);
        assert!(!session.said().contains("has changed"), "{python}");
        assert!(!session.said().contains("help: "), "{python}");
        // Above the line that runs, and nothing in it.
        project.save(
            "helper.py",
            "\ndef g():\n    x = 1\n    y = 2\n    raise KeyError('other')\n",
        );
        session.says(" in g (the file has changed since this was loaded)");
        session.says("helper.py was saved after it was loaded: reload it");
        session.ends_cycle(2);
        let events = Events::of(&project);
        let states: Vec<&Value> = events
            .all("error")
            .map(|error| &error["exceptions"][0]["frames"][1]["text_state"])
            .collect();
        assert_eq!(states, ["ok", "older"], "{python}");
    }
}

#[test]
fn a_file_that_changes_or_goes_while_it_runs_is_marked_as_changed() {
    const CHANGES: [(&str, bool); 2] = [
        ("import os; os.remove(helper.__file__)", false),
        ("open(helper.__file__, 'a').write('#')", true),
    ];
    for python in two_pythons() {
        for (change, is_there) in CHANGES {
            let (_project, mut session) = helper_session(python, change);
            session.says(" in g (the file has changed since this was loaded)");
            session.ends_cycle(1);
            let has_help = session.said().contains("was saved after it was loaded");
            assert_eq!(has_help, is_there, "{python}: {change}");
        }
    }
}

#[test]
fn code_that_was_run_from_the_file_as_it_is_now_gets_its_line_and_no_remark() {
    let runs = [
        "import runpy\nrunpy.run_path(helper.__file__, run_name='other')\n",
        "exec(compile(open('helper.py').read(), HELPER, 'exec'), {})\n",
    ];
    for python in two_pythons() {
        for run in runs {
            let helper = "def f():\n    pass\n";
            let project = Project::with("lib.py", "import helper\n");
            project.save("helper.py", helper);
            let mut session = project.start(python, &["lib"]);
            session.ends_cycle(1);
            project.save("helper.py", "def f():\n    return {}['now']\nf()\n");
            let run = run.replace("HELPER", "helper.__file__");
            project.save("lib.py", format!("import helper\n{run}"));
            session.says("KeyError: 'now'");
            session.says("helper.py:2");
            session.says("return {}['now']");
            session.says("failed  lib");
            let said = session.said();
            assert!(!said.contains("has changed"), "{python}: {said}");
            assert!(!said.contains("reload it"), "{python}: {said}");
        }
    }
}

#[test]
fn a_name_that_a_helper_has_since_it_was_loaded_is_explained() {
    const HELP: &str = "helper.py was saved after it was loaded: reload it";
    let uses = [
        "import helper\nhelper.stop()\n",
        "from helper import stop\n",
        "from helper import Tool\nTool().stop()\n",
        "from helper import start\nstart(stop=1)\n",
        "from helper import *\nstop()\n",
    ];
    for python in pythons() {
        for uses in uses {
            let project = Project::with("lib.py", "import helper\n");
            project.save("helper.py", "class Tool(object): pass\ndef start(): pass\n");
            let mut session = project.start(python, &["--reload", "module", "lib"]);
            session.ends_cycle(1);
            project.save(
                "helper.py",
                "class Tool(object):\n    def stop(self): pass\ndef stop(): pass\ndef start(stop=1): pass\n",
            );
            session.ends_cycle(2);
            project.save("lib.py", uses);
            session.says("error: ");
            session.says(HELP);
            // A name that the file does not have either.
            project.save("lib.py", "import helper\nhelper.nowhere()\n");
            session.says("nowhere");
            session.ends_cycle(4);
            let said = session.said();
            assert_eq!(said.matches(HELP).count(), 1, "{python}: {said}");
        }
    }
}
