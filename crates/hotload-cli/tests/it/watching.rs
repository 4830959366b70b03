//! What is watched and what is not, as the `changed` events show.

use indoc::indoc;

use std::fs;
#[cfg(unix)]
use std::{fs::File, os::unix::fs::symlink, path::Path};

use crate::events::Events;
use crate::harness::{Project, Session, Written};
use crate::pythons::{pythons, two_pythons};

/// Saves `mark` twice and waits for both cycles. Between two looks at one file every other file
/// was looked at, so what was saved before is in the events now, if it counts.
#[track_caller]
fn mark(project: &Project, session: &mut Session, mark: &str, cycle: &mut u64) {
    for _ in 0..2 {
        *cycle += 1;
        project.save(mark, format!("{cycle}"));
        session.ends_cycle(*cycle);
    }
}

/// The names of all files that were reported as changed, each once, in their order.
fn changed_files(project: &Project) -> Vec<String> {
    let root = project.path();
    let mut names: Vec<String> = Events::of(project)
        .all("changed")
        .flat_map(|event| event["files"].as_array().unwrap().clone())
        .map(|file| {
            let path = file["file"].as_str().unwrap();
            let below = std::path::Path::new(path).strip_prefix(&root).unwrap();
            below.to_str().unwrap().replace('\\', "/")
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn only_what_is_watched_causes_a_cycle() {
    #[rustfmt::skip]
    let cases = [
        // saved                    counts
        ("more.py",                 false), // another ending
        ("dataxjson",               false),
        ("gen.json",                false), // --ignore
        ("sub/gen.json",            false),
        (".git/config.json",        false),
        ("node_modules/a/p.json",   false),
        ("__pycache__/x.json",      false),
        ("env/site-packages/x.txt", false),
        ("venv/share/x.txt",        false), // a virtual environment
        ("sub/deep/data.json",      true),
        ("notes.txt",               true),
        (".hidden.json",            true),
        ("lib.py",                  true), // the target, though its ending is another
    ];
    for python in two_pythons() {
        let project = Project::with("lib.py", "x = 1\n");
        project.save("venv/pyvenv.cfg", "");
        project.save("mark.json", "");
        for (name, _) in cases {
            project.save(name, "0");
        }
        let arguments = ["lib", "--ext", "json,txt", "--ignore", "gen*"];
        let arguments = [&arguments[..], &["--events", "events.jsonl"]].concat();
        let mut session = project.start(python, &arguments);
        session.ends_cycle(1);
        let mut cycle = 1;
        for (name, counts) in cases {
            project.save(name, "12");
            if counts {
                cycle += 1;
                session.ends_cycle(cycle);
            }
            mark(&project, &mut session, "mark.json", &mut cycle);
        }
        let mut expected: Vec<&str> = cases
            .iter()
            .filter(|(_, counts)| *counts)
            .map(|(name, _)| *name)
            .chain(["mark.json"])
            .collect();
        expected.sort_unstable();
        assert_eq!(changed_files(&project), expected, "{python}");
        let count = Events::of(&project).count("cycle") as u64;
        assert_eq!(count, cycle, "{python}: {}", session.said());
    }
}

#[test]
fn other_peoples_code_below_the_watched_folder_is_neither_compiled_nor_watched() {
    const LIB: &str = indoc! {r"
        import sys
        for folder in ('env/lib/python3/site-packages', 'env', 'node_modules', '.hidden'):
            if folder not in sys.path: sys.path.append(folder)
        import helper, third, own, script, secret
        print([helper.x, third.x, own.x, script.x, secret.x])
    "};
    const OTHERS: [&str; 4] = [
        "env/lib/python3/site-packages/third.py",
        "env/own.py",
        "node_modules/script.py",
        ".hidden/secret.py",
    ];
    for python in pythons() {
        let project = Project::with("lib.py", LIB);
        project.save("env/pyvenv.cfg", "");
        project.save("helper.py", "x = 0\n");
        project.save("mark.py", "");
        for name in OTHERS {
            project.save(name, "x = 0\n");
        }
        let mut session = project.start(python, &["lib", "--events", "events.jsonl"]);
        session.prints("[0, 0, 0, 0, 0]");
        session.ends_cycle(1);
        let mut cycle = 1;
        for name in OTHERS {
            project.save(name, "x = 11\n");
            mark(&project, &mut session, "mark.py", &mut cycle);
        }
        assert_eq!(changed_files(&project), ["mark.py"], "{python}");
        let events = Events::of(&project);
        assert_eq!(events.count("cycle") as u64, cycle, "{python}");
        let mut reloaded: Vec<&str> = events
            .all("reloaded")
            .map(|event| event["module"].as_str().unwrap())
            .collect();
        reloaded.sort_unstable();
        reloaded.dedup();
        assert_eq!(reloaded, ["helper", "lib"], "{python}");
    }
}

#[test]
fn the_events_file_inside_the_watched_folder_causes_no_cycle() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('run')\n");
        project.save("mark.jsonl", "");
        let arguments = ["lib", "--ext", "py,jsonl", "--events", "events.jsonl"];
        let mut session = project.start(python, &arguments);
        session.ends_cycle(1);
        let mut cycle = 1;
        for _ in 0..3 {
            mark(&project, &mut session, "mark.jsonl", &mut cycle);
        }
        assert_eq!(changed_files(&project), ["mark.jsonl"], "{python}");
        assert_eq!(Events::of(&project).count("cycle"), 7, "{python}");
    }
}

#[test]
fn what_gitignore_leaves_out_is_not_watched_unless_it_is_wanted_or_in_use() {
    #[rustfmt::skip]
    let cases: [(&[&str], &str, bool); 4] = [
        (&[],                 "build/gen.py",  false),
        (&[],                 "src/kept.py",   true),
        (&[],                 "build/used.py", true), // `lib` imports it
        (&["--no-gitignore"], "build/gen.py",  true),
    ];
    for python in two_pythons() {
        for (options, saved, counts) in cases {
            let project = Project::new();
            fs::create_dir(project.file(".git")).unwrap();
            project.save(".gitignore", "build/\n*_tmp.py\n");
            project.save("src/.gitignore", "!kept_tmp.py\n");
            project.save("build/gen.py", "");
            project.save("build/used.py", "");
            project.save("src/kept.py", "");
            let lib = "import sys\nsys.path.insert(0, 'build')\nimport used\nprint('ran')\n";
            project.save("lib.py", lib);
            let arguments = [&["lib", "--events", "events.jsonl"], options].concat();
            let mut session = project.start(python, &arguments);
            session.prints("ran");
            session.ends_cycle(1);
            project.save(saved, "x = 1\n");
            if counts {
                session.ends_cycle(2);
            }
            let mut cycle = if counts { 2 } else { 1 };
            mark(&project, &mut session, "lib.py", &mut cycle);
            let is_changed = changed_files(&project).iter().any(|name| name == saved);
            assert_eq!(is_changed, counts, "{python}: {options:?} {saved}");
        }
    }
}

#[cfg(unix)]
#[test]
fn what_is_not_a_regular_file_is_never_opened() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        // Opening it would block until something opens the other end.
        nix::unistd::mkfifo(&project.file("pipe.py"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let arguments = ["lib", "--watch", ".", "--watch", "pipe.py"];
        let mut session = project.start(python, &arguments);
        session.prints("one");
        session.ends_cycle(1);
        project.save("lib.py", "print('two')\n");
        session.prints("two");
    }
}

/// A way of putting something that cannot be loaded in the place of a file.
#[cfg(unix)]
type Spoil = fn(&Path);

#[cfg(unix)]
#[test]
fn a_source_that_cannot_be_read_to_its_end_is_an_error() {
    let cases: [(Spoil, &str); 3] = [
        (make_fifo, "not a regular file"),
        (
            |file| symlink("/dev/zero", file).unwrap(),
            "not a regular file",
        ),
        (make_sparse, "sources of more than 16 MiB are not loaded"),
    ];
    for python in two_pythons() {
        for (spoil, said) in cases {
            let project = Project::with("lib.py", "print('one')\n");
            let mut session = project.start(python, &["lib"]);
            session.prints("one");
            session.ends_cycle(1);
            fs::remove_file(project.file("lib.py")).unwrap();
            spoil(&project.file("lib.py"));
            // What is not a regular file causes no cycle.
            project.save("other.py", "");
            session.says(said);
            fs::remove_file(project.file("lib.py")).unwrap();
            project.save("lib.py", "print('two')\n");
            session.prints("two");
        }
    }
}

#[cfg(unix)]
fn make_fifo(file: &Path) {
    nix::unistd::mkfifo(file, nix::sys::stat::Mode::S_IRWXU).unwrap();
}

/// A gibibyte that takes no room on the disk.
#[cfg(unix)]
fn make_sparse(file: &Path) {
    File::create(file).unwrap().set_len(1 << 30).unwrap();
}

#[cfg(unix)]
#[test]
fn links_and_names_that_lead_nowhere_do_no_harm() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    for python in two_pythons() {
        for options in [&[][..], &["--no-notify"]] {
            let project = Project::with("lib.py", "print('one')\n");
            symlink("loop.py", project.file("loop.py")).unwrap();
            symlink("nowhere", project.file("broken.py")).unwrap();
            symlink(".", project.file("again")).unwrap();
            let odd = project.path().join(OsStr::from_bytes(b"odd\xff"));
            fs::create_dir(&odd).unwrap();
            fs::write(odd.join("a.py"), "").unwrap();
            let mut session = project.start(python, &[&["lib"], options].concat());
            session.prints("one");
            session.ends_cycle(1);
            fs::write(odd.join(OsStr::from_bytes(b"\xfe.py")), "x = 1").unwrap();
            session.prints("one");
            session.ends_cycle(2);
            project.save("lib.py", "print('two')\n");
            session.prints("two");
            assert!(!session.said().contains("warning"), "{}", session.said());
        }
    }
}

#[test]
fn a_glob_that_nothing_matches_is_reported() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "print('one')\n");
        project.save("data/more.txt", "");
        let globs = [
            "--watch",
            "data/*.json",
            "--watch",
            "data/*.txt",
            "--watch",
            "*.py",
        ];
        let mut session = project.start(python, &[&globs[..], &["lib"]].concat());
        session.says("nothing matches `data/*.json` so far");
        session.prints("one");
        session.ends_cycle(1);
        project.save("data/new.json", "{}");
        session.prints("one");
        session.ends_cycle(2);
        assert_eq!(session.said().matches("nothing matches").count(), 1);
    }
}

