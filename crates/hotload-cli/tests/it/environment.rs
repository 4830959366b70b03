//! Which interpreter is chosen, how it is started, and what user code finds around it.

#[cfg(unix)]
use std::path::{Path, PathBuf};

#[cfg(unix)]
use indoc::formatdoc;

#[cfg(unix)]
use crate::events::Events;
use crate::harness::{Project, Session, Written, in_place_of, plain_output, run};
#[cfg(unix)]
use crate::pythons::Python;
use crate::pythons::pythons;
#[cfg(unix)]
use crate::pythons::two_pythons;

#[test]
fn a_home_of_another_python_does_not_keep_it_from_starting() {
    for python in pythons() {
        let project = Project::with("lib.py", "import os\nprint('PYTHONHOME' in os.environ)\n");
        let mut command = project.hotload(&["--python", python.path.to_str().unwrap()]);
        command
            .args(["--once", "lib"])
            .env("PYTHONHOME", "/nowhere");
        let printed = run(&mut command).success().printed();
        assert_eq!(printed.trim(), "False", "{python}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_with_an_umlaut_and_an_emoji_works_also_where_python_takes_paths_for_ascii() {
    // On 3.6 that is any shell without a locale; 3.7 and newer need variables.
    let ascii = [
        ("LC_ALL", "C"),
        ("PYTHONCOERCECLOCALE", "0"),
        ("PYTHONUTF8", "0"),
    ];
    for python in pythons() {
        for locale in [&ascii[..], &[]] {
            let project = Project::with("größe 😀/lib.py", "import helper\nprint(helper.f(0))\n");
            project.save("größe 😀/helper.py", "def f(x):\n    return 1 // x\n");
            let mut command = project.hotload(&["--python", python.path.to_str().unwrap()]);
            command.envs(locale.iter().copied());
            command
                .args(["-v", "lib"])
                .current_dir(project.file("größe 😀"));
            let mut session = Session::start(&mut command, python);
            session.says("helper.py:2");
            session.says("#1");
            let lib = "import os, sys\nprint(os.path.basename(sys.argv[0]))\n";
            project.save("größe 😀/lib.py", lib);
            session.prints("lib.py");
            session.ends_cycle(2);
        }
    }
}

#[test]
fn options_that_switch_the_environment_off_leave_output_in_unicode_and_line_by_line() {
    const LIB: &str = "import time\nprint(u'gr\\xfc\\xdfe \\u4e2d')\nwhile True: time.sleep(1)\n";
    for python in pythons() {
        for option in ["-E", "-S", "-I"] {
            if option == "-I" && python.version.0 == 2 {
                continue; // 2.7 does not have it.
            }
            let project = Project::with("lib.py", LIB);
            let given = format!("{} {option} {{shim}}", python.path.display());
            let mut command = project.hotload(&["--python", &given, "lib"]);
            let mut session = Session::start(&mut command, python);
            // The run never ends, so nothing but a line's own end has written it out.
            session.prints("gr\u{fc}\u{df}e \u{4e2d}");
        }
    }
}

#[test]
fn user_code_finds_nothing_heavy_imported_that_plain_python_does_not_import() {
    const LIB: &str = "import sys; print([name for name in ('json', 'socket', 'threading', \
        'traceback', 'ast', 'hashlib', 'logging', 'subprocess', 'inspect', 'tokenize', \
        'importlib.metadata', 'enum', 'struct', 'base64', 'select') if name in sys.modules])\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut plain = in_place_of(&project.hotload(&[]), &python.path);
        let plain = plain_output(plain.args(["-c", LIB]));
        assert!(plain.stdout.starts_with(b"["), "{plain:?}");
        project
            .run_with(python, &["--once", "lib"])
            .stdout(plain.stdout);
    }
}

/// A wrapper around an interpreter that notes how it was started.
#[cfg(unix)]
fn save_wrapper(project: &Project, python: &Python) {
    use std::os::unix::fs::PermissionsExt;

    const NOTES: &str = "import os, stat, sys; shim = sys.argv[1]; \
        mode = lambda path: '%o' % stat.S_IMODE(os.stat(path).st_mode); \
        open('modes.txt', 'w').write(mode(os.path.dirname(shim)) + ' ' + mode(shim))";
    let python = python.path.display();
    let wrapper = formatdoc!(
        r#"
            #!/bin/sh
            umask 0
            echo "$1" >place.txt
            cat "$1" >shim.txt
            env >env.txt
            echo "$0 $*" >arguments.txt
            {python} -c "{NOTES}" "$1"
            exec {python} "$@"
        "#
    );
    project.save("wrapper", wrapper);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.file("wrapper"), mode).unwrap();
}

