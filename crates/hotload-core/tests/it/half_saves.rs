//! A file that does not compile may be half of a save: its failure is held until the rest may
//! have come.

use std::time::Duration;

use hotload_core::running::input::StopReason;
use hotload_core::running::report::Outcome::Ok;
use hotload_core::running::worker::News;
use hotload_core::session::Ending;

use crate::rehearsal::{Rehearsal, Stage};
use crate::scripted_worker::{Act, Event, failed, half_written};

/// A session whose second cycle, from a save seen at 100 ms on, acts like this.
fn session_of(acts: &[Act]) -> Rehearsal {
    let mut all = vec![Act::Ends(Ok)];
    all.extend_from_slice(acts);
    let mut session = Rehearsal::of_reload(&all);
    session.at(95, |stage| stage.save("lib.py", "x = (1"));
    session
}

#[test]
fn a_rest_that_comes_in_time_is_run_in_the_same_cycle() {
    #[rustfmt::skip]
    let cases = [
        // step takes ms, rest comes at ms, run again at ms
        (3,  104, 110),
        (3,  115, 120),
        (3,  149, 150),
        // The rest came while the step was running: nothing is waited for but the next tick.
        (30, 115, 130),
        // However long the step has taken.
        (85, 155, 185),
    ];
    for (takes, rest, again) in cases {
        let half = Act::Takes(takes, half_written("lib.py"));
        let mut session = session_of(&[half, Act::Takes(3, Ok)]);
        session.at(rest, |stage| stage.save("lib.py", "x = (1)"));
        session.at(995, |stage| stage.save("lib.py", "x = 3"));
        session.at(9000, Stage::stop);
        let played = session.play();
        assert_eq!(
            played.story().replace("a save waits, ", ""),
            "#1, reload ok, #1 ok, #2 modified lib.py, reload ok, #2 ok, \
             #3 modified lib.py, reload ok, #3 ok",
            "step takes {takes} ms, rest at {rest} ms"
        );
        let starts = played.times_of("reload starts");
        assert_eq!(starts[..3], [0, 100, again]);
        assert!((995..=1005).contains(&starts[3]), "{starts:?}");
        let latencies = played.reports.iter().map(|report| report.latency);
        let expected = [None, Some(again + 3 - 100), Some(3)];
        assert_eq!(
            latencies.collect::<Vec<_>>(),
            expected.map(|millis| millis.map(Duration::from_millis))
        );
    }
}

#[test]
fn the_wait_does_not_start_anew_with_each_part() {
    let half = || Act::Takes(3, half_written("lib.py"));
    let mut session = session_of(&[half(), half(), half(), Act::Ends(failed())]);
    for (millis, text) in [(115, "x = (1,"), (135, "x = (1, 2")] {
        session.at(millis, |stage| stage.save("lib.py", text));
    }
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, reload ok, #1 ok, #2 modified lib.py, reload failed, #2 failed"
    );
    assert_eq!(played.times_of("reload starts"), [0, 100, 120, 140]);
    assert_eq!(played.times_of("reload failed"), [160]);
}

#[test]
fn a_failure_is_reported_when_no_rest_comes() {
    #[rustfmt::skip]
    let cases = [
        // step takes ms, rest comes at ms, told at ms
        (3,   None,      160),
        (55,  None,      160),
        (60,  None,      160),
        (200, None,      300),
        (3,   Some(165), 160),
    ];
    for (takes, rest, told) in cases {
        let half = Act::Takes(takes, half_written("lib.py"));
        let mut session = session_of(&[half, Act::Takes(3, Ok)]);
        session.add("call", Some(0), &[]);
        if let Some(rest) = rest {
            session.at(rest, |stage| stage.save("lib.py", "x = (1)"));
        }
        session.at(9000, Stage::stop);
        let played = session.play();
        let what = format!("step takes {takes} ms, rest at {rest:?} ms");
        assert_eq!(played.times_of("reload failed"), [told], "{what}");
        assert_eq!(played.times_of("#2 failed"), [told], "{what}");
        let further = played.times_of("#3 modified lib.py").len();
        assert_eq!(further, usize::from(rest.is_some()), "{what}");
    }
}

