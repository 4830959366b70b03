//! A worker may replace the plan and the watch set while a step runs: a launch script does.

use hotload_core::running::report::Outcome::Ok;
use hotload_core::running::worker::News;
use hotload_core::watching::watch_set::{NewFiles, WatchSet};

use crate::fake_disk::{FakeDisk, path};
use crate::poll::{Poll, root};
use crate::rehearsal::{Rehearsal, Stage};
use crate::scripted_worker::{Act, Registered};

#[test]
fn steps_after_the_running_one_are_replaced_in_the_same_cycle() {
    let mut session = Rehearsal::of_reload(&[Act::Takes(20, Ok)]);
    session.add("old", None, &[]);
    session.at(10, |stage| {
        stage.says(News::Registered(Registered {
            steps: Some(vec!["new", "newer"]),
            watch_set: None,
        }));
    });
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(9000, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, reload ok, new ok, newer ok, #1 ok, \
         #2 modified lib.py, reload ok, new ok, newer ok, #2 ok"
    );
}

#[test]
fn a_step_that_is_not_due_is_passed_over_and_those_that_need_it_run() {
    let mut session = Rehearsal::of_reload(&[]);
    session.is_due_for("other.py");
    session.add("call", Some(0), &[]);
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(195, |stage| stage.save("other.py", "x = 2"));
    session.at(9000, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, call ok, #1 ok, #2 modified lib.py, call ok, #2 ok, \
         #3 modified other.py, reload ok, call ok, #3 ok"
    );
}

/// New settings are run at once. Those that cannot be used run nothing.
#[test]
fn settings_that_were_saved_are_read_before_the_cycle() {
    let mut session = Rehearsal::of_reload(&[]);
    session.at(95, |stage| stage.save("settings.py", "1"));
    session.at(195, |stage| stage.save("settings.py", "22"));
    session.at(295, |stage| stage.save("lib.py", "x = 2"));
    session.at(9000, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, reload ok, #1 ok, reread, #2, new ok, #2 ok, reread, \
         #3 modified lib.py, new ok, #3 ok"
    );
}

#[test]
fn a_new_watch_set_loses_no_change_of_what_stays() {
    let files = [
        ("a.py", "1"),
        ("gone.txt", "1"),
        ("sub/b.txt", "1"),
        ("data.csv", "1"),
    ];
    let mut poll = Poll::of_folder(&files);
    poll.poller.watch_file(path("gone.txt"), poll.time(0));
    assert_eq!(poll.between(0..=4990), "");
    poll.disk.save("a.py", "22");
    poll.disk.save("gone.txt", "22");
    poll.disk.save("new.py", "1");
    let watch_set = WatchSet {
        files: vec![path("data.csv")],
        roots: vec![root("", ".py"), root("sub", ".txt")],
    };
    poll.poller
        .watch(watch_set, NewFiles::Known, poll.time(4995));
    // Known, in a folder that was watched before, and neither: in a folder that was not.
    assert_eq!(poll.at(5000), "modified a.py, created new.py");
    assert_eq!(poll.poller.files_watched(), 4);
    poll.disk.save("data.csv", "22");
    poll.disk.save("sub/b.txt", "22");
    assert_eq!(poll.at(5010), "modified data.csv, modified sub/b.txt");
}

#[test]
fn a_file_that_has_come_into_being_is_a_change() {
    let disk = FakeDisk::with(&[("a.csv", "1"), ("b.csv", "1")]);
    let list = |names: &[&str]| WatchSet {
        files: names.iter().map(|name| path(name)).collect(),
        roots: Vec::new(),
    };
    let mut poll = Poll::new(disk, list(&["a.csv"]));
    assert_eq!(poll.between(0..=4990), "");
    let now = poll.time(4995);
    poll.poller
        .watch(list(&["a.csv", "b.csv"]), NewFiles::Created, now);
    assert_eq!(poll.between(5000..=5100), "5000: created b.csv");
}
