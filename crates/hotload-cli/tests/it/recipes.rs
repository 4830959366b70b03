//! The examples of docs/recipes.md, run as they are printed there.

use crate::harness::{Project, Session};
#[cfg(unix)]
use crate::libraries::with_packages;
use crate::pythons::{Python, two_pythons};

const PAGE: &str = include_str!("../../../../docs/recipes.md");

/// An example that is a file: its first line names it, and the command that runs it.
struct Example {
    text: String,
    arguments: Vec<String>,
}

impl Example {
    #[track_caller]
    fn of(file: &str) -> Self {
        let page = PAGE.replace("\r\n", "\n");
        let start = format!("```python\n# {file}: hotload ");
        let (_, rest) = page.split_once(&start).unwrap();
        let (command, text) = rest.split_once("```").unwrap().0.split_once('\n').unwrap();
        let arguments = command.split(' ').map(String::from).collect();
        let text = text.into();
        Self { text, arguments }
    }

    fn start(&self, project: &Project, python: &Python) -> Session {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        project.start(python, &arguments)
    }
}

#[test]
fn tests_run_again_when_what_they_test_is_saved() {
    for python in two_pythons() {
        let example = Example::of("test_rates.py");
        let project = Project::with("test_rates.py", &example.text);
        project.save("rates.py", "def convert(x): return x * 2\n");
        let mut session = example.start(&project, python);
        session.says("Ran 1 test");
        session.says("OK");
        session.ends_cycle(1);
        project.save("rates.py", "def convert(x): return x * 3\n");
        session.says("6 != 4");
        session.ends_cycle(2);
        project.save("test_rates.py", example.text.replace("(2), 4", "(2), 6"));
        session.says("OK");
    }
}

#[cfg(unix)]
#[test]
fn the_command_for_tests_needs_no_target() {
    assert!(PAGE.contains("hotload --run 'pytest -q'"));
    let project = Project::with("lib.py", "");
    let arguments = ["--run", "echo tested"];
    let mut session = Session::start(&mut project.hotload(&arguments), two_pythons()[0]);
    session.prints("tested");
    project.save("lib.py", "x = 1\n");
    session.ends_cycle(2);
}

#[cfg(unix)]
#[test]
fn pytest_runs_what_was_saved() {
    assert!(PAGE.contains("`pytest.main([\"test_rates.py\"])`"));
    let Some(python) = with_packages() else {
        return;
    };
    let test = "import rates\ndef test_convert():\n    assert rates.convert(2) == 4\n\
        def main():\n    import pytest\n    pytest.main(['-q', 'test_rates.py'])\n";
    let project = Project::with("test_rates.py", test);
    project.save("rates.py", "def convert(x): return x * 2\n");
    let mut session = project.start(&python, &["test_rates.py:main"]);
    session.prints_part("1 passed");
    session.ends_cycle(1);
    project.save("rates.py", "def convert(x): return x * 3\n");
    session.prints_part("1 failed");
    session.ends_cycle(2);
    project.save("test_rates.py", test.replace("== 4", "== 6"));
    session.prints_part("1 passed");
    session.ends_cycle(3);
    project.save("test_rates.py", test.replace("== 4", "== 7"));
    session.prints_part("1 failed");
}

#[cfg(unix)]
#[test]
fn flask_runs_without_its_reloader_and_with_it_a_line_says_so() {
    assert!(PAGE.contains("`app.run(debug=True, use_reloader=False)`"));
    let Some(python) = with_packages() else {
        return;
    };
    let app = "from flask import Flask\napp = Flask(__name__)\n\
        app.run(debug=True, port=0, use_reloader=False)\n";
    let project = Project::with("app.py", &app.replace(", use_reloader=False", ""));
    let mut session = project.start(&python, &["--busy", "interrupt", "app.py"]);
    session.says("turn it off with `use_reloader=False`");
    session.ends_cycle(1);
    for _ in 0..2 {
        project.save("app.py", app);
        session.says("Running on http://127.0.0.1:");
        project.save("app.py", format!("{app}# again\n"));
        session.says("Running on http://127.0.0.1:");
    }
}

#[test]
fn each_plot_is_a_new_figure() {
    /// As much of Matplotlib as the example uses; a line is drawn in the current figure.
    const PYPLOT: &str = "lines = []\n\
        def figure(number, clear=False):\n    if clear: del lines[:]\n\
        def plot(values): lines.append(values)\n\
        def savefig(name): print('%d line in %s' % (len(lines), name))\n";
    for python in two_pythons() {
        let example = Example::of("plot.py");
        let project = Project::with("plot.py", &example.text);
        project.save("matplotlib/__init__.py", "");
        project.save("matplotlib/pyplot.py", PYPLOT);
        let mut session = example.start(&project, python);
        session.prints("1 line in plot.png");
        session.ends_cycle(1);
        project.save("plot.py", example.text.replace("plot.png", "again.png"));
        session.prints("1 line in again.png");
    }
}

#[test]
fn a_server_ends_before_the_next_one_starts() {
    for python in two_pythons() {
        let example = Example::of("serve.py");
        // The same port each time: it must be free.
        let probe = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = probe.local_addr().unwrap().port();
        drop(probe);
        let text = example
            .text
            .replace("127.0.0.1\", 0", &format!("127.0.0.1\", {port}"));
        let project = Project::with("serve.py", &text);
        let mut session = example.start(&project, python);
        for cycle in 1..4 {
            session.prints(&format!("serving on port {port}"));
            session.ends_cycle(cycle);
            project.save("serve.py", format!("{text}# {cycle}\n"));
        }
    }
}

#[test]
fn a_save_of_a_data_file_runs_what_has_read_it() {
    for python in two_pythons() {
        let example = Example::of("report.py");
        let project = Project::with("report.py", &example.text);
        project.save("numbers.csv", "1\n2\n");
        let mut session = example.start(&project, python);
        session.prints("total: 3");
        session.ends_cycle(1);
        project.save("numbers.csv", "1\n2\n30\n");
        session.prints("total: 33");
    }
}

#[test]
fn a_script_has_its_arguments() {
    for python in two_pythons() {
        let example = Example::of("tool.py");
        let project = Project::with("tool.py", &example.text);
        let mut session = example.start(&project, python);
        session.prints("hello Ada");
        session.ends_cycle(1);
        project.save("tool.py", example.text.replace("hello", "good bye"));
        session.prints("good bye Ada");
    }
}

#[test]
fn what_is_slow_is_kept() {
    for python in two_pythons() {
        let example = Example::of("explore.py");
        let project = Project::with("explore.py", &example.text);
        let mut session = example.start(&project, python);
        session.prints("reading the table");
        session.prints("45");
        session.ends_cycle(1);
        project.save("explore.py", example.text.replace("[:10]", "[:11]"));
        session.prints("55");
        assert_eq!(session.output().matches("reading").count(), 1, "{python}");
    }
}

#[test]
fn models_of_abaqus_do_not_pile_up() {
    /// As much of Abaqus as the example uses.
    const ABAQUS: &str = "class Mdb(object):\n    models = {'Model-1': 1}\n    \
        def Model(self, name):\n        assert name not in self.models\n        \
        self.models[name] = 1\nmdb = Mdb()\n";
    for python in two_pythons() {
        let example = Example::of("plate.py");
        let project = Project::with("plate.py", &example.text);
        project.save("abaqus.py", ABAQUS);
        let mut session = project.start(python, &["plate.py"]);
        session.prints("models: Model-1, Plate");
        session.ends_cycle(1);
        project.save("plate.py", example.text.replace("models: ", "again: "));
        session.prints("again: Model-1, Plate");
    }
}
