//! What an interpreter reports besides the outcomes of steps.

use hotload_python::outcome::death::Death;
use hotload_python::outcome::guest::GuestNotice;
use hotload_python::outcome::leftovers::Counts;
use hotload_python::outcome::notice::{Notice, Ready};
use hotload_python::outcome::patching::Patched;
use hotload_python::outcome::reloading::{KeptFor, Reloaded};
use hotload_python::start::error::StartError;

use super::{Activity, AfterDeath, Display, FirstHeader, SessionKind};
use crate::render::death::{Next, death};
use crate::render::error::error;
use crate::render::step::watch_list_failed;
use crate::render::{guest, header, hints, patching, reported, running, starting};
use crate::screen::Screen;

impl Display {
    pub(super) fn show_notice(&mut self, cycle: u64, notice: Notice) {
        match notice {
            Notice::SlowStart {
                candidate,
                waited,
                limit,
            } => self
                .screen
                .say(&starting::slow_start(&candidate, waited, limit)),
            Notice::Skipped(error) => self.passed_over(&error, Screen::say),
            Notice::PassedOver(error) => self.passed_over(&error, Screen::detail),
            Notice::Another(candidate) => self.screen.show(&starting::another(&candidate)),
            Notice::Ready(ready) => self.ready(&ready),
            Notice::Printed { text, is_error } => self.screen.print(&text, is_error),
            Notice::EventLoop(name) => self.shown.event_loop(name),
            Notice::Guest(notice) => self.guest(cycle, &notice),
            Notice::Reloaded(reloaded) => self.reloaded(cycle, &reloaded),
            Notice::StayedOld { module, needs } => {
                self.events.stayed_old(cycle, &module, &needs);
                self.reloads.stayed_old(module, needs);
            }
            Notice::Kept { module, why } => self.kept(cycle, module, why),
            Notice::Unpatched(why) => self.screen.say(&patching::unpatched(&why)),
            Notice::Patched(patched) => self.patched(cycle, patched),
            Notice::Outdated { file } => {
                self.events.restart_needed(cycle, &file);
                let is_guest = self.info.kind == SessionKind::Guest;
                self.screen.say(&reported::restart_needed(&file, is_guest));
            }
            Notice::Graph(modules) => self.graph = Some(modules),
            Notice::Error(user_error) => {
                self.events.error(cycle, &user_error);
                self.locate(&user_error);
                self.screen.show(&error(&user_error, self.look()));
            }
            Notice::ErrorsDropped(count) => self.screen.say(&reported::errors_dropped(count)),
            Notice::Leftovers(counts) => self.leftovers(cycle, counts),
            Notice::Hint(hint) => self.screen.say(&hints::library(hint)),
            Notice::Died {
                death,
                state_lost,
                step_follows,
            } => self.died(cycle, &death, state_lost, step_follows),
            Notice::NewerApi { file, version } => {
                self.screen.say(&reported::newer_api(&file, &version));
            }
            Notice::OldDefinitions { module, names } => {
                self.old_definitions.insert(module, names);
            }
            Notice::WatchListFailed(failure) => {
                self.screen.show(&watch_list_failed(&failure, self.look()));
            }
            Notice::StartFailed { error, pause } => {
                self.screen.show(&starting::start_failed(&error, pause));
            }
        }
    }

    /// Something about a program that has joined, or may.
    fn guest(&mut self, cycle: u64, notice: &GuestNotice) {
        if let GuestNotice::Left { why } = notice {
            self.has_plan = false;
            self.events.left(cycle, why.as_deref());
        }
        let text = guest::notice(notice);
        match notice {
            // Without the line there is nothing to do here.
            GuestNotice::Waiting { again: false, .. } | GuestNotice::NotCalled { .. } => {
                self.screen.show(&text);
            }
            _ => self.screen.say(&text),
        }
    }

    fn passed_over(&self, error: &StartError, show: fn(&Screen, &str)) {
        show(&self.screen, &starting::passed_over(error));
        if let Some(printed) = error.printed() {
            self.screen.detail(&starting::printed(printed));
        }
    }