#[test]
fn a_folder_that_is_created_with_its_file_is_watched() {
    for python in two_pythons() {
        for options in [&[][..], &["--no-notify"]] {
            let project = Project::with("lib.py", "print('run')\n");
            let mut session = project.start(python, &[&["lib"], options].concat());
            session.ends_cycle(1);
            project.save("new/deep/a.py", "x = 1\n");
            session.ends_cycle(2);
            project.save("new/deep/a.py", "x = 22\n");
            session.ends_cycle(3);
        }
    }
}

#[test]
fn a_save_at_the_moment_of_the_first_output_is_not_lost() {
    for python in two_pythons() {
        for options in [&[][..], &["--no-notify"]] {
            let project = Project::new();
            for index in 0..2000 {
                project.save(&format!("pkg{}/m{index}.py", index % 50), "");
            }
            project.save("data.py", "");
            project.save("lib.py", "import sys\nprint('first')\nsys.stdout.flush()\n");
            let mut session = project.start(python, &[&["lib"], options].concat());
            session.prints("first");
            project.save("data.py", "x = 1\n");
            session.ends_cycle(2);
        }
    }
}

#[test]
fn an_ignored_path_is_spelled_as_a_shell_completes_it() {
    let python = two_pythons()[0];
    let project = Project::with("lib.py", "print('run')\n");
    project.save("build/made.py", "");
    let whole = project.file("build");
    let whole = format!("{}/", whole.display());
    for pattern in ["build/", "./build", &whole] {
        let mut session = project.start(python, &["--ignore", pattern, "lib"]);
        session.ends_cycle(1);
        project.save("build/made.py", "x = 1\n");
        project.save("build/new.py", "");
        project.save("lib.py", "print('saved')\n");
        session.prints("saved");
        session.ends_cycle(2);
        project.save("lib.py", "print('again')\n");
        session.prints("again");
        session.says("#3");
        assert!(!session.said().contains("warning"), "{}", session.said());
    }
}

