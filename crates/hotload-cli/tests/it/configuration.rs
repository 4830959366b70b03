//! Settings from files and the environment: which one counts, and how bad ones are reported.

use std::process::Command;

use assert_cmd::assert::Assert;
use serde_json::Value;

use crate::harness::{NAME_AND_VERSION, Project, Session, Written, in_unix_words, run};
use crate::pythons::two_pythons;

/// A project, and a folder for the user's own file, which nothing is in yet.
struct Configured {
    project: Project,
}

impl Configured {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Project::with("inner/lib.py", "print('ran')\n");
        project.save("home/hotload/.keep", "");
        for (name, text) in files {
            project.save(name, text);
        }
        Self { project }
    }

    fn hotload(&self, arguments: &[&str]) -> Command {
        let mut command = self.project.hotload(arguments);
        command
            .current_dir(self.project.file("inner"))
            .env("XDG_CONFIG_HOME", self.project.file("home"))
            .env("APPDATA", self.project.file("home"));
        command
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Assert {
        run(&mut self.hotload(arguments))
    }

    /// The line of a setting in `--show-config`, without the spaces.
    #[track_caller]
    fn setting(&self, name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let mut command = self.hotload(arguments);
        command.arg("--show-config").envs(variables.iter().copied());
        let printed = run(&mut command).success().printed();
        let mut lines = printed.lines();
        let line = lines.find(|line| {
            let line = line.trim_start_matches("# ");
            line.split(' ').next() == Some(name)
        });
        let words: Vec<&str> = line.unwrap().split_whitespace().collect();
        self.shown(&words.join(" "))
    }

    /// What hotload says, with the folder's path replaced.
    fn shown(&self, said: &str) -> String {
        in_unix_words(&said.replace(self.project.path().to_str().unwrap(), "DIR"))
    }
}

const PROJECT: (&str, &str) = (
    "inner/hotload.toml",
    "\npoll = 20\n[profile.slow]\npoll = 2\n",
);
const USER: (&str, &str) = ("home/hotload/hotload.toml", "poll = 10\n");

#[test]
fn each_source_is_stronger_than_the_next() {
    let both = Configured::new(&[PROJECT, USER]);
    let user = Configured::new(&[USER]);
    let neither = Configured::new(&[]);
    let variable: &[(&str, &str)] = &[("HOTLOAD_POLL", "30")];
    let setting = |place: &Configured, arguments: &[&str], variables| {
        place.setting("poll", arguments, variables)
    };
    assert_eq!(
        setting(&both, &["--poll", "40"], variable),
        "poll = 40 # command line"
    );
    assert_eq!(
        setting(&both, &["@slow"], variable),
        "poll = 30 # HOTLOAD_POLL"
    );
    assert_eq!(setting(&both, &["@slow"], &[]), "poll = 2 # hotload.toml:4");
    assert_eq!(setting(&both, &[], variable), "poll = 30 # HOTLOAD_POLL");
    assert_eq!(setting(&both, &[], &[]), "poll = 20 # hotload.toml:2");
    assert_eq!(
        setting(&user, &[], &[]),
        "poll = 10 # DIR/home/hotload/hotload.toml:1"
    );
    assert_eq!(setting(&neither, &[], &[]), "poll = 144 # default");
}

#[test]
fn files_can_be_named_and_left_out() {
    let place = Configured::new(&[PROJECT, USER, ("other.toml", "poll = 5\n")]);
    let poll = |arguments: &[&str], variables: &[(&str, &str)]| {
        place.setting("poll", arguments, variables)
    };
    assert_eq!(
        poll(&["--config", "../other.toml"], &[]),
        "poll = 5 # DIR/other.toml:1"
    );
    assert_eq!(
        poll(&[], &[("HOTLOAD_CONFIG", "../other.toml")]),
        "poll = 5 # DIR/other.toml:1"
    );
    assert_eq!(poll(&["--no-config"], &[]), "poll = 144 # default");
    let off = "HOTLOAD_NO_CONFIG";
    assert_eq!(poll(&[], &[(off, off)]), "poll = 144 # default");
    let said = place.run(&["--config", "gone.toml", "lib"]).code(2).said();
    assert!(
        said.starts_with("error: cannot read `--config gone.toml`\n"),
        "{said}"
    );
}

