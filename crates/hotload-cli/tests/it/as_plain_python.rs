//! What user code sees of its Python: what it would see without hotload.

use std::process::Command;

use indoc::indoc;

use crate::harness::{Project, Written, clean, plain_output};
use crate::pythons::{Python, pythons, pythons_where, two_pythons};

/// What a module prints under `python -c "import lib"`, and under hotload.
#[track_caller]
fn assert_same(project: &Project, python: &Python) {
    let mut plain = Command::new(&python.path);
    clean(
        plain
            .args(["-B", "-c", "import lib"])
            .current_dir(project.path()),
    );
    let plain = plain_output(&mut plain);
    let ours = project.run_with(python, &["--once", "-q", "lib"]);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        !plain.stdout.is_empty(),
        "{python}: {}",
        text(&plain.stderr)
    );
    assert_eq!(
        ours.printed(),
        text(&plain.stdout),
        "{python}: {}",
        ours.said()
    );
}

#[test]
fn a_thread_may_begin_with_an_import() {
    const LIB: &str = indoc! {r"
        import itertools, sys
        try: from _thread import allocate_lock, start_new_thread
        except ImportError: from thread import allocate_lock, start_new_thread
        lock = allocate_lock()
        lock.acquire()
        # In C alone: there is no frame of Python above the imports. The end is the release.
        imports = getattr(itertools, 'imap', map)(__import__, ['helper', 'helper', 'colorsys'])
        start_new_thread(list, (itertools.chain(imports, iter(lock.release, None)),))
        lock.acquire()
        print([name in sys.modules for name in ('helper', 'colorsys')])
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("helper.py", "");
        let run = project.run_with(python, &["--once", "-q", "lib"]);
        assert_eq!(
            (run.printed(), run.said()),
            ("[True, True]\n".into(), String::new()),
            "{python}"
        );
    }
}

#[test]
fn modules_may_import_each_other_as_deep_as_in_plain_python() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import m0\nprint(m0.x)\n");
        for number in 0..60 {
            let text = format!("import m{}\nx = m{0}.x\n", number + 1);
            project.save(&format!("m{number}.py"), text);
        }
        project.save("m60.py", "x = 'the last one'\n");
        assert_same(&project, python);
    }
}

#[test]
fn a_warning_in_a_module_names_the_line_that_imports_it() {
    const LIB: &str = indoc! {r"
        import os, warnings

        def load():
            import later

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter('always')
            import old, pkg.inner
            load()
            import libpkg
            from libpkg import sub
        for warning in caught:
            print('%s:%d %s' % (os.path.basename(warning.filename), warning.lineno, warning.message))
        warnings.simplefilter('error')
        warnings.filterwarnings('ignore', module='lib$')
        import filtered
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        for module in ["old", "later", "filtered", "pkg/outer"] {
            let text = format!("import warnings\nwarnings.warn('{module}', stacklevel=2)\n");
            project.save(&format!("{module}.py"), text);
        }
        project.save("pkg/__init__.py", "");
        project.save("pkg/inner.py", "\n\nfrom . import outer\n");
        // Not watched.
        project.save("node_modules/libpkg/__init__.py", "");
        project.save(
            "node_modules/libpkg/sub.py",
            "import warnings\nwarnings.warn('sub', stacklevel=2)\n",
        );
        project.save(
            "lib.py",
            format!("import sys; sys.path.append('node_modules')\n{LIB}"),
        );
        assert_same(&project, python);
    }
}

#[test]
fn modules_have_the_loaders_that_python_gives_them() {
    const NEW: &str = "import helper, threading, subprocess\n\
        for module in __import__('lib'), helper, threading, subprocess:\n    \
        loader, spec = module.__loader__, module.__spec__\n    \
        print(module.__name__, type(loader), loader is spec.loader)\n    \
        print(sorted(dir(loader)))\n    print(sorted(vars(loader)), spec.cached == module.__cached__)\n    \
        print(spec.has_location, spec._initializing)\n\
        import pkgutil\nprint(pkgutil.get_data('lib', 'data.txt'))\n\
        print(helper.__loader__.get_source('helper'), helper.__loader__.get_filename() == helper.__file__)\n";
    const OLD: &str = "import helper, pkgutil, imp, sys\n\
        print(pkgutil.get_data('helper', 'data.txt'))\n\
        loader = pkgutil.get_loader('helper') if hasattr(helper, '__loader__') else None\n\
        plain = pkgutil.ImpLoader('helper', open('helper.py'), 'helper.py', ('.py', 'U', 1))\n\
        found = [f.find_module('helper') for f in sys.meta_path] + [plain]\n\
        for name in dir(plain):\n    \
        if name[:1] != '_' and name not in ('file', 'etc', 'code', 'source'):\n        \
        print([name, hasattr(found[0], name)])\n\
        print([found[0].get_filename()[-9:], found[0].get_code().co_names, found[0].is_package('helper')])\n\
        print([hasattr(helper, '__loader__'), helper.__package__])\n";
    for python in pythons() {
        let project = Project::with("lib.py", if python.version.0 == 2 { OLD } else { NEW });
        project.save("helper.py", "x = 1\n");
        project.save("data.txt", "data");
        if python.version.0 == 2 {
            let ours = project.run_with(python, &["--once", "-q", "lib"]);
            let printed = ours.printed();
            assert!(printed.starts_with("data\n"), "{printed} {}", ours.said());
            assert!(
                !printed.contains("False]\n['") && printed.contains("['get_data', True]"),
                "{printed}"
            );
            assert!(
                printed.ends_with("['helper.py', ('x',), False]\n[False, None]\n"),
                "{printed}"
            );
        } else {
            assert_same(&project, python);
        }
    }
}

