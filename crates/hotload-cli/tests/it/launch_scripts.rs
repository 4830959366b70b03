//! Launch scripts, each way in which they run: alone with `hotload.py` beside them, and under hotload.

mod command_line;
mod documented;
mod ends;
mod refusals;
mod saves;
mod state;
mod steps;
mod under_hotload;
mod watching;

use std::process::{Command, Stdio};

use crate::harness::{Project, Session, clean};
use crate::pythons::{Python, pythons, two_pythons};

/// The two-line tutorial.
const TUTORIAL: &str = r#"
import hotload

hotload.hotload(
    watch=[
        hotload.listfiles(".", ext=".py")
    ],
    steps=[
        hotload.ClearTerminal(),
        hotload.ReloadedPythonModule.from_module_name("lib"),
    ]
)
"#;

/// How a launch script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// `python launch.py`
    Alone,
    /// `hotload --launch launch.py`
    Launched,
}

pub(crate) const WAYS: [Way; 2] = [Way::Alone, Way::Launched];

fn exported() -> Vec<u8> {
    let end = Project::new().run(&["--export-api"]).success();
    end.get_output().stdout.clone()
}

impl Way {
    /// What starts a script of a project.
    fn command(self, project: &Project, python: &Python, script: &str) -> Command {
        match self {
            Self::Alone => {
                project.save("hotload.py", exported());
                let mut command = python.command();
                command.args(["-u", script]);
                command.current_dir(project.path()).stdin(Stdio::null());
                clean(&mut command);
                command
            }
            Self::Launched => {
                let mut command = project.hotload(&["--python", python.path.to_str().unwrap()]);
                command.args(["--launch", script]);
                command
            }
        }
    }

    fn start(self, project: &Project, python: &Python, script: &str) -> Session {
        project.save("launch.py", script);
        self.start_script(project, python, "launch.py")
    }

    pub(crate) fn start_script(self, project: &Project, python: &Python, name: &str) -> Session {
        Session::start(&mut self.command(project, python, name), python)
    }
}

/// `hotload --launch launch.py`, with more arguments.
fn launched(project: &Project, python: &Python, arguments: &[&str]) -> Command {
    let mut command = Way::Launched.command(project, python, "launch.py");
    command.args(arguments);
    command
}

/// Every way on every Python.
pub(crate) fn everywhere() -> Vec<(&'static Python, Way)> {
    let on = |python| WAYS.iter().map(move |way| (python, *way));
    pythons().iter().flat_map(on).collect()
}

/// Every way on a 2.7 and a 3.x.
fn on_two() -> Vec<(&'static Python, Way)> {
    let on = |python| WAYS.iter().map(move |way| (python, *way));
    two_pythons().into_iter().flat_map(on).collect()
}

#[test]
fn hotload_py_is_what_it_was() {
    let version = concat!("'", env!("CARGO_PKG_VERSION"), "'");
    let text = String::from_utf8(exported()).unwrap();
    insta::assert_snapshot!(text.replace(version, "'VERSION'"));
}
