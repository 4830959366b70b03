//! What an interpreter has read and run needs no further run; everything later does.

use hotload_core::watching::watch_set::WatchSet;

use crate::fake_disk::{FakeDisk, path};
use crate::poll::{Poll, root};

#[test]
fn a_save_that_is_read_before_a_tick_sees_it_is_consumed() {
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    assert_eq!(poll.at(0), "");
    poll.disk.save("a.py", "x = 2");
    poll.load("a.py", 5);
    assert_eq!(poll.between(10..=5000), "");
}

#[test]
fn a_new_file_that_is_read_before_a_tick_sees_it_is_consumed() {
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    poll.disk.save("pkg/new.py", "x = 2");
    poll.load("pkg/new.py", 5);
    assert_eq!(poll.between(10..=5000), "");
    poll.disk.save("pkg/new.py", "x = 3");
    assert_eq!(poll.at(5010), "modified pkg/new.py");
}

#[test]
fn whatever_happens_after_the_read_is_a_change() {
    type Deed = fn(&FakeDisk);
    #[rustfmt::skip]
    let cases: [(&str, Deed); 4] = [
        ("touched",                |disk| disk.save("a.py", "x = 2")),
        ("saved",                  |disk| disk.save("a.py", "x = 3")),
        ("saved in the same tick", |disk| disk.rewrite("a.py", "x = 3", |_| {})),
        ("replaced",               |disk| disk.rewrite("a.py", "x = 2", |stamp| stamp.inode = Some(99))),
    ];
    for reported_first in [false, true] {
        for (what, deed) in cases {
            if what == "replaced" && !reported_first {
                // Text and mtime are all that an interpreter can tell, and both are the same.
                continue;
            }
            let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
            assert_eq!(poll.at(0), "");
            poll.disk.save("a.py", "x = 2");
            let source = poll.disk.source("a.py");
            if !reported_first {
                deed(&poll.disk);
            }
            poll.ran(&source, 5);
            if reported_first {
                deed(&poll.disk);
            }
            assert_eq!(
                poll.between(10..=5000),
                "10: modified a.py",
                "{what}, reported first: {reported_first}"
            );
        }
    }
}

#[test]
fn a_text_that_ran_is_compared_with_what_its_stamp_stands_for() {
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    let source = poll.disk.source("a.py");
    poll.disk.rewrite("a.py", "x = 2", |_| {});
    poll.ran(&source, 5);
    assert_eq!(poll.between(10..=5000), "10: modified a.py");
}

#[test]
fn a_long_source_that_was_written_since_it_was_read_is_not_consumed() {
    let long = |letter: &str| letter.repeat((1 << 20) + 1);
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    poll.disk.save("a.py", &long("a"));
    let source = poll.disk.source("a.py");
    poll.disk.rewrite("a.py", &long("b"), |_| {});
    poll.ran(&source, 5);
    assert_eq!(poll.at(10), "modified a.py");
}

#[test]
fn a_source_counts_as_read_when_its_time_agrees_to_a_microsecond() {
    #[rustfmt::skip]
    let cases = [
        (0.0,     ""),
        (0.5e-6,  ""),
        (-0.5e-6, ""),
        (3e-6,    "10: modified a.py"),
        (-1.0,    "10: modified a.py"),
    ];
    for (off_by, expected) in cases {
        let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
        poll.disk.save("a.py", "x = 2");
        let mut source = poll.disk.source("a.py");
        source.modified += off_by;
        poll.ran(&source, 5);
        assert_eq!(poll.between(10..=5000), expected, "off by {off_by} s");
    }
}

#[test]
fn a_source_that_is_gone_since_it_was_read_is_waited_for() {
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    let source = poll.disk.source("a.py");
    poll.disk.remove("a.py");
    assert_eq!(poll.at(10), "");
    poll.ran(&source, 15);
    assert_eq!(poll.between(20..=500), "");
    poll.disk.save("a.py", "x = 2");
    assert_eq!(poll.between(510..=3000), "510: modified a.py");
}

#[test]
fn an_empty_text_that_was_run_is_not_waited_for_any_more() {
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    poll.disk.save("a.py", "");
    assert_eq!(poll.at(10), "");
    poll.load("a.py", 15);
    assert_eq!(poll.between(20..=3000), "");
    poll.disk.save("a.py", "x = 2");
    assert_eq!(poll.between(3010..=6000), "3010: modified a.py");
}

#[test]
fn a_source_outside_of_what_is_watched_is_not_watched() {
    let mut poll = Poll::of_folder(&[("notes.txt", "1"), (".hidden/a.py", "1")]);
    poll.disk.save("/elsewhere/a.py", "x = 1");
    for name in ["notes.txt", ".hidden/a.py", "/elsewhere/a.py"] {
        poll.load(name, 5);
        poll.disk.save(name, "x = 2");
        assert_eq!(poll.at(10), "", "{name}");
        assert_eq!(poll.poller.files_watched(), 0, "{name}");
    }
}

#[test]
fn a_file_in_use_is_watched_wherever_it_lies_from_what_it_is_then() {
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    poll.disk.save("/elsewhere/lib.txt", "x = 1");
    poll.poller
        .watch_file(path("/elsewhere/lib.txt"), poll.time(5));
    assert_eq!(poll.between(10..=3000), "");
    assert_eq!(poll.poller.files_watched(), 2);
    poll.disk.save("/elsewhere/lib.txt", "x = 2");
    assert_eq!(poll.at(3010), "modified /elsewhere/lib.txt");
}

#[test]
fn a_file_in_use_is_waited_for_like_one_that_was_named() {
    for name in ["pkg/a.py", "/elsewhere/a.py"] {
        let mut poll = Poll::of_folder(&[(name, "x = 1")]);
        poll.poller.watch_file(path(name), poll.time(5));
        poll.disk.remove(name);
        assert_eq!(poll.between(10..=3000), format!("1010: removed {name}"));
        poll.disk.save(name, "x = 1");
        assert_eq!(poll.between(3010..=6000), format!("3010: created {name}"));
    }
}

#[test]
fn a_watch_set_wants_what_a_walk_would_find_and_what_was_named() {
    let watch_set = WatchSet {
        files: vec![path("data/named.txt")],
        roots: vec![root("pkg", ".py")],
    };
    #[rustfmt::skip]
    let cases = [
        ("data/named.txt",   true),
        ("data/other.txt",   false),
        ("pkg/a.py",         true),
        ("pkg/sub/a.py",     true),
        ("pkg/a.txt",        false),
        ("pkg/.hidden/a.py", false),
        ("pkg",              false),
        ("a.py",             false),
    ];
    for (name, expected) in cases {
        assert_eq!(watch_set.wants_file(&path(name)), expected, "{name}");
    }
}