#[test]
fn a_variable_is_a_switch_a_list_or_a_value() {
    let place = Configured::new(&[("inner/hotload.toml", "no-keys = true\next = ['a', 'b']\n")]);
    let cases = [
        (
            "no-keys",
            "HOTLOAD_NO_KEYS",
            "0",
            "no-keys = false # HOTLOAD_NO_KEYS",
        ),
        (
            "no-clear",
            "HOTLOAD_NO_CLEAR",
            "HOTLOAD_NO_CLEAR",
            "no-clear = true # HOTLOAD_NO_CLEAR",
        ),
        (
            "fresh",
            "HOTLOAD_FRESH",
            "1",
            "fresh = true # HOTLOAD_FRESH",
        ),
        (
            "fresh",
            "HOTLOAD_FRESH",
            "true",
            "fresh = true # HOTLOAD_FRESH",
        ),
        ("fresh", "HOTLOAD_FRESH", "", "# fresh # not set"),
        ("ext", "HOTLOAD_EXT", "py", "ext = [\"py\"] # HOTLOAD_EXT"),
        (
            "run",
            "HOTLOAD_RUN",
            "make -s\ntrue",
            "run = [\"make -s\", \"true\"] # HOTLOAD_RUN",
        ),
        ("run", "HOTLOAD_RUNNING", "x", "# run # not set"),
    ];
    for (name, variable, value, expected) in cases {
        assert_eq!(place.setting(name, &[], &[(variable, value)]), expected);
    }
    assert_eq!(
        place.setting("ext", &[], &[]),
        "ext = [\"a\", \"b\"] # hotload.toml:2"
    );
}

#[test]
fn a_bare_hotload_runs_the_projects_targets_from_any_folder_below() {
    let settings = "targets = ['inner/lib.py']\nrun = ['cat note']\nonce = true\n";
    let show = if cfg!(windows) { "type" } else { "cat" };
    let settings = settings.replace("cat", show);
    let place = Configured::new(&[("hotload.toml", &settings), ("note", "a note\n")]);
    let end = place.run(&[]).success();
    assert_eq!(end.printed(), "ran\na note\n", "{}", end.said());
    // A target on the command line takes their place.
    place.project.save("inner/other.py", "print('other')\n");
    let end = place.run(&["other.py"]).success();
    assert_eq!(end.printed(), "other\na note\n", "{}", end.said());
}

#[test]
fn a_project_of_the_target_is_used_where_there_is_none_here() {
    let place = Configured::new(&[("other/hotload.toml", "poll = 3\n"), ("other/x.py", "")]);
    let poll = place.setting("poll", &["../other/x.py"], &[]);
    assert_eq!(poll, "poll = 3 # DIR/other/hotload.toml:1");
    place.project.save("inner/hotload.toml", "ext = ['py']\n");
    let poll = place.setting("poll", &["../other/x.py"], &[]);
    assert_eq!(poll, "poll = 144 # default");
}

#[test]
fn profiles_are_run_by_name() {
    let settings = "targets = ['lib']\n[profile.other]\ntargets = ['other']\n[profile.steps]\nstep = ['reload:lib', 'exec:print(1)']\n";
    let place = Configured::new(&[
        ("inner/pyproject.toml", "[tool.other]\nx = 1\n"),
        ("hotload.toml", settings),
        ("lib.py", "print('lib')"),
        ("other.py", "print('other')"),
    ]);
    let printed = |arguments: &[&str]| place.run(arguments).success().printed();
    assert_eq!(printed(&["--once"]), "lib\n");
    assert_eq!(printed(&["--once", "@other"]), "other\n");
    assert_eq!(printed(&["--once", "@steps"]), "lib\n1\n");
    let said = place.run(&["--once", "@othr"]).code(2).said();
    assert!(
        said.starts_with("error: there is no profile `othr`\n"),
        "{said}"
    );
    assert!(said.contains("hint: did you mean `@other`?"), "{said}");
}

#[test]
fn a_pyproject_can_hold_the_settings() {
    let text =
        "[project]\nname = 'x'\n\n[tool.hotload]\npoll = 9\n[tool.hotload.profile.p]\npoll = 8\n";
    let place = Configured::new(&[("pyproject.toml", text)]);
    let poll = |arguments: &[&str]| place.setting("poll", arguments, &[]);
    assert_eq!(poll(&[]), "poll = 9 # DIR/pyproject.toml:5");
    assert_eq!(poll(&["@p"]), "poll = 8 # DIR/pyproject.toml:7");
    place.project.save("hotload.toml", "poll = 7\n");
    assert_eq!(poll(&[]), "poll = 7 # DIR/hotload.toml:1");
    let said = place.run(&["--show-config"]).success().said();
    insta::assert_snapshot!(place.shown(&said));
}

