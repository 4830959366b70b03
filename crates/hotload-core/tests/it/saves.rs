//! What counts as a save of a file that is there.

use std::time::Duration;

use crate::fake_disk::FakeDisk;
use crate::poll::Poll;

type Deed = fn(&FakeDisk);

#[test]
fn a_file_is_modified_when_its_mtime_length_or_inode_differs() {
    #[rustfmt::skip]
    let cases: [(&str, Deed, &str); 6] = [
        ("saved",               |disk| disk.save("a.py", "x = 2"),                                                  "modified a.py"),
        ("saved unchanged",     |disk| disk.save("a.py", "x = 1"),                                                  "modified a.py"),
        ("older copy put back", |disk| disk.rewrite("a.py", "x = 0", |at| at.modified -= Duration::from_secs(9000)), "modified a.py"),
        ("longer, mtime kept",  |disk| disk.rewrite("a.py", "x = 10", |_| {}),                                      "modified a.py"),
        ("another inode",       |disk| disk.rewrite("a.py", "x = 2", |at| at.inode = Some(99)),                     "modified a.py"),
        ("nothing happened",    |_| {},                                                                             ""),
    ];
    for loaded in [false, true] {
        for (what, deed, expected) in cases {
            let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
            if loaded {
                poll.load("a.py", 0);
            }
            assert_eq!(poll.between(0..=5000), "", "{what}, before it");
            deed(&poll.disk);
            assert_eq!(poll.at(5010), expected, "{what}, loaded: {loaded}");
            assert_eq!(poll.between(5020..=9000), "", "{what}, once only");
        }
    }
}

#[test]
fn a_changed_ctime_alone_leads_to_a_comparison_with_what_was_loaded() {
    const SAME: &str = "x = 1";
    const OTHER: &str = "x = 2";
    #[rustfmt::skip]
    let cases = [
        // what happened              loaded  text   reported
        ("chmod",                     true,   SAME,  ""),
        ("`cp -p` of another text",   true,   OTHER, "modified a.py"),
        ("chmod of an unloaded file", false,  SAME,  ""),
        ("`cp -p` over an unloaded",  false,  OTHER, ""),
    ];
    for (what, loaded, text, expected) in cases {
        let mut poll = Poll::of_folder(&[("a.py", SAME)]);
        if loaded {
            poll.load("a.py", 0);
        }
        assert_eq!(poll.between(0..=5000), "", "{what}");
        poll.disk.take_reads("a.py");
        poll.disk
            .rewrite("a.py", text, |stamp| stamp.status_changed = Some((9, 9)));
        assert_eq!(poll.at(5010), expected, "{what}");
        assert!(poll.disk.take_reads("a.py") > 0, "{what}: it was read");
        assert_eq!(poll.between(7020..=9000), "", "{what}, once only");
        let reads = poll.disk.take_reads("a.py");
        // What is in use is compared now and then; what is not, once its stamp can be trusted.
        let most = if loaded { 2 * 4 } else { 1 };
        assert!(reads <= most, "{what}: read {reads} times");
    }
}

#[test]
fn a_second_ctime_change_is_compared_with_what_the_first_one_showed() {
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    poll.disk
        .rewrite("a.py", "x = 1", |stamp| stamp.status_changed = Some((9, 1)));
    assert_eq!(poll.at(5000), "");
    poll.disk
        .rewrite("a.py", "x = 2", |stamp| stamp.status_changed = Some((9, 2)));
    assert_eq!(poll.at(5010), "modified a.py");
}

#[test]
fn a_stamp_vouches_for_a_loaded_text_only_two_seconds_after_its_first_sight() {
    #[rustfmt::skip]
    let cases = [
        (10,   "modified a.py", true),
        (1990, "modified a.py", true),
        (2000, "",              false),
        (2010, "",              false),
    ];
    for (age, expected, read) in cases {
        for saved_before in [false, true] {
            let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
            // Where there are no inodes, no comparison comes without a reason.
            poll.disk
                .rewrite("a.py", "x = 1", |stamp| stamp.inode = None);
            poll.load("a.py", 0);
            let mut first_sight = 0;
            if saved_before {
                first_sight = 5000;
                poll.disk.save("a.py", "x = 3");
                assert_eq!(poll.at(first_sight), "modified a.py");
            }
            poll.disk.take_reads("a.py");
            poll.disk.rewrite("a.py", "x = 2", |_| {});
            let what = format!("{age} ms after, saved before: {saved_before}");
            assert_eq!(poll.at(first_sight + age), expected, "{what}");
            assert_eq!(poll.disk.take_reads("a.py") > 0, read, "{what}: read");
        }
    }
}

