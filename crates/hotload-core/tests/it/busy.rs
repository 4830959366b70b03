//! What a save does to a running step, how long a step may take, and what a person can want.

use std::time::Duration;

use hotload_core::running::cut::Busy;
use hotload_core::running::input::{KeyCommand, StopReason};
use hotload_core::running::report::CycleOutcome;
use hotload_core::running::report::Outcome::Ok;
use hotload_core::running::worker::News;
use hotload_core::session::Ending;

use crate::rehearsal::{Played, Rehearsal, Stage};
use crate::scripted_worker::{Act, Event, failed};

/// A session whose first run is as given and whose later ones end at once; saved at 95 ms.
fn saved_while(runs: Act, busy: Busy) -> Rehearsal {
    let mut session = Rehearsal::of_reload(&[runs, Act::Ends(Ok)]);
    session.settings.busy = busy;
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(9000, Stage::stop);
    session
}

const INTERRUPTED: &str = "#1, interrupt, NewerSave so Interrupt, \
    reload interrupted, #1 interrupted, #2 modified lib.py, reload ok, #2 ok";

#[test]
fn a_save_interrupts_the_running_step_on_request() {
    let played = saved_while(Act::RunsOn, Busy::Interrupt).play();
    assert_eq!(played.story(), INTERRUPTED);
    assert_eq!(played.times_of("reload starts"), [0, 100]);
    let superseded: Vec<bool> = played
        .reports
        .iter()
        .map(|report| report.superseded)
        .collect();
    assert_eq!(superseded, [true, false]);
}

#[test]
fn a_step_that_does_not_hear_a_saves_interrupt_is_ended_with_its_worker_after_two_seconds() {
    let played = saved_while(Act::HearsNothing, Busy::Interrupt).play();
    assert_eq!(played.times_of("interrupt"), [100]);
    assert_eq!(played.times_of("NewerSave so NewWorker"), [2100]);
    assert_eq!(played.times_of("reload starts"), [0, 2200]);
    assert_eq!(played.reports[0].outcome, CycleOutcome::Interrupted);
}

#[test]
fn a_save_that_the_interrupted_step_has_run_to_its_end_runs_once() {
    let read_before = "#1, interrupt, NewerSave so Interrupt, reload ok, #1 ok, \
        #2 modified lib.py, reload ok, #2 ok";
    let read_after = "#1, interrupt, NewerSave so Interrupt, reload ok, #1 ok";
    for (read, story) in [(50, read_before), (200, read_after)] {
        let reads = Act::ReadsAfter(read, "lib.py", 250);
        assert_eq!(saved_while(reads, Busy::Interrupt).play().story(), story);
    }
}

#[test]
fn a_save_ends_the_running_step_with_its_worker_on_request_or_if_nothing_can_interrupt() {
    for can_interrupt in [true, false] {
        let busy = if can_interrupt {
            Busy::Restart
        } else {
            Busy::Interrupt
        };
        let mut session = saved_while(Act::HearsNothing, busy);
        session.can_interrupt = can_interrupt;
        let played = session.play();
        assert_eq!(played.times_of("NewerSave so NewWorker"), [100]);
        assert!(played.times_of("interrupt").is_empty());
        assert_eq!(played.times_of("reload starts"), [0, 200]);
    }
}

#[test]
fn a_save_always_waits_for_a_step_that_has_the_terminal() {
    for busy in [Busy::Interrupt, Busy::Restart] {
        let mut session = saved_while(Act::Takes(4000, Ok), busy);
        session.settings.step_limit = Some(Duration::from_secs(1));
        session.at(10, |stage| stage.owns_terminal.set(true));
        let played = session.play();
        assert_eq!(
            played.story(),
            "#1, a save waits, reload ok, #1 ok, #2 modified lib.py, reload ok, #2 ok"
        );
        assert_eq!(played.times_of("reload starts"), [0, 4000], "{busy:?}");
    }
}

#[test]
fn the_steps_that_a_newer_save_has_made_pointless_are_not_started() {
    let mut session = saved_while(Act::RunsOn, Busy::Interrupt);
    session.add("call", None, &[]);
    assert_eq!(
        session.play().story(),
        "#1, interrupt, NewerSave so Interrupt, reload interrupted, \
         #1 interrupted, #2 modified lib.py, reload ok, call ok, #2 ok"
    );
}

