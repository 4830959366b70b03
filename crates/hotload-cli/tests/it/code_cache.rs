//! The driver that a Python has compiled is kept for its next start, and nothing depends on that.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Project, Session};
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
            let output = hotload(&project, python, cache, &["--once", "-q", "lib"]).output();
            let output = output.unwrap();
            let said = [output.stdout, output.stderr].concat();
            String::from_utf8(said).unwrap()
        };
        let from_text = once(&cache);
        assert!(
            from_text.contains("ran\n") && from_text.contains("KeyError: 'no'"),
            "{from_text}"
        );
        let file = fill(&project, python, &cache);
        assert_eq!(once(&cache), from_text, "{python}");
        // Proof that it was sent: code that is none ends the interpreter.
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
    let mut hasher = DefaultHasher::new();
    rest.as_slice().hash(&mut hasher);
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
        session.says("the interpreter ended");
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
            session.until("it is whole again", || fs::read(&file).unwrap() == whole);
        }
    }
}

#[test]
fn builds_and_flags_have_files_of_their_own() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('ran')\n");
        let cache = project.file("cache");
        fill(&project, python, &cache);
        let optimized = format!("'{}' -O {{shim}}", python.path.display());
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
    }
}
