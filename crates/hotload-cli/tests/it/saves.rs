//! One save, one run, whatever way the editor saves.

use std::fs;

use crate::events::Events;
use crate::harness::Project;
use crate::pythons::{pythons, two_pythons};

fn in_place(project: &Project, text: &str) {
    project.save("lib.py", text);
}

fn by_rename(project: &Project, text: &str) {
    project.save(".lib.py.tmp", text);
    fs::rename(project.file(".lib.py.tmp"), project.file("lib.py")).unwrap();
}

fn by_backup_and_recreate(project: &Project, text: &str) {
    fs::rename(project.file("lib.py"), project.file("lib.py~")).unwrap();
    project.save("lib.py", text);
}

#[test]
fn five_saves_are_five_cycles_in_each_way_of_saving() {
    for python in pythons() {
        for save in [in_place, by_rename, by_backup_and_recreate] {
            let project = Project::with("lib.py", "print('save 0')\n");
            let mut session = project.start(python, &["lib", "--events", "events.jsonl"]);
            session.prints("save 0");
            session.ends_cycle(1);
            for number in 1..=5 {
                save(&project, &format!("print('save {number}')\n"));
                session.prints(&format!("save {number}"));
                session.ends_cycle(number + 1);
            }
            // A sixth as a mark: had one of the five run twice, this would not be cycle 7.
            project.save("lib.py", "print('mark')\n");
            session.prints("mark");
            session.ends_cycle(7);
            assert_eq!(Events::of(&project).count("cycle"), 7, "{python}");
        }
    }
}

#[test]
fn a_target_that_is_missing_for_long_is_not_yet_there() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        project.save("other.py", "");
        let mut session = project.start(python, &["lib"]);
        session.prints("one");
        session.ends_cycle(1);
        fs::remove_file(project.file("lib.py")).unwrap();
        // A cycle in between: the target is left out and nothing crashes.
        project.save("other.py", "x = 1\n");
        session.says("not there");
        session.ends_cycle(2);
        project.save("lib.py", "print('two')\n");
        session.prints("two");
        session.ends_cycle(3);
    }
}

#[test]
fn a_save_whose_first_half_does_not_compile_is_one_cycle() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        let mut session = project.start(python, &["lib", "--poll", "1000"]);
        session.prints("one");
        session.ends_cycle(1);
        let mut halves = 0;
        for number in 2..12 {
            // The rest follows as soon as the first part is on disk: well within 20 ms.
            project.save("lib.py", "print('half'\n");
            project.save("lib.py", format!("print('half'\n, 'whole', {number})\n"));
            session.ends_cycle(number);
            halves += usize::from(session.said().contains("SyntaxError"));
        }
        assert_eq!(halves, 0, "{python}: {}", session.said());
    }
}

#[test]
fn a_touch_runs_again() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('run')\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("run");
        session.ends_cycle(1);
        project.save("lib.py", "print('run')\n");
        session.prints("run");
        session.ends_cycle(2);
    }
}

#[test]
fn a_new_file_and_a_new_folder_are_seen() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import os\nprint(os.path.exists('sub/new.py'))\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("False");
        session.ends_cycle(1);
        project.save("sub/new.py", "x = 1\n");
        session.prints("True");
        session.ends_cycle(2);
        fs::remove_dir_all(project.file("sub")).unwrap();
        project.save("lib.py", "print('still here')\n");
        session.prints("still here");
    }
}

#[test]
fn only_what_is_watched_causes_a_cycle() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('run')\n");
        project.save("data.json", "1");
        project.save("more.py", "");
        let arguments = ["lib", "--ext", "json,txt", "--ignore", "gen*"];
        let mut session = project.start(python, &arguments);
        session.ends_cycle(1);
        project.save("more.py", "x = 2\n");
        project.save("gen.json", "2");
        project.save(".git/config.json", "2");
        project.save("data.json", "2");
        session.says("#2");
        // The target's own file counts though its ending does not.
        project.save("lib.py", "print('saved')\n");
        session.prints("saved");
        session.ends_cycle(3);
    }
}

#[test]
fn a_list_on_standard_input_and_a_glob_say_what_is_watched() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import sys\nprint(repr(sys.stdin.read()))\n");
        project.save("data.txt", "1");
        let path = python.path.to_str().unwrap();
        let mut command = project.hotload(&["--python", path, "--once", "--watch", "-", "lib"]);
        let output = crate::harness::run_with_input(&mut command, "data.txt\n");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim(),
            "''",
            "{output:?}"
        );

        project.save("lib.py", "print(open('data.txt').read())\n");
        let mut session = project.start(python, &["lib", "--watch", "d*.txt"]);
        session.prints("1");
        session.ends_cycle(1);
        project.save("data.txt", "2");
        session.prints("2");
    }
}
