//! Folders that are walked: what is new in them, what counts, and what happens when they go.

use hotload_core::watching::watch_set::WatchSet;

use crate::fake_disk::{FakeDisk, path};
use crate::poll::{Poll, root};

#[test]
fn new_files_and_folders_are_found_and_the_filter_says_what_counts() {
    #[rustfmt::skip]
    let cases = [
        ("b.py",             "5000: created b.py"),
        ("pkg/b.py",         "5000: created pkg/b.py"),
        ("new/b.py",         "5000: created new/b.py"),
        ("new/deep/down.py", "5000: created new/deep/down.py"),
        ("notes.txt",        ""),
        (".hidden/b.py",     ""),
        ("new/.git/b.py",    ""),
        ("/elsewhere/b.py",  ""),
    ];
    for (name, expected) in cases {
        let mut poll = Poll::of_folder(&[("a.py", "1"), ("pkg/a.py", "1")]);
        assert_eq!(poll.between(0..=4990), "", "{name}");
        poll.disk.save(name, "x = 1");
        assert_eq!(poll.between(5000..=9000), expected, "{name}");
    }
}

#[test]
fn the_first_look_counts_what_is_there() {
    let poll = Poll::of_folder(&[
        ("a.py", "1"),
        ("pkg/b.py", "1"),
        ("pkg/b.txt", "1"),
        (".venv/c.py", "1"),
    ]);
    assert_eq!(poll.poller.files_watched(), 2);
}

#[test]
fn a_named_file_is_not_filtered() {
    let watch_set = WatchSet {
        files: vec![path(".hidden/data.txt")],
        roots: vec![root("", ".py")],
    };
    let disk = FakeDisk::with(&[(".hidden/data.txt", "1"), (".hidden/other.txt", "1")]);
    let mut poll = Poll::new(disk, watch_set);
    poll.disk.save(".hidden/data.txt", "2");
    poll.disk.save(".hidden/other.txt", "2");
    assert_eq!(poll.at(10), "modified .hidden/data.txt");
}

#[test]
fn two_files_made_one_after_the_other_are_both_found_under_one_folder_stamp() {
    let mut poll = Poll::of_folder(&[("a.py", "1")]);
    assert_eq!(poll.between(0..=4990), "");
    poll.disk.save("b.py", "1");
    assert_eq!(poll.at(5000), "created b.py");
    poll.disk
        .with_folder_stamp_kept("", |disk| disk.save("c.py", "1"));
    assert_eq!(poll.between(5010..=5020), "5010: created c.py");
}

#[test]
fn a_new_file_is_found_within_two_seconds_where_folders_keep_their_stamps() {
    let mut poll = Poll::of_folder(&[("a.py", "1")]);
    assert_eq!(poll.between(0..=5000), "");
    poll.disk
        .with_folder_stamp_kept("", |disk| disk.save("b.py", "1"));
    let found = poll.between(5010..=7010);
    assert!(found.ends_with(": created b.py"), "{found}");
}

#[test]
fn a_vanished_folder_takes_its_files_along_and_brings_them_back() {
    #[rustfmt::skip]
    let cases = [
        // gone for ms, said meanwhile, said then
        (500,  "",                                            "600: modified pkg/a.py, modified pkg/sub/b.py"),
        (5000, "1100: removed pkg/a.py, removed pkg/sub/b.py", "5100: created pkg/a.py, created pkg/sub/b.py"),
    ];
    for (gone, meanwhile, then) in cases {
        let mut poll = Poll::of_folder(&[("pkg/a.py", "1"), ("pkg/sub/b.py", "1")]);
        assert_eq!(poll.between(0..=90), "");
        poll.disk.remove("pkg");
        let said = poll.between(100..=(90 + gone));
        assert_eq!(said, meanwhile, "gone for {gone} ms");
        poll.disk.save("pkg/a.py", "2");
        poll.disk.save("pkg/sub/b.py", "2");
        let said = poll.between((100 + gone)..=(9000 + gone));
        assert_eq!(said, then, "gone for {gone} ms");
        poll.disk.save("pkg/sub/new.py", "1");
        assert_eq!(poll.at(10_000 + gone), "created pkg/sub/new.py");
    }
}

#[test]
fn a_watched_folder_that_is_not_there_yet_is_waited_for() {
    let mut poll = Poll::of_roots(&[], vec![root("later", ".py")]);
    assert_eq!(poll.between(0..=3000), "");
    poll.disk.save("later/a.py", "1");
    assert_eq!(poll.at(3010), "created later/a.py");
}

#[test]
fn a_folder_that_cannot_be_listed_keeps_its_known_files_and_shows_new_ones_later() {
    let mut poll = Poll::of_folder(&[("pkg/a.py", "1")]);
    assert_eq!(poll.between(0..=3000), "");
    poll.disk.set_readable("pkg", false);
    poll.disk.save("pkg/a.py", "2");
    poll.disk.save("pkg/b.py", "1");
    assert_eq!(poll.between(3010..=9000), "3010: modified pkg/a.py");
    poll.disk.set_readable("pkg", true);
    let found = poll.between(9010..=11_010);
    assert!(found.ends_with(": created pkg/b.py"), "{found}");
}

#[test]
fn each_of_two_overlapping_watches_has_its_own_filter() {
    #[rustfmt::skip]
    let cases = [
        ("below",  vec![root("", ".py"), root("data", ".json")]),
        ("above",  vec![root("data", ".json"), root("", ".py")]),
        ("same",   vec![root("data", ".py"), root("data", ".json")]),
    ];
    for (what, roots) in cases {
        let mut poll = Poll::of_roots(&[("data/a.py", "1"), ("data/a.json", "1")], roots);
        assert_eq!(poll.poller.files_watched(), 2, "{what}");
        poll.disk.save("data/b.json", "1");
        poll.disk.save("data/b.py", "1");
        assert_eq!(
            poll.between(10..=3000),
            "10: created data/b.json, created data/b.py",
            "{what}"
        );
    }
}
