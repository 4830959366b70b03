//! Options that make no sense for a program that is already running.

use crate::harness::{Project, Written};

#[test]
fn options_that_cannot_apply_are_refused_with_a_reason() {
    let project = Project::with("lib.py", "");
    #[rustfmt::skip]
    let cases: [(&[&str], &str, &str); 8] = [
        (&["--python", "3"],        "--python",         "hotload starts no interpreter"),
        (&["--preload", "json"],    "--preload",        "stays as it is, like a preload"),
        (&["--start-timeout", "5"], "--start-timeout",  "hotload starts no interpreter"),
        (&["--restart"],            "--restart",        "never ended or started anew"),
        (&["--busy", "restart"],    "--busy restart",   "never ended or started anew"),
        (&["--exit-on-crash"],      "--exit-on-crash",  "waits for the next one to join"),
        (&["--guest-loop", "tea"],  "--guest-loop",     "signal, block, thread"),
        (&["--guest-output", "x"],  "--guest-output",   "both, host, here"),
    ];
    for (options, named, reason) in cases {
        let arguments = [&["--guest"], options, &["lib"]].concat();
        let end = project.run(&arguments).code(2);
        let said = end.said();
        assert!(said.contains(named) && said.contains(reason), "{said}");
    }
    let end = project.run(&["--guest", "--main", "lib"]).code(2);
    assert!(end.said().contains("`__main__` belongs"), "{}", end.said());
    let end = project.run(&["--guest", "--run", "make"]).code(2);
    assert!(end.said().contains("no target"), "{}", end.said());
    let end = project.run(&["--guest", "--launch", "lib.py"]).code(2);
    assert!(
        end.said().contains("waits in its own loop"),
        "{}",
        end.said()
    );
    let end = project.run(&["--guest-loop", "block", "lib"]).code(2);
    assert!(end.said().contains("--guest"), "{}", end.said());
    project.run(&["--guest"]).code(2);
}

#[test]
fn without_a_place_for_its_file_hotload_says_so() {
    let project = Project::with("lib.py", "");
    let mut command = project.hotload(&["--guest", "lib"]);
    command
        .env("XDG_RUNTIME_DIR", "/nonexistent/run")
        .env("HOME", "/nonexistent/home");
    let end = crate::harness::run(&mut command).code(3);
    let said = end.said();
    assert!(
        said.contains("the file for guests cannot be written"),
        "{said}"
    );
    assert!(said.contains("/nonexistent/run/hotload-guest"), "{said}");
}