#[test]
fn another_file_is_not_the_rest() {
    let half = Act::Takes(3, half_written("lib.py"));
    let mut session = session_of(&[half, Act::Takes(3, Ok)]);
    session.at(115, |stage| stage.save("other.py", "y = 2"));
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story().replace("a save waits, ", ""),
        "#1, reload ok, #1 ok, #2 modified lib.py, reload failed, #2 failed, \
         #3 modified other.py, reload ok, #3 ok"
    );
    assert_eq!(played.times_of("reload failed"), [160]);
}

#[test]
fn another_file_that_comes_with_the_rest_is_a_further_cycle() {
    let half = Act::Takes(3, half_written("lib.py"));
    let mut session = session_of(&[half, Act::Takes(3, Ok)]);
    session.at(115, |stage| stage.save("lib.py", "x = (1)"));
    session.at(115, |stage| stage.save("other.py", "y = 2"));
    session.at(9000, Stage::stop);
    assert_eq!(
        session.play().story().replace("a save waits, ", ""),
        "#1, reload ok, #1 ok, #2 modified lib.py, reload ok, #2 ok, \
         #3 modified other.py, reload ok, #3 ok"
    );
}

#[test]
fn a_first_cycle_that_no_save_caused_waits_for_no_rest() {
    let mut session = Rehearsal::of_reload(&[Act::Takes(3, half_written("lib.py"))]);
    session.settings.once = true;
    let played = session.play();
    assert_eq!(played.story(), "#1, reload failed, #1 failed");
    assert_eq!(played.ended_at, 3);
}

#[test]
fn a_stop_lets_a_held_failure_out_and_starts_nothing() {
    for rest_came in [false, true] {
        let half = Act::Takes(15, half_written("lib.py"));
        let mut session = session_of(&[half, Act::Takes(3, Ok)]);
        if rest_came {
            session.at(116, |stage| stage.save("lib.py", "x = (1)"));
        }
        session.at(117, Stage::stop);
        let played = session.play();
        assert_eq!(
            played.story().replace("a save waits, ", ""),
            "#1, reload ok, #1 ok, #2 modified lib.py, reload failed, #2 failed",
            "rest came: {rest_came}"
        );
        assert_eq!(played.times_of("reload starts"), [0, 100]);
        assert_eq!(played.ending, Ending::Stopped(StopReason::Interrupt));
    }
}

#[test]
fn a_failure_after_a_stop_is_reported_at_once() {
    let mut session = session_of(&[Act::Takes(3, half_written("lib.py"))]);
    session.at(101, Stage::stop);
    let played = session.play();
    assert_eq!(played.times_of("reload failed"), [103]);
    assert_eq!(played.ended_at, 103);
}

#[test]
fn an_outcome_that_comes_while_a_failure_is_held_is_ignored() {
    let half = Act::Takes(3, half_written("lib.py"));
    let mut session = session_of(&[half, Act::Takes(3, Ok)]);
    session.at(108, |stage| stage.says(News::StepEnded(Ok)));
    session.at(115, |stage| stage.save("lib.py", "x = (1)"));
    session.at(9000, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, reload ok, #1 ok, #2 modified lib.py, reload ok, #2 ok"
    );
}

#[test]
fn a_rest_that_comes_to_a_worker_that_has_died_is_run_when_there_is_a_new_one() {
    let mut session = session_of(&[Act::Takes(3, half_written("lib.py"))]);
    session.at(105, |stage| stage.tells(Event::Restarts));
    session.at(115, |stage| stage.save("lib.py", "x = (1)"));
    session.at(200, |stage| stage.tells(Event::Ready));
    session.at(900, Stage::stop);
    let played = session.play();
    assert_eq!(played.times_of("#3 modified lib.py"), [200]);
}

#[test]
fn the_wait_for_the_rest_is_not_the_steps_time() {
    let mut session = session_of(&[Act::Takes(3, half_written("lib.py"))]);
    session.at(900, Stage::stop);
    let played = session.play();
    let report = &played.reports[1];
    assert_eq!(report.duration, Duration::from_millis(3));
    assert_eq!(report.latency, Some(Duration::from_millis(3)));
}
