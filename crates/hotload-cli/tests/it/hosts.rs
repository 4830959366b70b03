//! Programs with a Python inside: the fakes of `fixtures/hosts`, as nasty as the real ones.

use std::path::{Path, PathBuf};
use std::process::Command;

use indoc::indoc;

use crate::harness::{Project, Session, Written, in_unix_words, quoted, run, wait_until};
use crate::programs::{Does, ENDING, save_program};
use crate::pythons::{Python, two_pythons};
use crate::signals::is_alive;

const LIB: &str = "try:\n    runs\nexcept NameError:\n    runs = 0\nruns += 1\n";

pub(crate) fn fakes() -> PathBuf {
    let folder = if cfg!(windows) { "windows" } else { "bin" };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/hosts");
    dunce::canonicalize(fixtures.join(folder)).unwrap()
}

fn fake(name: &str) -> PathBuf {
    fakes().join(format!("{name}{}", ENDING))
}

/// hotload with the fakes in front of PATH, and a Python in them.
pub(crate) fn hotload(
    project: &Project,
    python: &Python,
    request: &str,
    arguments: &[&str],
) -> Command {
    let mut command = project.hotload(&["--python", request]);
    let path = std::env::var_os("PATH").unwrap();
    let folders = std::iter::once(fakes()).chain(std::env::split_paths(&path));
    command
        .args(arguments)
        .env("PATH", std::env::join_paths(folders).unwrap())
        .env("FAKE_PYTHON", &python.path)
        .env("APPDATA", project.file("no-configuration"))
        .env("XDG_CONFIG_HOME", project.file("no-configuration"));
    command
}

/// What every host has to be able to do: load, reload with state, error, recovery, clean end.
pub(crate) fn conforms(session: &mut Session, project: &Project) {
    let prints = |what: &str| format!("{LIB}print('%s %d' % ('{what}', runs))\n");
    session.prints("first 1");
    session.ends_cycle(1);
    project.save("lib.py", prints("second"));
    session.prints("second 2");
    session.ends_cycle(2);
    project.save("lib.py", format!("{LIB}1 // 0\n"));
    session.says("ZeroDivisionError");
    session.ends_cycle(3);
    project.save("lib.py", prints("fourth"));
    session.prints("fourth 4");
    session.ends_cycle(4);
    session.press_ctrl_c();
    assert_eq!(session.ends().code(), Some(130), "{}", session.said());
    for unwanted in ["Error: Abaqus", "warning", "Traceback"] {
        let said = session.said();
        let allowed = said.matches("Traceback").count() <= 1 && unwanted == "Traceback";
        assert!(allowed || !said.contains(unwanted), "{said}");
    }
}

pub(crate) fn new_project() -> Project {
    Project::with(
        "lib.py",
        format!("{LIB}print('\\nfirst %d' % runs)\n").as_str(),
    )
}

#[test]
fn every_fake_loads_reloads_fails_recovers_and_ends() {
    let requests = [
        "abaqus",
        "abaqus python",
        "abaqus cae",
        "noisy",
        "elsewhere",
        "glutton --flag",
        "bare",
        "barest",
        "isolated",
        "poor",
        "read-only",
        "importer",
        "stranger",
        "glutton -x {shim} 7",
    ];
    for python in two_pythons() {
        for request in requests {
            if request == "isolated" && python.version.0 == 2 {
                continue; // 2.7 does not have it.
            }
            let project = new_project();
            let mut session =
                Session::start(&mut hotload(&project, python, request, &["lib"]), python);
            conforms(&mut session, &project);
        }
    }
}

