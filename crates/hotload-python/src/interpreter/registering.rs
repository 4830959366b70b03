//! What a launch script has registered, and what it is asked between steps.

use std::io::Write;
use std::time::{Duration, Instant};

use hotload_core::running::report::Outcome;
use hotload_core::running::worker::News;
use hotload_core::watching::watch_set::NewFiles;

use crate::interpreter::state::{State, Work};
use crate::interpreter::{Interpreter, replying};
use crate::outcome::notice::Notice;
use crate::protocol::message::{Request, StepResult};
use crate::protocol::registered::{Registered, Watched};
use crate::protocol::reply;
use crate::transport::frame;

/// How often a launch script's callables are asked what is to be watched by now.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// What a launch script has registered.
#[derive(Default)]
pub(super) struct Script {
    plan: PlanState,
    /// Whether one of its steps runs what imports a saved module.
    observes: bool,
    /// What its watch list stood for when it was last reported.
    watched: Option<Watched>,
    /// When its callables are asked next.
    ask_at: Option<Instant>,
}

/// Whether a launch script has registered a plan.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum PlanState {
    /// It has not, in any interpreter.
    #[default]
    Never,
    /// It has in an earlier interpreter: it has to be read again.
    Earlier,
    /// It has in this one.
    Registered,
}

impl Script {
    pub(super) fn has_plan(&self) -> bool {
        self.plan == PlanState::Registered
    }

    /// Whether it has ever registered a plan.
    pub(super) fn is_usable(&self) -> bool {
        self.plan != PlanState::Never
    }

    /// Whether a module that is removed is missed by what imports it.
    pub(super) fn observes(&self) -> bool {
        self.observes
    }

    pub(super) fn asks_at(&self) -> Option<Instant> {
        self.ask_at
    }

    /// Another interpreter has to read the script again.
    pub(super) fn start_anew(&mut self) {
        let plan = match self.plan {
            PlanState::Never => PlanState::Never,
            PlanState::Earlier | PlanState::Registered => PlanState::Earlier,
        };
        *self = Self {
            plan,
            ..Self::default()
        };
    }

    /// What is watched from now on, if that has changed.
    fn newly_watched(&mut self, result: &StepResult) -> Option<Watched> {
        let watched = result.watched.as_ref()?;
        self.ask_at = watched.is_live.then(|| Instant::now() + ASK_AGAIN);
        if self.watched.as_ref() == Some(watched) {
            return None;
        }
        self.watched = Some(watched.clone());
        Some(watched.clone())
    }
}

impl Interpreter {
    /// What a launch script has registered while a step ran.
    pub(super) fn registered(&mut self, result: &StepResult) -> Option<News<Self>> {
        if let Some(steps) = &result.plan {
            self.script.plan = PlanState::Registered;
            self.script.observes = steps.iter().any(|step| step.observes);
        }
        let watched = self.script.newly_watched(result);
        let is_new = result.plan.is_some() || watched.is_some();
        is_new.then(|| {
            News::Registered(Registered {
                steps: result.plan.clone(),
                watched: watched.map(|watched| (watched, NewFiles::Known)),
            })
        })
    }

    /// Asks the callables of a watch list what they return by now, if that is due.
    pub(super) fn ask_if_due(&mut self, now: Instant) {
        let State::Up(up) = &mut self.state else {
            return;
        };
        if self
            .script
            .ask_at
            .take_if(|ask_at| now >= *ask_at)
            .is_some()
        {
            up.work = Work::Asking {
                since: now,
                is_reported: false,
            };
            // If this fails, its end arrives as an event.
            let watch = frame::encode(&Request::Watch);
            let _ = up.connection.writer.write_all(&watch);
        }
    }

    /// The answer to that.
    pub(super) fn asked(&mut self, result: StepResult) -> Vec<News<Self>> {
        let mut news = vec![News::Asked];
        news.append(&mut replying::read_and_newer(&result));
        if let Some(watched) = self.script.newly_watched(&result) {
            news.push(News::Registered(Registered {
                steps: None,
                watched: Some((watched, NewFiles::Created)),
            }));
        }
        let State::Up(up) = &mut self.state else {
            return news;
        };
        up.rest();
        let hello = &up.connection.hello;
        let outcome = reply::outcome(result, false, hello, &self.settings.territory);
        if let Outcome::Failed(failure) | Outcome::Interrupted(failure) = outcome {
            // Asked again once there is another plan: the same error twice a second helps nobody.
            news.push(News::Notice(Notice::WatchListFailed(failure)));
        }
        news
    }
}
