//! How a session ends, and what it does to a running step and to its worker.

use hotload_core::running::input::StopReason;
use hotload_core::running::report::CycleOutcome;
use hotload_core::running::report::Outcome::Ok;
use hotload_core::running::worker::News;
use hotload_core::session::Ending;

use crate::rehearsal::{Rehearsal, Stage};
use crate::scripted_worker::{
    Act, AtTheEnd, Event, ScriptedWorker, failed, interrupted, interrupted_by_a_person,
};

#[test]
fn a_stop_between_cycles_ends_at_once() {
    let mut session = Rehearsal::of_reload(&[]);
    session.at(95, Stage::stop);
    let played = session.play();
    assert_eq!(played.story(), "#1, reload ok, #1 ok");
    assert_eq!(played.ending, Ending::Stopped(StopReason::Interrupt));
    assert_eq!(played.ended_at, 95);
}

#[test]
fn a_stop_before_the_worker_is_ready_ends_at_once() {
    let mut session = Rehearsal::of_reload(&[]);
    session.ready = false;
    session.at(95, Stage::stop);
    let played = session.play();
    assert_eq!(played.story(), "");
    assert_eq!(played.ending, Ending::Stopped(StopReason::Interrupt));
    assert_eq!(played.ended_at, 95);
}

#[test]
fn a_stop_interrupts_the_running_step_once_and_starts_no_further_one() {
    let mut session = Rehearsal::of_reload(&[Act::RunsOn]);
    session.add("call", None, &[]);
    session.at(50, |stage| stage.save("lib.py", "x = 2"));
    session.at(195, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, a save waits, interrupt, reload interrupted, #1 interrupted"
    );
    assert_eq!(played.ending, Ending::Stopped(StopReason::Interrupt));
    assert_eq!(played.ended_at, 195);
}

#[test]
fn a_step_that_does_not_hear_its_interrupt_may_go_on_until_a_second_stop() {
    let mut session = Rehearsal::of_reload(&[Act::HearsNothing]);
    session.at(95, Stage::stop);
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(played.times_of("interrupt"), [95]);
    assert_eq!(played.times_of("kill"), [9000]);
    // A killed run is not one that went well.
    assert_eq!(played.times_of("#1 interrupted"), [9000]);
    assert_eq!(played.ending, Ending::Stopped(StopReason::Interrupt));
    assert_eq!(played.ended_at, 9000);
}

#[test]
fn a_step_that_does_not_end_within_a_stops_patience_is_killed() {
    let mut session = Rehearsal::of_reload(&[Act::HearsNothing]);
    session.at(95, Stage::stop_soon);
    let played = session.play();
    assert_eq!(played.times_of("interrupt"), [95]);
    assert_eq!(played.times_of("kill"), [595]);
    assert_eq!(played.ending, Ending::Stopped(StopReason::Terminate));
}

#[test]
fn a_step_that_ends_within_a_stops_patience_is_not_killed() {
    let takes_long = Act::Takes(400, interrupted_by_a_person());
    let mut session = Rehearsal::of_reload(&[takes_long]);
    session.at(95, Stage::stop_soon);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, interrupt, reload interrupted, #1 interrupted"
    );
    assert_eq!(played.ending, Ending::Stopped(StopReason::Terminate));
    assert_eq!(played.ended_at, 400);
}

#[test]
fn a_person_who_interrupts_a_step_at_the_terminal_ends_the_session() {
    let mut session = Rehearsal::of_reload(&[Act::Takes(50, interrupted_by_a_person())]);
    session.add("call", None, &[]);
    let played = session.play();
    assert_eq!(played.story(), "#1, reload interrupted, #1 interrupted");
    assert_eq!(played.ending, Ending::Stopped(StopReason::Interrupt));
}

#[test]
fn one_cycle_that_was_asked_for_is_the_end() {
    #[rustfmt::skip]
    let cases = [
        (Ok,                        Ending::Once(CycleOutcome::Ok)),
        (failed(),                  Ending::Once(CycleOutcome::Failed)),
        (interrupted(),             Ending::Once(CycleOutcome::Interrupted)),
        (interrupted_by_a_person(), Ending::Stopped(StopReason::Interrupt)),
    ];
    for (outcome, ending) in cases {
        let mut session = Rehearsal::of_reload(&[Act::Takes(50, outcome)]);
        session.settings.once = true;
        session.at(20, |stage| stage.save("lib.py", "x = 2"));
        let played = session.play();
        assert_eq!(played.ending, ending);
        assert_eq!(played.reports.len(), 1, "{ending:?}");
        assert_eq!(played.ended_at, 50, "{ending:?}");
    }
}

#[test]
fn what_the_worker_says_can_end_a_session_at_any_time() {
    type Says = fn() -> News<ScriptedWorker>;
    #[rustfmt::skip]
    let cases: [(Says, Ending<&str>); 3] = [
        (|| News::Fatal("it does not start"), Ending::Fatal("it does not start")),
        (|| News::OutputClosed,               Ending::OutputClosed),
        (|| News::Interrupted,                Ending::Stopped(StopReason::Interrupt)),
    ];
    for (says, ending) in cases {
        for act in [Act::Ends(Ok), Act::HearsNothing] {
            let mut session = Rehearsal::of_reload(&[act]);
            session.at(95, move |stage| stage.says(says()));
            let played = session.play();
            assert_eq!(played.ending, ending);
            assert_eq!(played.ended_at, 95, "{ending:?}");
        }
    }
}

#[test]
fn the_first_reason_to_end_is_the_one_that_is_reported() {
    let mut session = Rehearsal::of_reload(&[]);
    session.at(95, |stage| {
        let news = [News::OutputClosed, News::Fatal("too late")];
        stage.news.borrow_mut().extend(news);
        stage.tells(Event::Says);
    });
    assert_eq!(session.play().ending, Ending::OutputClosed);
}

#[test]
fn a_worker_gets_two_seconds_to_quit_and_is_waited_for_one_more() {
    #[rustfmt::skip]
    let cases = [
        // behaviour                stopped again, killed, ended at ms
        (AtTheEnd::Quits,         None,       vec![],     100),
        (AtTheEnd::HasToBeKilled, None,       vec![2100], 2100),
        (AtTheEnd::HasToBeKilled, Some(700),  vec![700],  700),
        (AtTheEnd::Survives,      None,       vec![2100], 3100),
    ];
    for (at_the_end, stopped_again, killed, ended_at) in cases {
        let mut session = Rehearsal::of_reload(&[]);
        session.at_the_end = at_the_end;
        session.at(100, Stage::stop);
        if let Some(millis) = stopped_again {
            session.at(millis, Stage::stop);
        }
        let played = session.play();
        let what = format!("{at_the_end:?}, stopped again: {stopped_again:?}");
        assert_eq!(played.times_of("kill"), killed, "{what}");
        assert_eq!(played.ended_at, ended_at, "{what}");
        assert_eq!(
            played.ending,
            Ending::Stopped(StopReason::Interrupt),
            "{what}"
        );
    }
}