#[test]
fn a_pattern_that_matches_nothing_that_is_watched_is_reported() {
    let project = Project::with("lib.py", "");
    project.save("src/build/x.py", "");
    for (pattern, is_reported) in [
        ("./bulid", true),
        ("/nowhere/build", true),
        ("src/bulid", true),
        ("./src/build", false),
        ("src/build/", false),
        ("src/*.pyx", false),
        ("anything", false),
    ] {
        let end = project.run_with(two_pythons()[0], &["--once", "--ignore", pattern, "lib"]);
        let line = format!("warning: `--ignore {pattern}` matches nothing that is watched");
        let said = end.code(0).said();
        assert_eq!(said.contains(&line), is_reported, "{pattern}: {said}");
    }
}

#[test]
fn what_is_loaded_from_below_a_targets_folder_is_watched_in_any_case() {
    for python in two_pythons() {
        for options in [["--watch", "data.csv"], ["--ext", "csv"]] {
            let lib = "import helper\nfrom sub import deep\nprint([helper.x, deep.x])\n";
            let project = Project::with("work/lib.py", lib);
            project.save("data.csv", "");
            project.save("work/helper.py", "x = 1\n");
            project.save("work/sub/__init__.py", "");
            project.save("work/sub/deep.py", "x = 1\n");
            let arguments = [&options[..], &["work/lib.py"]].concat();
            let mut session = project.start(python, &arguments);
            session.prints("[1, 1]");
            session.ends_cycle(1);
            project.save("work/helper.py", "x = 22\n");
            session.prints("[22, 1]");
            session.ends_cycle(2);
            project.save("work/sub/deep.py", "x = 22\n");
            session.prints("[22, 22]");
            session.ends_cycle(3);
            project.save("data.csv", "1");
            session.ends_cycle(4);
        }
    }
}
