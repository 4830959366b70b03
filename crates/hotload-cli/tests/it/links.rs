//! Links that lead elsewhere, as `now` does to the release that is in force.

use std::fs;
use std::os::unix::fs::symlink;

use crate::harness::{Project, Session};
use crate::launch_scripts::Way;
use crate::pythons::two_pythons;

const LAUNCH: &str = "\
import hotload
lib = hotload.ReloadedPythonModule.from_module_name('lib', level='dependents')
hotload.hotload([hotload.listfiles('now', '.py')], [lib])
";

/// Two releases, each with a target and a module that it imports.
fn releases() -> Project {
    let project = Project::new();
    for release in ["r1", "r2"] {
        save_lib(&project, release, release);
        save_helper(&project, release, release);
        project.save(&format!("{release}/launch.py"), LAUNCH);
    }
    link(&project, "r1", "now");
    link(&project, "r1/lib.py", "current.py");
    project
}

fn save_lib(project: &Project, release: &str, text: &str) {
    let text = format!("import helper\nprint('{text} with %s.' % helper.x)\n");
    project.save(&format!("{release}/lib.py"), text);
}

fn save_helper(project: &Project, release: &str, text: &str) {
    let helper = format!("{release}/helper.py");
    project.save(&helper, format!("x = '{text}'\n"));
}

/// Makes a link, or has it lead elsewhere, as `ln -sfn` and deployments do.
fn link(project: &Project, target: &str, name: &str) {
    let new = project.file(&format!("{name}~"));
    symlink(target, &new).unwrap();
    fs::rename(new, project.file(name)).unwrap();
}

/// Switches to the second release, and saves it.
#[track_caller]
fn follows(project: &Project, session: &mut Session) {
    session.prints("r1 with r1.");
    session.ends_cycle(1);
    link(project, "r2", "now");
    link(project, "r2/lib.py", "current.py");
    session.prints("r2 with r2.");
    save_lib(project, "r2", "saved");
    session.prints("saved with r2.");
    save_helper(project, "r2", "a longer text");
    session.prints("saved with a longer text.");
    // Nothing runs again for the other names of these files.
    save_lib(project, "r2", "the last one");
    session.prints("the last one with a longer text.");
    let printed = session.output();
    assert_eq!(printed.matches("saved with").count(), 2, "{printed}");
}

#[test]
fn a_target_below_a_link_is_what_the_link_leads_to_by_now() {
    for python in two_pythons() {
        for arguments in [
            &["now/lib.py"][..],
            &["now/lib.py", "--watch", "now"],
            &["now/lib.py", "--watch", "now", "--no-notify"],
            &["now/lib.py", "--watch", "r1", "--watch", "r2"],
            &["now/lib.py", "--main"],
            &["now/lib.py", "--reload", "patch"],
            &["now/lib.py", "--restart"],
            &["current.py"],
        ] {
            let project = releases();
            let mut session = project.start(python, arguments);
            follows(&project, &mut session);
        }
    }
}

#[test]
fn a_launch_script_below_a_link_is_what_the_link_leads_to_by_now() {
    for python in two_pythons() {
        let project = releases();
        let mut session = Way::Launched.start_script(&project, python, "now/launch.py");
        follows(&project, &mut session);
    }
}

#[test]
fn a_switch_to_a_release_that_fails_shows_its_error_and_the_way_back_works() {
    for python in two_pythons() {
        let project = releases();
        project.save("r2/helper.py", "import no_such_module\n");
        let mut session = project.start(python, &["now/lib.py", "--watch", "now"]);
        session.prints("r1 with r1.");
        session.ends_cycle(1);
        link(&project, "r2", "now");
        session.says("no_such_module");
        session.says("now/helper.py:1");
        link(&project, "r1", "now");
        session.prints("r1 with r1.");
        // A release that lacks a file.
        fs::remove_file(project.file("r2/helper.py")).unwrap();
        link(&project, "r2", "now");
        session.says("helper");
        save_helper(&project, "r2", "back");
        session.prints("r2 with back.");
    }
}

#[test]
fn a_file_of_hotloads_own_is_not_watched_through_a_link() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        symlink(".", project.file("here")).unwrap();
        let events = project.file("here/events.py");
        let arguments = ["--events", events.to_str().unwrap(), "lib"];
        let mut session = project.start(python, &arguments);
        session.prints("one");
        session.ends_cycle(1);
        project.save("lib.py", "print('two')\n");
        session.prints("two");
        session.ends_cycle(2);
        assert_eq!(session.output(), "one\ntwo\n", "{}", session.said());
    }
}