#[cfg(unix)]
#[test]
fn the_shim_is_private_while_the_interpreter_starts_and_gone_afterwards() {
    use std::os::unix::fs::PermissionsExt;

    let read = |project: &Project, name: &str| {
        let text = std::fs::read_to_string(project.file(name)).unwrap();
        text.trim().to_owned()
    };
    for python in two_pythons() {
        let lib = "import os\nopen('user.txt', 'w').write(repr(os.environ))\nprint('ran')\n";
        let project = Project::with("lib.py", lib);
        save_wrapper(&project, python);
        let mut session = Session::start(
            &mut project.hotload(&["--python", "./wrapper", "lib"]),
            python,
        );
        session.prints("ran");
        session.ends_cycle(1);
        assert_eq!(read(&project, "modes.txt"), "700 600", "{python}");

        let shim = PathBuf::from(read(&project, "place.txt"));
        let folder = shim.parent().unwrap();
        assert!(!shim.exists(), "{python}");
        // What is left takes a crash.
        let left: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
        assert_eq!(left.len(), 1, "{python}: {left:?}");
        let left = left[0].as_ref().unwrap();
        assert_eq!(left.file_name(), "last_words.txt", "{python}");
        let mode = left.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{python}");

        let text = read(&project, "shim.txt");
        let is_token =
            |word: &&str| word.len() == 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        let mut tokens: Vec<&str> = words.filter(is_token).collect();
        tokens.sort_unstable();
        tokens.dedup();
        assert_eq!(tokens.len(), 2, "{text}");
        assert_ne!(tokens[0], tokens[1]);
        for name in ["env.txt", "arguments.txt", "user.txt"] {
            let shown = read(&project, name);
            assert!(!shown.is_empty());
            for token in &tokens {
                assert!(!shown.contains(token), "{python}: a token is in {name}");
            }
        }
    }
}

/// A 3.x, which can make environments by itself.
#[cfg(unix)]
fn python_3() -> &'static Python {
    let mut newest_first = pythons().iter().rev();
    let found = newest_first.find(|python| python.version.0 == 3);
    found.expect("a Python 3 to make virtual environments with")
}

#[cfg(unix)]
fn make_environment(folder: &Path) {
    let status = python_3()
        .command()
        .args(["-m", "venv", "--without-pip"])
        .arg(folder)
        .status()
        .unwrap();
    assert!(status.success());
}

/// The program that ran and where it came from, from the `started` event.
#[cfg(unix)]
#[track_caller]
fn chosen(project: &Project, environment: &[(&str, &Path)]) -> (String, String) {
    let mut command = project.hotload(&["--once", "sub/lib.py", "--events", "events.jsonl"]);
    command.envs(environment.iter().copied());
    let prefix = run(&mut command).success().printed();
    let events = Events::of(project);
    let started = &events.all("started").last().unwrap()["python"];
    let source = started["source"].as_str().unwrap().to_owned();
    let program = started["command"].as_str().unwrap();
    // What ran is what was named: a started environment knows its folder.
    if source != "from PATH" {
        let folder = Path::new(prefix.trim());
        assert_eq!(folder.join("bin/python"), Path::new(program));
    }
    (program.to_owned(), source)
}