#[test]
fn bad_settings_are_refused_with_their_place() {
    let cases = [
        ("pol = 3", "", ""),
        ("poll = '3'", "", ""),
        ("\npoll = 0", "", ""),
        ("targets = ['gone.py']", "", ""),
        ("watch = ['gone']", "", ""),
        ("keep = ['a/b']", "", ""),
        ("step = ['relod:lib']", "", ""),
        ("python = 'python \"x'", "", ""),
        ("busy = 'interupt'", "", ""),
        ("call = 'f'\nstep = ['clear']", "", ""),
        ("[profile]\nx = 1", "@x", ""),
        ("", "@x", ""),
        ("", "", "HOTLOAD_POLL=fast"),
        ("", "", "HOTLOAD_FRESH=yes"),
        ("", "", "HOTLOAD_BUSY=never"),
        ("", "", "HOTLOAD_TARGETS=gone.py"),
    ];
    let mut messages = String::new();
    for (text, argument, variable) in cases {
        let place = Configured::new(&[("inner/hotload.toml", text)]);
        let has_target =
            text.contains("targets") || text.contains("step") || variable.contains("TARGETS");
        let argument = match argument {
            "" if has_target => "--once",
            "" => "lib",
            argument => argument,
        };
        let mut command = place.hotload(&[argument]);
        command.envs(variable.split_once('='));
        let end = run(&mut command).code(2).stdout("");
        let said = place.shown(&end.said());
        messages.push_str(&format!(
            "{text}\n$ {variable} hotload {argument}\n{said}\n"
        ));
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn init_writes_a_file_for_what_is_there_and_never_over_another() {
    let schema: Value =
        serde_json::from_str(include_str!("../../../../docs/hotload.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let place = Configured::new(&[("inner/zoo.py", "")]);
    let mut written = String::new();
    let cases: [&[&str]; 3] = [
        &["--init"],
        &[
            "--init",
            "--poll",
            "7",
            "--fresh",
            "--watch",
            "src",
            "zoo.py:main",
        ],
        &["--init"],
    ];
    for (index, arguments) in cases.iter().enumerate() {
        if index == 2 {
            place.project.save("inner/launch.py", "import hotload\n");
        }
        let file = place.project.file("inner/hotload.toml");
        let end = place.run(arguments).success();
        assert_eq!(end.printed(), format!("wrote {}\n", file.display()));
        let text = std::fs::read_to_string(&file).unwrap();
        let as_json: Value = serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
        let invalid: Vec<String> = schema
            .iter_errors(&as_json)
            .map(|it| it.to_string())
            .collect();
        assert!(invalid.is_empty(), "{invalid:?}\n{text}");
        written.push_str(&format!("$ hotload {}\n{text}\n", arguments.join(" ")));
        let said = place.run(arguments).code(2).said();
        assert!(
            said.contains("there is a `hotload.toml` here already"),
            "{said}"
        );
        std::fs::remove_file(&file).unwrap();
    }
    insta::assert_snapshot!(written);
    for wrong in [
        "{\"pol\": 1}",
        "{\"poll\": \"1\"}",
        "{\"profile\": {\"x\": {\"pol\": 1}}}",
    ] {
        let wrong: Value = serde_json::from_str(wrong).unwrap();
        assert!(!schema.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn a_file_that_is_saved_is_read_again() {
    for python in two_pythons() {
        let place = Configured::new(&[("inner/hotload.toml", "targets = ['lib']\n")]);
        let mut command = place.hotload(&["--python", python.path.to_str().unwrap()]);
        let mut session = Session::start(&mut command, python);
        session.prints("ran");
        session.ends_cycle(1);
        let configure = |text: &str| place.project.save("inner/hotload.toml", text);
        // At once, with a run that shows it.
        configure("targets = ['lib']\nrun = ['echo commanded']\n");
        session.prints("commanded");
        session.ends_cycle(2);
        // What is wrong runs nothing, and changes nothing.
        configure("targets = ['lib']\nrunn = ['echo other']\n");
        session.says("hotload.toml:2`: unknown setting: `runn`");
        session.says("the previous settings stay in effect");
        place.project.save("inner/lib.py", "print('again')\n");
        session.prints("again");
        session.prints("commanded");
        session.ends_cycle(3);
        // What cannot change in a running session says so.
        configure(
            "targets = ['lib']\nrun = ['echo last']\ntraceback = 'native'\nstart-timeout = 5\n",
        );
        session.says("`start-timeout` and `traceback` take effect when hotload is started again");
        session.prints("last");
        session.ends_cycle(4);
    }
}

#[test]
fn a_file_that_is_created_is_read_and_one_that_is_removed_is_forgotten() {
    for python in two_pythons() {
        let place = Configured::new(&[(".git/HEAD", ""), ("pyproject.toml", "")]);
        let python_path = python.path.to_str().unwrap();
        let mut command = place.hotload(&["--python", python_path, "--ext", "py", "lib"]);
        let mut session = Session::start(&mut command, python);
        session.ends_cycle(1);
        let files = [
            ("hotload.toml", "run = ['echo here']\n", "here"),
            ("../hotload.toml", "run = ['echo above']\n", "above"),
            (
                "../pyproject.toml",
                "[tool.hotload]\nrun = ['echo shared']\n",
                "shared",
            ),
            (
                "../home/hotload/hotload.toml",
                "run = ['echo mine']\n",
                "mine",
            ),
        ];
        for (index, (name, text, printed)) in files.into_iter().enumerate() {
            let cycle = 2 + 2 * u64::try_from(index).unwrap();
            let path = format!("inner/{name}");
            place.project.save(&path, text);
            session.prints(printed);
            session.ends_cycle(cycle);
            std::fs::remove_file(place.project.path().join(&path)).unwrap();
            session.ends_cycle(cycle + 1);
        }
        let ran = session.output().matches("ran\n").count();
        assert_eq!(ran, 9, "{}", session.said());
    }
}

#[test]
fn a_session_of_commands_and_what_is_shown_follow_the_file() {
    let place = Configured::new(&[]);
    let configure = |text: &str| place.project.save("inner/hotload.toml", text);
    configure("run = ['echo one']\n");
    let mut session = Session::start(&mut place.hotload(&["--color", "never"]), two_pythons()[0]);
    session.prints("one");
    session.ends_cycle(1);
    configure("run = ['echo two']\nmarks = true\n");
    session.says(&format!("{NAME_AND_VERSION} · echo two"));
    session.says("run #2");
    session.prints("two");
    session.ends_cycle(2);
    configure("run = ['exit 3']\non-fail = 'echo alerted >&2'\n");
    session.says("alerted");
    configure("run = ['echo three']\ncolor = 'always'\ntargets = ['lib']\n");
    session.says("`targets` and `run` take effect when hotload is started again");
    assert_eq!(session.output(), "one\ntwo\n", "{}", session.said());
}

#[test]
fn errors_are_shown_as_the_file_says_from_the_next_run_on() {
    for python in two_pythons() {
        let place = Configured::new(&[("inner/lib.py", "import json\njson.loads('x')\n")]);
        let arguments = ["--python", python.path.to_str().unwrap(), "lib"];
        let mut session = Session::start(&mut place.hotload(&arguments), python);
        session.says("hidden: 3 stdlib frames");
        let full = " in loads";
        place
            .project
            .save("inner/hotload.toml", "traceback = 'full'\n");
        session.says(full);
        session.ends_cycle(2);
        place
            .project
            .save("inner/hotload.toml", "traceback = 'native'\nmarks = true\n");
        session.says("`traceback` takes effect when hotload is started again");
        session.says("run #3");
        session.says(full);
    }
}

#[test]
fn a_bare_hotload_without_a_target_shows_what_there_is_on_a_few_lines() {
    let files = ["a.py", "main.py", "c.py", "d.py", "e.py", "test_a.py"];
    let mut messages = String::new();
    for count in [0, 1, files.len()] {
        let project = Project::new();
        for name in &files[..count] {
            project.save(name, "");
        }
        if count > 1 {
            project.save("launch.py", "import hotload\n");
        }
        let said = project.run(&[]).code(2).stdout("").said();
        assert!(said.lines().count() <= 12, "{said}");
        messages.push_str(&format!("{count} files\n{said}\n"));
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn a_target_that_only_defines_functions_gets_one_hint() {
    for python in two_pythons() {
        let project = Project::with("lib.py", "def main():\n    print('called')\n");
        let mut session = project.start(python, &["lib"]);
        session.says("lib only defines functions; call one: `hotload lib:main`");
        project.save("lib.py", "def main():\n    print('called again')\n");
        session.ends_cycle(2);
        assert_eq!(
            session.said().matches("hint:").count(),
            1,
            "{}",
            session.said()
        );
        let end = project.run_with(python, &["--once", "lib:main"]).success();
        assert!(!end.said().contains("hint:"), "{}", end.said());
    }
}

/// What a shell that has run `source <(COMPLETE=bash hotload)` asks.
#[test]
fn a_shell_is_offered_what_there_is() {
    let settings = "[profile.slow]\npoll = 2\n[hosts.solver]\nrun = ['tools/solver']\n";
    let place = Configured::new(&[("inner/hotload.toml", settings), ("inner/main.py", "")]);
    let offered = |words: &[&str]| {
        let mut command = place.hotload(&[&["--", "hotload"], words].concat());
        command
            .env("COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
            .env("_CLAP_COMPLETE_COMP_TYPE", "9")
            .env("_CLAP_COMPLETE_SPACE", "false")
            .env("_CLAP_IFS", "\n");
        let end = run(&mut command).success();
        end.printed().lines().map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(offered(&["@"]), ["@slow"]);
    assert_eq!(offered(&["ma"]), ["main", "main.py"]);
    assert_eq!(offered(&["--python", "sol"]), ["solver"]);
    assert!(offered(&["--python", "abaqus"]).contains(&"abaqus cae".to_owned()));
    assert_eq!(offered(&["--reload", "dep"]), ["dependents"]);
}