#[test]
fn a_launch_script_is_main_in_each_host() {
    let script = indoc! {r"
        import __main__, hotload
        def show(): print('shown')
        if __name__ == '__main__' and __main__.__dict__ is globals():
            hotload.hotload('lib.py', [hotload.PythonHandle(show)])
    "};
    for python in two_pythons() {
        for request in ["importer", "abaqus cae", "poor"] {
            let project = new_project();
            project.save("launch.py", script);
            let arguments = ["--launch", "launch.py", "--once"];
            let end = run(&mut hotload(&project, python, request, &arguments)).success();
            assert!(end.printed().ends_with("shown\n"), "{python} {request}");
        }
    }
}

#[test]
fn a_host_is_found_wherever_it_lies_and_the_users_words_stay_in_front() {
    for python in two_pythons() {
        let project = new_project();
        let abaqus = save_program(
            &project,
            "some where/abq2021hf5",
            &[Does::Starts(&fake("abaqus"), "")],
        );
        let request = format!("{} cae", quoted(&abaqus));
        let mut command = hotload(&project, python, &request, &["lib", "-v"]);
        let mut session = Session::start(&mut command, python);
        session.says("(Abaqus/CAE kernel)");
        session.says("cae noGUI={shim} --` (from `--python`)");
        conforms(&mut session, &project);
    }
}

#[test]
fn what_is_printed_in_a_host_without_a_console_comes_all_the_same() {
    for python in two_pythons() {
        for host in ["mute", "closed"] {
            if host == "closed" && cfg!(windows) {
                continue; // `cmd` closes no stream.
            }
            let project = new_project();
            let mut session =
                Session::start(&mut hotload(&project, python, host, &["lib"]), python);
            conforms(&mut session, &project);
        }
    }
}

/// What hotload says of a start that fails, and its status.
#[track_caller]
fn refused(command: &mut Command, project: &Project) -> String {
    let end = run(command);
    let said = end.said();
    let said = said.replace(project.path().to_str().unwrap(), "DIR");
    let said = in_unix_words(&said.replace(fakes().to_str().unwrap(), "FAKES"));
    let said = said.replace("/usr/bin/", "/bin/");
    format!("exit {}\n{said}", end.get_output().status.code().unwrap())
}

/// Half of what is said comes from `sh`.
#[cfg(unix)]
#[test]
fn a_start_that_fails_is_explained() {
    type Case<'c> = (&'c str, &'c [&'c str], &'c [(&'c str, &'c str)]);
    let cases: [Case<'_>; 6] = [
        ("abaqus cae", &[], &[("FAKE_LICENCE", "denied")]),
        ("abaqus job=beam {shim}", &[], &[]),
        ("forker", &[], &[]),
        ("wedge", &["--start-timeout", "1"], &[]),
        ("stranger only", &["--start-timeout", "2"], &[]),
        ("sh -c 'exit 1'", &[], &[("PYTHONPATH", "/opt/other")]),
    ];
    let python = two_pythons()[0];
    let mut messages = String::new();
    for (request, arguments, environment) in cases {
        let project = new_project();
        let mut command = hotload(&project, python, request, &["lib"]);
        command.args(arguments).envs(environment.iter().copied());
        let said = refused(&mut command, &project);
        messages.push_str(&format!("$ hotload --python '{request}' lib\n{said}\n"));
    }
    insta::with_settings!({filters => vec![(r"the stranger was told [^\n]*\n", "")]}, {
        insta::assert_snapshot!(messages);
    });
}

#[test]
fn a_slow_start_is_reported_with_what_it_waits_for() {
    for python in two_pythons() {
        let project = new_project();
        let mut command = hotload(&project, python, "abaqus cae", &["lib"]);
        let mut session = Session::start(command.env("FAKE_SLEEP", "4"), python);
        session.says("waiting for `");
        session.says("to start (it may be waiting for a licence): 3 s so far, 60 s at most");
        session.prints("first 1");
    }
}

#[test]
fn the_second_python_of_a_launcher_is_sent_away_and_the_first_goes_on() {
    for python in two_pythons() {
        let project = new_project();
        let mut session = Session::start(&mut hotload(&project, python, "twin", &["lib"]), python);
        session.prints("first 1");
        // It may connect before the first one has run, or afterwards.
        let told = wait_until(|| {
            let said = session.said();
            let place = said.find("started more than one Python; hotload uses the first");
            place.filter(|_| said.contains("  #1  "))
        });
        assert!(told.is_some(), "{python}: {}", session.said());
        project.save("lib.py", format!("{LIB}print('second %d' % runs)\n"));
        session.prints("second 2");
        assert_eq!(session.output().matches("first").count(), 1);
    }
}

