//! One save, one run, whatever way the editor saves.

use std::fs::{self, FileTimes};
use std::time::{Duration, Instant, SystemTime};

use crate::events::Events;
use crate::harness::{Project, Written, pause, run_with_input};
use crate::pythons::{Python, pythons, skip, two_pythons};

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
        five_saves_are_five_cycles(python, &[]);
    }
}

#[test]
fn the_same_by_polling_alone() {
    for python in two_pythons() {
        five_saves_are_five_cycles(python, &["--no-notify"]);
    }
}

fn five_saves_are_five_cycles(python: &Python, options: &[&str]) {
    for save in [in_place, by_rename, by_backup_and_recreate] {
        let project = Project::with("lib.py", "print('save 0')\n");
        let arguments = [&["lib", "--events", "events.jsonl"], options].concat();
        let mut session = project.start(python, &arguments);
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

/// A change that is one save.
type Change = fn(&Project);

const CHANGES: [(&str, Change); 4] = [
    ("a file gets another case", |project| {
        fs::rename(project.file("helper.py"), project.file("Helper.py")).unwrap();
    }),
    ("a folder gets another name", |project| {
        fs::rename(project.file("pkg"), project.file("package")).unwrap();
    }),
    ("a folder comes with its file", |project| {
        fs::create_dir(project.file("new")).unwrap();
        project.save("new/deep/a.py", "x = 1\n");
    }),
    ("an older copy is put back", |project| {
        let file = fs::File::options()
            .write(true)
            .open(project.file("helper.py"))
            .unwrap();
        let old = SystemTime::now() - Duration::from_secs(9000);
        file.set_times(FileTimes::new().set_modified(old)).unwrap();
    }),
];

#[cfg(unix)]
const CHANGES_THROUGH_LINKS: [(&str, Change); 3] = [
    ("a file is written by its other name", |project| {
        project.save("elsewhere/hard.txt", "x = 22\n");
    }),
    ("what a link leads to is written", |project| {
        project.save("elsewhere/text.txt", "x = 22\n");
    }),
    ("a link leads elsewhere", |project| {
        let link = project.file("elsewhere/link");
        std::os::unix::fs::symlink(project.file("elsewhere/other.txt"), &link).unwrap();
        fs::rename(link, project.file("link.py")).unwrap();
    }),
];

#[cfg(not(unix))] // making links is a privilege on Windows
const CHANGES_THROUGH_LINKS: [(&str, Change); 0] = [];

#[test]
fn each_way_of_changing_is_one_cycle() {
    for python in two_pythons() {
        for options in [&[][..], &["--no-notify"]] {
            for (what, change) in CHANGES.iter().chain(&CHANGES_THROUGH_LINKS) {
                if *what == CHANGES[0].0 && std::env::var_os("HOTLOAD_WINE").is_some() {
                    skip("Wine does not change the case of a name");
                    continue;
                }
                let project = project_to_change();
                let arguments = [&["lib", "--events", "events.jsonl"], options].concat();
                let mut session = project.start(python, &arguments);
                session.prints("run");
                session.ends_cycle(1);
                change(&project);
                session.prints("run");
                session.ends_cycle(2);
                // As a mark: had the change run twice, this would not be cycle 3.
                project.save("lib.py", "print('mark')\n");
                session.prints("mark");
                session.ends_cycle(3);
                let cycles = Events::of(&project).count("cycle");
                assert_eq!(cycles, 3, "{python}: {what} {options:?}");
            }
        }
    }
}

/// A project with all that these changes are made to. Nothing below `elsewhere` counts.
fn project_to_change() -> Project {
    let project = Project::with("lib.py", "print('run')\n");
    project.save("helper.py", "x = 1\n");
    project.save("pkg/a.py", "x = 1\n");
    project.save("elsewhere/text.txt", "x = 1\n");
    project.save("elsewhere/other.txt", "x = 333\n");
    #[cfg(unix)]
    {
        let link = project.file("link.py");
        std::os::unix::fs::symlink(project.file("elsewhere/text.txt"), link).unwrap();
        project.save("hard.py", "x = 1\n");
        fs::hard_link(project.file("hard.py"), project.file("elsewhere/hard.txt")).unwrap();
    }
    project
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

/// Saves in two parts, so far apart that hotload looks in between and within the 20 ms that it is
/// to wait for. Returns whether this machine kept to that.
fn in_two_parts(project: &Project, first: &str, rest: &str) -> bool {
    project.save("lib.py", first);
    let since = Instant::now();
    pause(Duration::from_millis(10));
    project.save("lib.py", format!("{first}{rest}"));
    since.elapsed() < Duration::from_millis(30)
}

/// Five such saves in one session; `None` when the machine stalled between two parts.
fn five_saves_in_two_parts(python: &Python) -> Option<()> {
    let project = Project::with("lib.py", "print('one')\n");
    let arguments = ["lib", "--poll", "1000", "--events", "events.jsonl"];
    let mut session = project.start(python, &arguments);
    session.prints("one");
    session.ends_cycle(1);
    for number in 2..7 {
        let rest = format!("'whole {number}')\n");
        if !in_two_parts(&project, "print('half '\n", &rest) {
            return None;
        }
        session.prints(&format!("half whole {number}"));
        session.ends_cycle(number);
    }
    project.save("lib.py", "print('mark')\n");
    session.prints("mark");
    session.ends_cycle(7);
    let said = session.said();
    assert!(!said.contains("SyntaxError"), "{python}: {said}");
    assert_eq!(Events::of(&project).count("cycle"), 7, "{python}: {said}");
    Some(())
}

#[test]
fn a_save_whose_first_half_does_not_compile_is_one_cycle() {
    for python in two_pythons() {
        let done = (0..50).find_map(|_| five_saves_in_two_parts(python));
        assert!(done.is_some(), "{python}: this machine is too slow to tell");
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
fn a_list_on_standard_input_and_a_glob_say_what_is_watched() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import sys\nprint(repr(sys.stdin.read()))\n");
        project.save("data.txt", "1");
        let path = python.path.to_str().unwrap();
        let mut command = project.hotload(&["--python", path, "--once", "--watch", "-", "lib"]);
        let printed = run_with_input(&mut command, "data.txt\n").printed();
        assert_eq!(printed.trim(), "''");

        project.save("lib.py", "print(open('data.txt').read())\n");
        let mut session = project.start(python, &["lib", "--watch", "d*.txt"]);
        session.prints("1");
        session.ends_cycle(1);
        project.save("data.txt", "2");
        session.prints("2");
    }
}

/// Rewrites all of these files, as a checkout does. Returns how many cycles that may cause at most:
/// one at once, one for each second in which files kept changing or pause that a busy machine made,
/// and one at the end.
fn check_out(project: &Project, count: usize, text: &str) -> usize {
    let started = Instant::now();
    let mut last = started;
    let mut pauses = 0;
    for index in 0..count {
        let name = format!("pkg{}/m{index}.py", index % 10);
        let _ = fs::remove_file(project.file(&name));
        project.save(&name, text);
        pauses += usize::from(last.elapsed() > Duration::from_millis(50));
        last = Instant::now();
    }
    project.save("lib.py", format!("print('{text}')\n"));
    2 + pauses + usize::try_from(started.elapsed().as_secs()).unwrap()
}

#[test]
fn a_thousand_files_that_change_at_once_are_few_cycles() {
    for python in two_pythons() {
        for options in [&[][..], &["--no-notify"]] {
            let project = Project::new();
            check_out(&project, 1000, "one");
            let arguments = [&["lib", "--events", "events.jsonl"], options].concat();
            let mut session = project.start(python, &arguments);
            session.prints("one");
            session.ends_cycle(1);
            let most = check_out(&project, 1000, "two");
            session.prints("two");
            // As a mark, long after the last of the others.
            project.save("lib.py", "print('mark')\n");
            session.prints("mark");
            // The first and the mark come on top, and one if the last file was a bit later.
            let cycles = Events::of(&project).count("cycle");
            assert!(
                cycles <= most + 3,
                "{python}: {cycles} cycles, at most {most}"
            );
        }
    }
}
