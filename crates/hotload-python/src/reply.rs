//! What the driver's replies mean for the session.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hotload_core::poller::SourceRead;
use hotload_core::report::Outcome;
use hotload_core::worker::News;

use crate::failure::Failure;
use crate::interpreter::Interpreter;
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

/// A source that was read, and that its module was run from it.
pub(crate) fn news_of_source(source: &Source) -> Vec<News<Interpreter>> {
    // A driver whose namespace user code has broken may send anything.
    let Ok(bytes) = BASE64.decode(&source.source) else {
        return Vec::new();
    };
    let path = resolved(&source.file);
    let mut news = vec![News::SourceRead(SourceRead {
        path: path.clone(),
        bytes: bytes.clone(),
        modified: source.modified,
    })];
    if source.ran {
        news.push(News::Notice(Notice::Reloaded {
            module: source.module.clone(),
            file: path,
            source: bytes,
        }));
    }
    news
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
        (StepOutcome::Missing, _) => Outcome::Skipped("its file is not there".into()),
        (StepOutcome::Skipped, _) => Outcome::Skipped(result.what),
    }
}
