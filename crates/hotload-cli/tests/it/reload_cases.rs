//! What a save reloads, case by case: the table in docs/reload.md.

use crate::harness::Project;
use crate::pythons::{Python, pythons, pythons_where};

/// A project, and what its target prints after each save.
struct Case<'c> {
    /// What the document's table calls it.
    name: &'c str,
    options: &'c [&'c str],
    files: &'c [(&'c str, &'c str)],
    /// A file, its new text (`None`: it is deleted), and what is printed then.
    saves: &'c [(&'c str, Option<&'c str>, &'c str)],
}

impl Case<'_> {
    /// Plays it on each Python of a list.
    #[track_caller]
    fn holds_on(&self, pythons: &[&'static Python]) {
        assert_documented(self.name);
        assert!(!pythons.is_empty(), "{}: no Python", self.name);
        for python in pythons {
            self.holds(python);
        }
    }

    #[track_caller]
    fn holds(&self, python: &Python) {
        let project = Project::new();
        for (file, text) in self.files {
            project.save(file, text);
        }
        let mut session = project.start(python, &[&["lib"], self.options].concat());
        session.ends_cycle(1);
        session.until("printed a line", || session.output().ends_with('\n'));
        for (index, (file, text, expected)) in self.saves.iter().enumerate() {
            let before = session.output();
            match text {
                Some(text) => project.save(file, text),
                None => std::fs::remove_file(project.file(file)).unwrap(),
            }
            session.ends_cycle(index as u64 + 2);
            let line = if expected.is_empty() { "" } else { "\n" };
            let all = format!("{before}{expected}{line}");
            let what = format!(
                "{}: save {index}, of {file}, printed {expected:?}",
                self.name
            );
            session.until(&what, || session.output() == all);
        }
    }
}

/// The rows of the document's table: the first column of each.
fn documented() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reload.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, table) = text.split_once("| what was saved |").unwrap();
    let rows = table
        .lines()
        .skip(2)
        .map_while(|line| line.strip_prefix("| "));
    let rows = rows.map(|row| row.split(" | ").next().unwrap().to_owned());
    rows.collect()
}

#[track_caller]
fn assert_documented(name: &str) {
    assert!(documented().iter().any(|row| row == name), "{name}");
}

fn all() -> Vec<&'static Python> {
    pythons().iter().collect()
}

#[test]
fn every_row_of_the_document_is_a_case() {
    let tests = include_str!("reload_cases.rs");
    for row in documented() {
        let row = format!("{row:?}");
        let is_a_case = |before: &str| tests.contains(&format!("{before}{row}"));
        assert!(
            is_a_case("name: ") || is_a_case("assert_documented("),
            "{row}"
        );
    }
}

#[test]
fn a_new_value_arrives_however_it_is_imported() {
    Case {
        name: "a constant",
        options: &[],
        files: &[("m.py", "X = 1\n"), ("lib.py", "import m\nprint(m.X)\n")],
        saves: &[("m.py", Some("X = 22\n"), "22")],
    }
    .holds_on(&all());
    Case {
        name: "a constant from which another module computes its own",
        options: &[],
        files: &[
            ("base.py", "A = 1\n"),
            ("m.py", "import base\nX = base.A * 10\n"),
            (
                "lib.py",
                "from m import X\nfrom base import A\nprint([A, X])\n",
            ),
        ],
        saves: &[
            ("base.py", Some("A = 2\n"), "[2, 20]"),
            ("m.py", Some("import base\nX = base.A * 100\n"), "[2, 200]"),
            ("base.py", Some("A = 3\n"), "[3, 300]"),
        ],
    }
    .holds_on(&all());
    Case {
        name: "a name that is imported with `from m import x`",
        options: &[],
        files: &[
            ("m.py", "x = 1\n"),
            ("lib.py", "from m import x as y\nprint(y)\n"),
        ],
        saves: &[("m.py", Some("x = 22\n"), "22")],
    }
    .holds_on(&all());
    Case {
        name: "a name that is imported with `from m import *`",
        options: &[],
        files: &[
            ("m.py", "x = 1\n"),
            ("between.py", "from m import *\n"),
            ("lib.py", "from between import *\nprint(x)\n"),
        ],
        saves: &[("m.py", Some("x = 22\n"), "22")],
    }
    .holds_on(&all());
}

