//! Ctrl-C stops what runs; when nothing runs, or pressed again within a second, it ends the session.

use hotload_core::running::cut::{CtrlC, Cut};
use hotload_core::running::input::StopReason;
use hotload_core::running::report::CycleOutcome;
use hotload_core::running::report::Outcome::Ok;
use hotload_core::running::worker::News;
use hotload_core::session::Ending;

use crate::rehearsal::{Played, Rehearsal, Stage};
use crate::scripted_worker::{Act, Event, half_written, interrupted_by_a_person};

fn session(act: Act) -> Rehearsal {
    let mut session = Rehearsal::of_reload(&[act, Act::Ends(Ok)]);
    session.settings.ctrl_c = CtrlC::StopsCycle;
    session.add("call", None, &[]);
    session
}

fn ends(played: &Played) {
    assert_eq!(played.ending, Ending::Stopped(StopReason::Interrupt));
}

#[test]
fn ctrl_c_stops_the_run_and_the_rest_of_its_cycle() {
    let mut session = session(Act::RunsOn);
    session.at(95, Stage::stop);
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, interrupt, Person so Interrupt, reload interrupted, #1 interrupted"
    );
    assert_eq!(played.reports[0].steps[0].cut, Some(Cut::Person));
    ends(&played);
    assert_eq!(played.ended_at, 9000);
}

#[test]
fn a_save_that_waits_runs_at_once_after_ctrl_c() {
    let mut session = session(Act::RunsOn);
    session.at(45, |stage| stage.save("lib.py", "x = 2"));
    session.at(195, Stage::stop);
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, a save waits, interrupt, Person so Interrupt, reload interrupted, #1 interrupted, \
         #2 modified lib.py, reload ok, call ok, #2 ok"
    );
    assert_eq!(played.times_of("reload starts"), [0, 195]);
}

#[test]
fn a_second_ctrl_c_within_a_second_ends_the_session_even_if_the_run_ignores_it() {
    #[rustfmt::skip]
    let cases = [
        // the run,           second press, ends at, killed
        (Act::RunsOn,         300,          300,     0),
        (Act::HearsNothing,   300,          300,     1),
    ];
    for (act, second, ended_at, kills) in cases {
        let mut session = session(act);
        session.at(95, Stage::stop);
        session.at(second, Stage::stop);
        let played = session.play();
        ends(&played);
        assert_eq!(played.ended_at, ended_at);
        assert_eq!(played.times_of("kill").len(), kills);
    }
}

#[test]
fn a_later_ctrl_c_interrupts_the_same_run_again() {
    let mut session = session(Act::HearsNothing);
    session.at(95, Stage::stop);
    session.at(2000, Stage::stop);
    session.at(2100, Stage::stop);
    let played = session.play();
    assert_eq!(played.times_of("interrupt"), [95, 2000]);
    ends(&played);
    assert_eq!(played.ended_at, 2100);
}

#[test]
fn an_interrupt_at_a_prompt_stops_the_cycle() {
    let mut session = session(Act::Takes(50, interrupted_by_a_person()));
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(played.story(), "#1, reload interrupted, #1 interrupted");
    assert_eq!(played.reports[0].steps[0].cut, Some(Cut::Person));
    assert_eq!(played.ended_at, 9000);
}

#[test]
fn where_a_step_cannot_be_interrupted_its_worker_is_replaced() {
    let mut session = session(Act::HearsNothing);
    session.can_interrupt = false;
    session.at(95, Stage::stop);
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, restart, Person so NewWorker, reload interrupted, #1 interrupted"
    );
}

#[test]
fn a_failure_that_is_held_back_is_reported_when_the_cycle_is_stopped() {
    let mut session = session(Act::Ends(Ok));
    session.plan.steps.clear();
    session.add(
        "reload",
        None,
        &[Act::Ends(Ok), Act::Ends(half_written("lib.py"))],
    );
    session.add("call", None, &[]);
    session.at(95, |stage| stage.save("lib.py", "x ="));
    session.at(120, Stage::stop);
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, reload ok, call ok, #1 ok, #2 modified lib.py, reload failed, #2 failed"
    );
    assert_eq!(played.reports[1].outcome, CycleOutcome::Failed);
}

#[test]
fn while_a_worker_warms_up_the_first_ctrl_c_ends_the_session() {
    let mut session = session(Act::RunsOn);
    session.add_warm_up("warm", &[Act::RunsOn]);
    session.ready = false;
    session.at(0, |stage| {
        stage.says(News::Fresh);
        stage.tells(Event::Ready);
    });
    session.at(95, Stage::stop);
    let played = session.play();
    ends(&played);
    assert_eq!(played.ended_at, 95);
}

#[test]
fn where_ctrl_c_ends_the_session_the_first_one_does() {
    let mut session = session(Act::RunsOn);
    session.settings.ctrl_c = CtrlC::EndsSession;
    session.at(95, Stage::stop);
    let played = session.play();
    ends(&played);
    assert_eq!(played.ended_at, 95);
}
