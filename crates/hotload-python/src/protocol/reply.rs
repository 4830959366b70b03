//! What the driver's replies mean for the session.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hotload_core::running::report::{Outcome, Skip};
use hotload_core::watching::poller::SourceRead;

use crate::outcome::failure::{Failure, UserError};
use crate::outcome::notice::Notice;
use crate::outcome::reloading::Reloaded;
use crate::path;
use crate::protocol::message::{Source, StepOutcome, StepResult};
use crate::traceback::advice::{
    advice, advice_on_missing_module, advice_on_port, advice_to_reload,
};
use crate::traceback::capture::Capture;
use crate::traceback::fold;
use crate::traceback::territory::Territory;
use crate::traceback::text::{self, sources::Sources};
use crate::transport::hello::Hello;

/// A source that was read, and, if it compiled, that its module was run from it. `None` from a driver
/// whose names user code has broken: it may send anything.
pub(crate) fn source_read(
    source: &Source,
    because: &[String],
) -> Option<(SourceRead, Option<Notice>)> {
    let bytes = BASE64.decode(&source.source).ok()?;
    let file = path::watched(&source.file);
    let reloaded = source.ran.then(|| {
        Notice::Reloaded(Reloaded {
            module: source.module.clone(),
            file: file.clone(),
            source: bytes.clone(),
            because: because.to_vec(),
        })
    });
    let modified = source.modified;
    let read = SourceRead {
        path: file,
        bytes,
        modified,
    };
    Some((read, reloaded))
}

/// What did not run, and why.
pub(crate) fn left_alone(result: &StepResult) -> impl Iterator<Item = Notice> {
    let stayed_old = result.stayed_old.iter().map(|stayed| Notice::StayedOld {
        module: stayed.module.clone(),
        needs: stayed.needs.clone(),
    });
    let kept = result.kept.iter().map(|kept| Notice::Kept {
        module: kept.module.clone(),
        why: kept.why,
    });
    let outdated = result.restart.iter().map(|file| Notice::Outdated {
        file: path::watched(file),
    });
    stayed_old.chain(kept).chain(outdated)
}

/// The newer `hotload.py` that user code would have imported elsewhere.
pub(crate) fn newer_api(result: &StepResult) -> Option<Notice> {
    let newer = result.newer_api.as_ref()?;
    Some(Notice::NewerApi {
        file: path::sent(Path::new(&newer.file)),
        version: newer.version.clone(),
    })
}

/// What modules keep of earlier texts.
pub(crate) fn old_definitions(result: &StepResult) -> impl Iterator<Item = Notice> {
    let old = result.old_definitions.iter();
    old.map(|old| Notice::OldDefinitions {
        module: old.module.clone(),
        names: old.names.clone(),
    })
}

/// An error in its normal form; `None` from a driver whose names user code has broken.
pub(crate) fn error(capture: &Capture, hello: &Hello, territory: &Territory) -> Option<UserError> {
    let territory = territory.with_stdlib(&capture.stdlib);
    let report = fold::report(capture.decode(hello)?, &territory);
    let mut help = advice_to_reload(&capture.not_reloaded, hello.version.major, &territory);
    help.extend(advice_on_missing_module(
        &report,
        &hello.executable,
        &territory,
    ));
    help.extend(advice_on_port(&report));
    Some(UserError {
        report,
        native: capture.native.clone(),
        help,
        half_written: None,
    })
}

/// What an interpreter wrote when it died, as an error.
/// Source lines are read from where `current` is the current folder.
pub(crate) fn crash(
    dump: &str,
    hello: &Hello,
    territory: &Territory,
    current: &Path,
) -> Option<Box<UserError>> {
    let mut traceback = text::crash(dump.as_bytes())?;
    traceback.circumstances.python = Some(hello.version.to_string());
    traceback.circumstances.implementation = Some(hello.implementation.clone());
    Sources::current(current.to_path_buf()).complete(&mut traceback);
    Some(Box::new(UserError {
        report: fold::report(traceback, territory),
        native: Some(dump.to_owned()),
        help: Vec::new(),
        half_written: None,
    }))
}

/// The error that ended a step.
fn step_error(result: &StepResult, hello: &Hello, territory: &Territory) -> Option<UserError> {
    let mut error = error(result.error.as_ref()?, hello, territory)?;
    if let Some(file) = &result.half_written {
        error.half_written = Some(path::watched(file));
        let mut read = result.sources.iter().rev();
        let source = read.find(|source| source.file == *file);
        if let Some(bytes) = source.and_then(|source| BASE64.decode(&source.source).ok()) {
            error.help.extend(advice(&error.report, &bytes));
        }
    }
    Some(error)
}

/// How a step ended. `had_terminal`: Ctrl-C went to user code, not to hotload.
pub(crate) fn outcome(
    result: StepResult,
    had_terminal: bool,
    hello: &Hello,
    territory: &Territory,
) -> Outcome<Failure> {
    let error = step_error(&result, hello, territory);
    match (result.outcome, error) {
        (StepOutcome::Ok, _) => Outcome::Ok,
        (StepOutcome::Failed, Some(error)) => Outcome::Failed(Failure::Error(Box::new(error))),
        (StepOutcome::Failed | StepOutcome::Exited, _) => {
            Outcome::Failed(Failure::Exited(result.what))
        }
        (StepOutcome::Unusable, _) => Outcome::Failed(Failure::Unusable(result.what)),
        (StepOutcome::Interrupted, location) => Outcome::Interrupted(Failure::Stopped {
            at_terminal: had_terminal && result.what == "KeyboardInterrupt",
            what: result.what,
            location: location.map(Box::new),
        }),
        (StepOutcome::Missing, _) => Outcome::Skipped(Skip::reported("its file is not there")),
        (StepOutcome::Skipped, _) => Outcome::Skipped(Skip::expected(result.what)),
    }
}
