//! What a launch script has registered in an interpreter, and what it is asked between the steps.

use std::io::Write;
use std::time::{Duration, Instant};

use hotload_core::running::report::Outcome;
use hotload_core::running::worker::News;
use hotload_core::watching::watch_set::NewFiles;

use crate::interpreter::{Interpreter, State, replying};
use crate::outcome::notice::Notice;
use crate::protocol::message::{Request, StepResult};
use crate::protocol::registered::{Registered, Watched};
use crate::protocol::reply;
use crate::transport::frame;

/// How often a launch script's callables are asked for what is to be watched by now.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// What a launch script has come to.
#[derive(Default)]
pub(super) struct Launching {
    /// Whether one has ever registered a plan.
    pub(super) is_usable: bool,
    /// Whether the one that this interpreter has read has.
    pub(super) has_plan: bool,
    /// What its watch list stood for when it was last told.
    watched: Option<Watched>,
    /// When its callables are asked next.
    ask_at: Option<Instant>,
    /// Whether the running step reads the script.
    pub(super) is_reading: bool,
    /// Whether an answer is awaited.
    pub(super) asking: bool,
}

impl Launching {
    /// Another interpreter has to read the script again.
    pub(super) fn start_anew(&mut self) {
        *self = Self {
            is_usable: self.is_usable,
            ..Self::default()
        };
    }

    /// What is watched from now on, if that is something else than before.
    fn watches(&mut self, result: &StepResult) -> Option<Watched> {
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
    /// What a launch script wants from now on.
    pub(super) fn registered(&mut self, result: &StepResult) -> Vec<News<Self>> {
        if result.plan.is_some() {
            self.launched.is_usable = true;
            self.launched.has_plan = true;
        }
        let watched = self.launched.watches(result);
        if result.plan.is_none() && watched.is_none() {
            return Vec::new();
        }
        vec![News::Registered(Registered {
            steps: result.plan.clone(),
            watched: watched.map(|watched| (watched, NewFiles::Known)),
        })]
    }

    /// Asks what a launch script's callables return by now.
    pub(super) fn ask(&mut self, now: Instant) {
        let State::Up { connection, .. } = &mut self.state else {
            return;
        };
        if self.launched.ask_at.is_some_and(|ask_at| now >= ask_at) {
            self.launched.ask_at = None;
            self.launched.asking = true;
            // If it cannot be asked any more, its end comes as an event.
            let _ = connection.writer.write_all(&frame::encode(&Request::Watch));
        }
    }

    /// The answer to that.
    pub(super) fn asked(&mut self, result: &StepResult) -> Vec<News<Self>> {
        self.launched.asking = false;
        let mut news = replying::read_and_newer(result);
        if let Some(watched) = self.launched.watches(result) {
            news.push(News::Registered(Registered {
                steps: None,
                watched: Some((watched, NewFiles::Created)),
            }));
        }
        let Some(hello) = &self.hello else {
            return news;
        };
        let outcome = reply::outcome(result.clone(), false, hello, &self.settings.territory);
        if let Outcome::Failed(failure) = outcome {
            // Asked again when there is another plan: the same error twice a second helps nobody.
            news.push(News::Notice(Notice::WatchListFailed(failure)));
        }
        news
    }
}
