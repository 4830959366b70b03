//! The driver that a Python has compiled is kept for its next start, and nothing depends on that.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use indoc::indoc;

use crate::harness::{Project, Session, Written, pause, quoted, run};
use crate::pythons::{Python, pythons, two_pythons};

const LIB: &str = "def f(x):\n    return x['no']\nprint('ran')\nf({})\n";

/// hotload in a project, with a cache of its own.
fn hotload(project: &Project, python: &Python, cache: &Path, arguments: &[&str]) -> Command {
    let mut command = project.hotload(&["--python", python.path.to_str().unwrap()]);
    command.args(arguments).env("HOTLOAD_CACHE_DIR", cache);
    command
}

fn files(cache: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(cache.join("code")) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "code")
        })
        .collect();
    paths.sort();
    paths
}

/// Fills the cache: a session that lives until its driver has been kept.
fn fill(project: &Project, python: &Python, cache: &Path) -> PathBuf {
    let before = files(cache);
    let mut session = Session::start(&mut hotload(project, python, cache, &["lib"]), python);
    session.ends_cycle(1);
    session.until("the driver is kept", || files(cache).len() > before.len());
    let mut kept = files(cache);
    kept.retain(|file| !before.contains(file));
    kept.pop().unwrap()
}

#[test]
fn the_next_start_is_sent_code_and_says_the_same() {
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let cache = project.file("cache");
        let once = |cache: &Path| {
            let end = run(&mut hotload(
                &project,
                python,
                cache,
                &["--once", "-q", "lib"],
            ));
            end.printed() + &end.said()
        };
        let from_text = once(&cache);
        assert!(
            from_text.contains("ran\n") && from_text.contains("KeyError: 'no'"),
            "{from_text}"
        );
        let file = fill(&project, python, &cache);
        assert_eq!(once(&cache), from_text, "{python}");
        // Proof that it was sent: text that is not code ends the interpreter.
        write_anyway(&file, b"no code");
        assert_ne!(once(&cache), from_text, "{python}");
        assert!(files(&cache).is_empty(), "{python}");
        assert_eq!(once(&cache), from_text, "{python}");
    }
}

/// A file as hotload writes it, with any first part.
fn write_anyway(file: &Path, first: &[u8]) {
    let mut rest = format!("code first={} later=0\n", first.len()).into_bytes();
    rest.extend_from_slice(first);
    let name = file.file_name().unwrap().to_str().unwrap();
    let mut hasher = DefaultHasher::new();
    (name, rest.as_slice()).hash(&mut hasher);
    let mut whole = format!("hotload-code {:016x}\n", hasher.finish()).into_bytes();
    whole.append(&mut rest);
    fs::write(file, whole).unwrap();
}

#[test]
fn a_session_survives_code_that_ends_its_interpreter() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n");
        let cache = project.file("cache");
        let file = fill(&project, python, &cache);
        write_anyway(&file, b"no code");
        let mut session = Session::start(&mut hotload(&project, python, &cache, &["lib"]), python);
        session.says("the interpreter exited unexpectedly");
        project.save("lib.py", "print('again')\n");
        session.prints("again");
    }
}

#[test]
fn a_damaged_file_is_not_sent_and_written_anew() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n");
        let cache = project.file("cache");
        let file = fill(&project, python, &cache);
        let whole = fs::read(&file).unwrap();
        for damaged in [&whole[..whole.len() / 2], b"", b"\xff\n\n"] {
            fs::write(&file, damaged).unwrap();
            let mut command = hotload(&project, python, &cache, &["lib"]);
            let mut session = Session::start(&mut command, python);
            session.prints("ran");
            session.until("it is whole again", || {
                // Windows does not replace a file while it is open.
                pause(Duration::from_millis(50));
                fs::read(&file).is_ok_and(|found| found == whole)
            });
        }
    }
}

