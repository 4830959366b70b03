//! hotload installed from a wheel: into an environment that a tool runner made for it, or into the user's.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use crate::discovery::{Machine, short};
use crate::harness::{Written, clean, run};
use crate::pythons::{Python, skip, two_pythons};

/// An environment with hotload in it: `PATH` begins with it and `VIRTUAL_ENV` names it.
struct Installed {
    machine: Machine,
    environment: PathBuf,
}

impl Installed {
    fn new(folder: &str, python: &Python) -> Self {
        let machine = Machine::new();
        let environment = machine.project.file(folder);
        machine.project.save(&format!("{folder}/pyvenv.cfg"), "");
        machine.save(&format!("{folder}/bin/python3"), &started(python));
        machine.save(&format!("{folder}/bin/python"), &started(python));
        let program = environment.join("bin/hotload");
        if fs::hard_link(env!("CARGO_BIN_EXE_hotload"), &program).is_err() {
            fs::copy(env!("CARGO_BIN_EXE_hotload"), &program).unwrap();
        }
        Self {
            machine,
            environment,
        }
    }

    fn mark(self, name: &str) -> Self {
        fs::write(self.environment.join(name), "").unwrap();
        self
    }

    /// What prints the version of the Python that is taken.
    fn once(&self) -> Command {
        let folders = [
            self.environment.join("bin"),
            self.machine.project.file("bin"),
        ];
        let mut command = Command::new(self.environment.join("bin/hotload"));
        clean(&mut command);
        command
            .args(["--once", "lib"])
            .current_dir(self.machine.project.path())
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("VIRTUAL_ENV", &self.environment);
        command
    }

    #[track_caller]
    fn taken(&self, command: &mut Command) -> String {
        run(command).success().printed().trim().to_owned()
    }
}

fn started(python: &Python) -> String {
    format!("#!/bin/sh\nexec {} \"$@\"\n", python.path.display())
}

#[test]
fn the_environment_that_a_tool_runner_made_for_hotload_is_never_taken() {
    let [theirs, users] = two_pythons()[..] else {
        return skip("only one Python is installed");
    };
    let tools = [
        Installed::new("pipx/venvs/hotload", theirs).mark("pipx_metadata.json"),
        Installed::new("uv/tools/hotload", theirs).mark("uv-receipt.toml"),
        Installed::new("uv/archive-v0/2YCEAL389B3uV8Ro", theirs),
    ];
    for tool in tools {
        symlink(&users.path, tool.machine.project.file("bin/python3")).unwrap();
        assert_eq!(tool.taken(&mut tool.once()), short(users));

        // The user's own environments win, too.
        let machine = &tool.machine;
        machine.project.save("mine/pyvenv.cfg", "");
        machine.save("mine/bin/python", &started(users));
        let mine = machine.project.file("mine");
        assert_eq!(
            tool.taken(tool.once().env("VIRTUAL_ENV", mine)),
            short(users)
        );
        machine.project.save(".venv/pyvenv.cfg", "");
        machine.save(".venv/bin/python", &started(users));
        fs::remove_file(machine.project.file("bin/python3")).unwrap();
        assert_eq!(tool.taken(&mut tool.once()), short(users));
    }
}

#[test]
fn an_environment_of_the_users_with_hotload_in_it_is_taken() {
    let [users, other] = two_pythons()[..] else {
        return skip("only one Python is installed");
    };
    for folder in ["mine", ".venv"] {
        let installed = Installed::new(folder, users);
        symlink(&other.path, installed.machine.project.file("bin/python3")).unwrap();
        assert_eq!(installed.taken(&mut installed.once()), short(users));
    }
}
