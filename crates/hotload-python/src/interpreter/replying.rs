//! What an interpreter answers, and what it reports unasked.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use hotload_core::running::report::{Outcome, Skip};
use hotload_core::running::worker::News;

use crate::driver::{sending, source_cache};
use crate::interpreter::Interpreter;
use crate::interpreter::state::{Ordered, State, Work, WorkKind};
use crate::outcome::failure::Failure;
use crate::outcome::guest::GuestNotice;
use crate::outcome::notice::Notice;
use crate::outcome::reloading::ImportingModule;
use crate::path;
use crate::protocol::message::{Reply, Request, Source, StepResult, Stored};
use crate::protocol::reply;
use crate::traceback::capture::Capture;
use crate::transport::{Transport, frame};

/// What a reply reports besides how its step ended: the sources that were read, a newer `hotload.py`,
/// and what is left of earlier texts.
pub(super) fn read_and_newer(result: &StepResult) -> Vec<News<Interpreter>> {
    let mut news = Vec::new();
    for (source, because) in in_order(result) {
        if let Some((read, reloaded)) = reply::source_read(source, because) {
            news.push(News::SourceRead(read));
            news.extend(reloaded.map(News::Notice));
        }
    }
    let in_use = result.reads.iter().chain(&result.extensions);
    news.extend(in_use.map(|file| News::InUse(path::watched(file))));
    let written = result.writes.iter();
    news.extend(written.map(|file| News::Wrote(path::watched(file))));
    news.extend(reply::left_alone(result).map(News::Notice));
    news.extend((!result.restart.is_empty()).then_some(News::Outdated));
    let patched = result.patched.iter().cloned();
    news.extend(patched.map(Notice::Patched).map(News::Notice));
    news.extend(reply::newer_api(result).map(News::Notice));
    news.extend(reply::old_definitions(result).map(News::Notice));
    news
}

/// The sources that were read, each with what had its module run: those of modules that ran to their end
/// first, dependencies before what imports them, and then the others, as they began.
fn in_order(result: &StepResult) -> Vec<(&Source, &[String])> {
    let ran = result.modules.iter().enumerate();
    let ran: HashMap<&str, (usize, &[String])> = ran
        .map(|(index, ran)| (ran.module.as_str(), (index, &ran.because[..])))
        .collect();
    let find = |source: &Source| ran.get(source.module.as_str()).copied();
    let mut sources: Vec<&Source> = result.sources.iter().collect();
    sources.sort_by_key(|source| find(source).map_or(usize::MAX, |(index, _)| index));
    let with_reasons = sources.into_iter().map(|source| {
        let because = find(source).map_or(&[][..], |(_, because)| because);
        (source, because)
    });
    with_reasons.collect()
}

impl Interpreter {
    /// Takes a message. One that is not expected in this state means that something else than the
    /// driver writes into the connection.
    pub(super) fn replied(&mut self, reply: Reply) -> Vec<News<Self>> {
        let reply = match self.guest_replied(reply) {
            Ok(news) => return news,
            Err(reply) => reply,
        };
        match (&mut self.state, reply) {
            (State::Up(up), Reply::Begun) => match &mut up.work {
                Work::Step {
                    has_begun, kind, ..
                } if !*has_begun => {
                    *has_begun = true;
                    up.has_state |= *kind != WorkKind::Preload;
                    Vec::new()
                }
                Work::Step { .. } | Work::Idle { .. } | Work::Withdrawn | Work::Asking { .. } => {
                    self.garbled()
                }
            },
            (State::Starting(_), Reply::Found { files }) => self.found(&files),
            (State::Up(up), Reply::Result(result)) => match up.work {
                Work::Step { .. } => self.step_ended(*result),
                Work::Asking { .. } => self.asked(*result),
                Work::Idle { .. } | Work::Withdrawn => self.garbled(),
            },
            // The end of a step whose interpreter has been given up on.
            (State::Leaving(_), Reply::Begun | Reply::Result(_)) => Vec::new(),
            (_, Reply::Found { .. } | Reply::Begun | Reply::Result(_)) => self.garbled(),
            (State::Up(up), Reply::Graph { modules }) => match up.work {
                Work::Step { .. } => self.graph(modules),
                Work::Asking { .. } | Work::Withdrawn | Work::Idle { .. } => self.garbled(),
            },
            (_, Reply::Graph { .. }) => self.garbled(),
            (_, Reply::Errors { errors }) => self.errors(&errors),
            (_, Reply::Interrupted) => self.interrupted_between_steps(),
            (_, Reply::Printed { text, is_error }) => {
                vec![News::Notice(Notice::Printed { text, is_error })]
            }
            (_, Reply::Loop { name }) => vec![News::Notice(Notice::EventLoop(name))],
            (_, Reply::Unpatched { why }) => vec![News::Notice(Notice::Unpatched(why))],
            (_, Reply::Leftovers { counts }) => vec![News::Notice(Notice::Leftovers(counts))],
            (_, Reply::Hint { kind }) => vec![News::Notice(Notice::Hint(kind))],
            (_, Reply::Compiled { parts }) => self.compiled(&parts),
            (_, Reply::Stored { progress }) => self.stored(progress),
            (_, Reply::Up) => {
                self.code_cache.trust();
                Vec::new()
            }
            // Of guests, and answered above.
            (
                _,
                Reply::OutputDropped { .. }
                | Reply::Chosen { .. }
                | Reply::RowFailed { .. }
                | Reply::Joined
                | Reply::Waits { .. }
                | Reply::Left { .. },
            ) => self.garbled(),
            (_, Reply::Bye) => Vec::new(),
        }
    }

