//! The code of a large project is kept for its next start, and used only for the very same sources.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Project, Session, Written, run};
use crate::pythons::{Python, pythons, two_pythons};

/// Large enough to be worth keeping, on its own line of the file.
const PADDING: &str = "# padding padding padding padding padding padding padding padding\n";

fn helper(value: &str) -> String {
    format!("value = '{value}'\n{}", PADDING.repeat(2000))
}

fn project() -> Project {
    let project = Project::with("lib.py", "import helper\nprint('it is ' + helper.value)\n");
    project.save("helper.py", helper("one"));
    project
}

fn hotload(project: &Project, python: &Python, arguments: &[&str]) -> Command {
    let mut command = project.hotload(&["--python", python.path.to_str().unwrap()]);
    let cache = project.file("cache");
    command.args(arguments).env("HOTLOAD_CACHE_DIR", cache);
    command
}

fn stored(project: &Project) -> Option<PathBuf> {
    let entries = fs::read_dir(project.file("cache/code")).ok()?;
    let mut paths = entries.map(|entry| entry.unwrap().path());
    paths.find(|path| path.extension().is_some_and(|ending| ending == "sources"))
}

/// What a session prints first.
fn printed(project: &Project, python: &Python) -> String {
    let mut command = hotload(project, python, &["--once", "-q", "lib"]);
    run(&mut command).printed().trim().to_owned()
}

/// Changes what the stored code says, but not the source beside it; with the right checksum or not.
fn forge(python: &Python, file: &Path, is_right: bool) {
    const FORGE: &str = "\
import binascii, sys
name, is_right = sys.argv[1:]
text = open(name, 'rb').read()
start = text.index(b'\\n') + 1
mark, _, length = text[:start].split()
index = text[start:start + int(length)]
lines, blobs, end = [], [], start + int(length)
for line in index.splitlines():
    checksum, source, code, path = line.split(b' ', 3)
    middle = end + int(source)
    forged = text[middle:middle + int(code)].replace(b'one', b'two')
    if is_right == 'true':
        checksum = ('%d' % (binascii.crc32(forged) & 0xffffffff)).encode('ascii')
    lines.append(b' '.join([checksum, source, code, path]) + b'\\n')
    blobs.append(text[end:middle] + forged)
    end = middle + int(code)
index = b''.join(lines)
head = (' %d %d\\n' % (binascii.crc32(index) & 0xffffffff, len(index))).encode('ascii')
with open(name, 'wb') as stream:
    stream.write(mark + head + index + b''.join(blobs))
";
    let mut command = python.command();
    let status = command
        .args(["-c", FORGE])
        .arg(file)
        .arg(is_right.to_string())
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn the_next_start_uses_the_code_of_the_same_source() {
    for python in pythons() {
        let project = project();
        let mut session = Session::start(&mut hotload(&project, python, &["lib"]), python);
        session.prints("it is one");
        session.until("the code is stored", || stored(&project).is_some());
        drop(session);
        let file = stored(&project).unwrap();
        let whole = fs::read(&file).unwrap();
        assert_eq!(printed(&project, python), "it is one", "{python}");
        // Proof that it is used.
        forge(python, &file, true);
        assert_eq!(printed(&project, python), "it is two", "{python}");
        let mut command = hotload(&project, python, &["--once", "-q", "--no-cache", "lib"]);
        assert_eq!(run(&mut command).printed().trim(), "it is one", "{python}");
        // Code that is damaged is not used, nor is that of another text, whatever its time and length.
        fs::write(&file, &whole).unwrap();
        forge(python, &file, false);
        assert_eq!(printed(&project, python), "it is one", "{python}");
        fs::write(&file, &whole).unwrap();
        forge(python, &file, true);
        let source = project.file("helper.py");
        let modified = fs::metadata(&source).unwrap().modified().unwrap();
        project.save("helper.py", helper("new"));
        let written = fs::File::options().write(true).open(&source).unwrap();
        written.set_modified(modified).unwrap();
        assert_eq!(printed(&project, python), "it is new", "{python}");
    }
}

#[test]
fn a_file_that_is_cut_anywhere_is_not_used_and_written_anew() {
    for python in two_pythons() {
        let project = project();
        // A session that ends at once stores it at its end.
        assert_eq!(printed(&project, python), "it is one");
        let file = stored(&project).unwrap();
        let whole = fs::read(&file).unwrap();
        for length in [0, 5, 20, 60, whole.len() / 2, whole.len() - 1] {
            fs::write(&file, &whole[..length]).unwrap();
            assert_eq!(printed(&project, python), "it is one", "{python} {length}");
            assert_eq!(fs::read(&file).unwrap(), whole, "{python} {length}");
        }
    }
}

#[test]
fn a_small_project_and_one_without_a_cache_store_nothing() {
    for python in two_pythons() {
        let small = Project::with("lib.py", "print('small')\n");
        assert_eq!(printed(&small, python), "small");
        assert!(stored(&small).is_none());
        let large = project();
        let mut command = hotload(&large, python, &["--once", "-q", "--no-cache", "lib"]);
        run(&mut command).success();
        assert!(!large.file("cache").exists());
    }
}

#[test]
fn what_is_not_loaded_this_time_is_kept_as_long_as_its_file_is_there() {
    for python in two_pythons() {
        let project = project();
        assert_eq!(printed(&project, python), "it is one");
        project.save("second.py", helper("second"));
        project.save("lib.py", "import second\nprint(second.value)\n");
        assert_eq!(printed(&project, python), "second");
        let text = |file: &Path| String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
        let both = text(&stored(&project).unwrap());
        assert!(both.contains("helper.py") && both.contains("second.py"));
        fs::remove_file(project.file("helper.py")).unwrap();
        project.save("third.py", helper("third"));
        project.save("lib.py", "import third\nprint(third.value)\n");
        assert_eq!(printed(&project, python), "third");
        let index = text(&stored(&project).unwrap());
        let index = index.lines().nth(1).unwrap().to_owned() + index.lines().nth(2).unwrap();
        assert!(
            index.contains("third.py") && !index.contains("helper.py"),
            "{index}"
        );
    }
}

/// Whoever may write there could run anything in the user's Python.
#[cfg(unix)]
#[test]
fn what_others_may_write_to_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    for python in two_pythons() {
        let project = project();
        assert_eq!(printed(&project, python), "it is one");
        let file = stored(&project).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            [mode(&file), mode(&project.file("cache/code"))],
            [0o600, 0o700]
        );
        forge(python, &file, true);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o622)).unwrap();
        assert_eq!(printed(&project, python), "it is one", "{python}");
        forge(python, &file, true);
        fs::set_permissions(
            project.file("cache/code"),
            fs::Permissions::from_mode(0o777),
        )
        .unwrap();
        assert_eq!(printed(&project, python), "it is one", "{python}");
    }
}