#[test]
fn what_is_not_there_during_a_first_load_is_said_to_be_partially_initialized() {
    const LIB: &str = "import helper\n";
    const HELPER: &str = "import lib\ntry: lib.later\n\
        except AttributeError as error: print('partially initialized' in str(error))\n";
    for python in pythons_where(|version| version >= (3, 8)) {
        let project = Project::with("lib.py", LIB);
        project.save("helper.py", HELPER);
        let output = project.run_with(python, &["--once", "-q", "lib"]);
        let printed = output.printed();
        assert_eq!(printed, "True\n", "{python}");
    }
}

#[test]
fn an_extension_comes_before_a_source_and_a_path_may_be_unicode() {
    const LIB: &str = "import os, sys\nsys.path.insert(0, os.getcwd() + u'/below')\n\
        import other\nprint([type(other.__file__), other.x])\n\
        try: import helper\n\
        except ImportError as error: print(type(error))\n";
    for python in two_pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("below/other.py", "x = 1\n");
        project.save("helper.py", "print('the source')\n");
        project.save("helper.so", "no library");
        assert_same(&project, python);
    }
}

#[test]
fn a_users_file_with_the_name_of_a_library_module_is_imported_where_python_imports_it() {
    const LIB: &str = "import sys\nfound = []\n\
        for name in ['token', 'operator', 'enum', 'types', 'warnings', 'copy', 'ast', 'traceback']:\n    \
        if name in ORIGINAL: continue\n    module = __import__(name)\n    \
        found.append((name, module.__file__.replace(chr(92), '/').rpartition('/')[2], hasattr(module, 'mine')))\n\
        print(found)\n";
    for python in pythons() {
        // What is loaded when Python starts is not found again.
        let question = "import sys; print(sorted(sys.modules))";
        let loaded = Command::new(&python.path)
            .args(["-c", question])
            .output()
            .unwrap();
        let loaded = String::from_utf8(loaded.stdout).unwrap();
        let project = Project::with("lib.py", &LIB.replace("ORIGINAL", loaded.trim()));
        for name in [
            "token",
            "operator",
            "enum",
            "types",
            "warnings",
            "copy",
            "ast",
            "traceback",
        ] {
            project.save(&format!("{name}.py"), "mine = True\n");
        }
        assert_same(&project, python);
        // Errors are shown all the same.
        project.save("lib.py", "import token, ast\nx = 1\n1 // 0\n");
        let output = project.run_with(python, &["--once", "-q", "lib"]);
        let said = output.said();
        assert!(said.contains("ZeroDivisionError"), "{python}: {said}");
        assert!(said.contains("--> lib.py:3"), "{python}: {said}");
    }
}

#[test]
fn user_code_handles_no_error_of_hotloads() {
    const LIB: &str = "import sys\nprint(sys.exc_info())\nimport helper\n\
        def main(): print(sys.exc_info())\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("helper.py", "import sys\nprint(sys.exc_info())\n");
        let output = project.run_with(python, &["--once", "-q", "lib:main"]);
        let printed = output.printed();
        assert_eq!(printed, "(None, None, None)\n".repeat(3), "{python}");
    }
}

#[test]
fn a_warning_about_a_caller_outside_user_code_names_no_file_of_hotloads() {
    const LIB: &str = "import warnings\nwarnings.warn('old', stacklevel=2)\n\
        import helper\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save(
            "helper.py",
            "import warnings\n\nwarnings.warn('helper', stacklevel=2)\n",
        );
        let output = project.run_with(python, &["--once", "-q", "lib"]);
        let said = output.said();
        assert!(said.contains("sys"), "{python}: {said}");
        assert!(!said.contains("hotload"), "{python}: {said}");
        if python.version.0 == 3 {
            assert!(
                said.contains("lib.py:3: UserWarning: helper"),
                "{python}: {said}"
            );
        }
    }
}