    /// The session starts. Without an interpreter there is nothing to wait for.
    pub(crate) fn starts(&mut self) {
        if self.info.kind != SessionKind::Commands {
            return;
        }
        self.events
            .started(None, &self.info.targets, self.files_watched);
        self.show_title(false, true);
    }

    /// Brings the header up to date. Returns whether it was a different one.
    pub(super) fn set_title(&self) -> bool {
        let names = self.screen.names();
        let title = header::header(self.python.as_deref(), &names, self.info.unicode);
        self.screen.set_title(title)
    }

    fn show_title(&mut self, python_has_joined: bool, is_first: bool) {
        let is_new = self.set_title();
        let info = &self.info;
        let clears = info.first_header == FirstHeader::ByClear && !info.postpones;
        let is_shown = is_new || python_has_joined;
        if is_shown && !(is_first && clears) {
            self.screen.show_header();
        }
        if is_first && info.postpones {
            self.screen.say(&running::postponed());
            self.read_keys(false);
        }
    }

    fn ready(&mut self, ready: &Ready) {
        let is_first = ready.restarts == 0;
        self.events
            .ready(ready, &self.info.targets, self.files_watched);
        self.piles.forget();
        self.reloads.forget();
        self.unfixed.forget_preloads();
        self.python = Some(header::python(ready, &self.info.current_folder));
        self.show_title(ready.joined.is_some(), is_first);
        if !ready.left_out.is_empty() && is_first {
            self.screen.say(&starting::left_out(&ready.left_out));
        }
        self.screen.detail(&starting::started(ready));
    }

    fn leftovers(&mut self, cycle: u64, counts: Counts) {
        for pile in self.piles.count(cycle, counts) {
            if pile.is_known {
                self.screen.say(&hints::growing_pile(pile));
                continue;
            }
            self.events.pile(cycle, pile);
            let hook = if self.has_plan {
                "a `pre_reload_hook`"
            } else {
                "a function for `--before`"
            };
            self.screen.say(&hints::pile(pile, hook));
        }
    }

    fn reloaded(&mut self, cycle: u64, reloaded: &Reloaded) {
        let Reloaded {
            module,
            file,
            source,
            because,
        } = reloaded;
        let mut targets = self.info.targets.iter();
        let is_target = targets.any(|target| target.module == *module);
        let is_because_of_change = !is_target && !because.is_empty();
        self.reloads.reloaded(module, file, is_because_of_change);
        self.unfixed.ran(file);
        self.events.reloaded(cycle, reloaded);
        self.main_hint.reloaded(module, source);
    }

    fn patched(&mut self, cycle: u64, patched: Patched) {
        self.events.patched(cycle, &patched);
        self.reloads.patched(patched);
    }

    fn kept(&mut self, cycle: u64, module: String, why: KeptFor) {
        self.events.kept(cycle, &module, why);
        match why {
            KeptFor::Keep => self.reloads.kept(module),
            KeptFor::Preload => self.screen.detail(&reported::kept_preload(&module)),
        }
    }

    fn died(&mut self, cycle: u64, how: &Death, state_lost: bool, step_follows: bool) {
        self.events.died(cycle, how);
        if let Some(crash) = &how.crash {
            self.locate(crash);
        }
        self.has_plan = false;
        let next = if step_follows && self.info.after_death == AfterDeath::Replace {
            Next::AtOnce
        } else {
            self.next()
        };
        let text = death(how, state_lost, next, self.look());
        self.screen.show(&text);
    }

    /// What follows the death of an interpreter.
    fn next(&self) -> Next<'_> {
        match (self.info.after_death, &self.activity) {
            (AfterDeath::End, _) => Next::End,
            (AfterDeath::Replace, Activity::WarmUp { preload: Some(it) }) => Next::Without(it),
            (AfterDeath::Replace, _) if self.has_run => Next::OnSave,
            (AfterDeath::Replace, _) => Next::AtOnce,
        }
    }
}
