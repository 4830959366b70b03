//! Libraries that keep something from one run to the next: pools of workers, figures, tests.

use indoc::indoc;

use crate::harness::Project;
#[cfg(unix)]
use crate::pythons::{Python, skip};
use crate::pythons::{pythons, pythons_where, two_pythons};

/// The Python of `ci/recipe-packages`, which has such libraries; without it a test is skipped.
#[cfg(unix)]
pub(crate) fn with_packages() -> Option<Python> {
    // Beside the folder of the test: target/debug/deps.
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(3)?.join("recipe-packages/bin/python");
    if !path.is_file() {
        skip("no packages for the tests of recipes: run ci/recipe-packages");
        return None;
    }
    let version = (3, 0);
    Some(Python { path, version })
}

#[test]
fn unittest_finds_the_tests_of_the_target_and_those_that_were_saved() {
    const TEST: &str = indoc! {r"
        import unittest, rates

        class RatesTest(unittest.TestCase):
            def test_convert(self):
                self.assertEqual(rates.convert(2), 4)

        unittest.main(exit=False)
    "};
    for python in pythons() {
        let project = Project::with("test_rates.py", TEST);
        project.save("rates.py", "def convert(x): return x * 2\n");
        let mut session = project.start(python, &["test_rates"]);
        session.says("Ran 1 test");
        session.says("OK");
        session.ends_cycle(1);
        project.save("rates.py", "def convert(x): return x * 3\n");
        session.says("6 != 4");
        session.ends_cycle(2);
        project.save("test_rates.py", TEST.replace(", 4", ", 6"));
        session.says("OK");
        session.ends_cycle(3);
    }
}

#[test]
fn unittest_finds_the_tests_of_the_target_that_calls_it() {
    let tests = |name: &str| {
        format!("class {name}(unittest.TestCase):\n    def test(self): print('{name} runs')\n")
    };
    for python in two_pythons() {
        let project = Project::new();
        project.save(
            "b.py",
            format!(
                "import unittest\n{}def run(): unittest.main(exit=False)\n",
                tests("B")
            ),
        );
        let a = format!(
            "import b, unittest\n{}unittest.main(exit=False)\n",
            tests("A")
        );
        project.save("a.py", &a);
        project.save("pkg/__init__.py", "");
        project.save("pkg/c.py", a.replace("A runs", "C runs"));
        let mut session = project.start(python, &["a", "pkg.c", "b:run"]);
        for cycle in 1..=2 {
            for name in ["A runs", "C runs", "B runs"] {
                session.prints(name);
            }
            session.ends_cycle(cycle);
            project.save("a.py", format!("{a}# again\n"));
        }
    }
}

#[test]
fn unittest_finds_the_tests_of_a_program_in_it() {
    const TEST: &str = indoc! {r#"
        import unittest

        class Test(unittest.TestCase):
            def test(self):
                self.assertEqual(1, 1)

        if __name__ == "__main__":
            unittest.main()
    "#};
    for python in two_pythons() {
        let project = Project::with("test_rates.py", TEST);
        let mut session = project.start(python, &["--main", "test_rates.py"]);
        session.says("Ran 1 test");
        session.ends_cycle(1);
        project.save("test_rates.py", TEST.replace("1, 1", "1, 2"));
        session.says("1 != 2");
    }
}

#[test]
fn the_spec_of_a_module_can_be_sent_to_a_python_without_hotload() {
    const LIB: &str = indoc! {r"
        import copy, helper, pickle, subprocess, sys
        read = 'import pickle, sys; spec = pickle.load(sys.stdin.buffer); print(type(spec), spec.name, spec.origin)'
        # The first time it is a spec of Python's own.
        spec = pickle.dumps(helper.__spec__)
        print(subprocess.run([sys.executable, '-c', read], input=spec, stdout=-1, check=True).stdout.decode().strip())
        print(copy.copy(helper.__spec__).parent == helper.__spec__.parent)
    "};
    for python in pythons_where(|version| version >= (3, 6)) {
        let project = Project::with("lib.py", LIB);
        project.save("helper.py", "x = 1\n");
        let mut session = project.start(python, &["lib"]);
        for cycle in 1..=2 {
            session.prints_part("ModuleSpec'> helper ");
            session.prints("True");
            session.ends_cycle(cycle);
            project.save("helper.py", "x = 2\n");
        }
    }
}

/// `helper` is used by a function that runs in a worker; the target and the helper are saved in turn.
#[cfg(unix)]
#[track_caller]
fn workers_run_what_was_saved(python: &Python, run: &str) {
    let lib = |factor: u32| {
        format!(
            "import helper\ndef work(i): return {factor} * helper.y + i\n\ndef main():\n    {run}\n"
        )
    };
    let project = Project::with("lib.py", &lib(1));
    project.save("helper.py", "y = 1\n");
    let mut session = project.start(python, &["lib:main"]);
    session.prints("[1, 2]");
    session.ends_cycle(1);
    project.save("lib.py", lib(10));
    session.prints("[10, 11]");
    session.ends_cycle(2);
    project.save("helper.py", "y = 3\n");
    session.prints("[30, 31]");
    session.ends_cycle(3);
    assert_eq!(project.listing(), ["helper.py", "lib.py"]);
}

#[cfg(unix)]
#[test]
fn workers_of_joblib_and_dask_run_what_was_saved() {
    let Some(python) = with_packages() else {
        return;
    };
    let joblib = "from joblib import Parallel, delayed; \
        print(Parallel(n_jobs=2)(delayed(work)(i) for i in range(2)))";
    workers_run_what_was_saved(&python, joblib);
    let dask = "import dask; \
        print(list(dask.compute([dask.delayed(work)(i) for i in range(2)], scheduler='processes')[0]))";
    workers_run_what_was_saved(&python, dask);
}

#[cfg(unix)]
#[test]
fn workers_of_a_pool_run_what_was_saved() {
    for python in pythons_where(|version| [(3, 8), (3, 13)].contains(&version)) {
        for method in ["spawn", "forkserver"] {
            let run = format!(
                "import multiprocessing, concurrent.futures; \
                 context = multiprocessing.get_context('{method}'); \
                 print(list(concurrent.futures.ProcessPoolExecutor(2, mp_context=context).map(work, range(2))))"
            );
            workers_run_what_was_saved(python, &run);
        }
    }
}

/// A target whose client, and its worker, stay from one run to the next.
#[cfg(unix)]
const CLIENT: &str = indoc! {r#"
    from distributed import Client

    def work(i):
        return 1 + i

    def main():
        global client
        try: client
        except NameError: client = Client(n_workers=1, threads_per_worker=1, dashboard_address=None)
        print(client.gather(client.map(work, range(2))))

    if __name__ == "__main__":
        main()
"#};

#[cfg(unix)]
#[test]
fn workers_of_distributed_run_what_was_saved_of_a_program() {
    let Some(python) = with_packages() else {
        return;
    };
    let project = Project::with("lib.py", CLIENT);
    let mut session = project.start(&python, &["--main", "lib.py"]);
    session.prints("[1, 2]");
    session.ends_cycle(1);
    project.save("lib.py", CLIENT.replace("1 + i", "10 + i"));
    session.prints("[10, 11]");
    session.ends_cycle(2);
    assert!(!session.said().contains("hint: "), "{}", session.said());
}

#[cfg(unix)]
#[test]
fn a_line_says_that_workers_of_distributed_run_what_they_have_imported() {
    let Some(python) = with_packages() else {
        return;
    };
    let project = Project::with("lib.py", CLIENT);
    let mut session = project.start(&python, &["lib:main"]);
    session.prints("[1, 2]");
    session.ends_cycle(1);
    project.save("lib.py", CLIENT.replace("1 + i", "10 + i"));
    session.says("hint: dask's workers keep running the functions that they imported");
}

/// Draws, and does something before that.
#[cfg(unix)]
fn plot(before: &str, drawing: &str) -> String {
    format!(
        "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\n\
         {before}\n{drawing}\nplt.savefig('plot.png')\n"
    )
}

#[cfg(unix)]
#[test]
fn a_line_says_once_that_a_plot_is_drawn_over_the_last_one() {
    const HINT: &str = "hint: this run has drawn over the figure of the last one";
    let Some(python) = with_packages() else {
        return;
    };
    let project = Project::with("plot.py", &plot("", "plt.plot([1, 2])"));
    let mut session = project.start(&python, &["plot"]);
    session.ends_cycle(1);
    for cycle in 2..=4 {
        project.save("plot.py", plot("", &format!("plt.plot([1, {cycle}])")));
        session.ends_cycle(cycle);
    }
    session.until("the hint", || session.said().contains(HINT));
    assert_eq!(
        session.said().matches(HINT).count(),
        1,
        "{}",
        session.said()
    );
}

#[cfg(unix)]
#[test]
fn no_line_says_so_of_a_new_figure_or_a_cleared_one() {
    let Some(python) = with_packages() else {
        return;
    };
    let project = Project::new();
    project.save("other.py", plot("", "plt.plot([1])"));
    for before in ["plt.figure(1, clear=True)", "plt.figure()"] {
        project.save("plot.py", plot(before, "plt.plot([1, 2])"));
        let mut session = project.start(&python, &["plot", "other"]);
        session.ends_cycle(1);
        for cycle in 2..=4 {
            project.save(
                "plot.py",
                plot(
                    before,
                    &format!("plt.plot([1, 2])\nplt.bar([1], [{cycle}])"),
                ),
            );
            session.ends_cycle(cycle);
        }
        assert!(
            !session.said().contains("drawn over"),
            "{before}: {}",
            session.said()
        );
    }
}
