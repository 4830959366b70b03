//! The main job: load once, reload on every save, state survives, so does the loop.

use indoc::indoc;

use crate::harness::{Project, Written, run, run_with_input};
use crate::pythons::{pythons, two_pythons};

#[test]
fn a_module_runs_once_on_start_and_once_a_save_and_keeps_its_state() {
    const COUNTING: &str = "try: n = n + 1\nexcept NameError: n = 1\nprint('run %d' % n)\n";
    for python in pythons() {
        let project = Project::with("lib.py", COUNTING);
        let mut session = project.start(python, &["lib"]);
        session.prints("run 1");
        session.ends_cycle(1);
        project.save("lib.py", format!("{COUNTING}\n"));
        session.prints("run 2");
        session.ends_cycle(2);
        project.save("lib.py", COUNTING);
        session.prints("run 3");
        session.ends_cycle(3);
        assert_eq!(session.output(), "run 1\nrun 2\nrun 3\n", "{python}");
    }
}

#[test]
fn errors_are_shown_and_the_next_good_save_runs() {
    #[rustfmt::skip]
    let errors = [
        ("print(1 // 0)\n",                 "ZeroDivisionError"),
        ("def f(:\n",                       "SyntaxError"),
        ("if 1:\n    x = 1\n  y = 2\n",       "IndentationError"),
        ("import no_such_module\n",         "no_such_module"),
        ("raise SystemExit(3)\n",           "stopped: sys.exit(3)"),
        ("raise SystemExit((1, 2))\n",      "stopped: sys.exit((1, 2))"),
        ("raise SystemExit(u'no')\n",       "stopped: sys.exit('no')"),
        ("class Old: pass\nraise Old()\n",  "Error"),
        ("def f(): f()\nf()\n",             "ecursion"),
        ("x = u'\\xe9'\nraise ValueError(x)\n", "ValueError"),
    ];
    for python in pythons() {
        let project = Project::with("lib.py", "kept = 9\nprint(kept)\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("9");
        session.ends_cycle(1);
        let mut cycle = 1;
        for (place, (error, shown)) in errors.iter().enumerate() {
            project.save("lib.py", error);
            let old_style = error.contains("Old") && python.version.0 == 2;
            session.says(if old_style { "lib.Old" } else { shown });
            session.ends_cycle(cycle + 1);
            project.save("lib.py", format!("print(kept + {place})\n"));
            session.prints(&(9 + place).to_string());
            session.ends_cycle(cycle + 2);
            cycle += 2;
        }
    }
}

#[test]
fn a_first_load_that_fails_is_tried_again_on_the_next_save() {
    for python in pythons() {
        for broken in ["1 // 0\n", "def f(:\n", "import no_such_module\n"] {
            let project = Project::with("lib.py", broken);
            let mut session = project.start(python, &["lib:main"]);
            session.says("failed  lib");
            session.ends_cycle(1);
            project.save("lib.py", "def main(): print('fixed ' + __name__)\n");
            session.prints("fixed lib");
            session.says("ok  lib");
        }
    }
}

#[test]
fn user_code_may_reload_a_helper_by_itself() {
    for python in pythons() {
        let project = Project::with("mymath.py", "def f(x, y): return x * x + y * y\n");
        let lib = indoc! {r"
            try: from importlib import reload
            except ImportError: pass
            import mymath
            reload(mymath)
            print(mymath.f(2, 3))
        "};
        project.save("lib.py", lib);
        let mut session = project.start(python, &["lib"]);
        session.prints("13");
        session.ends_cycle(1);
        project.save("mymath.py", "def f(x, y): return x * x - y * y\n");
        session.prints("-5");
        session.ends_cycle(2);
        project.save("mymath.py", "def f(x, y): return x * x * y * y\n");
        session.prints("36");
    }
}

#[test]
fn a_module_sees_what_an_import_from_its_folder_would_give() {
    const LIB: &str = indoc! {r"
        import sys, os
        print(sys.argv[1:])
        print(sys.argv[0] == __file__ == os.path.join(sys.path[0], 'tool.py'))
        print([__name__, os.path.basename(sys.path[0])])
        print(sorted(n for n in dir(sys.modules['__main__']) if not n.startswith('__')))
        print([hasattr(sys.modules['__main__'], '__file__'), __doc__])
        print([k for k in os.environ if k.startswith('PYTHON')])
        print(os.environ['HOTLOAD_RUNNING'] + os.environ['HOTLOAD_RESTARTS'])
        print([name for name in sys.modules if 'hotload' in name])
        def main(): print('called')
    "};
    for python in pythons() {
        let project = Project::with("src/tool.py", LIB);
        let mut session = project.start(python, &["src/tool.py:main", "--", "a", "b c"]);
        session.prints("['a', 'b c']");
        session.prints("True");
        session.prints("['tool', 'src']");
        session.prints("[]");
        session.prints("[False, None]");
        session.prints("[]");
        session.prints("HOTLOAD_RUNNING0");
        session.prints("[]");
        session.prints("called");
        session.ends_cycle(1);
    }
}

#[test]
fn a_traceback_shows_the_users_frames_only() {
    for python in pythons() {
        let project = Project::with("helper.py", "def f():\n    return 1 // 0\n");
        project.save("lib.py", "import helper\nhelper.f()\n");
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        let said = session.said();
        assert!(said.contains("--> helper.py:2"), "{python}: {said}");
        assert!(
            said.contains("from lib.py:2 in <module>"),
            "{python}: {said}"
        );
        for hidden in ["hotload driver", "importlib", "hotload_shim"] {
            assert!(!said.contains(hidden), "{python}: {hidden} in {said}");
        }
        // A helper that does not compile: the import machinery is around it.
        project.save("helper.py", "def f(:\n");
        session.ends_cycle(2);
        project.save(
            "lib.py",
            "import sys\ndel sys.modules['helper']\nimport helper\n",
        );
        session.ends_cycle(3);
        let said = session.said();
        assert!(said.contains("--> helper.py:1:"), "{python}: {said}");
        // The advice on the second error names `importlib.reload`.
        for hidden in ["hotload driver", "frozen importlib", "importlib/"] {
            assert!(!said.contains(hidden), "{python}: {hidden} in {said}");
        }
    }
}

#[test]
fn threads_that_a_module_starts_may_import() {
    // Under the import lock of 2.7 the thread would wait for ever.
    const LIB: &str = indoc! {r"
        import threading
        def work():
            import colorsys, lib
            done.append(colorsys)
        done = []
        t = threading.Thread(target=work)
        t.start()
        t.join(20)
        print(len(done))
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.prints("1");
        session.ends_cycle(1);
        project.save("lib.py", format!("{LIB}\n"));
        session.prints("1");
    }
}

#[test]
fn any_file_name_works() {
    let names = [
        "my-script.py",
        "1st.py",
        "gr\u{f6}\u{df}e \u{4e2d}.py",
        "a.b.py",
        "tool",
        "types.py",
        "token.py",
        "__main__.py",
    ];
    for python in pythons() {
        for name in names {
            let project = Project::with(name, "print('one')\n");
            let mut session = project.start(python, &[name]);
            session.prints("one");
            session.ends_cycle(1);
            project.save(name, "1 // 0\n");
            session.says("ZeroDivisionError");
            session.ends_cycle(2);
            project.save(name, "print('two')\n");
            session.prints("two");
            session.ends_cycle(3);
        }
    }
}

#[test]
fn a_folder_with_blanks_and_other_scripts_works() {
    for python in pythons() {
        let project = Project::with("d\u{e9}j\u{e0} vu/\u{e9}t\u{e9}.py", "print('one')\n");
        let mut session = project.start(python, &["d\u{e9}j\u{e0} vu/\u{e9}t\u{e9}.py"]);
        session.prints("one");
        session.ends_cycle(1);
        project.save("d\u{e9}j\u{e0} vu/\u{e9}t\u{e9}.py", "print('two')\n");
        session.prints("two");
    }
}

#[test]
fn a_file_inside_a_package_is_loaded_under_its_dotted_name() {
    for python in pythons() {
        let project = Project::with("pkg/__init__.py", "level = 'top'\n");
        project.save("pkg/sub/__init__.py", "");
        project.save(
            "pkg/sub/mod.py",
            "from .. import level\nprint(__name__ + ' ' + level)\n",
        );
        let mut session = project.start(python, &["pkg/sub/mod.py"]);
        session.prints("pkg.sub.mod top");
        session.ends_cycle(1);
        project.save("pkg/sub/mod.py", "from . import new\nprint(new.x)\n");
        session.says("failed");
        session.ends_cycle(2);
        // 2.7 remembers that there was no `pkg.sub.new`.
        project.save("pkg/sub/new.py", "x = 'new sibling'\n");
        session.prints("new sibling");
    }
}

#[test]
fn a_package_is_a_target_like_any_module() {
    for python in two_pythons() {
        let project = Project::with("pkg/__init__.py", "from pkg import part\nprint(part.x)\n");
        project.save("pkg/part.py", "x = 1\n");
        let mut session = project.start(python, &["pkg"]);
        session.prints("1");
        session.ends_cycle(1);
        project.save(
            "pkg/__init__.py",
            "print([part.x, __name__, len(__path__)])\n",
        );
        session.prints("[1, 'pkg', 1]");
    }
}

#[test]
fn a_module_that_only_the_interpreter_finds_is_reloaded_and_watched() {
    for python in pythons() {
        let elsewhere = Project::with("remote.py", "print('one')\n");
        let project = Project::new();
        let mut command = project.hotload(&["--python", python.path.to_str().unwrap(), "remote"]);
        command.env("PYTHONPATH", elsewhere.path());
        let mut session = crate::harness::Session::start(&mut command, python);
        session.prints("one");
        session.ends_cycle(1);
        elsewhere.save("remote.py", "print('two')\n");
        session.prints("two");
    }
}

#[test]
fn streams_that_user_code_closes_or_replaces_are_back_for_the_next_run() {
    for python in pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("one");
        session.ends_cycle(1);
        let mut cycle = 1;
        for damage in [
            "sys.stdout.close()",
            "sys.stdout = object()",
            "del sys.stdout",
            "sys.stdout = None",
            "os.close(1)",
            "os.close(0); os.close(2)",
            // So that output is not buffered, and in UTF-8; each closes the descriptor at its end.
            "sys.stdout = os.fdopen(1, 'w')",
            "sys.stdout = io.open(sys.stdout.fileno(), 'w', encoding='utf-8')",
            "io.open(1, 'wb', 0).close()",
        ] {
            project.save("lib.py", format!("import io, os, sys\n{damage}\n"));
            session.ends_cycle(cycle + 1);
            project.save("lib.py", format!("print(\"after {damage}\")\n"));
            session.prints(&format!("after {damage}"));
            session.ends_cycle(cycle + 2);
            cycle += 2;
        }
    }
}

#[test]
fn a_file_that_user_code_has_put_in_the_place_of_standard_output_stays_there() {
    const LIB: &str = indoc! {r"
        import os
        file = os.open('out.txt', os.O_WRONLY | os.O_CREAT)
        os.dup2(file, 1)
    "};
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        project.save("lib.py", "print('in the file')\n");
        session.ends_cycle(2);
        let written = std::fs::read_to_string(project.file("out.txt")).unwrap();
        assert_eq!(written.trim_end(), "in the file", "{python}");
        assert_eq!(session.output(), "", "{python}");
    }
}

#[test]
fn output_comes_line_by_line_and_in_unicode_when_piped() {
    for python in pythons() {
        let lib = indoc! {r"
            import sys, time
            print(u'gr\xfc\xdfe \u4e2d')
            while True: time.sleep(1)
        "};
        let project = Project::with("lib.py", lib);
        let mut command = project.hotload(&["--python", python.path.to_str().unwrap(), "lib"]);
        let mut session = crate::harness::Session::start(command.env("LC_ALL", "C"), python);
        // The run never ends, so nothing but a line's own end has written it out.
        session.prints("gr\u{fc}\u{df}e \u{4e2d}");
    }
}

#[test]
fn piped_input_reaches_user_code() {
    for python in pythons() {
        let project = Project::with("lib.py", "import sys\nprint(sys.stdin.read().upper())\n");
        let python = python.path.to_str().unwrap();
        let mut command = project.hotload(&["--python", python, "--once", "lib"]);
        let printed = run_with_input(&mut command, "from a pipe").printed();
        assert_eq!(printed.trim(), "FROM A PIPE");
    }
}

#[test]
fn bytes_that_are_no_text_go_through_standard_input_and_output_as_they_are() {
    const LIB: &str = "import sys\nsys.stdout.write(sys.stdin.read())\n";
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("input", b"caf\xe9 \xf0\x9f\x98\x80\n");
        let mut command = project.hotload(&["--python", python.path.to_str().unwrap()]);
        command.stdin(std::fs::File::open(project.file("input")).unwrap());
        let end = run(command.args(["--once", "lib"]));
        end.stdout(&b"caf\xe9 \xf0\x9f\x98\x80\n"[..]);
    }
}