#[test]
fn builds_and_flags_have_files_of_their_own() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n");
        let cache = project.file("cache");
        fill(&project, python, &cache);
        let optimized = format!("{} -O {{shim}}", quoted(&python.path));
        let mut command = project.hotload(&["--python", &optimized, "lib"]);
        let mut session = Session::start(command.env("HOTLOAD_CACHE_DIR", &cache), python);
        session.prints("ran");
        session.until("both are kept", || files(&cache).len() == 2);
    }
}

#[test]
fn where_nothing_can_be_kept_nothing_is_said() {
    let python = &pythons()[0];
    let project = Project::with("lib.py", "print('ran')\n");
    project.save("file", "");
    for place in ["", "relative", project.file("file").to_str().unwrap()] {
        let mut command = hotload(&project, python, Path::new(place), &["lib"]);
        let mut session = Session::start(&mut command, python);
        session.prints("ran");
        project.save("lib.py", "print('again')\n");
        session.prints("again");
        session.ends_cycle(2);
        assert_eq!(session.said().matches("warning").count(), 0);
        project.save("lib.py", "print('ran')\n");
    }
    assert!(!project.listing().iter().any(|path| path.ends_with(".code")));
}

/// Each part of the driver, one step after the other.
#[test]
fn a_session_that_was_sent_code_does_all_that_one_does() {
    const LAUNCH: &str = indoc! {r"
        import hotload, lib
        hotload.hotload(watch=['lib.py'], steps=[hotload.ReloadModules(lib), hotload.PythonHandle(lambda: lib.f())])
    "};
    for python in pythons() {
        let project = Project::with("lib.py", "def f():\n    print('launched')\n");
        let cache = project.file("cache");
        fill(&project, python, &cache);
        project.save("launch.py", LAUNCH);
        let mut command = hotload(&project, python, &cache, &["--launch", "launch.py"]);
        Session::start(&mut command, python).prints("launched");
        project.save("other.py", "value = 1\n");
        project.save(
            "lib.py",
            "import other, hotload\nprint(other.value, 'one')\n",
        );
        let options = ["--traceback", "native", "lib"];
        let mut command = hotload(&project, python, &cache, &options);
        let mut session = Session::start(&mut command, python);
        session.prints_part("one");
        project.save("lib.py", "x = (\n");
        session.says("SyntaxError");
        project.save(
            "lib.py",
            indoc! {r"
                import threading
                thread = threading.Thread(target=lambda: {}['gone'])
                thread.start()
                thread.join()
            "},
        );
        session.says("KeyError: 'gone'");
        project.save("lib.py", "colour = 1\ncolor\n");
        session.says("NameError");
        project.save("lib.py", "print('still there')\n");
        session.prints("still there");
        assert_eq!(files(&cache).len(), 1, "{python}");
    }
}

#[test]
fn what_user_code_has_broken_is_not_kept_and_ends_nothing() {
    let damages = [
        "marshal.dumps = lambda *arguments: b''",
        "marshal.dumps = None",
        "sys.modules['marshal'] = None",
        "builtins.compile = builtins.eval = None",
        "sys.settrace(lambda frame, *rest: 1 // 0 if frame.f_code.co_name == 'compiled' else None)",
    ];
    const LIB: &str = "\
import binascii, marshal, os, sys
try:
    import builtins
except ImportError:
    import __builtin__ as builtins
def asked(frame, event, argument):
    if frame.f_code.co_name == 'serve_other' and event == 'return':
        os.write(1, b'asked\\n')
DAMAGE
sys.setprofile(asked)
";
    for python in two_pythons() {
        for damage in damages {
            let project = Project::with("lib.py", &LIB.replace("DAMAGE", damage));
            let cache = project.file("cache");
            let mut command = hotload(&project, python, &cache, &["lib"]);
            let mut session = Session::start(&mut command, python);
            // To prepare for errors, and for the code.
            session.prints("asked");
            session.prints("asked");
            project.save(
                "lib.py",
                "import os; print('restarts ' + os.environ['HOTLOAD_RESTARTS'])\n",
            );
            session.prints("restarts 0");
            drop(session);
            let kept = files(&cache);
            run(&mut hotload(&project, python, &cache, &["--once", "lib"])).success();
            assert_eq!(files(&cache), kept, "{python}: {damage}");
        }
    }
}

#[test]
fn code_is_not_blamed_for_what_it_has_not_done() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n");
        let cache = project.file("cache");
        let kept = fill(&project, python, &cache);
        project.save("leaves.py", "import os; os._exit(0)\n");
        project.save("hangs.py", "while True:\n    try:\n        import time; time.sleep(1)\n    except BaseException:\n        pass\n");
        for arguments in [&["leaves"][..], &["nosuch"], &["--timeout", "0.1", "hangs"]] {
            let arguments = [&["--once", "-q"], arguments].concat();
            run(&mut hotload(&project, python, &cache, &arguments)).failure();
            assert!(files(&cache).contains(&kept), "{python}: {arguments:?}");
        }
    }
}

