//! `--explain` shows the tracebacks of any text.

#[cfg(target_os = "linux")]
use std::io::Write;
use std::path::Path;
#[cfg(target_os = "linux")]
use std::process::{Command, Stdio};

use assert_cmd::assert::Assert;
#[cfg(target_os = "linux")]
use assert_cmd::assert::OutputAssertExt;
use indoc::indoc;

use crate::harness::{Project, Written, in_unix_words, run_with_input};

/// What a Python has printed.
fn recorded(case: &str, python: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tracebacks/recorded");
    std::fs::read(folder.join(case).join(format!("{python}.txt"))).unwrap()
}

/// The answer to a text in a file.
#[track_caller]
fn explained(text: impl AsRef<[u8]>) -> String {
    let project = Project::with("text", "");
    project.save("text", text);
    answer(project.run(&["--explain", "text"]))
}

#[track_caller]
fn answer(end: Assert) -> String {
    end.success().stderr("").printed()
}

#[test]
fn tracebacks_of_each_kind_are_shown() {
    #[rustfmt::skip]
    let texts = [
        ("package", "cpython-2.7.18"),
        ("package", "cpython-3.13.0"),
        ("chain-cause", "cpython-3.11.7"),
        ("group", "cpython-3.13.0"),
        ("thread", "jython-2.7.3"),
        ("suggestions", "cpython-3.13.0"),
        ("library", "cpython-3.12.1"),
        ("recursion-mutual", "cpython-3.9.18"),
        ("syntax-imported", "cpython-3.6.15"),
        ("syntax-simple", "cpython-2.7.18"),
        ("message-control", "cpython-3.12.1"),
        ("crash-segfault", "cpython-3.8.18"),
        ("print-stack", "pypy-7.3.11"),
        ("prefixed", "cpython-3.10.13"),
    ];
    let mut all = String::new();
    for (case, python) in texts {
        let shown = explained(recorded(case, python));
        all.push_str(&format!("# {case}, {python}\n{shown}\n"));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn standard_input_is_read_as_a_file_is() {
    let text = recorded("chain-cause", "cpython-3.13.0");
    let text = String::from_utf8(text).unwrap();
    let project = Project::new();
    let end = run_with_input(&mut project.hotload(&["--explain", "-"]), &text);
    assert_eq!(answer(end), explained(text));
}

#[test]
fn a_file_that_is_here_gives_its_line_and_column() {
    let project = Project::with("lib.py", "def f():\n    if True:\n        return 1 / 0\n");
    let text = indoc! {r#"
        Traceback (most recent call last):
          File "lib.py", line 3, in f
            return 1 / 0
                   ~~^~~
        ZeroDivisionError: division by zero
    "#};
    project.save("text", text);
    insta::assert_snapshot!(answer(project.run(&["--explain", "text"])), @r"
    error: ZeroDivisionError: division by zero
     --> lib.py:3:16 in f
        |
      2 |     if True:
      3 |         return 1 / 0
        |                ~~^~~
    ");
}

#[test]
fn of_many_errors_each_is_shown_once_and_not_too_many() {
    let error = |number: u32| {
        let frame = "Traceback (most recent call last):\n  File \"app.py\", line 1, in f\n";
        format!("{frame}KeyError: {number}\n")
    };
    let alternating: String = (0..30).map(|place| error(place % 3)).collect();
    let shown = explained(&alternating);
    assert_eq!(shown.matches("error: KeyError").count(), 3, "{shown}");
    assert!(shown.contains("same"), "{shown}");

    let many: String = (0..1_000).map(error).collect();
    let shown = explained(&many);
    assert_eq!(shown.matches("error: KeyError").count(), 100);
    assert!(shown.contains("900 more"), "{shown}");
    let project = Project::with("text", &many);
    let all = answer(project.run(&["--explain", "text", "--traceback", "full"]));
    assert_eq!(all.matches("error: KeyError").count(), 1_000);
}

#[test]
fn an_error_that_comes_again_is_shown_once() {
    let once = "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nKeyError: 1\n";
    let shown = explained(format!("{}{}", once.repeat(4), once.replace("1\n", "2\n")));
    insta::assert_snapshot!(shown, @r"
    error: KeyError: 1
     --> a.py:1 in f
    (the same error 3 more times)

    error: KeyError: 2
     --> a.py:1 in f
    ");
}

#[test]
fn what_powershell_writes_is_read() {
    let text =
        "Traceback (most recent call last):\n  File \"größer.py\", line 1, in f\nKeyError: 1\n";
    let units = format!("\u{feff}{text}");
    let bytes: Vec<u8> = units.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(explained(bytes), explained(text));
}

#[test]
fn colours_are_there_when_they_are_wanted() {
    let project = Project::with("text", "");
    project.save("text", recorded("colours", "cpython-3.13.0"));
    let plain = answer(project.run(&["--explain", "text"]));
    assert!(!plain.contains('\x1b'), "{plain}");
    let coloured = answer(project.run(&["--explain", "text", "--color", "always"]));
    assert!(
        coloured.contains("\x1b[1m\x1b[31merror\x1b[0m"),
        "{coloured:?}"
    );
}

#[test]
fn nothing_in_a_text_drives_the_terminal() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tracebacks/recorded");
    let mut text = Vec::new();
    for case in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(case.unwrap().path()).unwrap() {
            text.extend(std::fs::read(file.unwrap().path()).unwrap());
            text.push(b'\n');
        }
    }
    let project = Project::with("text", "");
    project.save("text", text);
    for style in ["short", "full"] {
        let shown = answer(project.run(&["--explain", "text", "--traceback", style]));
        assert!(shown.lines().count() > 500);
        let driving =
            |character: &char| character.is_control() && !matches!(character, '\n' | '\t');
        assert_eq!(shown.chars().find(driving), None);
    }
}

#[test]
fn a_text_without_a_traceback_is_reported_as_such() {
    let project = Project::with("empty", "");
    project.save("words", "All went well.\n  File a report\nError: none\n");
    project.save(
        "binary",
        b"\x7fELF\0\0Traceback\0 (most recent call last):\0",
    );
    project.save("cut", "Traceback (most recent call last):\n");
    let mut messages = String::new();
    for (file, status) in [
        ("empty", 1),
        ("words", 1),
        ("binary", 1),
        ("cut", 1),
        ("nowhere", 2),
        (".", 2),
    ] {
        let end = project.run(&["--explain", file]);
        let said = end.code(status).stdout("").said();
        let said = in_unix_words(&said);
        messages.push_str(&format!("$ hotload --explain {file}\n{said}\n"));
    }
    insta::assert_snapshot!(messages);
}

/// Far more text than there is memory.
#[cfg(target_os = "linux")]
#[test]
fn a_long_log_takes_little_memory() {
    const FRAME: &str = "  File \"a.py\", line 1, in f\n    f()\n";
    let limited = "ulimit -v 200000; exec \"$0\" --explain -";
    let mut child = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_hotload")])
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let parts = [
        ("x".repeat(1_000_000), 50),
        ("INFO all is well\n".repeat(10_000), 100),
        ("\nTraceback (most recent call last):\n".into(), 1),
        (FRAME.repeat(1_000), 300),
        ("KeyError: 1\n".into(), 1),
        ("a line of a message\n".repeat(10_000), 100),
    ];
    for (part, times) in parts {
        for _ in 0..times {
            input.write_all(part.as_bytes()).unwrap();
        }
    }
    drop(input);
    let shown = answer(child.wait_with_output().unwrap().assert());
    assert!(
        shown.starts_with("error: KeyError: 1\n  a line of a message\n"),
        "{shown}"
    );
    assert!(
        shown.contains("×300000") && shown.contains("(+999995 lines)"),
        "{shown}"
    );
}