#[test]
fn functions_and_classes_are_new_and_what_was_kept_is_old() {
    Case {
        name: "a function",
        options: &[],
        files: &[
            ("m.py", "def f(): return 1\n"),
            ("lib.py", "import m\nfrom m import f\nprint([f(), m.f()])\n"),
        ],
        saves: &[("m.py", Some("def f(): return 22\n"), "[22, 22]")],
    }
    .holds_on(&all());
    Case {
        name: "a class",
        options: &[],
        files: &[
            ("m.py", "class C(object):\n    def f(self): return 1\n"),
            ("lib.py", "from m import C\nprint(C().f())\n"),
        ],
        saves: &[(
            "m.py",
            Some("class C(object):\n    def f(self): return 22\n"),
            "22",
        )],
    }
    .holds_on(&all());
    Case {
        name: "a class of which an instance was kept",
        options: &[],
        files: &[
            ("m.py", "class C(object):\n    def f(self): return 1\n"),
            (
                "lib.py",
                "from m import C\ntry: kept = kept\nexcept NameError: kept = C()\n\
                 print([kept.f(), isinstance(kept, C)])\n",
            ),
        ],
        saves: &[(
            "m.py",
            Some("class C(object):\n    def f(self): return 22\n"),
            "[1, False]",
        )],
    }
    .holds_on(&all());
    Case {
        name: "a function that was registered elsewhere, as a callback",
        options: &[],
        files: &[
            ("m.py", "def f(): return 1\n"),
            (
                "lib.py",
                "import sys, m\nif not hasattr(sys, 'callbacks'): sys.callbacks = [m.f]\n\
                 print(sys.callbacks[0]())\n",
            ),
        ],
        saves: &[("m.py", Some("def f(): return 22\n"), "1")],
    }
    .holds_on(&all());
}

#[test]
fn names_stay_unless_they_are_cleared() {
    const LIB: &str = "import m\nprint(sorted(n for n in vars(m) if n in 'xy'))\n";
    let removed = |options, expected| {
        Case {
            name: "a name that was removed from the text",
            options,
            files: &[("m.py", "x = 1\ny = 1\n"), ("lib.py", LIB)],
            saves: &[("m.py", Some("x = 2\n"), expected)],
        }
        .holds_on(&all());
    };
    removed(&[], "['x', 'y']");
    removed(&["--fresh"], "['x']");
    let state = |options, expected| {
        Case {
            name: "a name that keeps its value with `try` / `except NameError`",
            options,
            files: &[
                ("m.py", "try: x = x\nexcept NameError: x = 1\n"),
                ("lib.py", "import m\nprint(m.x)\nm.x = m.x + 1\n"),
            ],
            saves: &[(
                "m.py",
                Some("try: x = x\nexcept NameError: x = 1\n#\n"),
                expected,
            )],
        }
        .holds_on(&all());
    };
    state(&[], "2");
    state(&["--fresh"], "1");
}

#[test]
fn imports_that_happen_late_or_failed_are_known() {
    Case {
        name: "a module that only a function imports, when it is called",
        options: &["--call", "main"],
        files: &[
            ("m.py", "x = 1\n"),
            ("lib.py", "def main():\n    import m\n    print(m.x)\n"),
        ],
        saves: &[("m.py", Some("x = 22\n"), "22")],
    }
    .holds_on(&all());
    Case {
        name: "a file that an `import` in a `try` did not find before",
        options: &[],
        files: &[
            (
                "m.py",
                "try: import fast\nexcept ImportError: fast = None\nkind = fast and fast.kind\n",
            ),
            ("lib.py", "from m import kind\nprint(kind)\n"),
        ],
        saves: &[("fast.py", Some("kind = 'fast'\n"), "fast")],
    }
    .holds_on(&all());
    Case {
        name: "a file that now hides a module of the same name further down `sys.path`",
        options: &[],
        files: &[
            ("vendor/m.py", "x = 'vendor'\n"),
            ("lib.py", "import sys\nif 'vendor' not in sys.path: sys.path.append('vendor')\nimport m\nprint(m.x)\n"),
        ],
        saves: &[("m.py", Some("x = 'own'\n"), "own")],
    }
    .holds_on(&all());
}

