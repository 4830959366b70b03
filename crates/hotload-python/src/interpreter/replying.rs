//! What an interpreter answers, and what it reports unasked.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant;

use hotload_core::running::report::Outcome;
use hotload_core::running::worker::News;

use crate::driver::sending;
use crate::interpreter::Interpreter;
use crate::interpreter::state::{Ordered, State, Work};
use crate::outcome::failure::Failure;
use crate::outcome::notice::Notice;
use crate::protocol::message::{Reply, Request, StepResult};
use crate::protocol::reply;
use crate::traceback::capture::Capture;
use crate::transport::{Transport, frame};

/// What a reply reports besides how its step ended: the sources that were read, a newer `hotload.py`,
/// and what is left of earlier texts.
pub(super) fn read_and_newer(result: &StepResult) -> Vec<News<Interpreter>> {
    let mut news = Vec::new();
    for (read, reloaded) in result.sources.iter().filter_map(reply::source_read) {
        news.push(News::SourceRead(read));
        news.extend(reloaded.map(News::Notice));
    }
    news.extend(reply::newer_api(result).map(News::Notice));
    news.extend(reply::old_definitions(result).map(News::Notice));
    news
}

impl Interpreter {
    /// Takes a message. One that is not expected in this state means that something else than the
    /// driver writes into the connection.
    pub(super) fn replied(&mut self, reply: Reply) -> Vec<News<Self>> {
        match (&self.state, reply) {
            (State::Starting(_), Reply::Found { files }) => self.found(&files),
            (State::Up(up), Reply::Result(result)) => match up.work {
                Work::Step { .. } => self.step_ended(*result),
                Work::Asking => self.asked(*result),
                Work::Idle { .. } => self.garbled(),
            },
            // The end of a step whose interpreter has been given up on.
            (State::Leaving(_), Reply::Result(_)) => Vec::new(),
            (_, Reply::Found { .. } | Reply::Result(_)) => self.garbled(),
            (_, Reply::Errors { errors }) => self.errors(&errors),
            (_, Reply::Interrupted) => self.interrupted_between_steps(),
            (_, Reply::Printed { text }) => vec![News::Notice(Notice::Printed(text))],
            (_, Reply::Leftovers { counts }) => vec![News::Notice(Notice::Leftovers(counts))],
            (_, Reply::Compiled { parts }) => self.compiled(&parts),
            (_, Reply::Up) => {
                self.code_cache.trust();
                Vec::new()
            }
            (_, Reply::Bye) => Vec::new(),
        }
    }

    /// Ctrl-C reached the driver while it waited for a request.
    fn interrupted_between_steps(&mut self) -> Vec<News<Self>> {
        let State::Up(up) = &self.state else {
            return Vec::new();
        };
        match up.work {
            // It was ours, and has overtaken the request.
            Work::Step {
                ordered: Ordered::Interrupt,
                ..
            } => {
                up.process.interrupt();
                Vec::new()
            }
            Work::Step { .. } => Vec::new(),
            // A thread of user code has the terminal, so this Ctrl-C went nowhere else.
            Work::Idle { .. } | Work::Asking if up.process.release_terminal() => {
                vec![News::Interrupted]
            }
            Work::Idle { .. } | Work::Asking => Vec::new(),
        }
    }

    /// The code of the driver's parts, for the next start.
    fn compiled(&mut self, codes: &BTreeMap<String, String>) -> Vec<News<Self>> {
        if let Some(hello) = &self.hello {
            let driver = sending::driver_for(hello, self.candidate.host.as_deref());
            self.code_cache.keep(&driver, codes);
        }
        Vec::new()
    }

    /// Errors that ended no step.
    fn errors(&self, captures: &[Capture]) -> Vec<News<Self>> {
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

    fn step_ended(&mut self, result: StepResult) -> Vec<News<Self>> {
        let mut errors = self.errors(&result.errors);
        if result.errors_dropped > 0 {
            errors.push(News::Notice(Notice::ErrorsDropped(result.errors_dropped)));
        }
        let Some(up) = self.state.up() else {
            return Vec::new();
        };
        let had_terminal = up.process.release_terminal();
        let hello = up.connection.hello.clone();
        let (ordered, reads_script) = match up.work {
            Work::Step {
                ordered,
                reads_script,
            } => (ordered, reads_script),
            Work::Idle { .. } | Work::Asking => (Ordered::Nothing, false),
        };
        up.rest();
        if ordered == Ordered::Replace {
            // Its result was on its way when it was killed: nothing else runs in it.
            self.leave_after_step();
        }
        if result.output_closed {
            // What failed is the printing, which has no reader.
            return vec![News::OutputClosed];
        }
        let mut news = read_and_newer(&result);
        news.append(&mut errors);
        news.extend(self.registered(&result));
        let is_unusable = reads_script && !self.script.is_usable();
        let outcome = reply::outcome(result, had_terminal, &hello, &self.settings.territory);
        if is_unusable {
            news.extend(self.script_failed(outcome));
        } else {
            news.push(News::StepEnded(outcome));
        }
        news
    }

    /// A launch script that has never registered a plan ends the session.
    fn script_failed(&self, outcome: Outcome<Failure>) -> Vec<News<Self>> {
        let (Some(script), Outcome::Failed(failure)) = (&self.settings.launch, &outcome) else {
            return vec![News::StepEnded(outcome)];
        };
        let error = News::Fatal(failure.start_error(script));
        match failure {
            // Displayed as the step's error; everything else is in the start error's message.
            Failure::Error(_) => vec![News::StepEnded(outcome), error],
            _ => vec![error],
        }
    }

    /// Does what can wait until nothing runs.
    pub(super) fn use_idle_time(&mut self, now: Instant) {
        let State::Up(up) = &mut self.state else {
            return;
        };
        if up.prepares(now) {
            if up.connection.transport == Transport::Socket {
                up.reception = None;
            }
            let compile = self.code_cache.asks().then_some(Request::Compile);
            for request in [Request::Prepare].into_iter().chain(compile) {
                // A write that fails is the end of the connection, which the reader reports.
                let request = frame::encode(&request);
                let _ = up.connection.writer.write_all(&request);
            }
        } else if up.is_ready() {
            self.ask_if_due(now);
        }
    }
}
