//! Which files may say what is started, and how they are left out.

use crate::discovery::Machine;
use crate::harness::Written;
use crate::pythons::{pythons, skip, two_pythons};

#[test]
fn a_configuration_file_that_cannot_be_read_ends_hotload_unless_it_is_left_out() {
    let machine = Machine::new();
    machine
        .project
        .save("hotload.toml", "[hosts.x]\nprogams = []\n");
    let python = pythons().last().unwrap().path.to_str().unwrap();
    let request = ["--once", "--python", python, "lib"];
    let said = machine.run(&request).code(2).said();
    assert!(said.contains("hotload.toml`, line 2: unknown key in `[hosts.x]`: `progams`"));
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
