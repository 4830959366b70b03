//! Bad input gets a message that names the culprit and the way out, and the right exit status.

use assert_cmd::assert::Assert;

use crate::harness::{Project, Written, in_unix_words, run_with_input};

/// What was said, with the folder's path replaced, and the status in front.
#[track_caller]
fn said(project: &Project, end: Assert) -> String {
    let end = end.stdout("");
    let said = end.said().replace(project.path().to_str().unwrap(), "DIR");
    let said = in_unix_words(&said).replace("/usr/bin/", "/bin/");
    format!("exit {}\n{said}", end.get_output().status.code().unwrap())
}

fn project() -> Project {
    let project = Project::with("lib.py", "print('never')\n");
    project.save("both.py", "");
    project.save("both/__init__.py", "");
    project.save("notes.txt", "dear diary\n");
    project.save("dir/x.py", "");
    project.save("dir/my-script.py", "");
    project.save("01_intro.py", "");
    project.save("lib.pyc", "");
    project.save("src/mypkg/m.py", "");
    project
}

#[test]
fn arguments_that_cannot_be_used_are_refused() {
    let unbalanced = if cfg!(windows) {
        "python \"x"
    } else {
        "python 'x"
    };
    let cases: &[&[&str]] = &[
        &[],
        &["nope.py"],
        &["dir/"],
        &["no-such"],
        &["my-script"],
        &["01_intro"],
        &["lib.pyc"],
        &["gone.pyc"],
        &["lib", "--n", "3"],
        &["lib:two words"],
        &["both"],
        &["lib", "dir/../lib.py:x", "dir/lib"],
        &["lib", "--watch", "nowhere"],
        &["lib", "--watch", "nowhere/*.py"],
        &["lib", "--ignore", "a[b"],
        &["lib", "--poll", "0"],
        &["lib", "--poll", "-1"],
        &["lib", "--poll", "fast"],
        &["lib", "--start-timeout", "-1"],
        &["lib", "--timeout", "-1"],
        &["lib", "--timeout", "soon"],
        &["lib", "--busy", "never"],
        &["lib", "--preload", "nowhere/x.py"],
        &["lib", "--preload", "lib:main"],
        &["lib", "--preload", "dir/../both.py", "--preload", "dir/"],
        &["lib", "--evnts", "x"],
        &["lib", "--step", "reload:lib", "--call", "main"],
        &["--step", "relod:lib"],
        &["--step", "call:lib"],
        &["--step", "exec:x"],
        &["lib", "--events", "notes.txt"],
        &["lib", "--events", "lib.py"],
        &["lib", "--events", "nowhere/events"],
        &["lib", "--events", "dir"],
        &["lib", "--python", ""],
        &["lib", "--python", unbalanced],
        &["lib", "--python", "python {shim} {shim}"],
        &["--print-driver", "2.6"],
        &["--print-driver", "x"],
        &["lib", "--color", "pink"],
    ];
    let mut messages = String::new();
    for arguments in cases {
        let project = project();
        let said = said(&project, project.run(arguments).code(2));
        messages.push_str(&format!("$ hotload {}\n{said}\n", arguments.join(" ")));
    }
    insta::assert_snapshot!(messages.replace("python \"x", "python 'x"));
}

#[test]
fn an_empty_list_on_standard_input_is_refused() {
    let project = project();
    let end = run_with_input(&mut project.hotload(&["lib", "--watch", "-"]), "\n\n");
    insta::assert_snapshot!(said(&project, end));
}

mod interpreters {
    use super::project;
    #[cfg(unix)]
    use super::said;
    use crate::harness::{Written, in_unix_words, quoted};
    use crate::pythons::{pythons, pythons_where};

    #[cfg(unix)] // with `sh`
    #[test]
    fn what_is_not_an_interpreter_is_refused_with_the_reason() {
        let cases: &[&[&str]] = &[
            &["lib", "--python", "no-such-python"],
            &["lib", "--python", "nowhere/python"],
            &["lib", "--python", "./dir"],
            &["lib", "--python", "./notes.txt"],
            &["lib", "--python", "/bin/true"],
            &["lib", "--python", "sh -c 'exit 3' {shim}"],
            &["lib", "--python", "sh -c 'exit 127' {shim}"],
            &["lib", "--python", "sh -c 'kill -9 $$' {shim}"],
            &[
                "lib",
                "--python",
                "sh -c 'sleep 100' {shim}",
                "--start-timeout",
                "0.2",
            ],
            &[
                "lib",
                "--python",
                "sh -c 'echo noise >&2; sleep 100' {shim}",
                "--start-timeout",
                "0.3",
            ],
            &[
                "lib",
                "--python",
                "sh -c 'sleep 100' {shim}",
                "--start-timeout",
                "3.5",
            ],
        ];
        let mut messages = String::new();
        for arguments in cases {
            let project = project();
            let said = said(&project, project.run(arguments).code(3));
            let words: Vec<String> = arguments.iter().map(|word| format!("{word:?}")).collect();
            messages.push_str(&format!("$ hotload {}\n{said}\n", words.join(" ")));
        }
        insta::assert_snapshot!(messages);
    }

    #[test]
    fn an_unknown_module_is_refused_when_the_interpreter_does_not_know_it_either() {
        for python in pythons() {
            let as_in =
                |file: &str| format!("to name a file, give its folder and ending, as in `{file}`");
            let cases: [(&[&str], String); 5] = [
                (&["no_such_module"], as_in("src/no_such_module.py")),
                (&["json.no_such"], as_in("src/json.no_such.py")),
                (&["sys"], as_in("src/sys.py")),
                (&["mypkg.m"], "did you mean `src/mypkg/m.py`?".into()),
                (
                    &["lib.py", "a", "b"],
                    "arguments for your code come after `--`: `hotload lib.py -- a b`".into(),
                ),
            ];
            for (targets, hint) in cases {
                let project = project();
                let said = in_unix_words(&project.run_with(python, targets).code(2).said());
                assert!(
                    said.starts_with("error: there is no module `"),
                    "{python}: {said}"
                );
                let hint = format!("\n\nhint: {hint}\n");
                assert!(said.contains(&hint), "{python}: {said}");
            }
        }
    }

    #[test]
    fn a_python_that_is_too_old_is_refused() {
        for python in pythons_where(|version| version >= (3, 8)) {
            // Lies about its version, as far as the shim can see.
            let fake = "import sys\nsys.version_info = (2, 6, 9)\n\
                        exec(open(sys.argv[1]).read())\n";
            let project = project();
            project.save("old.txt", fake);
            let old = format!("{} old.txt {{shim}}", quoted(&python.path));
            let said = project.run(&["lib", "--python", &old]).code(3).said();
            assert!(
                said.contains("is Python 2.6.9; hotload needs 2.7, or 3.4 or newer"),
                "{said}"
            );
        }
    }
}

/// A program of that name on this system would be another one.
#[test]
fn a_host_of_another_system_is_refused_whatever_lies_on_path() {
    let other = if cfg!(windows) { "linux" } else { "windows" };
    let row = format!("[hosts.solver]\nrun = [\"python3\"]\nsystems = [\"{other}\"]\n");
    let project = Project::with("hotload.toml", &row);
    project.save("lib.py", "print('ran')\n");
    let said = project
        .run(&["--once", "--python", "solver", "lib"])
        .code(3)
        .said();
    assert!(
        said.to_lowercase().contains(&format!("runs on {other}")),
        "{said}"
    );
}