#[test]
fn the_oldest_go_and_nothing_that_is_not_ours() {
    let python = &two_pythons()[0];
    let project = Project::with("lib.py", "print('ran')\n");
    let cache = project.file("cache");
    fs::create_dir_all(cache.join("code/0123456789abcdef.code.d")).unwrap();
    fs::create_dir_all(cache.join("code/0123456789abcdef.code")).unwrap();
    #[cfg(unix)]
    fs::set_permissions(
        cache.join("code"),
        std::os::unix::fs::PermissionsExt::from_mode(0o700),
    )
    .unwrap();
    for number in 0..30 {
        project.save(&format!("cache/code/mine{number}.txt"), "mine");
        project.save(&format!("cache/code/{number:016x}.code"), "old");
    }
    let is_mine = |path: &PathBuf| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("mine")
    };
    let all = || {
        fs::read_dir(cache.join("code"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let mut session = Session::start(&mut hotload(&project, python, &cache, &["lib"]), python);
    // Nineteen, the new one and the folder.
    session.until("few are left", || files(&cache).len() == 21);
    session.ends_cycle(1);
    assert_eq!(all().filter(is_mine).count(), 30);
    let kept = files(&cache);
    assert!(
        kept.iter()
            .any(|file| file.is_file() && fs::read(file).unwrap() != b"old")
    );
}

#[test]
fn an_interpreter_that_waits_for_its_first_step_is_asked_as_well() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n");
        let cache = project.file("cache");
        let mut command = hotload(&project, python, &cache, &["--restart", "lib"]);
        let mut session = Session::start(&mut command, python);
        session.prints("ran");
        session.until("the driver is kept", || files(&cache).len() == 1);
    }
}

/// Whoever may write there could run anything in the user's Python.
#[cfg(unix)]
#[test]
fn what_others_may_write_to_is_not_read() {
    use std::os::unix::fs::PermissionsExt;
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n");
        let cache = project.file("cache");
        let file = fill(&project, python, &cache);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!([mode(&file), mode(&cache.join("code"))], [0o600, 0o700]);
        write_anyway(&file, b"no code");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o622)).unwrap();
        let mut session = Session::start(&mut hotload(&project, python, &cache, &["lib"]), python);
        session.prints("ran");
        session.until("it is the user's again", || mode(&file) == 0o600);
        // Nor is a link followed, or a folder looked into that others may put things in.
        let kept = fs::read(&file).unwrap();
        write_anyway(&file, b"no code");
        let elsewhere = project.file("elsewhere");
        fs::rename(&file, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
        let once = || {
            run(&mut hotload(&project, python, &cache, &["--once", "lib"])).success();
        };
        once();
        fs::remove_file(&file).unwrap();
        fs::rename(&elsewhere, &file).unwrap();
        fs::set_permissions(cache.join("code"), fs::Permissions::from_mode(0o777)).unwrap();
        once();
        assert_ne!(fs::read(&file).unwrap(), kept);
    }
}
