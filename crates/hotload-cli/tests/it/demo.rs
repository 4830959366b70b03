//! The picture in the README, and the same as text: a session as the current binary shows it, through a
//! terminal emulator.

use std::env;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use portable_pty::CommandBuilder;
use vt100::Color;

use crate::emulator::{Emulator, Piece};
use crate::harness::Project;
use crate::pythons::two_pythons;
use crate::terminal::Terminal;

const UPDATE: &str = "HOTLOAD_UPDATE_DOCS";

const COMMAND: &str = "hotload --python python2.7 --no-clear lib";

/// What takes how long differs from run to run, and so does the clock.
const TIMES: [(&str, &str); 3] = [
    ("48.9 ms", "17:20:51"),
    ("1.3 ms", "17:20:53"),
    ("0.8 ms", "17:20:54"),
];

/// What is in the editor beside the terminal: the lines that are edited, for each of the runs.
const EDITS: [[&str; 2]; 3] = [["x = 3", "y = 4"], ["x = 6 +", "y = 4"], ["x = 6", "y = 4"]];

/// Sizes, in units of the picture.
const COLUMN: f64 = 8.4;
const LINE: usize = 20;
const EDITOR: usize = 190;
const WIDTH: usize = 800;
const TOP: usize = 44;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What is on the screen after the start and two saves.
fn session() -> Vec<Vec<Piece>> {
    let python = two_pythons()[0];
    let sample = fs::read_to_string(root().join("fixtures/projects/tutorial/lib.py")).unwrap();
    let text = |edit: [&str; 2]| sample.replace("x = 3\ny = 4", &edit.join("\n"));
    let project = Project::with("lib.py", &text(EDITS[0]));
    let programs = Project::new();
    symlink(&python.path, programs.path().join("python2.7")).unwrap();
    let path = format!(
        "{}:{}",
        programs.path().display(),
        env::var("PATH").unwrap()
    );
    let arguments = ["--python", "python2.7", "--no-clear", "--no-keys", "lib"];
    let environment = [("PATH", path.as_str()), ("TERM", "xterm-256color")];
    let mut command = CommandBuilder::new(project.hotload(&[]).get_program());
    command.args(arguments);
    command.cwd(project.path());
    for (name, value) in environment {
        command.env(name, value);
    }
    let mut terminal = Terminal::spawn(command);
    for (cycle, edit) in (1..).zip(EDITS) {
        if cycle > 1 {
            project.save("lib.py", text(edit));
        }
        terminal.shows(&format!("#{cycle}"));
        terminal.shows("\n");
    }
    Emulator::after(&terminal.all()).lines()
}

/// Puts the times that are always shown in the places of those of this run.
fn pin_times(lines: &mut [Vec<Piece>]) {
    let ends = lines.iter_mut().filter(|line| {
        let text = text_of(line);
        text.starts_with("ok  ") || text.starts_with("failed  ")
    });
    for (line, (took, time)) in ends.zip(TIMES) {
        for piece in line {
            let fields = piece.text.split("  ").map(|field| {
                let is_clock = field.len() == 8 && field.matches(':').count() == 2;
                match field.ends_with(" ms") || field.ends_with(" s") {
                    true => took,
                    false if is_clock => time,
                    false => field,
                }
            });
            piece.text = fields.collect::<Vec<_>>().join("  ");
        }
    }
}

fn text_of(line: &[Piece]) -> String {
    line.iter().map(|piece| piece.text.as_str()).collect()
}

/// The lines in which the runs begin: below the header, and below each end but the last.
fn starts(lines: &[Vec<Piece>]) -> Vec<usize> {
    let mut starts = vec![2];
    for (index, line) in lines.iter().enumerate() {
        let text = text_of(line);
        if text.starts_with("ok  ") || text.starts_with("failed  ") {
            starts.push(index + 1);
        }
    }
    starts.truncate(EDITS.len());
    starts
}

