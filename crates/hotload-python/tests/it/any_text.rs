//! Any text is read: recordings that are cut, mixed, coloured and broken, and sizes that no one expects.
//!
//! `PROPTEST_CASES=100000 cargo test -p hotload-python any_` looks longer, each time at other texts;
//! `ci/soak` does so.

use std::env;
use std::io::BufReader;
use std::path::Path;
use std::sync::OnceLock;

use hotload_python::traceback::fold;
use hotload_python::traceback::raised::{Raised, Relation, Traceback};
use hotload_python::traceback::territory::Territory;
use hotload_python::traceback::text::tracebacks;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use regex::Regex;
use serde_json::Value;

use crate::recordings::cases;

/// What a message keeps, in characters.
const LONGEST_MESSAGE: usize = 65_536;

/// The same texts in each run, unless a longer look is wanted.
pub(crate) fn config() -> ProptestConfig {
    let is_soak = env::var_os("PROPTEST_CASES").is_some();
    let seed = match is_soak || env::var_os("PROPTEST_RNG_SEED").is_some() {
        true => ProptestConfig::default().rng_seed,
        false => RngSeed::Fixed(4),
    };
    ProptestConfig {
        rng_seed: seed,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// All recordings but the longest.
fn recordings() -> &'static [Vec<u8>] {
    static RECORDINGS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    RECORDINGS.get_or_init(|| {
        let all = cases().into_iter().flat_map(|case| case.recordings);
        let texts: Vec<_> = all
            .map(|(_, text)| text)
            .filter(|text| text.len() < 6_000)
            .collect();
        assert!(texts.len() > 400);
        texts
    })
}

fn recording() -> impl Strategy<Value = Vec<u8>> {
    any::<Index>().prop_map(|index| index.get(recordings()).clone())
}

/// A way to break a text.
#[derive(Debug, Clone)]
enum Damage {
    Cut(Index),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize, usize),
    Interleave(Vec<u8>),
    CarriageReturns,
}

fn damage() -> impl Strategy<Value = Damage> {
    let bytes = prop_oneof![
        Just(b"\0".to_vec()),
        Just(b"\xff\xfe".to_vec()),
        Just(b"\xe6\x97".to_vec()),
        Just(b"\x1b[31m".to_vec()),
        Just(b"\x1b[".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\n\n".to_vec()),
        Just(b"    ".to_vec()),
        Just(b"  | ".to_vec()),
        Just(b"  + Exception Group Traceback (most recent call last):\n".to_vec()),
        Just(b"  +-+---------------- 1 ----------------\n".to_vec()),
        Just(b"    +------------------------------------\n".to_vec()),
        Just(b"\nDuring handling of the above exception, another exception occurred:\n\n".to_vec()),
        Just(b"Traceback (most recent call last):\n".to_vec()),
        Just(b"  File \"".to_vec()),
        Just(b"  [Previous line repeated 99999999999999999999 more times]\n".to_vec()),
        Just(b"Fatal Python error: \n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop_oneof![
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), bytes).prop_map(|(place, bytes)| Damage::Insert(place, bytes)),
        (any::<Index>(), 1..200_usize).prop_map(|(place, length)| Damage::Remove(place, length)),
        (any::<Index>(), 1..200_usize, 1..20_usize)
            .prop_map(|(place, length, times)| Damage::Repeat(place, length, times)),
        recording().prop_map(Damage::Interleave),
        Just(Damage::CarriageReturns),
    ]
}

impl Damage {
    fn apply(&self, mut text: Vec<u8>) -> Vec<u8> {
        let length = text.len();
        let place = |index: &Index| index.index(length + 1);
        match self {
            Self::Cut(index) => text.truncate(place(index)),
            Self::Insert(index, bytes) => {
                let place = place(index);
                text.splice(place..place, bytes.iter().copied());
            }
            Self::Remove(index, count) => {
                let place = place(index);
                text.drain(place..length.min(place + count));
            }
            Self::Repeat(index, count, times) => {
                let place = place(index);
                let part = text[place..length.min(place + count)].repeat(*times);
                text.splice(place..place, part);
            }
            Self::Interleave(other) => return interleaved(&text, other),
            Self::CarriageReturns => return with_carriage_returns(&text),
        }
        text
    }
}

