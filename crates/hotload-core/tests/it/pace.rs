//! How often files are looked at, and what that costs, however many there are and however slow.

use std::time::Duration;

use hotload_core::watching::remark::Remark;
use hotload_core::watching::schedule::Attention;
use hotload_core::watching::watch_set::WatchSet;

use crate::fake_disk::{FakeDisk, path};
use crate::poll::root;
use crate::timed::Timed;

const MICROSECOND: Duration = Duration::from_micros(1);
const SECOND: Duration = Duration::from_secs(1);

/// Watches so many files in folders of a hundred, of which `lib.py` is in use.
fn of_files(count: usize, cost: Duration) -> Timed {
    let disk = FakeDisk::with(&[("lib.py", "x = 1")]);
    for index in 1..count {
        disk.save(&format!("pkg{}/m{index}.py", index / 100), "x = 1");
    }
    let watch_set = WatchSet {
        files: vec![path("lib.py")],
        roots: vec![root("", ".py")],
    };
    let mut timed = Timed::new(disk, watch_set, cost);
    timed.run_for(SECOND, |changes| assert!(changes.is_empty(), "{changes}"));
    assert_eq!(timed.poller.files_watched(), count);
    timed
}

#[test]
fn what_idle_costs_does_not_depend_on_the_number_of_files() {
    for count in [10, 3000] {
        let mut timed = of_files(count, MICROSECOND);
        let (active, wakes) = timed.load_during(2 * SECOND);
        assert!(active < 0.016, "{count} files, active: {active}");
        assert!((140.0..150.0).contains(&wakes), "{count} files: {wakes}");
        timed.skip(60 * SECOND);
        timed.run_for(SECOND, |_| {});
        let (quiet, wakes) = timed.load_during(5 * SECOND);
        assert!(quiet < 0.004, "{count} files, quiet: {quiet}");
        assert!(wakes <= 21.0, "{count} files, quiet: {wakes}");
        let mut timed = of_files(count, MICROSECOND).with_notification();
        let (notified, wakes) = timed.load_during(5 * SECOND);
        assert!(notified < 0.002, "{count} files, notified: {notified}");
        assert!(wakes <= 11.0, "{count} files, notified: {wakes}");
    }
}

#[test]
fn a_save_is_noticed_in_a_time_that_depends_on_what_uses_the_file() {
    #[rustfmt::skip]
    let cases = [
        // save of                          at most
        ("lib.py",        false, Duration::from_millis(8)),
        ("pkg50/m5001.py", false, Duration::from_millis(1500)),
        ("pkg50/m5001.py", true,  Duration::from_millis(50)),
        ("pkg50/new.py",  false, Duration::from_millis(50)),
        ("new/deep/a.py", false, Duration::from_millis(50)),
    ];
    for (name, is_renamed, most) in cases {
        let mut timed = of_files(6000, MICROSECOND);
        for round in 0..2 {
            timed.run_for(Duration::from_millis(777), |_| {});
            let text = format!("x = {}", "2".repeat(round + 2));
            let other = name.replace(".py", &format!("{round}.py"));
            let file = if round == 0 { name } else { &other };
            if name == "lib.py" {
                timed.disk.save(name, &text);
            } else if is_renamed {
                timed.disk.save("pkg50/.tmp", &text);
                timed.disk.rename("pkg50/.tmp", name);
            } else {
                timed.disk.save(file, &text);
            }
            let took = timed.time_until_found(10 * SECOND).expect("it is found");
            assert!(took <= most, "{name}, renamed: {is_renamed}: {took:?}");
        }
    }
}

#[test]
fn the_first_sign_of_a_save_restores_the_pace() {
    let mut timed = of_files(10, MICROSECOND);
    timed.skip(120 * SECOND);
    timed.run_for(SECOND, |_| {});
    timed.disk.save("lib.py", "x = 2");
    let first = timed.time_until_found(SECOND).expect("it is found");
    assert!(first <= Duration::from_millis(51), "{first:?}");
    timed.run_for(3 * SECOND, |_| {});
    timed.disk.save("lib.py", "x = 3");
    let second = timed.time_until_found(SECOND).expect("it is found");
    assert!(second <= Duration::from_millis(8), "{second:?}");
}

