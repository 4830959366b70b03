//! What other programs ask for is carried out whether a cycle runs or not.

use hotload_core::running::input::{SessionRequest, StopReason};
use hotload_core::running::report::Outcome::Ok;
use hotload_core::session::Ending;

use crate::rehearsal::{Rehearsal, Stage};
use crate::scripted_worker::Act;

#[test]
fn a_rerun_that_is_asked_for_during_a_run_follows_it() {
    let mut session = Rehearsal::of_reload(&[Act::Takes(100, Ok)]);
    session.at(50, |stage| stage.requests(SessionRequest::Rerun));
    session.at(1000, |stage| stage.requests(SessionRequest::Rerun));
    session.at(9000, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, reload ok, #1 ok, #2, reload ok, #2 ok, #3, reload ok, #3 ok"
    );
}

#[test]
fn saves_wait_while_the_session_is_paused() {
    let mut session = Rehearsal::of_reload(&[]);
    session.at(50, |stage| stage.requests(SessionRequest::Pause));
    session.at(60, |stage| stage.requests(SessionRequest::Pause));
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(1000, |stage| stage.requests(SessionRequest::Resume));
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.times_of("#2 modified lib.py"),
        [1000],
        "{}",
        played.story()
    );
}

#[test]
fn what_runs_is_interrupted_and_nothing_else() {
    let mut session = Rehearsal::of_reload(&[Act::RunsOn]);
    session.at(95, |stage| stage.requests(SessionRequest::Interrupt));
    session.at(195, |stage| stage.requests(SessionRequest::Interrupt));
    session.at(9000, |stage| stage.requests(SessionRequest::Quit));
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, interrupt, Person so Interrupt, reload interrupted, #1 interrupted"
    );
    assert_eq!(played.ending, Ending::Stopped(StopReason::Quit));
    assert_eq!(played.ended_at, 9000);
}