#[test]
fn what_is_imported_from_a_zip_file_is_new_when_that_is_saved() {
    assert_documented("a zip file from which modules were imported");
    for python in pythons() {
        let project = Project::new();
        let save = |value: &str| {
            let write = format!(
                "import os, zipfile\narchive = zipfile.ZipFile('new', 'w')\narchive.writestr('inside/__init__.py', '')\narchive.writestr('inside/m.py', 'x = {value}')\narchive.close()\nif os.name == 'nt' and os.path.exists('all.zip'): os.remove('all.zip')\nos.rename('new', 'all.zip')\n"
            );
            let mut command = std::process::Command::new(&python.path);
            command.args(["-c", &write]).current_dir(project.path());
            assert!(command.status().unwrap().success(), "{python}");
        };
        save("1");
        project.save("first.py", "import sys\nif 'all.zip' not in sys.path: sys.path.insert(0, 'all.zip')\nfrom inside.m import x\n");
        project.save("second.py", "import first, inside.m as m\ny = m.x\n");
        project.save(
            "lib.py",
            "import second, first\nprint('%s %s' % (first.x, second.y))\n",
        );
        let mut session = project.start(python, &["lib"]);
        for (cycle, value) in [(1, "1"), (2, "22"), (3, "333")] {
            session.prints(&format!("{value} {value}"));
            session.ends_cycle(cycle);
            save(if cycle == 1 { "22" } else { "333" });
        }
    }
}

#[test]
fn lazy_modules_are_loaded_and_run_again_when_they_are_saved() {
    let lib = "import importlib.util, sys\ndef lazy(name):\n    if name in sys.modules: return sys.modules[name]\n    spec = importlib.util.find_spec(name)\n    spec.loader = importlib.util.LazyLoader(spec.loader)\n    module = importlib.util.module_from_spec(spec)\n    sys.modules[name] = module\n    spec.loader.exec_module(module)\n    return module\nm = lazy('m')\nprint('value %s' % m.x)\n";
    for python in pythons_where(|version| version >= (3, 6)) {
        let project = Project::with("lib.py", lib);
        project.save("m.py", "from n import x\n");
        project.save("n.py", "x = 1\n");
        let mut session = project.start(python, &["lib"]);
        session.prints("value 1");
        session.ends_cycle(1);
        project.save("m.py", "from n import x; x += 1\n");
        session.prints("value 2");
        session.ends_cycle(2);
        project.save("n.py", "x = 5\n");
        session.prints("value 6");
    }
}

#[test]
fn a_module_that_is_deleted_is_missed_and_comes_back() {
    let case = Case {
        name: "a file that is deleted",
        options: &[],
        files: &[
            ("m.py", "x = 1\n"),
            ("between.py", "from m import x\n"),
            ("lib.py", "import between\nprint(between.x)\n"),
        ],
        saves: &[("m.py", None, ""), ("m.py", Some("x = 22\n"), "22")],
    };
    case.holds_on(&all());
    Case {
        name: "a deleted file that returns",
        ..case
    }
    .holds_on(&all());
    for python in pythons() {
        let project = Project::with("m.py", "x = 1\n");
        project.save("lib.py", "import m\nprint(m.x)\n");
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        std::fs::remove_file(project.file("m.py")).unwrap();
        session.says("No module named ");
        session.says("failed  lib");
    }
}

