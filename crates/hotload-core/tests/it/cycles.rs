//! When a cycle starts, and what its steps make of each other.

use std::time::Duration;

use hotload_core::running::input::StopReason;
use hotload_core::running::report::Outcome::{Ok, Skipped};
use hotload_core::running::report::Skip;
use hotload_core::running::worker::News;
use hotload_core::session::Ending;

use crate::fake_disk::path;
use crate::rehearsal::{Rehearsal, Stage};
use crate::scripted_worker::{Act, Event, failed, interrupted};

#[test]
fn the_first_cycle_starts_once_the_worker_is_ready() {
    let mut session = Rehearsal::of_reload(&[]);
    session.ready = false;
    session.at(300, |stage| stage.tells(Event::Ready));
    session.at(1000, Stage::stop);
    let played = session.play();
    assert_eq!(played.story(), "#1, reload ok, #1 ok");
    assert_eq!(played.times_of("reload starts"), [300]);
    assert_eq!(played.ending, Ending::Stopped(StopReason::Interrupt));
}

#[test]
fn a_postponed_first_cycle_waits_for_a_save() {
    for once in [false, true] {
        let mut session = Rehearsal::of_reload(&[]);
        session.settings.postpone = true;
        session.settings.once = once;
        session.at(400, |stage| stage.save("lib.py", "x = 2"));
        session.at(9000, Stage::stop);
        assert_eq!(
            session.play().story(),
            "#1 modified lib.py, reload ok, #1 ok"
        );
    }
}

#[test]
fn one_save_is_one_cycle() {
    let mut session = Rehearsal::of_reload(&[Act::Takes(3, Ok)]);
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, reload ok, #1 ok, #2 modified lib.py, reload ok, #2 ok"
    );
    assert_eq!(played.times_of("reload starts"), [0, 100]);
}

#[test]
fn saves_between_two_ticks_are_one_cycle() {
    let mut session = Rehearsal::of_reload(&[]);
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(96, |stage| stage.save("new.py", "x = 2"));
    session.at(97, |stage| stage.save("lib.py", "x = 3"));
    session.at(9000, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, reload ok, #1 ok, #2 modified lib.py, created new.py, reload ok, #2 ok"
    );
}

#[test]
fn saves_while_a_step_runs_are_one_further_cycle() {
    let mut session = Rehearsal::of_reload(&[Act::Takes(200, Ok), Act::Takes(5, Ok)]);
    for (millis, text) in [(50, "x = 2"), (80, "x = 33"), (120, "x = 444")] {
        session.at(millis, |stage| stage.save("lib.py", text));
    }
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, a save waits, reload ok, #1 ok, #2 modified lib.py, reload ok, #2 ok"
    );
    // While a step runs, a tenth of the ticks has to do.
    assert_eq!(played.times_of("a save waits"), [100]);
    assert_eq!(played.times_of("reload starts"), [0, 200]);
}

#[test]
fn a_save_that_the_running_step_reads_itself_does_not_start_another_cycle() {
    #[rustfmt::skip]
    let cases = [
        // saved again at 115 ms, further cycles
        (None,          ""),
        // Perhaps touched by the run itself.
        (Some("x = 2"), ""),
        (Some("x = 3"), ", #3 modified lib.py, reload ok, #3 ok"),
    ];
    for (again, further) in cases {
        let reads = Act::ReadsAfter(8, "lib.py", 19);
        let mut session = Rehearsal::of_reload(&[Act::Ends(Ok), reads, Act::Ends(Ok)]);
        session.at(95, |stage| stage.save("other.py", "x = 2"));
        session.at(105, |stage| stage.save("lib.py", "x = 2"));
        if let Some(again) = again {
            session.at(115, move |stage| stage.save("lib.py", again));
        }
        session.at(9000, Stage::stop);
        let story = session.play().story().replace("a save waits, ", "");
        let expected = "#1, reload ok, #1 ok, #2 modified other.py, reload ok, #2 ok";
        assert_eq!(story, format!("{expected}{further}"), "{again:?}");
    }
}

