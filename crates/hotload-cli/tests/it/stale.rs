//! Never stale: what ran is what is in the file, whatever bytecode lies about.

use std::fs::{self, File, FileTimes};
use std::time::SystemTime;

use indoc::indoc;

use crate::harness::Project;
use crate::pythons::{Python, pythons};

/// Writes in place and puts the mtime back: only the content shows that something has happened.
fn save_with_time(project: &Project, name: &str, text: &str, time: SystemTime) {
    project.save(name, text);
    let file = File::options()
        .write(true)
        .open(project.file(name))
        .unwrap();
    file.set_times(FileTimes::new().set_modified(time)).unwrap();
}

#[test]
fn twelve_saves_of_the_same_length_each_show() {
    for python in pythons() {
        let project = Project::with("lib.py", "print('entry 00')\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("entry 00");
        for number in 1..=12 {
            project.save("lib.py", format!("print('entry {number:02}')\n"));
            session.prints(&format!("entry {number:02}"));
        }
        assert_eq!(project.listing(), ["lib.py"], "{python}");
    }
}

#[test]
fn twelve_saves_of_a_helper_in_a_package_each_show() {
    const LIB: &str = indoc! {r"
        try: from importlib import reload
        except ImportError: pass
        import pkg.helper
        reload(pkg.helper)
        print('helper ' + pkg.helper.x)
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("pkg/__init__.py", "");
        project.save("pkg/helper.py", "x = '00'\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("helper 00");
        for number in 1..=12 {
            project.save("pkg/helper.py", format!("x = '{number:02}'\n"));
            session.prints(&format!("helper {number:02}"));
        }
        let listing = ["lib.py", "pkg", "pkg/__init__.py", "pkg/helper.py"];
        assert_eq!(project.listing(), listing, "{python}");
    }
}

#[test]
fn a_save_that_leaves_the_whole_stamp_as_it_was_is_found_by_its_content() {
    for python in pythons() {
        let project = Project::with("lib.py", "print('first one')\n");
        let time = fs::metadata(project.file("lib.py"))
            .unwrap()
            .modified()
            .unwrap();
        let mut session = project.start(python, &["lib"]);
        session.prints("first one");
        session.ends_cycle(1);
        save_with_time(&project, "lib.py", "print('other one')\n", time);
        session.prints("other one");
    }
}

/// Leaves bytecode that says `old` beside sources that say `new`, with a stamp that fits.
fn leave_lying_bytecode(project: &Project, python: &Python, name: &str) {
    project.save(name, "x = 'old'\n");
    let hour_ago = SystemTime::now() - std::time::Duration::from_secs(3600);
    save_with_time(project, name, "x = 'old'\n", hour_ago);
    let compile = indoc! {r"
        import py_compile, sys
        mode = getattr(py_compile, 'PycInvalidationMode', None)
        if mode and sys.argv[2] == 'unchecked':
            py_compile.compile(sys.argv[1], invalidation_mode=mode.UNCHECKED_HASH)
        else:
            py_compile.compile(sys.argv[1])
    "};
    let kind = if name.contains("entry") {
        "stamp"
    } else {
        "unchecked"
    };
    let status = python
        .command()
        .args(["-c", compile, project.file(name).to_str().unwrap(), kind])
        .status()
        .unwrap();
    assert!(status.success());
    save_with_time(project, name, "x = 'new'\n", hour_ago);
}

#[test]
fn bytecode_that_lies_is_not_believed() {
    for python in pythons() {
        let project = Project::new();
        for name in ["entry_helper.py", "pkg/__init__.py", "pkg/helper.py"] {
            leave_lying_bytecode(&project, python, name);
        }
        let bytecode = project
            .listing()
            .iter()
            .filter(|path| path.ends_with(".pyc"))
            .count();
        assert_eq!(
            bytecode,
            3,
            "the fixture has no bytecode: {:?}",
            project.listing()
        );
        let lib = indoc! {r"
            import entry_helper, pkg.helper
            print([entry_helper.x, pkg.x, pkg.helper.x])
        "};
        project.save("lib.py", lib);
        let mut session = project.start(python, &["lib"]);
        session.prints("['new', 'new', 'new']");
        session.ends_cycle(1);
    }
}

#[test]
fn bytecode_of_a_source_that_was_deleted_is_not_loaded() {
    for python in pythons() {
        let project = Project::new();
        leave_lying_bytecode(&project, python, "helper.py");
        let lib = "import sys\nsys.modules.pop('helper', None)\nimport helper\nprint(helper.x)\n";
        project.save("lib.py", lib);
        let mut session = project.start(python, &["lib"]);
        session.prints("new");
        session.ends_cycle(1);
        fs::remove_file(project.file("helper.py")).unwrap();
        project.save("lib.py", format!("{lib}\n"));
        session.says("No module named");
        session.ends_cycle(2);
        project.save("helper.py", "x = 'back'\n");
        session.prints("back");
    }
}
