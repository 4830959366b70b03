//! What a person may want to know about watching.

use std::path::PathBuf;
use std::time::Duration;

/// What a person may want to know about watching. Each is reported once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Looks take so long that files in use are looked at no more often than this.
    SlowFiles {
        /// The time between two looks.
        interval: Duration,
    },
    /// A watched folder has so many files that it is probably a mistake.
    ManyFiles {
        /// The folder that was to be watched.
        folder: PathBuf,
    },
    /// Nothing matches a glob so far.
    NothingMatches {
        /// The glob, as it was given.
        glob: String,
    },
    /// A folder cannot be listed: what is created in it goes unnoticed.
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
    /// The system does not report changes, so polling finds them.
    NotificationUnavailable {
        /// Why.
        reason: String,
    },
    /// The system did not report a change, so it is not relied on any more.
    NotificationMissed {
        /// The file that changed.
        file: PathBuf,
    },
}
