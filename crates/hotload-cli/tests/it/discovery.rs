//! Which Pythons are found and chosen.

#[cfg(unix)]
mod installed_as_tool;
mod listing;
mod trust;

use std::path::PathBuf;
use std::process::Command;

use assert_cmd::assert::Assert;

#[cfg(unix)]
use crate::harness::in_place_of;
use crate::harness::{Project, Written, run};
use crate::programs::{Does, save_program};
#[cfg(unix)]
use crate::pythons::skip;
use crate::pythons::{Python, pythons, two_pythons};

/// A machine that has what the test puts there, and nothing else.
struct Machine {
    project: Project,
}

impl Machine {
    fn new() -> Self {
        let project = Project::with(
            "lib.py",
            "import sys; print('%d.%d' % sys.version_info[:2])\n",
        );
        std::fs::create_dir(project.file("bin")).unwrap();
        Self { project }
    }

    /// A stub of a version manager: it says that nothing is selected.
    fn stub(&self, name: &str) -> PathBuf {
        self.program(&format!("shims/{name}"), &[Does::Exits(127)])
    }

    fn program(&self, name: &str, steps: &[Does<'_>]) -> PathBuf {
        save_program(&self.project, name, steps)
    }

    #[cfg(unix)]
    fn save(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        self.project.save(name, text);
        let file = self.project.file(name);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        file
    }

    /// A program that starts a Python.
    fn launcher(&self, name: &str, python: &Python) -> PathBuf {
        self.program(name, &[Does::Starts(&python.path, "")])
    }

    /// On Windows this would have to be a program that is no batch file.
    #[cfg(unix)]
    fn pyenv(&self, folder: &str, python: &Python) -> PathBuf {
        self.launcher(&format!("pyenv/versions/{folder}/bin/python"), python)
    }

    fn hotload(&self, arguments: &[&str]) -> Command {
        let mut command = self.project.hotload(arguments);
        command
            .env(
                "PATH",
                std::env::join_paths([self.project.file("bin"), self.project.file("shims")])
                    .unwrap(),
            )
            .env("PYENV_ROOT", self.project.file("pyenv"))
            .env("HOME", self.project.file("home"))
            .env("USERPROFILE", self.project.file("home"))
            .env("APPDATA", self.project.file("home/.config"))
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_CONFIG_HOME");
        command
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Assert {
        run(&mut self.hotload(arguments))
    }
}

fn short(python: &Python) -> String {
    format!("{}.{}", python.version.0, python.version.1)
}

#[cfg(unix)]
#[test]
fn a_version_is_found_in_pyenv_even_after_a_stub_on_path() {
    for python in pythons() {
        let machine = Machine::new();
        let version = short(python);
        machine.stub(&format!("python{version}"));
        machine.pyenv(&format!("{version}.1"), python);
        // One that has another version than its folder says is passed over.
        machine.pyenv(
            &format!("{version}.2"),
            pythons()
                .iter()
                .rev()
                .find(|other| other.version != python.version)
                .unwrap_or(python),
        );
        for request in [version.clone(), format!("python{version}")] {
            let end = machine.run(&["--once", "-v", "--python", &request, "lib"]);
            assert_eq!(end.success().printed().trim(), version);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_version_that_is_not_installed_is_refused_with_those_that_are() {
    let machine = Machine::new();
    let python = &pythons()[0];
    machine.pyenv("3.11.7", python);
    machine.pyenv("2.7.18", python);
    let said = machine.run(&["--python", "9.9", "lib"]).code(3).said();
    assert!(
        said.starts_with("error: cannot find Python 9.9 (from `--python`)\n"),
        "{said}"
    );
    let expected = "going by their names, there are 2.7.18, 3.11.7 (from pyenv)";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn without_a_request_a_stub_on_path_is_passed_over() {
    let machine = Machine::new();
    let python = pythons().last().unwrap();
    machine.stub("python3");
    machine.launcher("bin/python", python);
    let end = machine.run(&["--once", "-v", "lib"]).success();
    let (printed, said) = (end.printed(), end.said());
    assert_eq!(printed.trim(), short(python));
    assert!(said.contains("skipped: `"), "{said}");
}

/// pyenv's write what the shell would show.
#[test]
fn what_a_stub_prints_is_held_back() {
    let machine = Machine::new();
    let python = pythons().last().unwrap();
    let complaint = Does::Complains("pyenv: python3: command not found");
    machine.program("shims/python3", &[complaint, Does::Exits(127)]);
    machine.launcher("bin/python", python);
    let said = machine.run(&["--once", "lib"]).success().said();
    let ended = if cfg!(windows) {
        "exit code"
    } else {
        "exit status"
    };
    let expected = format!("(from PATH) has no Python to start ({ended}: 127)");
    let expected = &expected[..];
    assert!(said.contains(expected), "{said}");
    assert!(!said.contains("command not found"), "{said}");
    let said = machine.run(&["--once", "-v", "lib"]).success().said();
    assert!(said.contains("it printed: pyenv: "), "{said}");
}

#[test]
fn a_python3_on_path_that_does_not_start_is_skipped() {
    let broken: &[fn(&Machine) -> PathBuf] = &[
        |machine| machine.program("bin/python3", &[Does::Exits(1)]),
        #[cfg(unix)]
        |machine| machine.save("bin/python3", "#!/no/such/program\n"),
    ];
    for broken in broken {
        let machine = Machine::new();
        let python = pythons().last().unwrap();
        let broken = broken(&machine);
        machine.launcher("bin/python", python);
        let end = machine.run(&["--once", "lib"]).success();
        assert_eq!(end.printed().trim(), short(python));
        let said = end.said();
        let name = broken.file_name().unwrap().to_str().unwrap();
        let skipped = format!("{name}` (from PATH)");
        assert_eq!(said.matches(&skipped).count(), 1, "{said}");
    }
    let machine = Machine::new();
    machine.program("bin/python3", &[Does::Exits(7)]);
    machine.program("bin/python", &[Does::Exits(8)]);
    let said = machine.run(&["--once", "lib"]).code(3).said();
    // The first is the one to repair.
    assert!(said.contains("error: `"), "{said}");
    assert!(
        said.rsplit("error: `").next().unwrap().contains(": 7)"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn an_environment_without_a_python_is_named() {
    let python = pythons().last().unwrap();
    let machine = Machine::new();
    std::os::unix::fs::symlink(&python.path, machine.project.file("bin/python3")).unwrap();
    let bin = machine.project.file(".venv/bin");
    let cases: [(&dyn Fn(), &str); 3] = [
        (
            &|| std::fs::create_dir_all(&bin).unwrap(),
            ".venv` is ignored: it has no `bin/python`",
        ),
        (
            &|| std::os::unix::fs::symlink("/gone/python3.8", bin.join("python")).unwrap(),
            ".venv` is ignored: its `bin/python` leads to `/gone/python3.8`, which is not there",
        ),
        (
            &|| {
                std::fs::remove_dir_all(machine.project.file(".venv")).unwrap();
                std::os::unix::fs::symlink("gone", machine.project.file(".venv")).unwrap();
            },
            ".venv` is ignored: what it leads to is not there",
        ),
    ];
    for (change, expected) in cases {
        change();
        let end = machine.run(&["--once", "lib"]).success();
        assert_eq!(end.printed().trim(), short(python));
        assert_eq!(end.said().matches(expected).count(), 1, "{}", end.said());
    }
    let mut command = machine.hotload(&["--once", "lib"]);
    let said = run(command.env("VIRTUAL_ENV", "/gone/env"))
        .success()
        .said();
    let expected = "`/gone/env` is ignored: VIRTUAL_ENV names it, and it does not exist";
    assert!(said.contains(expected), "{said}");
}

/// Vim ends without a word when it is asked for a Python that it does not have.
#[cfg(unix)] // hotload starts no Vim elsewhere
#[test]
fn a_host_without_a_python_says_what_to_install() {
    let machine = Machine::new();
    machine.program("bin/vim", &[Does::Exits(1)]);
    let said = machine.run(&["--python", "vim", "lib"]).code(3).said();
    assert!(said.contains("it needs a Vim with `+python3`"), "{said}");
    assert!(!said.contains("above"), "{said}");
}

#[test]
fn a_temporary_folder_that_cannot_be_used_is_passed_over_as_python_does() {
    let python = pythons().last().unwrap();
    let machine = Machine::new();
    let file = machine.project.file("lib.py");
    for folder in [
        "",
        "/no/such/folder",
        "relative/and/gone",
        file.to_str().unwrap(),
    ] {
        let mut command = machine.hotload(&["--once", "--python", python.path.to_str().unwrap()]);
        let command = command.arg("lib").env("TMPDIR", folder);
        let end = run(command.env("TMP", folder).env("TEMP", folder)).success();
        assert_eq!(end.printed().trim(), short(python), "{folder}");
    }
}

#[test]
fn a_home_that_is_a_file_has_no_configuration() {
    let python = pythons().last().unwrap();
    let machine = Machine::new();
    let mut command = machine.hotload(&["--once", "--python", python.path.to_str().unwrap()]);
    let end = run(command
        .arg("lib")
        .env("APPDATA", machine.project.file("lib.py"))
        .env("HOME", machine.project.file("lib.py")));
    assert_eq!(end.success().printed().trim(), short(python));
}

/// Each of them would look for the module in vain.
#[cfg(unix)]
#[test]
fn a_mistyped_target_is_looked_for_in_one_python_only() {
    let machine = Machine::new();
    let python = pythons().last().unwrap();
    let version = short(python);
    let counted = format!(
        "#!/bin/sh\necho start >> {}\nexec {} \"$@\"\n",
        machine.project.file("starts").display(),
        python.path.display()
    );
    for number in 0..3 {
        machine.save(
            &format!("pyenv/versions/{version}.{number}/bin/python"),
            &counted,
        );
    }
    let said = machine
        .run(&["--once", "--python", &version, "libb"])
        .code(2)
        .said();
    assert!(said.contains("no module `libb`"), "{said}");
    let starts = std::fs::read_to_string(machine.project.file("starts")).unwrap();
    assert_eq!(starts.lines().count(), 1);
}

/// The files that hotload looks at when it is asked for a Python; `None` where nothing shows them.
#[cfg(unix)]
fn files_looked_at(machine: &Machine, request: &str) -> Option<String> {
    // Named by its path: the command gets a PATH without it.
    let folders = std::env::var_os("PATH").unwrap();
    let mut programs = std::env::split_paths(&folders).map(|folder| folder.join("strace"));
    let strace = programs.find(|program| program.is_file())?;
    let hotload = machine.hotload(&["--once", "--python", request, "lib"]);
    let trace = machine.project.file("trace");
    let mut command = in_place_of(&hotload, strace);
    command
        .args(["-f", "-e", "trace=%file", "-o"])
        .arg(&trace)
        .arg(hotload.get_program())
        .args(hotload.get_args());
    run(&mut command).success();
    Some(std::fs::read_to_string(trace).unwrap())
}

#[cfg(unix)]
#[test]
fn a_path_is_taken_as_it_is_and_nothing_else_is_looked_for() {
    let machine = Machine::new();
    let python = pythons().last().unwrap();
    let in_pyenv = machine.pyenv(&format!("{}.0", short(python)), python);
    let in_pyenv = in_pyenv.to_str().unwrap();
    let Some(by_version) = files_looked_at(&machine, &short(python)) else {
        return skip("there is no strace, and nothing else shows it from outside");
    };
    assert!(by_version.contains(in_pyenv), "{by_version}");
    let by_path = files_looked_at(&machine, python.path.to_str().unwrap()).unwrap();
    assert!(by_path.contains("/lib.py"), "{by_path}");
    assert!(!by_path.contains(in_pyenv), "{by_path}");
}

#[cfg(unix)]
#[test]
fn what_is_mistyped_or_for_another_system_is_explained() {
    let machine = Machine::new();
    let mut messages = String::new();
    for request in [
        "blendr",
        "abaqus",
        "3ds max",
        "propy",
        "abaqus ca {shim}",
        "no such thing",
    ] {
        let said = machine.run(&["--python", request, "lib"]).code(3).said();
        messages.push_str(&format!("$ hotload --python '{request}' lib\n{said}\n"));
    }
    if cfg!(target_os = "linux") {
        insta::assert_snapshot!(messages);
    }
}

#[cfg(unix)]
#[test]
fn the_words_after_a_version_are_its_arguments() {
    for python in two_pythons() {
        let machine = Machine::new();
        machine.pyenv(&format!("{}.0", short(python)), python);
        machine
            .project
            .save("lib.py", "import sys; print(sys.flags.no_site)\n");
        let plain = short(python);
        for (request, expected) in [
            (plain.clone(), "0"),
            (format!("{plain} -S"), "1"),
            (format!("{plain} -S {{shim}}"), "1"),
            (format!("python{plain} -S"), "1"),
        ] {
            let end = machine
                .run(&["--once", "--python", &request, "lib"])
                .success();
            let (printed, said) = (end.printed(), end.said());
            assert_eq!(printed.trim(), expected, "{request}: {said}");
        }
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_keep_a_python_from_answering_are_reported() {
    let machine = Machine::new();
    let python = pythons().last().unwrap();
    let version = short(python);
    machine.pyenv(&format!("{version}.0"), python);
    machine.pyenv(&format!("{version}.1"), python);
    let request = format!("{version} -c print(6*7)");
    let end = machine
        .run(&["--once", "--python", &request, "lib"])
        .code(3);
    let (printed, said) = (end.printed(), end.said());
    // The others would get the same words.
    assert_eq!(printed.trim(), "42", "{said}");
    assert!(said.contains("ended before it answered"), "{said}");
    assert!(!said.contains("cannot find"), "{said}");
}

#[test]
fn a_python_that_is_there_and_broken_is_reported_as_such() {
    let machine = Machine::new();
    machine.program("bin/python3.99", &[Does::Exits(7)]);
    let said = machine
        .run(&["--once", "--python", "3.99", "lib"])
        .code(3)
        .said();
    assert!(said.contains("ended before it answered"), "{said}");
    assert!(!said.contains("cannot find"), "{said}");
}

#[test]
fn a_range_of_versions_is_distinguished_from_a_name() {
    let machine = Machine::new();
    for request in [">=3.8", "3.8-3.11", "3.x", "2.7-32"] {
        let said = machine.run(&["--python", request, "lib"]).code(2).said();
        let expected = format!("error: `--python {request}`: a version is its first numbers");
        assert!(said.starts_with(&expected), "{said}");
        assert!(said.contains("`3.8` the first 3.8"), "{said}");
    }
}

#[test]
fn after_a_stub_the_next_program_of_that_name_is_started_by_the_same_row() {
    for python in two_pythons() {
        let machine = Machine::new();
        for name in ["abaqus", "pypy3"] {
            machine.program(&format!("bin/{name}"), &[Does::Exits(127)]);
        }
        let python_only = Does::StartsAfter("python", &python.path);
        machine.program("shims/abaqus", &[python_only]);
        machine.launcher("shims/pypy3", python);
        for request in ["abaqus", "abaqus python", "pypy3"] {
            let end = machine
                .run(&["--once", "-v", "--python", request, "lib"])
                .success();
            let (printed, said) = (end.printed(), end.said());
            assert_eq!(printed.trim(), short(python), "{said}");
            assert!(said.contains("skipped: `"), "{said}");
        }
    }
}