#[test]
fn packages_and_circles_are_reloaded_as_a_whole() {
    Case {
        name: "a module in a package, imported relatively",
        options: &[],
        files: &[
            ("pkg/__init__.py", "from .a import y\n"),
            ("pkg/a.py", "from . import b\ny = b.x * 10\n"),
            ("pkg/b.py", "x = 1\n"),
            ("lib.py", "import pkg\nprint(pkg.y)\n"),
        ],
        saves: &[("pkg/b.py", Some("x = 2\n"), "20")],
    }
    .holds_on(&all());
    Case {
        name: "the `__init__` of a package",
        options: &[],
        files: &[
            ("pkg/__init__.py", "x = 1\n"),
            ("pkg/a.py", "import pkg\ny = pkg.x * 10\n"),
            ("lib.py", "from pkg import a, x\nprint([x, a.y])\n"),
        ],
        saves: &[("pkg/__init__.py", Some("x = 2\n"), "[2, 20]")],
    }
    .holds_on(&all());
    Case {
        name: "one of two modules that import each other",
        options: &[],
        files: &[
            ("one.py", "x = 1\nimport two\ndef sum(): return x + two.y\n"),
            (
                "two.py",
                "y = 10\nimport one\ndef sum(): return one.x + y\n",
            ),
            ("lib.py", "import one, two\nprint([one.sum(), two.sum()])\n"),
        ],
        saves: &[
            (
                "two.py",
                Some("y = 20\nimport one\ndef sum(): return one.x + y\n"),
                "[21, 21]",
            ),
            (
                "one.py",
                Some("x = 2\nimport two\ndef sum(): return x + two.y\n"),
                "[22, 22]",
            ),
        ],
    }
    .holds_on(&all());
}

#[test]
fn data_belongs_to_whoever_reads_it() {
    Case {
        name: "a data file that a module read when it was loaded",
        options: &["--watch", ".", "--ext", "py,txt"],
        files: &[
            ("params.txt", "1"),
            (
                "m.py",
                "with open('params.txt') as f: x = int(f.read()) * 10\n",
            ),
            ("lib.py", "from m import x\nprint(x)\n"),
        ],
        saves: &[("params.txt", Some("2"), "20")],
    }
    .holds_on(&all());
    Case {
        name: "a file that no module has loaded or read",
        options: &["--watch", ".", "--ext", "py,txt"],
        files: &[
            ("notes.txt", ""),
            (
                "m.py",
                "import sys\nsys.count = getattr(sys, 'count', 0) + 1\n",
            ),
            ("lib.py", "import sys, m\nprint(sys.count)\n"),
        ],
        saves: &[("notes.txt", Some("x"), "1"), ("other.py", Some("x"), "1")],
    }
    .holds_on(&all());
}

#[test]
fn a_kept_module_runs_when_its_own_file_is_saved() {
    const MODEL: &str = "from params import x\ny = x * 10\n";
    let case = Case {
        name: "a module named by `--keep` depends on it",
        options: &["--keep", "model"],
        files: &[
            ("params.py", "x = 1\n"),
            ("model.py", MODEL),
            (
                "lib.py",
                "import params, model\nprint([params.x, model.y])\n",
            ),
        ],
        saves: &[
            ("params.py", Some("x = 2\n"), "[2, 10]"),
            ("model.py", Some(MODEL), "[2, 20]"),
        ],
    };
    case.holds_on(&all());
}

#[test]
fn what_fails_changes_nothing_until_it_is_mended() {
    Case {
        name: "a text that does not compile",
        options: &[],
        files: &[
            ("base.py", "A = 1\n"),
            ("m.py", "import base\nX = base.A * 10\n"),
            ("lib.py", "import m, base\nprint([base.A, m.X])\n"),
        ],
        saves: &[
            ("base.py", Some("A = \n"), ""),
            ("base.py", Some("A = 2\n"), "[2, 20]"),
        ],
    }
    .holds_on(&all());
    Case {
        name: "a module that raises an exception",
        options: &[],
        files: &[
            ("base.py", "A = 1\n"),
            ("m.py", "import base\nX = base.A * 10\n"),
            ("lib.py", "import m, base\nprint([base.A, m.X])\n"),
        ],
        saves: &[
            ("base.py", Some("A = 2\n1 / 0\n"), ""),
            // Nothing else is saved: what is still to be run runs.
            ("other.py", Some(""), ""),
            ("base.py", Some("A = 3\n"), "[3, 30]"),
        ],
    }
    .holds_on(&all());
}

