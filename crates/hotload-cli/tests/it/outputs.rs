//! What a run writes below the watched folder: it must not run forever.

use crate::harness::Project;
use crate::programs::save_command;
use crate::pythons::{pythons, two_pythons};

#[test]
fn a_file_that_a_run_writes_and_nothing_uses_is_not_a_save() {
    const LIB: &str = "import os, tempfile\nopen('made.py', 'w').close()\n\
        handle, name = tempfile.mkstemp(suffix='.py', dir='.')\n\
        os.write(handle, b'x')\nos.close(handle)\nprint('run')\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        for cycle in 2..5 {
            project.save("other.py", format!("x = {cycle}\n"));
            session.ends_cycle(cycle);
        }
        let all = "run\n".repeat(4);
        session.until("ran once for each save", || session.output() == all);
    }
}

#[test]
fn the_very_first_thing_that_user_code_does_may_be_to_read_a_file() {
    let options = [
        "--watch",
        ".",
        "--ext",
        "py,txt",
        "--reload-only-affected",
        "lib",
    ];
    for python in pythons() {
        for open in ["open", "__import__('io').open"] {
            let lib = format!("print('read ' + {open}('params.txt').read())\n");
            let project = Project::with("lib.py", &lib);
            project.save("params.txt", "1");
            let mut session = project.start(python, &options);
            session.prints("read 1");
            session.ends_cycle(1);
            project.save("params.txt", "2");
            session.prints("read 2");
        }
    }
}

#[test]
fn a_run_that_changes_its_own_file_stops_after_three() {
    const LIB: &str = "with open('lib.py', 'a') as f: f.write('#\\n')\nprint('run')\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        let line = "warning: `lib.py` changes in each run, so no further one starts by itself: if \
            your code writes it, use `--ignore 'lib.py'` (Enter runs again)\n";
        session.says(line);
        // The first change may be a part of the first load.
        let cycles = session.said().matches("ok  lib  ").count();
        assert!((2..=4).contains(&cycles), "{python}: {cycles}");
        project.save("other.py", "");
        session.says(line);
        let later = session.said().matches("ok  lib  ").count() - cycles;
        assert!((1..=5).contains(&later), "{python}: {later}");
    }
}

#[test]
fn what_others_save_meanwhile_is_run() {
    const LIB: &str = "import subprocess, sys\nsys.runs = getattr(sys, 'runs', 0) + 1\n\
        with open('lib.py', 'a') as f: f.write('#\\n')\n\
        save = 'import sys; open(sys.argv[1], sys.argv[2]).close()'\n\
        if 3 <= sys.runs <= 5: subprocess.call([sys.executable, '-c', save, 'other.py', 'w'])\n\
        print('run %d' % sys.runs)\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.prints("run 6");
    }
}

#[test]
fn a_run_that_only_touches_what_it_has_loaded_is_no_save() {
    const UTIME: &str = "import helper, os\nos.utime('helper.py', None)\nprint('run')\n";
    // Windows, on 2.7, renames nothing over a file that is there.
    const RENAME: &str = "import helper, os, sys\nopen('t.tmp', 'w').write('x = 1\\n')\n\
        if sys.platform == 'win32': os.remove('helper.py')\n\
        os.rename('t.tmp', 'helper.py')\nprint('run')\n";
    const PLAIN: &str = "import helper\nprint('run')\n";
    const TOUCH: &str = "import os\nfor name in ['lib.py', 'helper.py']: os.utime(name, None)\n";
    // As `sed -i` does where nothing matches.
    const SAVE_THE_SAME: &str = "import os\nopen('t.tmp', 'w').write(open('lib.py').read())\n\
        os.replace('t.tmp', 'lib.py')\n";
    let runs: [(&str, &[&str], Option<&str>); 6] = [
        (UTIME, &[], None),
        (UTIME, &["--reload", "module"], None),
        (RENAME, &[], None),
        (PLAIN, &[], Some(TOUCH)),
        (PLAIN, &[], Some(SAVE_THE_SAME)),
        (PLAIN, &["--no-notify"], Some(TOUCH)),
    ];
    let newest = pythons().last().unwrap();
    for python in two_pythons() {
        for (lib, options, command) in runs {
            let project = Project::with("lib.py", lib);
            project.save("helper.py", "x = 1\n");
            let command = command.map(|text| save_command(&project, newest, text));
            let command = command
                .as_ref()
                .map_or(vec![], |command| vec!["--run", command]);
            let options = [options, &command[..]].concat();
            let mut session = project.start(python, &[&options[..], &["lib"]].concat());
            session.prints("run");
            session.ends_cycle(1);
            // Long enough for the run's own changes to be noticed, whatever finds them.
            project.save("other.txt", "");
            crate::harness::pause(std::time::Duration::from_millis(300));
            project.save("lib.py", format!("{lib}print('saved')\n"));
            session.prints("saved");
            crate::harness::pause(std::time::Duration::from_millis(300));
            // One that is found when the cycle is over, and may be from a moment later, is run once more.
            let said = session.said();
            assert!(!said.contains("  #5  "), "{python}: {said}");
        }
    }
}

#[test]
fn a_command_that_writes_a_new_text_each_time_stops_in_the_end() {
    let project = Project::with("lib.py", "print('run')\n");
    let command = "echo #>> lib.py";
    let command = if cfg!(windows) {
        command
    } else {
        "echo '#' >> lib.py"
    };
    let mut session = project.start(two_pythons()[0], &["lib", "--run", command]);
    session.says("warning: `lib.py` changes in each run");
    let cycles = session.said().matches("ok  lib  ").count();
    assert!((20..=32).contains(&cycles), "{cycles}");
}
