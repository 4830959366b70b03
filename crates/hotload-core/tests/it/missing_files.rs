//! Files that are not there yet, gone for a while, or empty.

use crate::poll::Poll;

#[test]
fn a_named_file_that_is_not_there_yet_is_waited_for() {
    let mut poll = Poll::of_file("lib.py", &[]);
    assert_eq!(poll.between(0..=5000), "");
    assert_eq!(poll.poller.files_watched(), 0);
    poll.disk.save("lib.py", "x = 1");
    assert_eq!(poll.between(5010..=9000), "5010: created lib.py");
    assert_eq!(poll.poller.files_watched(), 1);
}

#[test]
fn a_file_that_is_moved_away_and_written_anew_is_waited_for_at_any_length_of_gap() {
    #[rustfmt::skip]
    let cases = [
        // gap in ms, reported
        (10,      "1010: modified lib.py"),
        (990,     "1990: modified lib.py"),
        (1000,    "2000: modified lib.py"),
        (1010,    "2000: removed lib.py, 2010: created lib.py"),
        (60_000,  "2000: removed lib.py, 61000: created lib.py"),
    ];
    for named in [true, false] {
        for (gap, expected) in cases {
            let files = [("lib.py", "x = 1")];
            let mut poll = if named {
                Poll::of_file("lib.py", &files)
            } else {
                Poll::of_folder(&files)
            };
            poll.load("lib.py", 0);
            assert_eq!(poll.between(0..=990), "", "{gap} ms");
            poll.disk.remove("lib.py");
            let missing = poll.between(1000..=(990 + gap));
            poll.disk.save("lib.py", "x = 2");
            let back = poll.between((1000 + gap)..=(5000 + gap));
            let reported = [missing, back].map(|part| (!part.is_empty()).then_some(part));
            let reported: Vec<String> = reported.into_iter().flatten().collect();
            assert_eq!(reported.join(", "), expected, "{gap} ms, named: {named}");
        }
    }
}

#[test]
fn a_removed_file_of_a_folder_is_forgotten_until_it_is_back() {
    let mut poll = Poll::of_folder(&[("a.py", ""), ("b.py", "x = 1")]);
    poll.disk.remove("b.py");
    assert_eq!(poll.between(0..=5000), "1000: removed b.py");
    assert_eq!(poll.poller.files_watched(), 1);
    // As a new one: that it once had content does not count any more.
    poll.disk.save("b.py", "");
    assert_eq!(poll.between(5010..=9000), "5060: created b.py");
}

#[test]
fn a_file_moved_away_and_back_unchanged_has_not_changed() {
    let mut poll = Poll::of_file("lib.py", &[("lib.py", "x = 1")]);
    poll.load("lib.py", 0);
    let before = poll.disk.stamp("lib.py");
    poll.disk.remove("lib.py");
    assert_eq!(poll.between(0..=500), "");
    poll.disk.rewrite("lib.py", "x = 1", |stamp| {
        *stamp = before;
        stamp.status_changed = Some((9, 9));
    });
    assert_eq!(poll.between(510..=5000), "");
}

#[test]
fn a_file_with_content_found_empty_is_waited_for_up_to_a_second() {
    #[rustfmt::skip]
    let cases = [
        // emptied for ms, reported
        (Some(10),   "110: modified a.py"),
        (Some(800),  "900: modified a.py"),
        (Some(990),  "1090: modified a.py"),
        (Some(1010), "1100: modified a.py, 1110: modified a.py"),
        (None,       "1100: modified a.py"),
    ];
    for (written_after, expected) in cases {
        let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
        assert_eq!(poll.at(0), "");
        let mut reported = Vec::new();
        for moment in (100..=6000).step_by(10) {
            if moment == 100 {
                poll.disk.save("a.py", "");
            }
            if written_after == Some(moment - 100) {
                poll.disk.save("a.py", "x = 2");
            }
            reported.extend(Some(poll.between(moment..=moment)).filter(|said| !said.is_empty()));
        }
        assert_eq!(reported.join(", "), expected, "after {written_after:?} ms");
    }
}

#[test]
fn a_file_that_was_always_empty_is_not_waited_for() {
    let mut poll = Poll::of_folder(&[("a.py", "")]);
    poll.disk.save("a.py", "");
    assert_eq!(poll.between(0..=3000), "0: modified a.py");
    poll.disk.save("a.py", "x = 1");
    assert_eq!(poll.between(3010..=6000), "3010: modified a.py");
}

#[test]
fn a_new_and_empty_file_is_waited_for_only_shortly() {
    #[rustfmt::skip]
    let cases = [
        // written after ms, reported
        (Some(40), "140: created new.py"),
        (Some(60), "150: created new.py, 160: modified new.py"),
        (None,     "150: created new.py"),
    ];
    for (written_after, expected) in cases {
        let mut poll = Poll::of_folder(&[]);
        let mut reported = Vec::new();
        for moment in (0..=4000).step_by(10) {
            if moment == 100 {
                poll.disk.save("new.py", "");
            }
            if written_after.is_some_and(|after| moment == 100 + after) {
                poll.disk.save("new.py", "x = 1");
            }
            reported.extend(Some(poll.between(moment..=moment)).filter(|said| !said.is_empty()));
        }
        assert_eq!(reported.join(", "), expected, "after {written_after:?} ms");
    }
}

#[test]
fn a_new_and_empty_file_that_vanishes_again_was_never_there() {
    let mut poll = Poll::of_folder(&[]);
    poll.disk.save("new.py", "");
    assert_eq!(poll.between(0..=30), "");
    poll.disk.remove("new.py");
    assert_eq!(poll.between(40..=3000), "");
    assert_eq!(poll.poller.files_watched(), 0);
}

#[test]
fn a_folder_in_the_place_of_a_file_counts_as_a_missing_file() {
    let mut poll = Poll::of_file("lib.py", &[("lib.py", "x = 1")]);
    poll.disk.remove("lib.py");
    poll.disk.make_folder("lib.py");
    assert_eq!(poll.between(0..=3000), "1000: removed lib.py");
}