#[test]
fn a_removed_file_alone_starts_no_cycle_and_its_return_does() {
    let mut session = Rehearsal::of_reload(&[]);
    session.at(95, |stage| stage.disk.remove("lib.py"));
    session.at(3000, |stage| stage.note("still waiting"));
    session.at(3005, |stage| stage.save("lib.py", "x = 2"));
    session.at(9000, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, reload ok, #1 ok, still waiting, #2 created lib.py, reload ok, #2 ok"
    );
}

#[test]
fn a_removed_file_is_reported_with_the_next_cycle() {
    let mut session = Rehearsal::of_reload(&[]);
    session.at(95, |stage| stage.disk.remove("other.py"));
    session.at(3005, |stage| stage.save("lib.py", "x = 2"));
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, reload ok, #1 ok, #2 modified lib.py, removed other.py, reload ok, #2 ok"
    );
    // The removal, two seconds before, is not what the cycle was waited for.
    assert_eq!(played.reports[1].latency, Some(Duration::ZERO));
}

#[test]
fn a_save_waits_until_a_restarted_worker_is_ready() {
    let mut session = Rehearsal::of_reload(&[]);
    session.at(50, |stage| stage.tells(Event::Restarts));
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(400, |stage| stage.tells(Event::Ready));
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, reload ok, #1 ok, #2 modified lib.py, reload ok, #2 ok"
    );
    assert_eq!(played.times_of("reload starts"), [0, 400]);
    let latency = played.reports[1].latency;
    assert_eq!(latency, Some(Duration::from_millis(300)));
}

#[test]
fn a_file_in_use_is_watched_from_then_on() {
    let mut session = Rehearsal::of_reload(&[]);
    session.at(0, |stage| stage.save("/elsewhere/lib.py", "x = 1"));
    session.at(50, |stage| {
        stage.says(News::InUse(path("/elsewhere/lib.py")));
    });
    session.at(95, |stage| stage.save("/elsewhere/lib.py", "x = 2"));
    session.at(9000, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, reload ok, #1 ok, #2 modified /elsewhere/lib.py, reload ok, #2 ok"
    );
}

#[test]
fn what_the_worker_has_to_say_is_reported_with_its_cycle() {
    let mut session = Rehearsal::of_reload(&[Act::Takes(100, Ok)]);
    session.at(50, |stage| stage.says(News::Notice("hello")));
    session.at(150, |stage| stage.says(News::Notice("hello again")));
    session.at(200, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, hello in #1, reload ok, #1 ok, hello again in #1"
    );
}

#[test]
fn a_step_that_ends_badly_stops_later_ones_only_as_the_plan_says() {
    const LEFT_OUT: &str = "skipped since an earlier step failed";
    #[rustfmt::skip]
    let cases = [
        // reload,               fail fast, call needs it, what becomes of call, the cycle
        (Ok,                     false, true,  "ok".into(),                              "ok"),
        (failed(),               false, false, "ok".into(),                              "failed"),
        (failed(),               false, true,  "skipped since `reload` did not succeed".into(), "failed"),
        (failed(),               true,  false, LEFT_OUT.to_owned(),                      "failed"),
        (failed(),               true,  true,  LEFT_OUT.to_owned(),                      "failed"),
        (interrupted(),          false, false, "ok".into(),                              "interrupted"),
        (interrupted(),          true,  false, LEFT_OUT.to_owned(),                      "interrupted"),
        (interrupted(),          false, true,  "skipped since `reload` did not succeed".into(), "interrupted"),
        (Skipped(Skip::reported("gone")), true,  false, "ok".into(),                              "ok"),
        (Skipped(Skip::reported("gone")), false, true,  "skipped since `reload` did not succeed".into(), "ok"),
    ];
    for (reload, fail_fast, needed, call, cycle) in cases {
        let what = format!("{reload:?}, fail fast: {fail_fast}, needed: {needed}");
        let mut session = Rehearsal::of_reload(&[Act::Takes(5, reload)]);
        session.plan.fail_fast = fail_fast;
        session.add("call", needed.then_some(0), &[]);
        session.at(100, Stage::stop);
        let story = session.play().story();
        let end = format!("call {call}, #1 {cycle}");
        assert!(story.ends_with(&end), "{what}: {story}");
    }
}