#[test]
fn a_file_that_nothing_uses_is_compared_at_growing_intervals_until_its_stamp_can_be_trusted() {
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    poll.disk.save("a.py", "x = 2");
    assert_eq!(poll.at(5000), "modified a.py");
    poll.disk.take_reads("a.py");
    assert_eq!(poll.between(5010..=8000), "");
    let reads = poll.disk.take_reads("a.py");
    assert!((5..=15).contains(&reads), "read {reads} times");
    // Whatever leaves the stamp as it is within those two seconds is found.
    for (start, text, after, most) in [(10_000, "x = 3", 10, 10), (20_000, "x = 4", 1990, 500)] {
        poll.disk.save("a.py", "x = 2");
        assert_eq!(poll.at(start), "modified a.py", "{text}");
        assert_eq!(poll.between(start + 10..=start + after - 10), "", "{text}");
        poll.disk.rewrite("a.py", text, |_| {});
        let found = poll.between(start + after..=start + after + most);
        assert!(found.ends_with("modified a.py"), "{text}: {found}");
    }
}

#[test]
fn a_file_that_nothing_has_loaded_is_not_read() {
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    assert_eq!(poll.between(0..=3000), "");
    assert_eq!(poll.disk.take_reads("a.py"), 0);
}

#[test]
fn a_file_over_a_mebibyte_is_judged_by_its_stamp() {
    const MEBIBYTE: usize = 1 << 20;
    #[rustfmt::skip]
    let cases = [
        (MEBIBYTE,     "modified a.py", true),
        (MEBIBYTE + 1, "",              false),
    ];
    for (len, expected, read) in cases {
        let mut poll = Poll::of_folder(&[("a.py", &"a".repeat(len))]);
        poll.load("a.py", 0);
        poll.disk.rewrite("a.py", &"b".repeat(len), |_| {});
        assert_eq!(poll.at(10), expected, "{len} bytes, same stamp");
        poll.disk.save("a.py", &"c".repeat(len));
        assert_eq!(poll.at(20), "modified a.py", "{len} bytes, saved");
        assert_eq!(poll.disk.take_reads("a.py") > 0, read, "{len} bytes: read");
    }
}

#[test]
fn a_read_that_finds_the_file_just_emptied_is_left_to_the_next_tick() {
    #[rustfmt::skip]
    let cases: [(&str, Deed, &str); 2] = [
        ("saved",   |disk| disk.save("a.py", "x = 2\ny"),   "modified a.py"),
        ("is new",  |disk| disk.save("new.py", "x = 2\ny"), "created new.py"),
    ];
    for (what, deed, expected) in cases {
        let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
        poll.load("a.py", 0);
        deed(&poll.disk);
        let name = expected.rsplit(' ').next().unwrap().to_owned();
        let emptied = name.clone();
        poll.disk
            .before_next_read(&name, move |disk| disk.save(&emptied, ""));
        assert_eq!(poll.at(5000), "", "{what}, then emptied");
        assert_eq!(poll.at(5010), "", "{what}, still empty");
        poll.disk.save(&name, "x = 3\ny\n");
        assert_eq!(poll.at(5020), expected, "{what}, and written");
        assert_eq!(poll.between(5030..=9000), "", "{what}, once only");
    }
}

#[test]
fn a_file_saved_again_while_it_is_read_is_one_change() {
    for after in [false, true] {
        let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
        poll.load("a.py", 0);
        poll.disk.save("a.py", "x = 22");
        let again = |disk: &FakeDisk| disk.save("a.py", "x = 333");
        if after {
            poll.disk.after_next_read("a.py", again);
        } else {
            poll.disk.before_next_read("a.py", again);
        }
        assert_eq!(
            poll.between(5000..=9000),
            "5000: modified a.py",
            "saved after the read: {after}"
        );
    }
}

#[test]
fn a_file_that_never_holds_still_is_still_seen_and_its_end_is_not_missed() {
    fn save_after_each_read(disk: &FakeDisk, left: usize) {
        if left > 0 {
            let text = format!("x = {}", "1".repeat(left));
            disk.after_next_read("a.py", move |disk| {
                disk.save("a.py", &text);
                save_after_each_read(disk, left - 1);
            });
        }
    }
    let mut poll = Poll::of_folder(&[("a.py", "x = 1")]);
    poll.load("a.py", 0);
    poll.disk.save("a.py", "x = 0");
    save_after_each_read(&poll.disk, 10);
    assert_eq!(poll.at(5000), "modified a.py");
    assert_eq!(poll.disk.take_reads("a.py"), 3);
    let later = poll.between(5010..=5100);
    assert!(later.ends_with("modified a.py"), "{later}");
    assert_eq!(poll.between(5110..=9000), "");
}
