//! What cannot be done is said, with the line of the script.

use indoc::indoc;

use crate::harness::{Project, Written, run};
use crate::launch_scripts::{TUTORIAL, Way, launched};
use crate::pythons::{pythons, two_pythons};

/// What cannot be done, and whether the message has the line of the script.
const REFUSED: [(&str, &str, bool); 31] = [
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
        "a step without run",
        "class Empty(hotload.Runnable):\n    def Run(self): pass\nhotload.hotload('lib.py', [step, Empty()])",
        true,
    ),
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
        "a list for a command",
        "hotload.hotload('lib.py', [step, hotload.Command(['echo', 'A B'])])",
        true,
    ),
    (
        "nothing to call",
        "hotload.hotload('lib.py', [hotload.PythonHandle(3)])",
        true,
    ),
    (
        "a callable that fails",
        "def data():\n    return 1 // 0\nhotload.hotload(['lib.py', data], [step])",
        true,
    ),
    (
        "an unknown argument",
        "hotload.hotload('lib.py', [step], interval=3)",
        true,
    ),
    ("no steps at all", "hotload.hotload(['lib.py'])", true),
    (
        "a number for a name",
        "hotload.ReloadedPythonModule.from_module_name(3)",
        true,
    ),
    (
        "an empty name",
        "hotload.ReloadedPythonModule.from_module_name('')",
        true,
    ),
    (
        "a relative name",
        "hotload.ReloadedPythonModule.from_module_name('.lib')",
        true,
    ),
    (
        "nothing to leave to others",
        "hotload.ReloadModules(3)",
        true,
    ),
    (
        "an object of another class",
        "class Old: pass\nhotload.hotload('lib.py', [Old()])",
        true,
    ),
    (
        "a thread",
        "from threading import Thread\nthread = Thread(target=lambda: hotload.hotload('lib.py', [step]))\nthread.start()\nthread.join()",
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
            let end = run(&mut launched(&project, python, &[])).code(2).stdout("");
            let said = end.said().replace(project.path().to_str().unwrap(), "DIR");
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
        for (what, text, _) in REFUSED.iter().skip(2).take(27) {
            let project = Project::with("lib.py", "print('never')\n");
            project.save("launch.py", refused(text));
            // A thread cannot end the program with its status.
            let status = if what == &"a thread" { 0 } else { 2 };
            let end = run(&mut Way::Alone.command(&project, python, "launch.py")).code(status);
            let said = end.said().replace(project.path().to_str().unwrap(), "DIR");
            assert!(!said.contains("Traceback"), "{python} {what}: {said}");
            // Old-style in 2.7.
            let is_named = !text.contains("class Old") || said.contains("of type Old, not");
            assert!(is_named, "{python} {what}: {said}");
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
    let script = indoc! {r"
        import hotload
        step = hotload.PythonHandle(str)
        hotload.hotload('lib.py', [step])
        hotload.hotload('lib.py', [step])
    "};
    for python in pythons() {
        let project = Project::with("lib.py", "");
        project.save("launch.py", script);
        let said = run(&mut launched(&project, python, &["--once"])).said();
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
        let said = project.run(arguments).code(2).said();
        messages.push_str(&format!("$ hotload {}\n{said}\n", arguments.join(" ")));
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn a_call_in_a_thread_is_refused_while_the_main_one_goes_on() {
    let script = indoc! {r"
        import hotload, time
        from threading import Thread
        Thread(target=lambda: hotload.hotload('lib.py', [hotload.PythonHandle(str)])).start()
        while 1: time.sleep(0.01)
    "};
    for python in pythons() {
        let project = Project::with("lib.py", "");
        project.save("launch.py", script);
        let said = run(&mut launched(&project, python, &[])).code(2).said();
        let refusal = "line 3: hotload.hotload is called in a thread";
        assert!(said.contains(refusal), "{python}: {said}");
    }
}
