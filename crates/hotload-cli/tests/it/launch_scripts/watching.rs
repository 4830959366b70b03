//! What a watch list stands for while the script runs.

use indoc::indoc;

use crate::harness::{Project, Session};
use crate::launch_scripts::{Way, launched, on_two};
use crate::pythons::two_pythons;

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
fn a_file_that_is_put_on_a_list_is_known_and_not_changed() {
    let script = r#"
import hotload, os

w = hotload.listfiles("sub", ".py") if LISTED else ["lib.py"]

class Show(hotload.Runnable):
    def run(self, changed_files):
        print(" ".join([os.path.basename(file) for file in changed_files]) or "start")
        if "late.txt" not in w:
            w.append("late.txt")

hotload.hotload([w, "lib.py", lambda: ["data.txt"]], [Show()])
"#;
    for (python, way) in on_two() {
        for listed in ["True", "False"] {
            let project = Project::with("lib.py", "");
            for name in ["late.txt", "data.txt", "sub/a.py"] {
                project.save(name, "");
            }
            let mut session = way.start(&project, python, &script.replace("LISTED", listed));
            session.prints("start");
            project.save("lib.py", "x");
            session.prints("lib.py");
            project.save("late.txt", "x");
            session.prints("late.txt");
            let expected = "start\nlib.py\nlate.txt\n";
            assert_eq!(session.output(), expected, "{python} {way:?} {listed}");
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
fn a_callable_that_fails_is_reported_and_the_watch_goes_on() {
    let script = indoc! {r"
        import hotload, os
        def data():
            if os.path.exists('bad'): 1 // 0
            return []
        hotload.hotload(['lib.py', data],
            [hotload.ReloadedPythonModule.from_module_name('lib')])
    "};
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

#[test]
fn watch_adds_to_the_scripts_own_list() {
    let script = indoc! {r"
        import hotload
        def show(changed_files=()): pass
        class Show(hotload.Runnable):
            def run(self, changed_files):
                print(len(changed_files))
        hotload.hotload(['lib.py'], [Show()])
    "};
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

/// By a clock of its own, so that it is true on a busy machine, too.
#[test]
fn alone_every_loaded_file_is_looked_at_several_times_a_second() {
    let script = r#"
import hotload

clock, looks = [0.0], {}
hotload.now = lambda: clock[0]

def look(self):
    clock[0] += 5e-6
    looks[self.path] = looks.get(self.path, 0) + 1
    return False

hotload.WatchedFile.has_changed = look
poller = hotload.Poller(hotload.WatchList([hotload.listfiles("many", ".txt")]).collect())
used = sorted(poller.files)[:60]
for path in used:
    poller.use(poller.files[path])
for _ in range(144):
    clock[0] += 1.0 / 144
    poller.tick()
counts = [looks.get(path, 0) for path in used]
print(min(counts[-16:]) >= 144)
print(min(counts) >= 5)
print(sum(looks.values()) - sum(counts) > 100)
print(sum(looks.values()) * 5e-6 < 0.02)
"#;
    for python in two_pythons() {
        let project = Project::with("measure.py", script);
        for number in 0..2000 {
            project.save(&format!("many/{number}.txt"), "");
        }
        let output = Way::Alone.command(&project, python, "measure.py").output();
        let printed = String::from_utf8_lossy(&output.as_ref().unwrap().stdout).replace('\r', "");
        // The latest, all that are loaded, the others, and the time that took.
        assert_eq!(printed, "True\nTrue\nTrue\nTrue\n", "{python}: {output:?}");
    }
}

/// It is user code like any other.
#[test]
fn a_callable_that_does_not_return_is_cut_short_like_a_step() {
    const SCRIPT: &str = indoc! {r#"
        import hotload, os, time

        def files():
            if os.path.exists("hang"):
                print("hangs")
                while True: time.sleep(0.01)
            return ["lib.py"]

        class Show(hotload.Runnable):
            def run(self):
                print("ran " + open("lib.py").read())

        hotload.hotload([files, "lib.py"], [Show()])
    "#};
    let cases: [(&[&str], &str); 4] = [
        (&["--busy", "interrupt"], "interrupting the run"),
        (&["--busy", "restart"], "restarting the interpreter"),
        (&["--timeout", "0.5"], "it took longer than 0.5 s"),
        (&[], "a save is waiting"),
    ];
    for python in two_pythons() {
        for (options, said) in cases {
            let project = Project::with("lib.py", "one");
            project.save("launch.py", SCRIPT);
            let arguments = [&["--launch", "launch.py"], options].concat();
            let mut session = project.start(python, &arguments);
            session.prints("ran one");
            project.save("hang", "");
            session.prints("hangs");
            std::fs::remove_file(project.file("hang")).unwrap();
            project.save("lib.py", "two");
            session.says(said);
            if options.is_empty() {
                session.press_ctrl_c();
                assert_eq!(session.ends().code(), Some(130), "{python}");
            } else {
                session.prints("ran two");
            }
        }
    }
}
