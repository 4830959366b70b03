//! Many files that change at once: one run for the first, one when the last has changed.

use hotload_core::running::cut::Busy;
use hotload_core::running::report::Outcome::Ok;

use crate::rehearsal::{Rehearsal, Stage};
use crate::scripted_worker::Act;

/// Files, each with the time of a save.
type Saves = Vec<(u64, String)>;

/// When cycles start if these files are saved at these times.
fn cycles_after(saves: &[(u64, String)], reload: &[Act]) -> (Vec<u64>, String) {
    let mut session = Rehearsal::of_reload(reload);
    for (millis, name) in saves {
        let (name, text) = (name.clone(), format!("x = {millis}"));
        session.at(*millis, move |stage| stage.save(&name, &text));
    }
    session.at(9000, Stage::stop);
    let played = session.play();
    (played.times_of("reload starts"), played.story())
}

fn different(times: impl Iterator<Item = u64>) -> Saves {
    times.map(|time| (time, format!("m{time}.py"))).collect()
}

#[test]
fn the_first_change_runs_at_once_and_the_others_when_they_stop() {
    let many = || (0..20).map(|index| (95, format!("m{index}.py")));
    #[rustfmt::skip]
    let cases: [(&str, Saves, &[u64]); 8] = [
        ("one file",               different([95].into_iter()),              &[0, 100]),
        ("two at once",            different([95, 96].into_iter()),          &[0, 100]),
        ("two, one after another", different([95, 115].into_iter()),         &[0, 100, 220]),
        ("a checkout",             different((95..=495).step_by(5)),         &[0, 100, 600]),
        ("a long one",             different((95..=2000).step_by(5)),        &[0, 100, 1110, 2100]),
        ("many in one look",       many().collect(),                         &[0, 200]),
        ("many, and a pause",      many().chain(different([405].into_iter())).collect(), &[0, 200, 510]),
        ("two that are unrelated", different([95, 205].into_iter()),         &[0, 100, 210]),
    ];
    for (what, saves, expected) in cases {
        let (starts, story) = cycles_after(&saves, &[]);
        assert_eq!(starts, expected, "{what}: {story}");
    }
}

#[test]
fn saves_of_one_file_never_wait() {
    let saves: Vec<_> = (95..500)
        .step_by(20)
        .map(|time| (time, "lib.py".to_owned()))
        .collect();
    let (starts, _) = cycles_after(&saves, &[]);
    assert_eq!(starts.len(), 1 + saves.len());
    for ((saved, _), started) in saves.iter().zip(&starts[1..]) {
        assert!(
            started - saved <= 10,
            "saved at {saved}, started at {started}"
        );
    }
}

#[test]
fn changes_that_come_while_a_step_runs_wait_for_its_end_and_for_their_own() {
    let saves = different((95..=495).step_by(5));
    let (starts, story) =
        cycles_after(&saves, &[Act::Ends(Ok), Act::Takes(250, Ok), Act::Ends(Ok)]);
    assert_eq!(starts, [0, 100, 600], "{story}");
}

#[test]
fn a_step_is_interrupted_once_for_many_changes() {
    let reload = [Act::Ends(Ok), Act::Takes(2000, Ok), Act::Ends(Ok)];
    let mut session = Rehearsal::of_reload(&reload);
    session.settings.busy = Busy::Interrupt;
    for (millis, name) in different((95..=495).step_by(5)) {
        session.at(millis, move |stage| stage.save(&name, "x = 1"));
    }
    session.at(9000, Stage::stop);
    let played = session.play();
    assert_eq!(played.times_of("interrupt"), [600]);
}

#[test]
fn a_key_runs_what_waits() {
    use hotload_core::running::input::KeyCommand;
    let mut session = Rehearsal::of_reload(&[]);
    for (millis, name) in different([95, 115].into_iter()) {
        session.at(millis, move |stage| stage.save(&name, "x = 1"));
    }
    session.at(150, |stage| stage.presses(KeyCommand::RunAgain));
    session.at(9000, Stage::stop);
    assert_eq!(session.play().times_of("reload starts"), [0, 100, 150]);
}
