//! What each Python has printed for the cases in `fixtures/tracebacks`, and what is read of it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use hotload_python::traceback::fold;
use hotload_python::traceback::raised::{Exception, Relation, Syntax};
use hotload_python::traceback::report::{ErrorReport, Kind, ListedFrame, ReportedException};
use hotload_python::traceback::territory::Territory;
use hotload_python::traceback::text::tracebacks;
use similar::{ChangeTag, TextDiff};

/// The order in which versions are named.
const LABELS: [&str; 11] = [
    "2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "pypy", "jython",
];

/// One program and what was recorded of it.
pub(crate) struct Case {
    pub(crate) name: String,
    /// By the place in `LABELS`.
    pub(crate) recordings: Vec<(usize, Vec<u8>)>,
}

/// All cases, sorted by name.
pub(crate) fn cases() -> Vec<Case> {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tracebacks/recorded");
    let mut cases: Vec<Case> = entries(&recorded)
        .iter()
        .map(|folder| case(folder))
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn case(folder: &Path) -> Case {
    let read = |file: &PathBuf| (label(&stem(file)), fs::read(file).unwrap());
    let mut recordings: Vec<_> = entries(folder).iter().map(read).collect();
    recordings.sort();
    let name = stem(folder);
    Case { name, recordings }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// `cpython-3.11.7` is `3.11`.
fn label(file: &str) -> usize {
    let (implementation, version) = file.split_once('-').unwrap();
    let label = match implementation {
        "cpython" => version.rsplit_once('.').unwrap().0,
        other => other,
    };
    LABELS.iter().position(|known| *known == label).unwrap()
}

/// `2.7, 3.6-3.8, pypy`
fn labels(places: &[usize]) -> String {
    let mut text = String::new();
    for run in places.chunk_by(|a, b| a + 1 == *b && *b < 9) {
        let separator = if text.is_empty() { "" } else { ", " };
        let (first, last) = (LABELS[run[0]], LABELS[run[run.len() - 1]]);
        let _ = match run.len() {
            1 => write!(text, "{separator}{first}"),
            2 => write!(text, "{separator}{first}, {last}"),
            _ => write!(text, "{separator}{first}-{last}"),
        };
    }
    text
}

#[test]
fn each_recording_is_read_as_it_was() {
    let cases = cases();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    for case in cases {
        insta::with_settings!({ snapshot_path => "snapshots/recordings", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(case.name.clone(), by_version(&case));
        });
    }
}

/// The normal form of each recording: the first versions' in full, then how others differ from it.
fn by_version(case: &Case) -> String {
    let mut groups: Vec<(Vec<usize>, String)> = Vec::new();
    for (place, text) in &case.recordings {
        let shown = normal_form(text);
        match groups.iter_mut().find(|(_, other)| *other == shown) {
            Some((places, _)) => places.push(*place),
            None => groups.push((vec![*place], shown)),
        }
    }
    let mut text = String::new();
    let first = groups[0].1.clone();
    for (number, (places, shown)) in groups.iter().enumerate() {
        let gap = if number == 0 { "" } else { "\n" };
        let shown = if number == 0 {
            first.clone()
        } else {
            differences(&first, shown)
        };
        let _ = write!(text, "{gap}# {}\n{shown}", labels(places));
    }
    text
}

/// The lines that differ.
fn differences(first: &str, other: &str) -> String {
    let mut text = String::new();
    for change in TextDiff::from_lines(first, other).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => continue,
        };
        let _ = write!(text, "{sign} {}", change.value());
    }
    text
}

fn normal_form(text: &[u8]) -> String {
    let territory = Territory::new(Some(Path::new("/project")), [], Vec::new());
    let read: Vec<_> = tracebacks(text).map(Result::unwrap).collect();
    let reports = read
        .into_iter()
        .map(|traceback| fold::report(traceback, &territory));
    let shown: String = reports.map(|report| shown(&report)).collect();
    match shown.as_str() {
        "" => "no traceback\n".into(),
        _ => shown,
    }
}

