//! What the operating system says about changes is a hint: it saves time, and nothing depends on it.

use std::time::Duration;

use hotload_core::watching::hints::Hint;
use hotload_core::watching::remark::Remark;
use hotload_core::watching::watch_set::WatchSet;

use crate::fake_disk::{FakeDisk, path};
use crate::poll::{root, said};
use crate::timed::Timed;

const MICROSECOND: Duration = Duration::from_micros(1);
const SECOND: Duration = Duration::from_secs(1);

fn watching(files: &[(&str, &str)]) -> Timed {
    let watch_set = WatchSet {
        files: Vec::new(),
        roots: vec![root("", ".py")],
    };
    Timed::new(FakeDisk::with(files), watch_set, MICROSECOND)
}

fn changed(name: &str) -> Hint {
    Hint::Changed(path(name))
}

/// What is found within so many milliseconds.
fn found_within(timed: &mut Timed, millis: u64) -> String {
    let mut found = Vec::new();
    timed.run_for(Duration::from_millis(millis), |changes| {
        if !changes.is_empty() {
            found.push(said(changes));
        }
    });
    found.join("; ")
}

#[test]
fn a_hint_has_its_path_looked_at_at_once() {
    type Deed = fn(&FakeDisk);
    #[rustfmt::skip]
    let cases: [(&str, Deed, &str, &str); 7] = [
        ("in place",         |it| it.save("pkg/a.py", "22"),             "pkg/a.py",      "modified pkg/a.py"),
        ("new file",         |it| it.save("pkg/b.py", "1"),              "pkg/b.py",      "created pkg/b.py"),
        ("new folder",       |it| it.save("new/deep/b.py", "1"),         "new",           "created new/deep/b.py"),
        ("file in it",       |it| it.save("new/deep/b.py", "1"),         "new/deep/b.py", "created new/deep/b.py"),
        ("folder itself",    |it| it.save("pkg/b.py", "1"),              "pkg",           "created pkg/b.py"),
        ("not counted",      |it| it.save("pkg/b.txt", "1"),             "pkg/b.txt",     ""),
        ("nothing happened", |_| {},                                     "pkg/a.py",      ""),
    ];
    for (what, deed, hinted, expected) in cases {
        let mut timed = watching(&[("pkg/a.py", "1")]).with_notification();
        timed.run_for(5 * SECOND, |_| {});
        deed(&timed.disk);
        timed.hint(changed(hinted));
        assert_eq!(found_within(&mut timed, 0), expected, "{what}");
        assert_eq!(found_within(&mut timed, 5000), "", "{what}, once only");
    }
}

#[test]
fn a_file_that_is_being_written_is_given_a_moment() {
    let mut timed = watching(&[("a.py", "1")]).with_notification();
    timed.run_for(5 * SECOND, |_| {});
    timed.disk.save("a.py", "22");
    timed.hint(Hint::Written(path("a.py")));
    assert_eq!(found_within(&mut timed, 1), "");
    timed.disk.save("a.py", "333");
    timed.hint(changed("a.py"));
    assert_eq!(found_within(&mut timed, 0), "modified a.py");
    assert_eq!(found_within(&mut timed, 5000), "");
    timed.disk.save("a.py", "4444");
    timed.hint(Hint::Written(path("a.py")));
    assert_eq!(found_within(&mut timed, 11), "modified a.py");
}

#[test]
fn a_save_under_the_old_stamp_is_found_by_its_hint_where_there_are_no_inodes() {
    let disk = FakeDisk::with(&[("a.py", "1")]);
    disk.rewrite("a.py", "1", |stamp| stamp.inode = None);
    let watch_set = WatchSet {
        files: vec![path("a.py")],
        roots: Vec::new(),
    };
    let mut timed = Timed::new(disk, watch_set, MICROSECOND).with_notification();
    timed.run_for(5 * SECOND, |_| {});
    timed.disk.rewrite("a.py", "2", |_| {});
    timed.hint(changed("a.py"));
    assert_eq!(found_within(&mut timed, 0), "modified a.py");
    assert_eq!(found_within(&mut timed, 5000), "");
}

#[test]
fn lost_hints_have_everything_looked_at() {
    let names: Vec<String> = (0..2000)
        .map(|index| format!("pkg{}/m{index}.py", index % 20))
        .collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), "1")).collect();
    let mut timed = watching(&files).with_notification();
    timed.run_for(5 * SECOND, |_| {});
    timed.disk.save(&names[1234], "22");
    timed.hint(Hint::Everything);
    let expected = format!("modified {}", names[1234]);
    assert_eq!(found_within(&mut timed, 10), expected);
}

#[test]
fn hints_that_do_not_come_are_noticed_and_polling_takes_over() {
    let mut timed = watching(&[("a.py", "1"), ("b.py", "1")]).with_notification();
    for (name, text) in [("a.py", "22"), ("b.py", "22")] {
        timed.run_for(5 * SECOND, |_| {});
        assert_eq!(timed.poller.take_remarks(), []);
        timed.disk.save(name, text);
        let took = timed
            .time_until_found(SECOND)
            .expect("the safety net finds it");
        assert!(took <= Duration::from_millis(101), "{took:?}");
    }
    timed.run_for(5 * SECOND, |_| {});
    let file = path("b.py");
    assert_eq!(
        timed.poller.take_remarks(),
        [Remark::NotificationMissed { file }]
    );
    timed.disk.save("a.py", "333");
    let took = timed.time_until_found(SECOND).expect("it is found");
    assert!(took <= Duration::from_millis(8), "{took:?}");
}

#[test]
fn late_hints_are_no_missing_ones() {
    let mut timed = watching(&[("a.py", "1")]).with_notification();
    for text in ["22", "333", "4444"] {
        timed.run_for(5 * SECOND, |_| {});
        timed.disk.save("a.py", text);
        timed
            .time_until_found(SECOND)
            .expect("the safety net finds it");
        timed.run_for(Duration::from_millis(500), |_| {});
        timed.hint(changed("a.py"));
    }
    timed.run_for(5 * SECOND, |_| {});
    assert_eq!(timed.poller.take_remarks(), []);
}

#[test]
fn where_nothing_is_reported_polling_goes_on_at_its_full_pace() {
    let mut timed = watching(&[("a.py", "1")]).with_notification();
    timed.hint(Hint::Unavailable("limit reached".into()));
    timed.hint(Hint::Unavailable("limit reached".into()));
    timed.run_for(5 * SECOND, |_| {});
    let reason = "limit reached".into();
    let expected = Remark::NotificationUnavailable { reason };
    assert_eq!(timed.poller.take_remarks(), [expected]);
    timed.disk.save("a.py", "22");
    let took = timed.time_until_found(SECOND).expect("it is found");
    assert!(took <= Duration::from_millis(8), "{took:?}");
}
