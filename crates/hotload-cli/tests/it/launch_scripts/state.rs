//! What outlives a reload, and what is cleaned up before it.

use indoc::{formatdoc, indoc};

use crate::harness::Project;
use crate::launch_scripts::{TUTORIAL, everywhere, on_two};
use crate::pythons::pythons;

#[test]
fn state_outlives_reloads_and_clean_up_sees_the_old_module() {
    let lib = |text: &str| {
        formatdoc!(
            r"
                import hotload
                def make():
                    print('made')
                    return []
                kept = hotload.once('kept', make)
                kept.append(1)
                version = {text:?}
                @hotload.on_reload
                def leave(old): print('leaving ' + old.version)
                hotload.on_reload(lambda: print_it('first'))
                def print_it(text): print(text)
                print('%s %d %d' % (version, len(kept), len(hotload.changed_files())))
            "
        )
    };
    for (python, way) in everywhere() {
        let project = Project::with("lib.py", &lib("a"));
        let mut session = way.start(&project, python, TUTORIAL);
        session.prints("a 1 0");
        project.save("lib.py", format!("{}1 // 0\n", lib("b")));
        session.says("ZeroDivisionError");
        project.save("lib.py", "x = = 1\n");
        session.says("SyntaxError");
        project.save("lib.py", lib("c"));
        session.prints("c 3 1");
        let expected = "made\na 1 0\nfirst\nleaving a\nb 2 1\nfirst\nleaving b\nc 3 1\n";
        assert_eq!(session.output(), expected, "{python} {way:?}");
    }
}

#[test]
fn clean_up_of_a_first_load_that_failed_sees_what_it_had() {
    let lib = |rest: &str| {
        formatdoc!(
            r"
                import hotload
                window = 'a window'
                @hotload.on_reload
                def leave(old): print('closing ' + old.window)
                {rest}
            "
        )
    };
    for (python, way) in on_two() {
        let project = Project::with("lib.py", &lib("1 // 0"));
        let mut session = way.start(&project, python, TUTORIAL);
        session.says("ZeroDivisionError");
        project.save("lib.py", lib("print('fixed')"));
        session.prints("fixed");
        let expected = "closing a window\nfixed\n";
        assert_eq!(session.output(), expected, "{python} {way:?}");
    }
}

#[test]
fn modules_that_hotload_reloads_by_itself_have_the_state_helpers_too() {
    for python in pythons() {
        let lib = indoc! {r"
            import hotload, os
            print(hotload.once('x', lambda: 'made') + str([os.path.basename(f) for f in hotload.changed_files()]))
            hotload.on_reload(lambda old: print_(old.__name__))
            def print_(text): print(text)
        "};
        let project = Project::with("lib.py", lib);
        let mut session = project.start(python, &["lib"]);
        session.prints("made[]");
        project.save("lib.py", lib.replace("'made'", "'anew'"));
        session.prints("lib");
        session.prints("made['lib.py']");
        // Only a launch script may call it.
        project.save(
            "lib.py",
            "import hotload\nhotload.hotload(['lib.py'], [])\n",
        );
        session.says("hotload --launch FILE");
    }
}

#[test]
fn what_cannot_be_called_is_refused_where_it_is_registered() {
    for (python, way) in on_two() {
        let project = Project::with("lib.py", "import hotload\nhotload.on_reload(3)\n");
        let mut session = way.start(&project, python, TUTORIAL);
        session.says("TypeError: on_reload takes something to call, not 3");
        project.save("lib.py", "print('mended')\n");
        session.prints("mended");
    }
}
