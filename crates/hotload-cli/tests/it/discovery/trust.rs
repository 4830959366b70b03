//! Which files may say what is started, and how they are left out.

use crate::discovery::Machine;
#[cfg(unix)]
use crate::harness::Session;
use crate::harness::Written;
use crate::pythons::pythons;
#[cfg(unix)]
use crate::pythons::{skip, two_pythons};

#[test]
fn a_configuration_file_that_cannot_be_read_ends_hotload_unless_it_is_left_out() {
    let machine = Machine::new();
    machine
        .project
        .save("hotload.toml", "[hosts.x]\nprogams = []\n");
    let python = pythons().last().unwrap().path.to_str().unwrap();
    let request = ["--once", "--python", python, "lib"];
    let said = machine.run(&request).code(2).said();
    assert!(said.contains("hotload.toml:2`: unknown key in `[hosts.x]`: `progams`"));
    assert!(said.contains("did you mean `programs`? (`--no-config` ignores the file)"));
    machine
        .run(&[&request[..], &["--no-config"]].concat())
        .success();
    let printed = machine
        .run(&["--doctor", "--python", python, "--no-config"])
        .success()
        .printed();
    assert!(printed.contains("none (`--no-config`)"), "{printed}");
}

/// A folder that anybody may write to, `/tmp` say, may hold what another user has put there.
#[cfg(unix)]
#[test]
fn what_another_user_has_put_above_the_target_starts_nothing() {
    if !nix::unistd::geteuid().is_root() {
        return skip("may not give files away");
    }
    let stranger = Some(12345);
    for python in two_pythons() {
        let machine = Machine::new();
        let solver = machine.launcher("tools/solver", python);
        let text = format!("[hosts.solver]\nrun = [\"{}\"]\n", solver.display());
        machine.save("hotload.toml", &text);
        machine.launcher(".venv/bin/python", python);
        machine.project.save("own/lib.py", "print('ran')\n");
        let give = |name: &str, owner| {
            std::os::unix::fs::chown(machine.project.file(name), owner, None).unwrap();
        };
        give("hotload.toml", stranger);
        give(".venv", stranger);
        let requests: [&[&str]; 2] = [
            &["--once", "--python", "solver", "own/lib.py"],
            &["--once", "own/lib.py"],
        ];
        for (request, left_out) in requests.iter().zip(["hotload.toml", ".venv"]) {
            let said = machine.run(request).code(3).stdout("").said();
            let expected = format!("{left_out}` is ignored: it belongs to another user");
            assert!(said.contains(&expected), "{said}");
        }
        // Whose the target's folder is may say what runs anyway.
        give("own", stranger);
        for request in requests {
            let said = machine.run(request).success().stdout("ran\n").said();
            assert!(!said.contains("left out"), "{said}");
        }
    }
}

/// It was found at the start of the session, and much may have happened since.
#[cfg(unix)]
#[test]
fn the_program_of_an_environment_is_checked_again_before_each_start() {
    if !nix::unistd::geteuid().is_root() {
        return skip("may not give files away");
    }
    for python in two_pythons() {
        let machine = Machine::new();
        machine.launcher(".venv/bin/python", python);
        machine.project.save("own/lib.py", "print('ran')\n");
        let mut session =
            Session::start(&mut machine.hotload(&["--restart", "own/lib.py"]), python);
        session.prints("ran");
        session.ends_cycle(1);
        std::os::unix::fs::chown(machine.project.file(".venv"), Some(12345), None).unwrap();
        machine.project.save("own/lib.py", "print('again')\n");
        session.says(".venv` belongs to another user");
        assert!(!session.output().contains("again"), "{}", session.output());
    }
}

/// Its `__init__.py` would run before the target does.
#[cfg(unix)]
#[test]
fn what_another_user_has_put_above_the_target_makes_no_package_of_it() {
    if !nix::unistd::geteuid().is_root() {
        return skip("may not give files away");
    }
    for python in two_pythons() {
        let machine = Machine::new();
        let lib = "import os\nprint((__name__, os.path.exists('forged')))\n";
        machine.project.save("above/own/__init__.py", "");
        machine.project.save("above/own/lib.py", lib);
        machine
            .project
            .save("above/__init__.py", "open('forged', 'w')\n");
        let init = machine.project.file("above/__init__.py");
        std::os::unix::fs::chown(&init, Some(12345), None).unwrap();
        let program = python.path.to_str().unwrap();
        let run = machine.run(&["--once", "--python", program, "above/own/lib.py"]);
        run.success().stdout("('own.lib', False)\n");
    }
}
