//! The modes that answer and exit.

use crate::harness::{NAME_AND_VERSION, Project, Written};

#[track_caller]
fn answer(arguments: &[&str]) -> String {
    Project::new().run(arguments).success().stderr("").printed()
}

#[test]
fn the_short_help_fits_a_screen() {
    let help = answer(&["-h"]);
    assert!(help.lines().count() <= 42, "{} lines", help.lines().count());
    insta::assert_snapshot!(help);
}

#[test]
fn the_long_help_is_what_it_was() {
    insta::assert_snapshot!(answer(&["--help"]));
}

#[test]
fn version_completions_and_manual_are_printed() {
    assert_eq!(answer(&["--version"]), format!("{NAME_AND_VERSION}\n"));
    let full = answer(&["--version", "--verbose"]);
    assert_eq!(full, answer(&["-vV"]));
    let names: Vec<&str> = full
        .lines()
        .map(|line| line.split([':', ' ']).next().unwrap())
        .collect();
    assert_eq!(names, ["hotload", "commit", "date", "target"], "{full}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(answer(&["--completions", shell]).contains("hotload"));
    }
    assert!(answer(&["--man"]).starts_with(".ie"));
}

#[test]
fn the_driver_of_each_python_is_printed() {
    let (two, three) = (
        answer(&["--print-driver", "2.7"]),
        answer(&["--print-driver", "3"]),
    );
    assert!(two.contains("find_module") && !two.contains("find_spec"));
    assert!(three.contains("find_spec") && !three.contains("def load_module"));
    assert_eq!(answer(&["--print-driver", "3.11"]), three);
}
