//! What an interpreter answers, and what it tells unasked.

use std::collections::BTreeMap;
use std::time::Instant;

use hotload_core::running::report::Outcome;
use hotload_core::running::worker::News;

use crate::interpreter::{Interpreter, State};
use crate::outcome::failure::Failure;
use crate::outcome::notice::Notice;
use crate::protocol::message::{Reply, StepResult};
use crate::protocol::reply;
use crate::start::error::StartError;
use crate::traceback::capture::Capture;
use crate::transport;

/// What a reply reports besides how its step ended: the sources that it read, and a newer
/// `hotload.py`.
pub(super) fn read_and_newer(result: &StepResult) -> Vec<News<Interpreter>> {
    let mut news = Vec::new();
    for (read, reloaded) in result.sources.iter().filter_map(reply::source_read) {
        news.push(News::SourceRead(read));
        news.extend(reloaded.map(News::Notice));
    }
    news.extend(reply::newer_api(result).map(News::Notice));
    news
}

impl Interpreter {
    pub(super) fn replied(&mut self, reply: Reply) -> Vec<News<Self>> {
        match reply {
            Reply::Found { files } => self.found(&files),
            Reply::Result(result) if self.launched.asking => self.asked(&result),
            Reply::Result(result) => self.step_ended(*result),
            Reply::Errors { errors } => self.errors(&errors),
            Reply::Interrupted => self.interrupted_between_steps(),
            Reply::Printed { text } => vec![News::Notice(Notice::Printed(text))],
            Reply::Leftovers { counts } => vec![News::Notice(Notice::Leftovers(counts))],
            Reply::Up => {
                self.code_cache.trust();
                Vec::new()
            }
            Reply::Compiled { parts } => self.compiled(&parts),
            Reply::Bye => Vec::new(),
        }
    }

    /// Ctrl-C reached the driver while it waited for a request.
    pub(super) fn interrupted_between_steps(&mut self) -> Vec<News<Self>> {
        let State::Up {
            process, running, ..
        } = &self.state
        else {
            return Vec::new();
        };
        if *running && self.interrupting {
            // Ours, and it has overtaken the request.
            process.interrupt();
        } else if !running && process.release_terminal() {
            // A thread of user code has the terminal, so nobody else has seen it.
            return vec![News::Interrupted];
        }
        Vec::new()
    }

    /// The code of the driver's parts, for the next start.
    fn compiled(&mut self, codes: &BTreeMap<String, String>) -> Vec<News<Self>> {
        if let Some(hello) = &self.hello {
            let driver = transport::driver_for(hello, self.candidate.host.as_deref());
            self.code_cache.keep(&driver, codes);
        }
        Vec::new()
    }

    /// Errors that ended no step.
    pub(super) fn errors(&self, captures: &[Capture]) -> Vec<News<Self>> {
        let Some(hello) = &self.hello else {
            return Vec::new();
        };
        let territory = &self.settings.territory;
        let errors = captures
            .iter()
            .filter_map(|capture| reply::error(capture, hello, territory));
        errors
            .map(|error| News::Notice(Notice::Error(Box::new(error))))
            .collect()
    }

    pub(super) fn step_ended(&mut self, result: StepResult) -> Vec<News<Self>> {
        let mut errors = self.errors(&result.errors);
        if result.errors_dropped > 0 {
            errors.push(News::Notice(Notice::ErrorsDropped(result.errors_dropped)));
        }
        let State::Up {
            process,
            connection,
            running,
            idle_since,
            ..
        } = &mut self.state
        else {
            return Vec::new();
        };
        *running = false;
        *idle_since = Instant::now();
        self.interrupting = false;
        let had_terminal = process.release_terminal();
        if result.output_closed {
            // What failed is the printing: nobody wants to know.
            return vec![News::OutputClosed];
        }
        let hello = connection.hello.clone();
        let mut news = read_and_newer(&result);
        news.append(&mut errors);
        news.extend(self.registered(&result));
        let is_unusable = self.launched.is_reading && !self.launched.is_usable;
        let outcome = reply::outcome(result, had_terminal, &hello, &self.settings.territory);
        match (&self.settings.launch, &outcome) {
            (Some(script), Outcome::Failed(failure)) if is_unusable => {
                let error = StartError::launch(script, failure);
                // What is in the error is not told twice.
                if matches!(failure, Failure::Error(_)) {
                    news.push(News::StepEnded(outcome));
                }
                news.push(News::Fatal(error));
            }
            _ => news.push(News::StepEnded(outcome)),
        }
        news
    }
}
