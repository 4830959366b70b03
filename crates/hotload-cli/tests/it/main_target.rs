//! `--main`: a script as it is, run as `__main__` on each save.

use indoc::indoc;

use crate::harness::{Project, Written};
use crate::pythons::{pythons, two_pythons};

/// What `python tool.py a` shows of where it runs.
const TOOL: &str = indoc! {r"
    import os, pickle, sys
    import helper
    class Item(object): pass
    if __name__ == '__main__':
        copy = pickle.loads(pickle.dumps(Item()))
        print([__name__, __package__, globals().get('__spec__'), os.path.basename(__file__)])
        print([sys.argv[1:], os.path.basename(sys.path[0]), sys.modules['__main__'].__file__ == __file__])
        print([type(copy) is Item, helper.x])
"};

#[test]
fn the_target_runs_as_the_program_on_each_save() {
    for python in pythons() {
        let project = Project::with("sub/tool.py", TOOL);
        // A package all the same, and its name does not count.
        project.save("sub/__init__.py", "");
        project.save("sub/helper.py", "x = 1\n");
        let mut session = project.start(python, &["--main", "sub/tool.py", "--", "a"]);
        session.prints("['__main__', None, None, 'tool.py']");
        session.prints("[['a'], 'sub', True]");
        session.prints("[True, 1]");
        session.ends_cycle(1);
        project.save("sub/helper.py", "x = 22\n");
        session.prints("[True, 22]");
        session.says("ok  helper -> sub/tool.py");
        project.save("sub/tool.py", TOOL.replace("helper.x", "helper.x, 'saved'"));
        session.prints("[True, 22, 'saved']");
        session.ends_cycle(3);
        assert!(!session.said().contains("hint:"), "{}", session.said());
    }
}

#[test]
fn what_the_program_has_computed_is_kept() {
    const TOOL: &str = indoc! {r"
        try: n += 1
        except NameError: n = 1
        def main(): print('call %d' % n)
        print('run %d' % n)
    "};
    for python in two_pythons() {
        let project = Project::with("tool.py", TOOL);
        let arguments = ["--main", "tool.py:main", "--before", "main"];
        let mut session = project.start(python, &arguments);
        session.prints("call 1");
        session.ends_cycle(1);
        project.save("tool.py", "print(\n");
        session.says("error: SyntaxError");
        session.ends_cycle(2);
        // Takes itself out of its place, which the next save does not mind.
        project.save(
            "tool.py",
            format!("{TOOL}import sys\nsys.modules['__main__'] = sys\n"),
        );
        session.prints("run 2");
        session.ends_cycle(3);
        project.save("tool.py", TOOL);
        session.prints("run 3");
        session.prints("call 3");
        session.ends_cycle(4);
    }
}

#[test]
fn worker_processes_of_the_program_run_what_the_file_says() {
    const TOOL: &str = indoc! {r"
        import multiprocessing
        def work(x): return x * 2
        if __name__ == '__main__':
            kinds = getattr(multiprocessing, 'get_all_start_methods', lambda: [None])()
            for kind in kinds:
                context = multiprocessing if kind is None else multiprocessing.get_context(kind)
                pool = context.Pool(1)
                print(pool.map(work, [1, 2]))
                pool.close()
                pool.join()
            print('done')
    "};
    for python in two_pythons() {
        let project = Project::with("tool.py", TOOL);
        let mut session = project.start(python, &["--main", "tool.py"]);
        session.prints("done");
        session.ends_cycle(1);
        project.save("tool.py", TOOL.replace("x * 2", "x * 3"));
        session.prints("done");
        session.ends_cycle(2);
        let output = session.output();
        let (first, second) = output.split_once("done\n").unwrap();
        let is_new = |part: &str, line: &str| part.lines().all(|it| it == line || it == "done");
        assert!(
            is_new(first, "[2, 4]") && is_new(second, "[3, 6]"),
            "{output}"
        );
        assert_eq!(project.listing(), ["tool.py"], "{python}");
    }
}

#[test]
fn a_module_in_a_package_runs_as_after_the_option_m() {
    const MODULE: &str = indoc! {r"
        from . import helper
        spec = globals().get('__spec__')
        print([__name__, __package__, getattr(spec, 'name', None), helper.x])
    "};
    for python in two_pythons() {
        let project = Project::with("pkg/mod.py", MODULE);
        project.save("pkg/__main__.py", MODULE);
        project.save("pkg/__init__.py", "");
        project.save("pkg/helper.py", "x = 1\n");
        for (target, name) in [("pkg.mod", "pkg.mod"), ("pkg", "pkg.__main__")] {
            let end = project.run_with(python, &["--once", "--main", target]);
            let name = if python.version.0 == 2 {
                "None".into()
            } else {
                format!("'{name}'")
            };
            end.code(0)
                .stdout(format!("['__main__', 'pkg', {name}, 1]\n"));
        }
    }
}

#[test]
fn only_one_target_can_be_the_program() {
    let project = Project::with("tool.py", "");
    project.save("pkg/__init__.py", "");
    let refused: [(&[&str], &str); 4] = [
        (&["tool.py", "pkg"], "takes one target"),
        (&["pkg"], "no `__main__.py`"),
        (&["json.tool"], "not below the current folder"),
        (&["--run", "true"], "no target"),
    ];
    for (arguments, expected) in refused {
        let said = project
            .run(&[&["--once", "--main"], arguments].concat())
            .code(2)
            .said();
        assert!(said.contains(expected), "{said}");
    }
}