    /// Ctrl-C reached the driver while it waited for a request.
    fn interrupted_between_steps(&mut self) -> Vec<News<Self>> {
        let State::Up(up) = &mut self.state else {
            return Vec::new();
        };
        match up.work {
            // It was ours, and has overtaken the request.
            Work::Step {
                ordered: Ordered::Interrupt,
                ..
            } => {
                up.interrupt();
                Vec::new()
            }
            Work::Step { .. } | Work::Withdrawn => Vec::new(),
            // A thread of user code has the terminal, so this Ctrl-C went nowhere else.
            Work::Idle { .. } | Work::Asking { .. } if up.process.release_terminal() => {
                vec![News::Interrupted]
            }
            Work::Idle { .. } | Work::Asking { .. } => Vec::new(),
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

    /// Some code of watched sources was stored.
    fn stored(&mut self, progress: Stored) -> Vec<News<Self>> {
        match (progress, &mut self.state, &self.settings.code_cache) {
            (Stored::Partly, State::Up(up), _) if up.is_ready() => {
                // A write that fails is the end of the connection, which the reader reports.
                let request = frame::encode(&Request::Store);
                let _ = up.connection.writer.write_all(&request);
            }
            (Stored::Written, _, Some(folder)) => source_cache::clean(folder),
            _ => {}
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
        let (ordered, kind) = match up.work {
            Work::Step { ordered, kind, .. } => (ordered, kind),
            Work::Idle { .. } | Work::Withdrawn | Work::Asking { .. } => {
                (Ordered::Nothing, WorkKind::Other)
            }
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
        self.remember_loaded(&result);
        let mut news = read_and_newer(&result);
        news.append(&mut errors);
        news.extend(self.registered(&result));
        let is_unusable = kind == WorkKind::Script && !self.script.is_usable();
        let outcome = reply::outcome(result, had_terminal, &hello, &self.settings.territory);
        if is_unusable {
            news.extend(self.script_failed(outcome));
        } else {
            news.push(News::StepEnded(match outcome {
                // As if it were not in the plan.
                Outcome::Skipped(skip) if kind == WorkKind::Dependents => {
                    Outcome::Skipped(Skip::unmentioned(skip.reason))
                }
                outcome => outcome,
            }));
        }
        news
    }

    /// Who imports whom: the end of the step that asks for it.
    fn graph(&mut self, modules: Vec<ImportingModule>) -> Vec<News<Self>> {
        let Some(up) = self.state.up() else {
            return Vec::new();
        };
        up.process.release_terminal();
        up.rest();
        let graph = News::Notice(Notice::Graph(modules));
        vec![graph, News::StepEnded(Outcome::Ok)]
    }

    /// Remembers the files of the modules that were loaded, apart from targets.
    fn remember_loaded(&mut self, result: &StepResult) {
        let targets = &self.settings.targets;
        let is_target = |name: &String| targets.iter().any(|target| target.module == *name);
        let ran = result.sources.iter().filter(|source| source.ran);
        let modules = ran.filter(|source| !is_target(&source.module));
        let sources = result
            .sources
            .iter()
            .map(|source| path::watched(&source.file));
        let files: Vec<PathBuf> = modules.map(|source| path::watched(&source.file)).collect();
        let names = result.sources.iter().map(|source| source.module.as_str());
        self.settings.territory.add_modules(names);
        let read = result.reads.iter().map(path::watched);
        let files_in_use: Vec<PathBuf> = sources.chain(read).collect();
        if let Some(up) = self.state.up() {
            up.loaded.extend(files);
            up.in_use.extend(files_in_use);
        }
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
    pub(super) fn use_idle_time(&mut self, now: Instant) -> Vec<News<Self>> {
        let State::Up(up) = &mut self.state else {
            return Vec::new();
        };
        if up.is_newly_silent(now) {
            return vec![News::Notice(Notice::Guest(GuestNotice::Silent))];
        }
        if up.has_to_remind(now) {
            // A write that fails is the end of the connection, which the reader reports.
            let _ = up
                .connection
                .writer
                .write_all(&frame::encode(&Request::Remind));
            return Vec::new();
        }
        if up.is_newly_slow_to_answer(now) {
            return vec![News::Asking];
        }
        if up.prepares(now) {
            if up.connection.transport == Transport::Socket {
                up.reception = None;
            }
            let level = self.settings.level;
            let prepare = Request::Prepare { level };
            let compile = self.code_cache.asks().then_some(Request::Compile);
            let store = self.settings.code_cache.is_some().then_some(Request::Store);
            for request in [prepare].into_iter().chain(compile).chain(store) {
                // A write that fails is the end of the connection, which the reader reports.
                let request = frame::encode(&request);
                let _ = up.connection.writer.write_all(&request);
            }
        } else if up.is_ready() {
            self.ask_if_due(now);
        }
        Vec::new()
    }
}