#[cfg(unix)]
#[test]
fn an_active_environment_wins_over_the_projects_which_wins_over_the_path() {
    let project = Project::with("sub/lib.py", "import sys\nprint(sys.prefix)\n");
    let elsewhere = Project::new();
    let (active, own) = (elsewhere.file("active"), project.file(".venv"));
    make_environment(&active);
    make_environment(&own);
    let bin = elsewhere.file("bin");
    std::fs::create_dir(&bin).unwrap();
    let on_path = bin.join("python3");
    std::os::unix::fs::symlink(&python_3().path, &on_path).unwrap();
    let named = |path: &Path, source: &str| (path.to_str().unwrap().to_owned(), source.to_owned());

    let path = ("PATH", bin.as_path());
    let both = chosen(&project, &[path, ("VIRTUAL_ENV", &active)]);
    assert_eq!(both, named(&active.join("bin/python"), "from VIRTUAL_ENV"));
    let conda = chosen(&project, &[path, ("CONDA_PREFIX", &active)]);
    assert_eq!(
        conda,
        named(&active.join("bin/python"), "from CONDA_PREFIX")
    );
    // The environment of the project lies above the target's folder.
    let own_one = named(&own.join("bin/python"), "from `.venv`");
    assert_eq!(chosen(&project, &[path]), own_one);
    let gone = elsewhere.file("no-such-environment");
    assert_eq!(chosen(&project, &[path, ("VIRTUAL_ENV", &gone)]), own_one);
    std::fs::remove_dir_all(&own).unwrap();
    assert_eq!(chosen(&project, &[path]), named(&on_path, "from PATH"));
    // `python3` before `python`, and that one when it is all there is.
    let plain = bin.join("python");
    std::os::unix::fs::symlink(&python_3().path, &plain).unwrap();
    assert_eq!(chosen(&project, &[path]), named(&on_path, "from PATH"));
    std::fs::remove_file(&on_path).unwrap();
    assert_eq!(chosen(&project, &[path]), named(&plain, "from PATH"));
}

#[cfg(unix)]
#[test]
fn a_python_that_hotload_chose_is_named_and_so_is_the_one_that_has_a_missing_module() {
    let project = Project::with("lib.py", "import numpy_of_mine\n");
    make_environment(&project.file(".venv"));
    let said = |options: &[&str]| {
        let mut command = project.hotload(&[&["--once", "lib"], options].concat());
        command.env_remove("VIRTUAL_ENV").env_remove("CONDA_PREFIX");
        run(&mut command).code(1).said()
    };
    let header = said(&[]);
    let header = header.lines().next().unwrap();
    assert!(header.ends_with(" (.venv/bin/python) · lib"), "{header}");
    let named = said(&["--python", ".venv/bin/python"]);
    assert!(!named.lines().next().unwrap().contains('('), "{named}");

    let help = |options: &[&str]| {
        let said = said(options);
        let help = said.lines().find_map(|line| line.strip_prefix("help: "));
        help.unwrap_or_default().to_owned()
    };
    assert_eq!(
        help(&[]),
        ".venv/bin/python finds no module `numpy_of_mine`; `--python` chooses another Python"
    );
    make_environment(&project.file("other"));
    let library = std::fs::read_dir(project.file("other/lib")).unwrap().next();
    let packages = library.unwrap().unwrap().path().join("site-packages");
    std::fs::write(packages.join("numpy_of_mine.py"), "").unwrap();
    assert_eq!(
        help(&[]),
        ".venv/bin/python finds no module `numpy_of_mine`; `--python other/bin/python` has it"
    );
    // What is missing in a module of the user's own is not installed anywhere.
    project.save("own/__init__.py", "");
    project.save("lib.py", "import own.part\n");
    assert_eq!(help(&[]), "");
}