/// Line by line, as two threads print.
fn interleaved(one: &[u8], other: &[u8]) -> Vec<u8> {
    let (mut one, mut other) = (one.split_inclusive(is_end), other.split_inclusive(is_end));
    let mut text = Vec::new();
    loop {
        let lines = [one.next(), other.next()];
        if lines == [None, None] {
            return text;
        }
        text.extend(lines.into_iter().flatten().flatten());
    }
}

fn is_end(byte: &u8) -> bool {
    *byte == b'\n'
}

fn with_carriage_returns(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for byte in text {
        if is_end(byte) {
            bytes.push(b'\r');
        }
        bytes.push(*byte);
    }
    bytes
}

fn read(text: &[u8]) -> Vec<Traceback> {
    tracebacks(text).map(Result::unwrap).collect()
}

/// What holds of everything that is read.
fn assert_sound(all: &[Traceback]) {
    for traceback in all {
        assert!((1..=50).contains(&traceback.raised.len()));
        for (id, raised) in traceback.raised.iter().enumerate() {
            let exception = &raised.exception;
            assert_eq!(exception.id, id);
            assert_eq!(exception.parent.is_none(), id == 0);
            assert_eq!(exception.relation == Relation::Root, id == 0);
            assert!(exception.parent.is_none_or(|parent| parent < id));
            assert!(!exception.display.is_empty());
            let kept = exception.message.chars().count();
            assert!(kept <= exception.message_chars && kept <= LONGEST_MESSAGE);
            for frame in &raised.frames {
                assert!(frame.repeat > 0 && frame.line != Some(0) && frame.col != Some(0));
                assert!(frame.end_line.is_none_or(|end| Some(end) >= frame.line));
                let is_before_end = |end| frame.end_line > frame.line || Some(end) > frame.col;
                assert!(frame.end_col.is_none_or(is_before_end));
            }
        }
    }
}

/// What holds of every normal form.
fn assert_reports_are_sound(all: Vec<Traceback>) {
    let territory = Territory::new(Some(Path::new("/project")), [], Vec::new());
    for traceback in all {
        let before: Vec<u64> = traceback.raised.iter().map(frames_of).collect();
        let report = fold::report(traceback.clone(), &territory);
        for (reported, before) in report.exceptions.iter().zip(before) {
            let listed: u64 = reported
                .frames
                .iter()
                .map(|listed| listed.frame.repeat)
                .sum();
            let hidden = &reported.hidden;
            let hidden = hidden.tool + hidden.import + hidden.folded + hidden.left_out;
            assert_eq!(listed.saturating_add(hidden), before);
        }
        let json = serde_json::to_string(&report).unwrap();
        let read: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read, serde_json::to_value(&report).unwrap());
        let again = serde_json::to_string(&fold::report(traceback, &territory)).unwrap();
        assert_eq!(json, again);
    }
}

fn frames_of(raised: &Raised) -> u64 {
    raised.frames.iter().map(|frame| frame.repeat).sum::<u64>() + raised.left_out
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn broken_recordings_are_read(
        text in recording(),
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        let text = damages.iter().fold(text, |text, damage| damage.apply(text));
        let all = read(&text);
        assert_sound(&all);
        // What comes in small pieces is the same.
        let pieces: Vec<_> = tracebacks(BufReader::with_capacity(7, text.as_slice())).map(Result::unwrap).collect();
        prop_assert_eq!(&all, &pieces);
        // Numbers that no program reaches do not add up.
        if !text.windows(8).any(|digits| digits.iter().all(u8::is_ascii_digit)) {
            assert_reports_are_sound(all);
        }
    }

    #[test]
    fn any_bytes_are_read(text in prop::collection::vec(any::<u8>(), 0..2_000)) {
        assert_sound(&read(&text));
    }

    #[test]
    fn colours_change_nothing(text in recording(), places in prop::collection::vec(any::<Index>(), 1..20)) {
        prop_assume!(!text.contains(&b'\x1b'));
        let mut places: Vec<usize> = places.iter().map(|index| index.index(text.len() + 1)).collect();
        places.sort_unstable();
        let mut coloured = text.clone();
        for place in places.into_iter().rev() {
            coloured.splice(place..place, b"\x1b[1;31m".iter().copied());
        }
        prop_assert_eq!(read(&coloured), read(&text));
    }

    #[test]
    fn carriage_returns_at_line_ends_change_nothing(text in recording()) {
        prop_assume!(!text.contains(&b'\r'));
        prop_assert_eq!(read(&with_carriage_returns(&text)), read(&text));
    }
}