#[test]
fn slow_files_are_looked_at_less_often_and_that_is_remarked_once() {
    let mut timed = of_files(10, Duration::from_millis(5));
    timed.run_for(10 * SECOND, |_| {});
    let remarks = timed.poller.take_remarks();
    assert!(
        matches!(remarks[..], [Remark::SlowFiles { interval }] if interval >= Duration::from_millis(20)),
        "{remarks:?}"
    );
    let (load, _) = timed.load_during(10 * SECOND);
    assert!(load < 0.3, "{load}");
    timed.disk.save("lib.py", "x = 2");
    let took = timed.time_until_found(SECOND).expect("it is found");
    assert!(took < Duration::from_millis(100), "{took:?}");
    assert_eq!(timed.poller.take_remarks(), []);
}

#[test]
fn while_user_code_runs_little_is_looked_at() {
    let mut timed = of_files(1500, MICROSECOND);
    timed.poller.set_attention(Attention::Reduced);
    let (load, wakes) = timed.load_during(10 * SECOND);
    assert!(load < 0.004, "{load}");
    assert!(wakes < 15.0, "{wakes}");
    timed.disk.save("lib.py", "x = 2");
    let took = timed.time_until_found(SECOND).expect("it is found");
    assert!(took <= Duration::from_millis(71), "{took:?}");
}

#[test]
fn a_write_that_changes_no_stamp_of_a_file_in_use_is_found_by_comparing() {
    let mut timed = of_files(100, MICROSECOND);
    timed.run_for(10 * SECOND, |_| {});
    timed.disk.rewrite("lib.py", "x = 7", |_| {});
    let took = timed.time_until_found(10 * SECOND).expect("it is found");
    assert!(took <= Duration::from_millis(300), "{took:?}");
}

#[test]
fn a_file_saved_while_the_first_walk_goes_on_has_changed() {
    let disk = FakeDisk::with(&[("lib.py", "x = 1"), ("data.py", "y = 1")]);
    let watch_set = WatchSet {
        files: vec![path("lib.py")],
        roots: vec![root("", ".py")],
    };
    let mut timed = Timed::new(disk, watch_set, MICROSECOND);
    timed.disk.save("data.py", "y = 2");
    let took = timed.time_until_found(SECOND).expect("it is found");
    assert!(took <= Duration::from_millis(8), "{took:?}");
}

#[test]
fn the_first_walk_goes_on_in_slices() {
    let disk = FakeDisk::with(&[]);
    for index in 0..5000 {
        disk.save(&format!("m{index}.py"), "x = 1");
    }
    let watch_set = WatchSet {
        files: Vec::new(),
        roots: vec![root("", ".py")],
    };
    let mut timed = Timed::new(disk, watch_set, MICROSECOND);
    assert!(timed.poller.next_tick(timed.now()) <= timed.now());
    timed.run_for(Duration::from_millis(2), |_| {});
    assert!(timed.millis() < 5, "a slice is short");
    timed.run_for(SECOND, |changes| assert!(changes.is_empty(), "{changes}"));
    assert!(timed.poller.next_tick(timed.now()) > timed.now());
}

#[test]
fn a_folder_with_very_many_files_is_remarked_once() {
    let disk = FakeDisk::with(&[]);
    for index in 0..50_001 {
        disk.save(&format!("pkg{}/m{index}.py", index / 5000), "");
    }
    let watch_set = WatchSet {
        files: Vec::new(),
        roots: vec![root("", ".py")],
    };
    let mut timed = Timed::new(disk, watch_set, MICROSECOND);
    timed.run_for(Duration::from_millis(200), |_| {});
    let expected = Remark::ManyFiles { folder: path("") };
    assert_eq!(timed.poller.take_remarks(), [expected]);
}

#[test]
fn a_folder_that_cannot_be_listed_is_remarked_once() {
    let disk = FakeDisk::with(&[("pkg/a.py", "")]);
    disk.set_readable("pkg", false);
    let watch_set = WatchSet {
        files: Vec::new(),
        roots: vec![root("", ".py")],
    };
    let mut timed = Timed::new(disk, watch_set, MICROSECOND);
    timed.run_for(20 * SECOND, |_| {});
    let remarks = timed.poller.take_remarks();
    assert!(
        matches!(&remarks[..], [Remark::Unreadable { folder, .. }] if *folder == path("pkg")),
        "{remarks:?}"
    );
}