fn picture(lines: &[Vec<Piece>]) -> String {
    let height = TOP + LINE * (lines.len() + 1) + 24;
    let description = lines.iter().map(|line| text_of(line)).collect::<Vec<_>>();
    let description = escaped(&description.join("\n"));
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" xml:space="preserve" fill="#d6deeb" font-size="14" font-family="ui-monospace, DejaVu Sans Mono, Menlo, Consolas, monospace">
<title>An editor, and hotload on Python 2.7 beside it</title>
<desc>{description}</desc>
<rect width="{WIDTH}" height="{height}" rx="8" fill="#111827"/>
<rect x="0" y="0" width="{EDITOR}" height="{height}" rx="8" fill="#1f2937"/>
<text x="14" y="24" opacity="0.6">lib.py</text>
<text x="{}" y="24"><tspan opacity="0.6">$ </tspan>{COMMAND}</text>
"##,
        EDITOR + 14
    );
    for (edit, start) in EDITS.iter().zip(starts(lines)) {
        let saved = if start == 2 { "" } else { ":w" };
        for (offset, text) in edit.iter().chain([&saved]).enumerate() {
            let y = TOP + LINE * (start + offset) + 4;
            let look = if *text == ":w" {
                r##" fill="#fbbf24""##
            } else {
                ""
            };
            let _ = writeln!(
                svg,
                r#"<text x="14" y="{y}"{look}>{}</text>"#,
                escaped(text)
            );
        }
    }
    for (index, line) in lines.iter().enumerate() {
        let y = TOP + LINE * index + 4;
        let mut column = 0;
        for piece in line {
            #[allow(clippy::cast_precision_loss)] // fewer than 80
            let x = (EDITOR + 14) as f64 + column as f64 * COLUMN;
            let look = look(piece);
            let text = escaped(&piece.text);
            let _ = writeln!(svg, r#"<text x="{x:.1}" y="{y}"{look}>{text}</text>"#);
            column += piece.text.chars().count();
        }
    }
    svg + "</svg>\n"
}

fn look(piece: &Piece) -> String {
    let color = match piece.look.color {
        Color::Idx(1 | 9) => r##" fill="#f87171""##,
        Color::Idx(2 | 10) => r##" fill="#4ade80""##,
        Color::Idx(3 | 11) => r##" fill="#fbbf24""##,
        Color::Idx(4 | 12) => r##" fill="#60a5fa""##,
        Color::Idx(6 | 14) => r##" fill="#22d3ee""##,
        _ => "",
    };
    let bold = if piece.look.is_bold {
        r#" font-weight="bold""#
    } else {
        ""
    };
    let dim = if piece.look.is_dim {
        r#" opacity="0.6""#
    } else {
        ""
    };
    format!("{color}{bold}{dim}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Puts the text in the place of the one that starts with the same command.
fn update_readme(text: &str) {
    let file = root().join("README.md");
    let readme = fs::read_to_string(&file).unwrap();
    let (before, rest) = readme
        .split_once(&format!("```text\n$ {COMMAND}\n"))
        .unwrap();
    let (_, after) = rest.split_once("\n```\n").unwrap();
    fs::write(&file, format!("{before}{text}{after}")).unwrap();
}

#[test]
fn the_picture_in_the_readme_is_what_hotload_shows() {
    let mut lines = session();
    pin_times(&mut lines);
    let text: Vec<String> = lines.iter().map(|line| text_of(line)).collect();
    let text = format!("```text\n$ {COMMAND}\n{}\n```\n", text.join("\n"));
    if env::var_os(UPDATE).is_some() {
        update_readme(&text);
    }
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&text), "README.md does not have:\n{text}");
    let drawn = picture(&lines);
    let file = root().join("docs/session.svg");
    if env::var_os(UPDATE).is_some() {
        fs::write(&file, &drawn).unwrap();
    }
    let known = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        known == drawn,
        "docs/session.svg differs from what hotload shows; to draw it anew: ci/demo"
    );
    assert!(readme.contains("(docs/session.svg)"));
}