#[test]
fn a_text_that_is_cut_anywhere_is_read() {
    for text in recordings()
        .iter()
        .filter(|text| text.len() < 800)
        .step_by(25)
    {
        for end in 0..=text.len() {
            assert_sound(&read(&text[..end]));
        }
    }
}

#[test]
fn every_frame_of_a_recording_is_reported() {
    // Frames in messages and sources, the other threads of a crash, more exceptions than are reported.
    let others = [
        "message-",
        "carets-as-source",
        "crash-segfault",
        "chain-long",
    ];
    for case in cases() {
        if others.iter().any(|start| case.name.starts_with(start)) {
            continue;
        }
        for (label, text) in &case.recordings {
            let all = read(text);
            let raised = all.iter().flat_map(|traceback| &traceback.raised);
            let told: u64 = raised.map(frames_of).sum();
            assert_eq!(told, frames_in(text), "{} {label}", case.name);
        }
    }
}

fn frames_in(text: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(text);
    let text = Regex::new("\x1b\\[[0-9;]*m")
        .unwrap()
        .replace_all(&text, "");
    let entry = r#"  File "(?:[^\n]*|new\nline\.py)", line \d+,? in "#;
    let printed = Regex::new(entry).unwrap().find_iter(&text).count() as u64;
    let repeated = Regex::new(r"\[Previous line repeated (\d+) more").unwrap();
    let repeated = repeated
        .captures_iter(&text)
        .map(|count| count[1].parse::<u64>().unwrap());
    printed + repeated.sum::<u64>()
}

#[test]
fn sizes_that_no_one_expects_are_read() {
    let header = "Traceback (most recent call last):\n";
    let frame = "  File \"a.py\", line 1, in f\n    f()\n";
    let end = "KeyError: 1\n";
    let chained = "\nDuring handling of the above exception, another exception occurred:\n\n";
    let once = format!("{header}{frame}{end}");

    let all = read(format!("{header}{frame}ValueError: {}\n", "x".repeat(3_000_000)).as_bytes());
    assert_eq!(all[0].raised[0].exception.message_chars, 3_000_000);
    assert_sound(&all);

    let all = read(format!("{once}{}", "line\n".repeat(300_000)).as_bytes());
    assert_eq!(all[0].raised[0].exception.message_chars, 1 + 5 * 300_000);
    assert_sound(&all);

    let all = read(format!("{header}{}{end}", frame.repeat(30_000)).as_bytes());
    let raised = &all[0].raised[0];
    assert_eq!(raised.frames.len() as u64 + raised.left_out, 30_000);
    assert!(raised.frames.len() <= 2_000);

    let all = read(format!("{}{once}", format!("{once}{chained}").repeat(10_000)).as_bytes());
    assert_eq!((all.len(), all[0].raised.len()), (1, 50));

    let all = read(once.repeat(10_000).as_bytes());
    assert_eq!(all.len(), 10_000);

    let mut groups = format!(
        "  + Exception Group {header}  |   File \"a.py\", line 1, in f\n  | ExceptionGroup: x (1 sub-exception)\n"
    );
    for level in 0..3_000 {
        let indentation = " ".repeat(2 + 2 * level);
        groups += &format!(
            "{indentation}+-+---------------- 1 ----------------\n{indentation}  | ExceptionGroup: x (1 sub-exception)\n"
        );
    }
    let all = read(groups.as_bytes());
    assert_eq!(all.len(), 1);
    assert_sound(&all);
}