fn shown(report: &ErrorReport) -> String {
    let circumstances = &report.circumstances;
    let mut text =
        format!("{:?}, from {:?}", circumstances.phase, circumstances.origin).to_lowercase();
    if let Some(thread) = &circumstances.thread {
        let _ = write!(text, ", in thread {thread:?}");
    }
    if let Some(place) = &report.primary {
        let range = range(place.line, place.col, place.end_line, place.end_col);
        let _ = write!(text, ", at {:?}{range}", place.file);
    }
    text.push('\n');
    for reported in &report.exceptions {
        show_exception(&reported.exception, &mut text);
        show_frames(reported, &mut text);
    }
    text
}

fn show_exception(exception: &Exception, text: &mut String) {
    let relation = match (exception.relation, exception.parent) {
        (Relation::Cause, Some(parent)) => format!("cause of #{parent} "),
        (Relation::Context, Some(parent)) => format!("context of #{parent} "),
        (Relation::Member, Some(parent)) => format!("member of #{parent} "),
        _ => String::new(),
    };
    let message: String = exception.message.chars().take(200).collect();
    let state = format!("{:?}", exception.message_state).to_lowercase();
    let _ = writeln!(
        text,
        "  #{} {relation}{}: {message:?} ({state}, {} characters)",
        exception.id, exception.display, exception.message_chars
    );
    for note in &exception.notes {
        let _ = writeln!(text, "    note: {note}");
    }
    if let Some(hint) = &exception.hint {
        let _ = writeln!(text, "    hint: {hint}");
    }
    if let Some(total) = exception.group_total {
        let _ = writeln!(text, "    a group of {total}");
    }
    if let Some(syntax) = &exception.syntax {
        show_syntax(syntax, text);
    }
}

fn show_syntax(syntax: &Syntax, text: &mut String) {
    let file = syntax
        .file
        .as_deref()
        .unwrap_or("-")
        .trim_start_matches("/project/");
    let range = range(syntax.line, syntax.col, syntax.end_line, syntax.end_col);
    let source = source(syntax.text.as_deref());
    let _ = writeln!(text, "    does not compile: {file:?}{range}{source}");
}

fn show_frames(reported: &ReportedException, text: &mut String) {
    for listed in &reported.frames {
        show_frame(listed, text);
    }
    let hidden = &reported.hidden;
    let counts = [
        (hidden.tool, "of hotload"),
        (hidden.import, "of importing"),
        (hidden.folded, "of comprehensions"),
        (hidden.left_out, "left out"),
    ];
    for (count, whose) in counts {
        if count > 0 {
            let _ = writeln!(text, "    hidden: {count} {whose}");
        }
    }
}

fn show_frame(listed: &ListedFrame, text: &mut String) {
    let frame = &listed.frame;
    let function = &frame.function;
    let repeat = match frame.repeat {
        1 => String::new(),
        count => format!(" ({count} times)"),
    };
    let _ = match listed.kind {
        Kind::User | Kind::Generated => {
            let range = range(frame.line, frame.col, frame.end_line, frame.end_col);
            let source = source(frame.text.as_deref());
            writeln!(
                text,
                "    {:?}{range} in {function}{repeat}{source}",
                frame.file
            )
        }
        // Where something is in a library is different in each version.
        kind => {
            let file = frame.file.rsplit('/').next().unwrap_or_default();
            let kind = format!("{kind:?}").to_lowercase();
            writeln!(text, "    {kind}: {file} in {function}{repeat}")
        }
    };
}

/// `:3:5-3:8`; columns count within the shown text.
fn range(
    line: Option<u64>,
    col: Option<u64>,
    end_line: Option<u64>,
    end_col: Option<u64>,
) -> String {
    let number = |number: Option<u64>| number.map_or("?".to_owned(), |number| number.to_string());
    let start = format!(":{}", number(line));
    match (col, end_line) {
        (None, None) => start,
        _ => format!(
            "{start}:{}-{}:{}",
            number(col),
            number(end_line),
            number(end_col)
        ),
    }
}

fn source(text: Option<&str>) -> String {
    let short = |text: &str| text.chars().take(80).collect::<String>();
    text.map_or(String::new(), |text| format!("  | {}", short(text)))
}