#[test]
fn a_step_that_needs_a_skipped_one_is_skipped_too() {
    let mut session = Rehearsal::of_reload(&[Act::Ends(failed())]);
    session.add("call", Some(0), &[]);
    session.add("check", Some(1), &[]);
    session.add("run", None, &[]);
    session.at(100, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, reload failed, call skipped since `reload` did not succeed, \
         check skipped since `call` did not succeed, run ok, #1 failed"
    );
}

#[test]
fn the_late_outcome_of_an_earlier_step_is_ignored() {
    let mut session = Rehearsal::of_reload(&[Act::Takes(100, failed())]);
    session.add("call", None, &[Act::Takes(200, Ok)]);
    session.at(50, |stage| stage.says(News::StepEnded(Ok)));
    session.at(500, Stage::stop);
    let played = session.play();
    assert_eq!(played.story(), "#1, reload ok, call ok, #1 ok");
    assert_eq!(played.times_of("call ok"), [250]);
}

#[test]
fn a_report_counts_from_the_tick_that_saw_the_change() {
    let acts = [Act::Ends(Ok), Act::Takes(200, Ok), Act::Takes(30, Ok)];
    let mut session = Rehearsal::of_reload(&acts);
    session.add("call", None, &[Act::Takes(4, Ok)]);
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(195, |stage| stage.save("lib.py", "x = 3"));
    session.at(9000, Stage::stop);
    let played = session.play();
    let millis = |duration: Duration| duration.as_millis();
    let reports = played.reports.iter().map(|report| {
        let steps: Vec<u128> = report.steps.iter().map(|s| millis(s.duration)).collect();
        (
            steps,
            millis(report.duration),
            report.latency.map(millis),
            report.files_watched,
        )
    });
    #[rustfmt::skip]
    let expected = [
        // steps, duration, latency, files
        (vec![0, 4],   4,   None,      2),
        (vec![200, 4], 204, Some(204), 2),
        (vec![30, 4],  34,  Some(138), 2),
    ];
    assert_eq!(reports.collect::<Vec<_>>(), expected);
}

#[test]
fn a_plan_without_steps_still_has_cycles() {
    let mut session = Rehearsal::of_reload(&[]);
    session.plan.steps.clear();
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(200, Stage::stop);
    let story = session.play().story();
    assert_eq!(story, "#1, #1 ok, #2 modified lib.py, #2 ok");
}

#[test]
fn a_save_that_comes_before_the_step_has_read_the_file_runs_once() {
    // Saved at 95 ms and again at 104, read at 115: a look at 110 has seen the second save.
    let reads = Act::ReadsAfter(15, "lib.py", 20);
    let mut session = Rehearsal::of_reload(&[Act::Ends(Ok), reads]);
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(104, |stage| stage.save("lib.py", "x = 33"));
    session.at(110, |stage| stage.hints("lib.py"));
    session.at(900, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, reload ok, #1 ok, #2 modified lib.py, a save waits, reload ok, #2 ok"
    );
}

#[test]
fn a_save_that_an_earlier_step_may_have_run_in_its_old_text_runs_again() {
    let mut session = Rehearsal::of_reload(&[
        Act::Ends(Ok),
        Act::ReadsAfter(1, "other.py", 2),
        Act::Ends(Ok),
    ]);
    session.add(
        "second",
        None,
        &[
            Act::Ends(Ok),
            Act::ReadsAfter(15, "lib.py", 20),
            Act::Ends(Ok),
        ],
    );
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(104, |stage| stage.save("lib.py", "x = 33"));
    session.at(900, Stage::stop);
    let played = session.play();
    assert_eq!(played.times_of("#3 modified lib.py"), [122]);
}

#[test]
fn saves_while_the_worker_starts_are_not_timed() {
    let mut session = Rehearsal::of_reload(&[]);
    session.ready = false;
    session.at(45, |stage| stage.save("lib.py", "x = 2"));
    session.at(95, |stage| stage.tells(Event::Ready));
    session.at(900, Stage::stop);
    let played = session.play();
    assert_eq!(played.story(), "#1 modified lib.py, reload ok, #1 ok");
    assert_eq!(played.reports[0].latency, None);
}
