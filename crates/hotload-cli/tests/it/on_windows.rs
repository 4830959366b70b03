//! What is different on Windows: open files, interrupts without signals, where Pythons are found.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use indoc::indoc;

use crate::harness::{Project, Session, Written, in_place_of, pause, quoted, run};
use crate::programs::{Does, save_program};
use crate::pythons::{Python, pythons, two_pythons};

/// Saves a file in several ways that Windows refuses while anyone has it open, and prints how often.
const SAVES: &str = indoc! {r"
    import os, sys, time
    refused, path = [], sys.argv[1]
    def attempt(what, save):
        try:
            save()
        except EnvironmentError as error:
            refused.append((what, error.errno))
    def write(name, number):
        with open(name, 'w') as stream:
            stream.write('x = %d\n' % number)
    def replace(number):
        write(path + '~', number)
        if hasattr(os, 'replace'):
            os.replace(path + '~', path)
        else:
            os.remove(path)
            os.rename(path + '~', path)
    for number in range(int(sys.argv[2])):
        attempt('replace', lambda: replace(number))
        time.sleep(float(sys.argv[3]))
        attempt('remove', lambda: os.remove(path))
        write(path, number)
        time.sleep(float(sys.argv[3]))
    print(refused)
"};

#[test]
fn no_save_is_refused_because_hotload_looks_at_the_file() {
    for way in [&["--no-notify"][..], &[]] {
        let project = Project::with("lib.py", "print('ran')\n");
        project.save("notes.py", "x = 0\n");
        let python = &pythons()[pythons().len() - 1];
        let mut session = project.start(python, &[&["lib"], way].concat());
        session.ends_cycle(1);
        // A file in use is read, and run by Python, for some milliseconds after each save.
        for (file, count, pause) in [("notes.py", "100", "0.01"), ("lib.py", "10", "0.25")] {
            let mut saves = in_place_of(&project.hotload(&[]), &python.path);
            let path = project.file(file);
            let end = run(saves.args(["-c", SAVES, path.to_str().unwrap(), count, pause]));
            assert_eq!(end.success().printed().trim(), "[]", "{file} {way:?}");
        }
    }
}

/// Holds a file open that is shared with nobody, for a while.
fn hold(python: &Python, project: &Project, text: &str) {
    const HOLD: &str = indoc! {r"
        import ctypes, sys, time
        kernel = ctypes.windll.kernel32
        # GENERIC_WRITE, shared with nobody, CREATE_ALWAYS
        handle = kernel.CreateFileA(sys.argv[1].encode('ascii'), 0x40000000, 0, None, 2, 0x80, None)
        assert handle != -1
        text, count = sys.argv[2].encode('ascii'), ctypes.c_ulong()
        kernel.WriteFile(handle, text, len(text), ctypes.byref(count), None)
        print('holds')
        sys.stdout.flush()
        time.sleep(0.4)
        kernel.CloseHandle(handle)
    "};
    let mut holder = in_place_of(&project.hotload(&[]), &python.path);
    let file = project.file("lib.py");
    let end = run(holder.args(["-c", HOLD, file.to_str().unwrap(), text])).success();
    assert_eq!(end.printed().trim(), "holds");
}

#[test]
fn a_save_by_a_writer_that_shares_the_file_with_nobody_runs_when_it_is_written() {
    for python in two_pythons() {
        for way in [&["--no-notify"][..], &[]] {
            let project = Project::with("lib.py", "print(1)\n");
            let mut session = project.start(python, &[&["lib"], way].concat());
            session.ends_cycle(1);
            hold(python, &project, "print('written')\n");
            session.prints("written");
            session.ends_cycle(2);
            assert!(!session.said().contains("error"), "{}", session.said());
        }
    }
}

#[test]
fn a_save_interrupts_what_runs_and_the_state_stays() {
    const LIB: &str = indoc! {r"
        import time
        try: runs += 1
        except NameError: runs = 1
        print('run %d' % runs)
        if 'waits':
            try:
                while True: time.sleep(0.01)
            finally: print('tidied up')
    "};
    for python in two_pythons() {
        let at_once = LIB.replace("'waits'", "False");
        let project = Project::with("lib.py", &at_once);
        let mut session = project.start(python, &["lib", "--busy", "interrupt"]);
        session.ends_cycle(1);
        project.save("lib.py", LIB);
        session.prints("run 2");
        project.save("lib.py", at_once);
        session.prints("tidied up");
        session.prints("run 3");
    }
}

#[test]
fn a_time_limit_interrupts_and_a_long_sleep_too_where_python_can() {
    for python in two_pythons() {
        let project = Project::with(
            "lib.py",
            "import time\ntry:\n    while True: time.sleep(0.01)\nfinally: print('tidied up')\n",
        );
        let arguments = ["lib", "--once", "--timeout", "3"];
        let end = project.run_with(python, &arguments).code(1);
        assert_eq!(end.printed(), "tidied up\n", "{python}: {}", end.said());
        if python.version >= (3, 8) {
            project.save(
                "lib.py",
                "import time\ntry: time.sleep(60)\nfinally: print('woken')\n",
            );
            let end = project.run_with(python, &arguments).code(1);
            assert_eq!(end.printed(), "woken\n", "{python}: {}", end.said());
        }
    }
}

#[test]
fn an_alias_of_the_store_is_passed_over_or_explained() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "print('ran')\n");
    project.save("WindowsApps/python.exe", "");
    project.save("WindowsApps/python3.exe", "");
    let apps = project.file("WindowsApps");
    let real = python.path.parent().unwrap();
    let on_path = |folders: &[&std::path::Path]| {
        let mut command = project.hotload(&["lib", "--once"]);
        command.env("PATH", std::env::join_paths(folders).unwrap());
        run(&mut command)
    };
    let end = on_path(&[&apps, real]).success();
    assert_eq!(end.printed(), "ran\n", "{}", end.said());
    let end = on_path(&[&apps]).code(3);
    assert!(
        end.said().contains("only opens the Microsoft Store"),
        "{}",
        end.said()
    );
}

#[test]
fn a_python_that_is_only_in_the_registry_is_found() {
    const KEY: &str = r"HKCU\Software\Python\HotloadTest";
    let python = &pythons()[0];
    let registry = |arguments: &[&str]| Command::new("reg").args(arguments).output().unwrap();
    let path = python.path.to_str().unwrap();
    let version = format!("{}.{}", python.version.0, python.version.1);
    let place = format!(r"{KEY}\{version}\InstallPath");
    registry(&["add", &place, "/v", "ExecutablePath", "/d", path, "/f"]);
    let project = Project::with("lib.py", "print('ran')\n");
    let mut command = project.hotload(&["lib", "--once"]);
    let end = run(command.env("PATH", project.path()));
    registry(&["delete", KEY, "/f"]);
    assert_eq!(end.success().printed(), "ran\n");
}

#[test]
fn behind_a_batch_file_a_python_is_interrupted_too_and_ends_in_its_own_time() {
    for python in two_pythons() {
        let lib = indoc! {r"
            import atexit, time
            atexit.register(lambda: open('atexit.txt', 'w').close())
            print('runs')
            try:
                while True: time.sleep(0.01)
            finally: print('tidied up')
        "};
        let project = Project::with("lib.py", lib);
        let batch = format!("@echo off\r\n\"{}\" %*\r\n", python.path.display());
        project.save("start here.bat", batch);
        let start = project.file("start here.bat");
        let arguments = [
            "--python",
            start.to_str().unwrap(),
            "lib",
            "--once",
            "--timeout",
            "3",
        ];
        let end = run(&mut project.hotload(&arguments)).code(1);
        assert_eq!(
            end.printed(),
            "runs\ntidied up\n",
            "{python}: {}",
            end.said()
        );
        assert!(project.file("atexit.txt").exists(), "{python}");
    }
}

#[test]
fn ctrl_c_behind_a_batch_file_cuts_off_no_finally_and_no_exit_function() {
    const LIB: &str = indoc! {r"
        import atexit, time
        atexit.register(lambda: open('atexit.txt', 'w').close())
        print('runs')
        try:
            while True: time.sleep(0.01)
        finally: print('tidied up')
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let start = save_program(&project, "start here", &[Does::Starts(&python.path, "")]);
        let mut command = project.hotload(&["lib", "--python"]);
        let mut session = Session::start(command.arg(quoted(&start)), python);
        session.prints("runs");
        session.press_ctrl_c();
        session.prints("tidied up");
        assert_eq!(session.ends().code(), Some(130), "{python}");
        assert!(project.file("atexit.txt").exists(), "{python}");
    }
}

#[test]
fn nothing_is_left_when_hotload_is_killed_not_even_behind_a_batch_file() {
    for python in two_pythons() {
        let lib = indoc! {r"
            import os, time
            print('runs')
            while True:
                with open('alive.txt', 'a') as stream: stream.write('.')
                time.sleep(0.01)
        "};
        let project = Project::with("lib.py", lib);
        let batch = format!("@echo off\r\n\"{}\" %*\r\n", python.path.display());
        project.save("start.bat", batch);
        let start = project.file("start.bat");
        project.save("temp/readme.txt", "");
        let hotload = || {
            let mut command = project.hotload(&["--python", start.to_str().unwrap(), "lib"]);
            let temporary = project.file("temp");
            command.env("TEMP", &temporary).env("TMP", &temporary);
            Session::start(&mut command, python)
        };
        let left_behind = || {
            let entries = fs::read_dir(project.file("temp")).unwrap().flatten();
            let names = entries.map(|entry| entry.file_name().to_str().unwrap().to_owned());
            names
                .filter(|name| name.starts_with("hotload-"))
                .collect::<Vec<_>>()
        };
        let mut session = hotload();
        session.prints("runs");
        session.until("writes", || project.file("alive.txt").exists());
        drop(session);
        // What is being ended may write once more.
        pause(Duration::from_millis(200));
        let alive = || fs::metadata(project.file("alive.txt")).unwrap().len();
        let before = alive();
        pause(Duration::from_millis(300));
        assert_eq!(alive(), before, "{python}");
        let abandoned = left_behind();
        assert_eq!(abandoned.len(), 1, "{python}");
        let mut session = hotload();
        session.prints("runs");
        session.until("swept", || !left_behind().contains(&abandoned[0]));
    }
}

#[test]
fn what_the_code_page_lacks_keeps_no_python_from_starting_and_no_statement_from_running() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "");
        project.save("t\u{f6}mp \u{4e2d}/readme.txt", "");
        let temporary = project.file("t\u{f6}mp \u{4e2d}");
        for (statement, printed) in [
            ("print(u'gr\u{f6}\u{df}e')", "gr\u{f6}\u{df}e\n"),
            (
                "print(u'gr\u{f6}\u{df}e \u{4e2d}')",
                "gr\u{f6}\u{df}e \u{4e2d}\n",
            ),
        ] {
            let mut command = project.hotload(&["--once", "--python"]);
            command
                .arg(&python.path)
                .args(["--step", "reload:lib", "--step"]);
            command.arg(format!("exec:{statement}"));
            let end = run(command.env("TEMP", &temporary).env("TMP", &temporary));
            assert_eq!(end.printed(), printed, "{python}: {}", end.said());
        }
    }
}

