//! Each save of what a script watches runs it once, and nothing stale.

use std::fs;
use std::time::Duration;

use crate::harness::Project;
use crate::launch_scripts::{TUTORIAL, Way, everywhere};

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
        std::thread::sleep(Duration::from_millis(10));
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
        fs::rename(project.file("lib.py"), project.file("lib.py~")).unwrap();
        std::thread::sleep(Duration::from_millis(300));
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
