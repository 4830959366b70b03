//! `--explain` finds the end of a traceback in what others have put around it.

use indoc::indoc;

use crate::harness::{Project, Written};

#[track_caller]
fn explained(text: &str) -> String {
    let project = Project::with("log", text);
    project.run(&["--explain", "log"]).success().printed()
}

const TRACEBACK: &str = indoc! {r#"
    Traceback (most recent call last):
      File "lib.py", line 3, in f
        work()
    ValueError: boom
"#};

/// What is shown of it if nothing else is taken for a part of it.
#[track_caller]
fn is_shown_alone(text: &str) {
    let shown = explained(text);
    assert!(
        shown.starts_with("error: ValueError: boom\n --> lib.py:3 in f\n"),
        "{text}{shown}"
    );
    assert_eq!(shown.matches("error: ").count(), 1, "{text}{shown}");
}

/// Each line with something in front of it.
fn behind(prefix: &str, text: &str) -> String {
    text.lines()
        .map(|line| format!("{prefix}{line}\n"))
        .collect()
}

#[test]
fn lines_of_other_services_are_no_part_of_a_traceback() {
    let own = behind("web_1  | ", TRACEBACK);
    let lines: Vec<&str> = own.lines().collect();
    for place in 0..=lines.len() {
        for other in ["db_1   | LOG:  ready\n", "web_2  | GET / 200\n"] {
            let text = format!(
                "{}\n{}{}\n",
                lines[..place].join("\n"),
                other,
                lines[place..].join("\n")
            );
            is_shown_alone(text.trim_start());
        }
    }
}

#[test]
fn a_message_ends_where_what_ran_the_program_goes_on() {
    for line in [
        "```",
        "npm ERR! code 1",
        "make: *** [all] Error 1",
        ">>> g()",
        "$ ls",
        "[10:11:12] INFO ready",
        "2026-03-01 12:00:00,123 INFO app: ready",
        "##[error]Process completed with exit code 1.",
    ] {
        is_shown_alone(&format!("{TRACEBACK}{line}\nmore\n"));
        let kept = format!("{TRACEBACK}  and {line}\n");
        assert!(explained(&kept).contains(line), "{line}");
    }
}

#[test]
fn where_each_line_has_a_time_the_message_ends_at_the_next_line_of_the_log() {
    let time = "2026-03-01T12:00:00.1234567Z ";
    for line in [
        "##[error]Process completed with exit code 1.",
        "12:00:01 ready",
        "[INFO] ready",
    ] {
        is_shown_alone(&behind(time, &format!("{TRACEBACK}{line}\nmore\n")));
    }
    let kept = explained(&behind(time, &format!("{TRACEBACK}second line\n")));
    assert!(
        kept.starts_with("error: ValueError: boom\n  second line\n"),
        "{kept}"
    );
}

#[test]
fn an_exception_above_its_frames_is_taken_if_there_is_not_one_below() {
    let (frames, _) = TRACEBACK.split_once("ValueError").unwrap();
    is_shown_alone(&format!(
        "[ERROR] ValueError: boom\n{frames}END RequestId: 7\n"
    ));
    is_shown_alone(&format!("[ERROR] ValueError: boom\n{frames}"));
    is_shown_alone(&format!("[ERROR] KeyError: 'x'\n{TRACEBACK}"));
}