#[test]
fn a_target_in_other_letters_is_the_module_that_python_imports() {
    const LIB: &str = "import os\nprint(__name__ + ' in ' + os.path.basename(__file__))\n";
    for python in two_pythons() {
        for target in ["LIB", "Lib.PY"] {
            let project = Project::with("lib.py", LIB);
            let mut session = project.start(python, &[target]);
            session.prints("lib in lib.py");
            session.ends_cycle(1);
            for cycle in 2..5 {
                project.save("lib.py", format!("{LIB}# {cycle}\n"));
                session.prints("lib in lib.py");
                session.ends_cycle(cycle);
            }
        }
    }
}

/// The same folder under another letter: Wine has the whole disk of Linux as Z:, and Windows `subst`.
fn under_another_letter(folder: &Path) -> PathBuf {
    let text = folder.to_str().unwrap();
    if let Some(prefix) = std::env::var_os("WINEPREFIX") {
        let disk = format!("Z:{}\\drive_c", prefix.to_str().unwrap());
        return text.replacen("C:", &disk.replace('/', "\\"), 1).into();
    }
    // That of a run before, whose folder is gone.
    let _ = Command::new("subst").args(["Q:", "/d"]).status();
    let status = Command::new("subst").args(["Q:", text]).status();
    assert!(status.unwrap().success());
    r"Q:\".into()
}

#[test]
fn a_folder_under_two_letters_is_watched_under_the_one_that_was_given() {
    const LIB: &str = "import helper\nprint('%s in %s' % (helper.x, helper.__file__[:2]))\n";
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        let folder = under_another_letter(&project.path());
        let letter = &folder.to_str().unwrap()[..2];
        for helper in ["a", "b", "c"] {
            project.save("helper.py", format!("x = '{helper}'\n"));
            let mut command = project.hotload(&["--python"]);
            command.arg(&python.path).arg("lib").current_dir(&folder);
            let mut session = Session::start(&mut command, python);
            session.prints(&format!("{helper} in {letter}"));
            session.ends_cycle(1);
            // Of the same length, perhaps with the same stamp.
            for (cycle, text) in [(2, "d"), (3, "e")] {
                project.save("helper.py", format!("x = '{text}'\n"));
                session.prints(&format!("{text} in {letter}"));
                session.ends_cycle(cycle);
            }
        }
    }
}