#[test]
fn variables_for_another_python_are_left_out_and_that_is_said() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import os; print(os.environ.get('PYTHONHOME'))\n");
        let mut command = hotload(&project, python, "bare", &["lib"]);
        let mut session = Session::start(command.env("PYTHONHOME", "/nowhere"), python);
        session.says("started without PYTHONHOME, which is meant for another Python");
        session.prints("None");

        // Unless the host's row keeps it.
        project.save(
            "hotload.toml",
            "[hosts.bare]\nprograms = [\"bare\"]\nkeep = [\"PYTHONHOME\"]\n",
        );
        let mut command = hotload(&project, python, "bare", &["lib"]);
        let said = refused(command.env("PYTHONHOME", "/nowhere"), &project);
        assert!(said.starts_with("exit 3\n"), "{said}");
        assert!(
            said.contains("means that PYTHONHOME is set for another Python"),
            "{said}"
        );
    }
}

/// Takes its script after a flag, as an option.
const SOLVER: &str = indoc! {r"
    import os, subprocess, sys
    open('started', 'w').close()
    flag, script = sys.argv[1:]
    assert flag == '-q'
    sys.exit(subprocess.call([os.environ['FAKE_PYTHON'], script[len('script='):]]))
"};

#[test]
fn a_project_adds_a_host_which_only_a_request_starts() {
    for python in two_pythons() {
        let project = new_project();
        project.save("solver.txt", SOLVER);
        let steps = [Does::Starts(&python.path, "-S solver.txt")];
        let solver = save_program(&project, "tools/solver", &steps);
        project.save(
            "hotload.toml",
            indoc! {r#"
                [hosts.solver]
                title = "The Solver"
                run = ["tools/PROGRAM"]
                arguments = ["-q", "script={shim}"]
            "#}
            .replace("PROGRAM", solver.file_name().unwrap().to_str().unwrap()),
        );
        let mut list = project.hotload(&["--list-pythons", "-v"]);
        let listed = run(list.env("XDG_CONFIG_HOME", project.file("none"))).printed();
        assert!(listed.contains("not started: `The Solver`"), "{listed}");
        assert!(!project.file("started").exists(), "{listed}");

        let mut command = hotload(&project, python, "solver", &["lib"]);
        let mut session = Session::start(&mut command, python);
        session.says("(The Solver)");
        conforms(&mut session, &project);
        assert!(project.file("started").exists());
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_refused_with_its_line() {
    let texts = [
        "[hosts.x]\n\nargumnets = []\n",
        "[hots.x]\n",
        "[hosts.x]\nlicence = \"yes\"\n",
        "[hosts.x\n",
        "[hosts.x]\naliases = [\"blender\"]\n",
    ];
    let python = two_pythons()[0];
    let mut messages = String::new();
    for text in texts {
        let project = new_project();
        project.save("hotload.toml", text);
        let said = refused(&mut hotload(&project, python, "bare", &["lib"]), &project);
        messages.push_str(&format!("{text}{said}\n"));
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn nothing_is_left_behind_a_launcher_when_hotload_is_killed() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "import os\nprint(os.getpid())\nwhile 1: pass\n");
        let mut command = hotload(&project, python, "abaqus python", &["lib"]);
        let mut session = Session::start(&mut command, python);
        let number = |line: &str| line.parse::<i32>().ok();
        let process = wait_until(|| session.output().lines().find_map(number));
        let process = process.unwrap_or_else(|| session.fail("did not start"));
        session.kill();
        let gone = wait_until(|| (!is_alive(process)).then_some(()));
        assert!(gone.is_some(), "{python}: process {process} is left");
    }
}