#[test]
fn a_cycle_follows_a_pointless_one_even_if_what_was_saved_is_gone_again() {
    let mut session = saved_while(Act::HearsNothing, Busy::Interrupt);
    session.at(300, |stage| stage.disk.remove("lib.py"));
    let played = session.play();
    assert_eq!(played.times_of("reload starts"), [0, 2200]);
    assert_eq!(played.reports.last().unwrap().outcome, CycleOutcome::Ok);
}

#[test]
fn ctrl_c_does_not_interrupt_a_second_time_what_a_save_has_interrupted() {
    let mut session = saved_while(Act::HearsNothing, Busy::Interrupt);
    session.at(500, Stage::stop);
    let played = session.play();
    assert_eq!(played.times_of("interrupt"), [100]);
    assert_eq!(played.times_of("kill"), [2100]);
    assert_eq!(played.ending, Ending::Stopped(StopReason::Interrupt));
}

#[test]
fn the_time_in_which_hotload_is_stopped_counts_for_no_step() {
    let mut session = Rehearsal::of_reload(&[Act::RunsOn]);
    session.settings.step_limit = Some(Duration::from_secs(1));
    session.settings.once = true;
    session.at(500, |stage| stage.stands_still(Duration::from_secs(5)));
    let cut = session.play().times_of("TimeLimit(1s) so Interrupt");
    assert!(matches!(cut[..], [5900..=6100]), "{cut:?}");
}

#[test]
fn a_step_that_takes_too_long_is_interrupted_and_the_next_one_runs() {
    let mut session = Rehearsal::of_reload(&[Act::RunsOn]);
    session.add("call", None, &[]);
    session.settings.step_limit = Some(Duration::from_secs(1));
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, interrupt, TimeLimit(1s) so Interrupt, reload interrupted, call ok, #1 interrupted"
    );
    assert_eq!(played.times_of("interrupt"), [1000]);
}

fn played_with_fresh_workers(once: bool) -> Played {
    let mut session = Rehearsal::of_reload(&[]);
    session.add_warm_up("preload", &[Act::Ends(failed())]);
    session.settings.fresh_worker = true;
    session.settings.once = once;
    session.ready = false;
    session.at(0, |stage| {
        stage.says(News::Fresh);
        stage.tells(Event::Ready);
    });
    session.at(1000, |stage| stage.save("lib.py", "x = 2"));
    session.at(9000, Stage::stop);
    session.play()
}

#[test]
fn a_fresh_worker_comes_up_warm_when_the_cycle_has_ended() {
    let played = played_with_fresh_workers(false);
    assert_eq!(
        played.story(),
        "preload failed, warm, #1, reload ok, #1 ok, restart, preload failed, warm, \
         #2 modified lib.py, reload ok, #2 ok, restart, preload failed, warm"
    );
    assert_eq!(played.times_of("restart"), [0, 1000]);
    assert_eq!(played.times_of("warm"), [0, 100, 1100]);
    assert_eq!(
        played_with_fresh_workers(true).story(),
        "preload failed, warm, #1, reload ok, #1 ok"
    );
}

#[test]
fn a_warm_up_that_ends_its_worker_is_left_out_until_its_file_is_saved() {
    let mut session = Rehearsal::of_reload(&[Act::Ends(Ok)]);
    session.add_warm_up("lib.py", &[Act::HearsNothing, Act::Ends(Ok)]);
    session.add_warm_up("other", &[Act::Ends(Ok)]);
    let dies = |stage: &Stage| {
        stage.says(News::Lost);
        stage.tells(Event::Restarts);
        stage.says(News::StepEnded(failed()));
        stage.says(News::Fresh);
        stage.tells(Event::Ready);
    };
    session.ready = false;
    session.at(0, |stage| {
        stage.says(News::Fresh);
        stage.tells(Event::Ready);
    });
    session.at(50, dies);
    session.at(295, |stage| stage.save("lib.py", "x = 2"));
    session.at(1000, Stage::stop);
    assert_eq!(
        session.play().story(),
        "lib.py failed, warm, lib.py skipped since it ended the interpreter, other ok, warm, \
         #1, reload ok, #1 ok, restart, lib.py ok, other ok, warm, \
         #2 modified lib.py, reload ok, #2 ok"
    );
}

