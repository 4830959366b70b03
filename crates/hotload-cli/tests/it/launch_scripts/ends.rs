//! How a script ends, and what runs then.

use indoc::formatdoc;

use crate::harness::{Project, Session};
use crate::launch_scripts::{TUTORIAL, everywhere, launched, on_two};
use crate::pythons::two_pythons;

#[test]
fn ctrl_c_between_two_runs_is_not_user_codes_business() {
    let lib =
        "import signal\nsignal.signal(signal.SIGINT, lambda number, frame: 1 // 0)\nprint('set')\n";
    for (python, way) in on_two() {
        let project = Project::with("lib.py", lib);
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("set");
        session.saves_until(
            |number| project.save("lib.py", format!("{lib}print({number})\n")),
            "2",
        );
        session.press_ctrl_c();
        session.ends();
        assert!(
            !session.said().contains("ZeroDivisionError"),
            "{}",
            session.said()
        );
    }
}

#[test]
fn ctrl_c_is_quiet_and_runs_what_follows_the_call() {
    let script = format!("{TUTORIAL}\nprint('behind')\n");
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", "print('idle')\n");
        let mut session = way.start(&project, python, &script);
        session.prints("idle");
        session.press_ctrl_c();
        session.prints("behind");
        session.ends();
        assert!(!session.said().contains("Traceback"), "{}", session.said());
    }
}

#[test]
fn the_code_after_the_call_is_that_of_the_first_text() {
    let script = |number: u32| {
        formatdoc!(
            r"
                import hotload
                def show(): print('show {number}')
                hotload.hotload(['launch.py'], [hotload.PythonHandle(show)])
                print('behind {number}')
                raise ValueError('at the end')
            "
        )
    };
    for python in two_pythons() {
        let project = Project::with("launch.py", &script(1));
        let mut session = Session::start(&mut launched(&project, python, &[]), python);
        session.prints("show 1");
        project.save("launch.py", script(2));
        session.prints("show 2");
        session.press_ctrl_c();
        session.prints("behind 1");
        session.says("ValueError: at the end");
        assert_eq!(session.ends().code(), Some(130));
        assert!(
            !session.output().contains("behind 2"),
            "{}",
            session.output()
        );
    }
}
