//! `--reload patch`: what is held follows a save. The cases are tests of hotload-python.

use indoc::indoc;

use crate::events::Events;
use crate::harness::Project;
use crate::pythons::pythons;

const GEOMETRY: &str = indoc! {"
    class Mesh(object):
        def area(self):
            return 1
    def scale():
        return 10
"};

/// Holds an instance and a function of the module from its first run on.
const LIB: &str = indoc! {"
    import geometry
    try:
        held
    except NameError:
        held = geometry.Mesh(), geometry.scale
    print('%d %d %s' % (held[0].area(), held[1](), isinstance(held[0], geometry.Mesh)))
"};

#[test]
fn an_old_instance_and_a_held_function_follow_a_save() {
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("geometry.py", GEOMETRY);
        let arguments = ["--reload", "patch", "--events", "events.jsonl", "lib"];
        let mut session = project.start(python, &arguments);
        session.prints("1 10 True");
        session.ends_cycle(1);
        let text = GEOMETRY
            .replace("return 1\n", "return 2\n")
            .replace("10", "20");
        project.save("geometry.py", &text);
        session.prints("2 20 True");
        session.says("geometry -> lib  patched 1 function, 1 class  ");
        session.ends_cycle(2);
        let events = Events::of(&project);
        let patched = events.all("patched").next().unwrap().clone();
        assert_eq!(patched["module"], "geometry", "{python}");
        let kept = serde_json::json!({"functions": ["scale"], "classes": ["Mesh"]});
        assert_eq!(patched["kept"], kept, "{python}");
    }
}

#[test]
fn a_run_that_fails_is_taken_back_and_what_cannot_follow_is_named() {
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("geometry.py", GEOMETRY);
        let mut session = project.start(python, &["--reload", "patch", "lib"]);
        session.prints("1 10 True");
        session.ends_cycle(1);
        project.save("geometry.py", GEOMETRY.replace("10", "20") + "1 // 0\n");
        session.says("ZeroDivisionError");
        session.says("kept: what was there before");
        session.ends_cycle(2);
        let slots = "(object):\n    __slots__ = ()\n";
        project.save("geometry.py", GEOMETRY.replace("(object):\n", slots));
        session.prints("1 10 False");
        session.says("replaced  Mesh: __slots__ changed, 1 instance keeps the old one");
        session.ends_cycle(3);
    }
}

/// As on Jython and in hosts whose Python is not complete.
#[test]
fn where_nothing_can_live_on_a_line_says_so_after_the_first_run_and_dependents_are_reloaded() {
    const LIB: &str = indoc! {"
        import sys
        sys.modules['operator'] = sys.modules['_operator'] = None
        import geometry
        print(geometry.scale())
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("geometry.py", GEOMETRY);
        let mut session = project.start(python, &["--reload", "patch", "lib"]);
        session.ends_cycle(1);
        session.says("warning: `--reload patch` cannot work in this Python (");
        project.save("geometry.py", GEOMETRY.replace("10", "20"));
        session.prints("20");
        session.says("ok  geometry -> lib  ");
        session.ends_cycle(2);
        let said = session.said();
        assert_eq!(said.matches("cannot work").count(), 1, "{python}: {said}");
    }
}