#[test]
fn the_lines_of_a_cycle_name_what_ran_and_what_did_not() {
    for python in pythons_where(|version| version == (2, 7) || version >= (3, 11)) {
        let project = Project::with("base.py", "A = 1\n");
        project.save("model.py", "import base\n");
        project.save("m.py", "import base\nX = base.A\n");
        project.save("plots.py", "import m\n");
        project.save("lib.py", "import m, model\n");
        let arguments = ["lib", "plots", "--keep", "model", "--keep", "nobody"];
        let mut session = project.start(python, &arguments);
        session.says("warning: `--keep nobody` has no effect: no module of that name is loaded\n");
        project.save("base.py", "A = 2\n");
        session.says("ok  base -> m -> lib, plots  kept model  ");
        project.save("m.py", "import base\n1 / 0\n");
        session.says("ZeroDivisionError");
        session.says("stayed old: lib, plots (needs m)\n");
        session.says("failed  lib, plots  ");
        // What is still to be run runs with the next save, whatever that is.
        project.save("m.py", "import base\nX = 1\n");
        session.says("ok  m -> lib, plots  ");
    }
}

#[test]
fn a_helper_that_is_not_reloaded_is_named_once() {
    for python in pythons() {
        let project = Project::with("m.py", "X = 1\n");
        project.save("lib.py", "import m\nprint(m.X)\n");
        let mut session = project.start(python, &["lib", "--reload", "module"]);
        session.ends_cycle(1);
        project.save("m.py", "X = 2\n");
        session.ends_cycle(2);
        project.save("m.py", "X = 3\n");
        session.ends_cycle(3);
        let line = "m is loaded and was not reloaded: --reload dependents\n";
        assert_eq!(
            session.said().matches(line).count(),
            1,
            "{}",
            session.said()
        );
        session.until("printed old values", || session.output() == "1\n1\n1\n");
    }
}

#[test]
fn changed_runs_what_was_saved_and_not_what_imports_it() {
    for (option, value) in [("--reload", "changed"), ("--recursive", "--no-clear")] {
        let python = pythons().last().unwrap();
        let project = Project::with("base.py", "A = 1\n");
        project.save("m.py", "from base import A\n");
        project.save("lib.py", "import base, m\nprint([base.A, m.A])\n");
        let mut session = project.start(python, &["lib", option, value]);
        session.prints("[1, 1]");
        project.save("base.py", "A = 2\n");
        session.prints("[2, 1]");
        session.says("ok  base -> lib  ");
    }
}

#[test]
fn targets_that_a_save_does_not_concern_can_be_left_out() {
    for python in pythons() {
        let project = Project::with("m.py", "X = 1\n");
        project.save("one.py", "import m\nprint('one %d' % m.X)\n");
        project.save("two.py", "print('two')\n");
        let mut session = project.start(python, &["one", "two", "--reload-only-affected"]);
        session.ends_cycle(1);
        project.save("m.py", "X = 2\n");
        session.ends_cycle(2);
        project.save("two.py", "print('two!')\n");
        session.ends_cycle(3);
        let all = "one 1\ntwo\none 2\ntwo!\n";
        session.until("left out what is not concerned", || session.output() == all);
    }
}

#[test]
fn a_graph_shows_who_imports_whom() {
    for python in pythons() {
        let project = Project::with("base.py", "");
        project.save("m.py", "import base\n");
        project.save("lib.py", "print('out')\nimport m, base, json\n");
        let end = project.run_with(python, &["--graph", "lib"]).code(0);
        end.stdout("lib\n  m\n    base\n  base\n");
        let end = project.run_with(python, &["lib", "--graph=dot"]).code(0);
        let dot = "digraph imports {\n    \"lib\";\n    \"lib\" -> \"m\";\n    \"lib\" -> \"base\";\n    \
            \"m\";\n    \"m\" -> \"base\";\n    \"base\";\n}\n";
        end.stdout(dot);
        project.save("m.py", "import base, nowhere\n");
        let end = project.run_with(python, &["--graph", "lib"]).code(1);
        end.stdout("");
    }
}