#[test]
fn a_warm_up_comes_before_the_first_cycle_and_no_save_interrupts_it() {
    let mut session = Rehearsal::of_reload(&[]);
    session.ready = false;
    session.settings.busy = Busy::Interrupt;
    session.add_warm_up("preload", &[Act::Takes(500, Ok)]);
    session.at(50, |stage| {
        stage.says(News::Fresh);
        stage.tells(Event::Ready);
    });
    session.at(95, |stage| stage.save("lib.py", "x = 2"));
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(
        played.story(),
        "a save waits, preload ok, warm, #1 modified lib.py, reload ok, #1 ok"
    );
    assert_eq!(played.times_of("preload starts"), [50]);
    assert_eq!(played.times_of("reload starts"), [550]);
}

#[test]
fn a_worker_that_dies_ends_the_session_on_request() {
    let mut session = Rehearsal::of_reload(&[Act::HearsNothing]);
    session.settings.ends_with_worker = true;
    session.at(50, |stage| {
        let died = vec![News::Lost, News::StepEnded(failed())];
        stage.news.borrow_mut().extend(died);
        stage.tells(Event::Says);
    });
    let played = session.play();
    assert_eq!(played.story(), "#1, reload failed, #1 failed");
    assert_eq!(played.ending, Ending::WorkerDied);
}

#[test]
fn a_person_can_run_again_restart_pause_and_quit() {
    let mut session = Rehearsal::of_reload(&[]);
    session.at(100, |stage| stage.presses(KeyCommand::RunAgain));
    session.at(200, |stage| stage.presses(KeyCommand::Restart));
    session.at(400, |stage| stage.presses(KeyCommand::Pause));
    session.at(500, |stage| stage.save("lib.py", "x = 2"));
    session.at(600, |stage| stage.presses(KeyCommand::RunAgain));
    session.at(700, |stage| stage.save("lib.py", "x = 33"));
    session.at(800, |stage| stage.presses(KeyCommand::Pause));
    session.at(900, |stage| stage.presses(KeyCommand::Quit));
    let played = session.play();
    assert_eq!(
        played.story(),
        "#1, reload ok, #1 ok, RunAgain, #2, reload ok, #2 ok, \
         restart, Restart, #3, reload ok, #3 ok, \
         Pause, paused, RunAgain, paused, #4 modified lib.py, reload ok, #4 ok, \
         Pause, #5 modified lib.py, reload ok, #5 ok, Quit"
    );
    assert_eq!(played.times_of("reload starts"), [0, 100, 300, 600, 800]);
    assert_eq!(played.ending, Ending::Stopped(StopReason::Quit));
}

#[test]
fn a_worker_that_cannot_be_replaced_is_interrupted_and_never_ended() {
    let mut session = saved_while(Act::HearsNothing, Busy::Interrupt);
    session.is_replaceable = false;
    // Ctrl-C twice.
    session.at(9500, Stage::stop);
    let played = session.play();
    assert_eq!(played.times_of("interrupt"), [100]);
    assert_eq!(played.times_of("NewerSave so Interrupt"), [100]);
    assert!(played.times_of("restart").is_empty());
}

#[test]
fn a_restart_of_what_cannot_be_replaced_is_only_answered() {
    let mut session = Rehearsal::of_reload(&[Act::Ends(Ok)]);
    session.is_replaceable = false;
    session.at(100, |stage| stage.presses(KeyCommand::Restart));
    session.at(9000, Stage::stop);
    assert_eq!(session.play().story(), "#1, reload ok, #1 ok, Restart");
}

#[test]
fn a_worker_that_has_come_in_gets_a_cycle_although_nothing_was_saved() {
    let mut session = Rehearsal::of_reload(&[Act::Ends(Ok)]);
    session.at(100, |stage| stage.says(News::Unserved));
    session.at(9000, Stage::stop);
    assert_eq!(
        session.play().story(),
        "#1, reload ok, #1 ok, #2, reload ok, #2 ok"
    );
}
