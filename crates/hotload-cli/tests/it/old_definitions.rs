//! What a module keeps although its text no longer defines it.

use crate::events::Events;
use crate::harness::Project;
use crate::pythons::pythons;

#[test]
fn a_function_that_was_renamed_or_deleted_is_named_in_each_cycle_until_it_is_gone() {
    const FIRST: &str = "def helper(): return 42\nclass Kept(object): pass\nx = 1\n\
        if x:\n    def inner(): pass\nprint(helper())\n";
    const RENAMED: &str = "def renamed(): return 42\nclass Kept(object): pass\nprint(helper())\n";
    for python in pythons() {
        let project = Project::with("lib.py", FIRST);
        let mut session = project.start(python, &["--events", "events.jsonl", "lib"]);
        session.prints("42");
        session.ends_cycle(1);
        let warning = "warning: lib still has `helper` and `inner`, which its file no longer \
                       defines; `--fresh` clears them, and so does `R`\n";
        for cycle in [2, 3] {
            project.save("lib.py", format!("{RENAMED}#{cycle}\n"));
            session.prints("42");
            session.says(warning);
            session.ends_cycle(cycle);
        }
        // A name that is given to something else, or deleted, is no longer old.
        project.save("lib.py", format!("{RENAMED}helper = len\n"));
        session.says("lib still has `inner`, which");
        session.ends_cycle(4);
        // A run that fails may have been about to give it away.
        project.save("lib.py", "class Kept(object): pass\n1 // 0\nrenamed = 5\n");
        session.says("lib still has `inner`, which");
        session.ends_cycle(5);
        project.save(
            "lib.py",
            "class Kept(object): pass\ndef renamed(): pass\ndel inner\n",
        );
        session.ends_cycle(6);
        assert_eq!(session.said().matches("still has").count(), 4, "{python}");
        let events = Events::of(&project);
        let first = events.all("old_definitions").next().unwrap().clone();
        assert_eq!(first["module"], "lib");
        assert_eq!(first["names"], serde_json::json!(["helper", "inner"]));
        assert_eq!(first["cycle"], 2);
    }
}

#[test]
fn a_helper_that_user_code_reloads_is_named_as_well_and_one_that_defines_all_again_is_not() {
    const LIB: &str = "try: from importlib import reload\nexcept ImportError: pass\n\
        import helper\nreload(helper)\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("helper.py", "def f(): pass\ndef g(): pass\n");
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        project.save("helper.py", "def g(): pass\ndef f(): pass\n");
        session.ends_cycle(2);
        assert!(!session.said().contains("still has"), "{python}");
        project.save("helper.py", "def g(): pass\n");
        session.says("warning: helper still has `f`, which its file no longer defines;");
    }
}
