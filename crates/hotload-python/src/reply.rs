//! What the driver's replies mean for the session.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hotload_core::poller::SourceRead;
use hotload_core::report::{Outcome, Skip};

use crate::failure::Failure;
use crate::message::{Source, StepOutcome, StepResult};
use crate::notice::Notice;

/// The path as the poller names it: links in the folder resolved, not in the name.
pub(crate) fn resolved(file: &str) -> PathBuf {
    let path = Path::new(file);
    match (path.parent().map(dunce::canonicalize), path.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}

/// A source that was read, and, if it compiled, that its module was run from it. `None` from a driver
/// whose names user code has broken: it may send anything.
pub(crate) fn source_read(source: &Source) -> Option<(SourceRead, Option<Notice>)> {
    let bytes = BASE64.decode(&source.source).ok()?;
    let path = resolved(&source.file);
    let reloaded = source.ran.then(|| Notice::Reloaded {
        module: source.module.clone(),
        file: path.clone(),
        source: bytes.clone(),
    });
    let modified = source.modified;
    let read = SourceRead {
        path,
        bytes,
        modified,
    };
    Some((read, reloaded))
}

/// How a step ended. `had_terminal`: Ctrl-C went to user code, not to hotload.
pub(crate) fn outcome(result: StepResult, had_terminal: bool) -> Outcome<Failure> {
    match (result.outcome, result.error) {
        (StepOutcome::Ok, _) => Outcome::Ok,
        (StepOutcome::Failed, Some(mut error)) => {
            error.half_written = result.half_written.as_deref().map(resolved);
            Outcome::Failed(Failure::Error(error))
        }
        (StepOutcome::Failed | StepOutcome::Exited, _) => {
            Outcome::Failed(Failure::Exited(result.what))
        }
        (StepOutcome::Interrupted, _) => Outcome::Interrupted(Failure::Stopped {
            at_terminal: had_terminal && result.what == "KeyboardInterrupt",
            what: result.what,
        }),
        (StepOutcome::Missing, _) => Outcome::Skipped(Skip::told("its file is not there")),
        (StepOutcome::Skipped, _) => Outcome::Skipped(Skip::expected(result.what)),
    }
}