#[test]
fn a_failed_import_that_user_code_prints_has_no_frames_of_importing() {
    const LIB: &str = "import traceback\n\
        for name in ['broken', 'missing', 'raises']:\n    \
        try: __import__(name)\n    \
        except Exception: print(traceback.format_exc())\n";
    for python in pythons_where(|version| version >= (3, 0)) {
        let project = Project::with("lib.py", LIB);
        project.save("broken.py", "def f(:\n");
        project.save("raises.py", "1 // 0\n");
        assert_same(&project, python);
    }
}

#[cfg(unix)]
#[test]
fn a_target_that_is_a_link_has_the_folder_of_the_real_file_first_in_its_path() {
    const LIB: &str = "import os, sys\n\
        print([os.path.basename(sys.path[0]), __name__, os.path.basename(__file__)])\nimport helper\n";
    for python in two_pythons() {
        let project = Project::with("real/tool.py", LIB);
        project.save("real/helper.py", "print('beside the real file')\n");
        project.save("links/notes.txt", "");
        std::os::unix::fs::symlink("../real/tool.py", project.file("links/named.py")).unwrap();
        let mut session = project.start(python, &["links/named.py"]);
        session.prints("['real', 'named', 'named.py']");
        session.prints("beside the real file");
        session.ends_cycle(1);
        project.save("real/tool.py", "print('saved')\n");
        session.prints("saved");
    }
}

/// As a shell passes on the name of any file.
#[cfg(unix)]
#[test]
fn arguments_are_passed_on_byte_by_byte() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let lib = "import os, sys\nencode = getattr(os, 'fsencode', str)\n\
               print([list(bytearray(encode(word))) for word in sys.argv[1:]])\n";
    let words: [&[u8]; 4] = [
        b"caf\xe9",
        b"\xff\x80z",
        "\u{ef81}\u{20ac}".as_bytes(),
        b"plain",
    ];
    let expected: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    for python in two_pythons() {
        let project = Project::with("lib.py", lib);
        let mut command = project.hotload(&["--once", "--python", python.path.to_str().unwrap()]);
        command
            .args(["lib", "--"])
            .args(words.map(OsStr::from_bytes));
        let printed = crate::harness::run(&mut command).success().printed();
        assert_eq!(printed, format!("[{}]\n", expected.join(", ")), "{python}");
    }
}

/// Paths are bytes, of which the system requires nothing.
#[cfg(unix)]
#[test]
fn a_current_folder_that_is_not_utf_8_is_one_as_any_other() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let lib = "import os, sys\nimport helper\nencode = getattr(os, 'fsencode', str)\n\
               print([encode(p)[-9:] == b'\\xff\\xe9dir/lib'[:-3] + b'lib'\
               for p in [os.path.splitext(__file__)[0]]])\nprint(helper.x)\n";
    for python in two_pythons() {
        for locale in ["C.UTF-8", "C"] {
            let project = Project::new();
            let folder = project.path().join(OsStr::from_bytes(b"odd\xff\xe9dir"));
            std::fs::create_dir_all(folder.join(OsStr::from_bytes(b"w\xfe"))).unwrap();
            let save = |name: &str, text: &str| {
                std::fs::write(folder.join(name), text).unwrap();
            };
            save("lib.py", lib);
            save("helper.py", "x = 'one'\n");
            let mut command = project.hotload(&["--python", python.path.to_str().unwrap()]);
            command.args(["lib.py", "--watch", ".", "--watch"]);
            command.arg(OsStr::from_bytes(b"w\xfe"));
            command.env("LC_ALL", locale).current_dir(&folder);
            let mut session = crate::harness::Session::start(&mut command, python);
            session.prints("[True]");
            session.prints("one");
            session.ends_cycle(1);
            save("helper.py", "x = 'two'\n");
            session.prints("two");
            session.ends_cycle(2);
            save("helper.py", "def f():\n    1 // 0\nf()\n");
            session.says(" --> helper.py:2");
            session.ends_cycle(3);
            save("helper.py", "x = = 1\n");
            session.says(" --> helper.py:1");
            session.ends_cycle(4);
            std::fs::write(folder.join(OsStr::from_bytes(b"w\xfe/n\xff.py")), "").unwrap();
            session.ends_cycle(5);
            assert!(!session.said().contains("#6"), "{}", session.said());
        }
    }
}
