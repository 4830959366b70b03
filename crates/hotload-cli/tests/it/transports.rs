//! The ways to talk where no socket reaches hotload.

#[cfg(unix)]
use std::process::Command;

#[cfg(unix)]
use indoc::indoc;

use crate::harness::{Project, Session, Written, run};
use crate::hosts::{conforms, hotload, new_project};
use crate::pythons::two_pythons;
#[cfg(unix)]
use crate::pythons::{Python, skip};

/// Whether this user may make namespaces with these options; says so if not.
#[cfg(unix)]
fn can_unshare(options: &[&str]) -> bool {
    let tried = Command::new("unshare").args(options).arg("true").status();
    let can = tried.is_ok_and(|status| status.success());
    if !can {
        skip(&format!("may not unshare {}", options.join(" ")));
    }
    can
}

#[test]
fn without_a_socket_of_its_own_the_interpreter_talks_in_files_and_keeps_the_terminal() {
    for python in two_pythons() {
        // It blocks `socket`; nothing has to be permitted for that.
        let project = new_project();
        let mut command = hotload(&project, python, "poor", &["lib", "-v"]);
        let mut session = Session::start(&mut command, python);
        session.says("ms, files in a private folder");
        conforms(&mut session, &project);
    }
}

#[cfg(unix)]
#[test]
fn in_another_network_the_interpreter_talks_in_files_and_keeps_the_terminal() {
    if !can_unshare(&["-n"]) {
        return;
    }
    for python in two_pythons() {
        let project = new_project();
        let request = format!("unshare -n {}", python.path.display());
        let mut session =
            Session::start(&mut hotload(&project, python, &request, &["lib"]), python);
        conforms(&mut session, &project);
    }
}

#[test]
fn an_end_in_the_middle_is_noticed_on_files_too() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import os; print('going'); os._exit(3)\n");
        let mut session = Session::start(&mut hotload(&project, python, "poor", &["lib"]), python);
        session.prints("going");
        session.says("error: the interpreter exited unexpectedly");
        project.save("lib.py", "print('back')\n");
        session.prints("back");
    }
}

/// A project that lies neither below `/tmp` nor in a folder that the other side does not see.
#[cfg(unix)]
fn shared_project() -> Project {
    let project = Project::in_folder("/var/tmp");
    project.save("lib.py", "");
    std::fs::create_dir(project.file("exchange")).unwrap();
    project
}

/// A Python with a network of its own and an empty `/tmp`, as in a container.
#[cfg(unix)]
fn far_away(python: &Python) -> String {
    let python = python.path.display();
    format!(
        "unshare -nm sh -c 'mount -t tmpfs none /tmp && echo a banner && exec {python} \"$0\"' {{shim}}"
    )
}

/// On the streams what user code prints arrives on standard error.
#[cfg(unix)]
fn says_line(session: &mut Session, line: &str) {
    session.says(&format!("{line}\n"));
}

#[cfg(unix)]
#[test]
fn in_another_network_and_mount_namespace_the_standard_streams_carry_everything() {
    if !can_unshare(&["-nm"]) {
        return;
    }
    const LIB: &str = indoc! {r"
        import os, sys
        try:
            runs += 1
        except NameError:
            runs = 1
        print('run %d' % runs)
        print(repr(sys.stdin.read()))
        os.system('echo from a child')
        os.write(1, b'raw\n')
        print(os.listdir('/tmp'))
    "};
    for python in two_pythons() {
        let project = shared_project();
        project.save("lib.py", LIB);
        let mut command = hotload(&project, python, &far_away(python), &["lib"]);
        command.env("HOTLOAD_DIR", project.file("exchange"));
        let mut session = Session::start(&mut command, python);
        session.prints("a banner");
        for run in ["run 1", "run 2"] {
            for line in [run, "''", "from a child", "raw", "[]"] {
                says_line(&mut session, line);
            }
            session.says("ok  lib");
            // The shim has gone as soon as it had run.
            let listing = project.listing();
            let shims = listing.iter().filter(|file| file.ends_with("_shim.py"));
            assert_eq!(shims.count(), 0, "{listing:?}");
            project.save("lib.py", LIB);
        }
        assert_eq!(session.output(), "a banner\n");
        project.save("lib.py", format!("{LIB}1 // 0\n"));
        session.says("ZeroDivisionError");
        session.says("failed  lib");
        project.save("lib.py", "print('recovered')\n");
        says_line(&mut session, "recovered");
        session.says("ok  lib");
        session.press_ctrl_c();
        assert_eq!(session.ends().code(), Some(130), "{}", session.said());
        assert_eq!(project.listing(), ["exchange", "lib.py"]);
    }
}

#[cfg(unix)]
#[test]
fn noise_around_the_marked_lines_passes_through() {
    if !can_unshare(&["-n"]) {
        return;
    }
    for python in two_pythons() {
        let project = shared_project();
        project.save("lib.py", "print('loaded')\n");
        let mut command = hotload(&project, python, "unshare -n noisy", &["--once", "lib"]);
        let end = run(command.env("HOTLOAD_DIR", project.file("exchange"))).success();
        let printed = &end.get_output().stdout;
        assert!(printed.starts_with(b"=== a banner ===\nbytes that are no text: \xff\xfe\x80\n"));
        assert_eq!(
            printed.iter().filter(|byte| **byte == b'x').count(),
            (1 << 20) + 1
        );
        assert!(printed.ends_with(b"\nhalf a line"), "{python}");
        assert!(end.said().contains("loaded\n"), "{}", end.said());
    }
}

#[test]
fn a_shared_folder_does_no_harm_where_a_socket_works() {
    for python in two_pythons() {
        let project = new_project();
        std::fs::create_dir(project.file("exchange")).unwrap();
        let mut command = hotload(&project, python, "abaqus python", &["lib"]);
        command.env("HOTLOAD_DIR", project.file("exchange"));
        let mut session = Session::start(&mut command, python);
        conforms(&mut session, &project);

        // Its input is empty then, rather than open for ever.
        project.save("lib.py", "import sys\nprint(repr(sys.stdin.read()))\n");
        let mut command = hotload(&project, python, "abaqus python", &["lib"]);
        command.env("HOTLOAD_DIR", project.file("exchange"));
        Session::start(&mut command, python).prints("''");
    }
}

#[test]
fn a_shared_folder_that_does_not_exist_is_refused() {
    let project = new_project();
    for folder in ["/no/such/folder", "here"] {
        let mut command = project.hotload(&["lib"]);
        let said = run(command.env("HOTLOAD_DIR", folder)).code(2).said();
        let expected =
            format!("error: HOTLOAD_DIR: `{folder}` is not an absolute path to a folder");
        assert!(said.starts_with(&expected), "{said}");
    }
}
