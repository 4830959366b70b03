//! How a session is shown, as far as that can change while it runs.

use std::path::PathBuf;

use crate::arguments::{Alert, TracebackStyle, Volume, defaults};
use crate::screen::links::Links;

/// What a configuration file can change on the screen of a running session.
#[derive(Debug, Clone)]
pub(crate) struct Appearance {
    /// How much is said.
    pub(crate) volume: Volume,
    /// How errors are shown.
    pub(crate) traceback: TracebackStyle,
    /// Whether each cycle starts with a line for programs.
    pub(crate) marks: bool,
    /// Links around the places in errors.
    pub(crate) links: Option<Links>,
    /// What draws a person's attention when the outcome changes.
    pub(crate) alert: Alert,
    pub(crate) outcome_commands: OutcomeCommands,
}

/// Commands that run when the outcome changes, and where.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutcomeCommands {
    pub(crate) on_ok: Option<(String, PathBuf)>,
    pub(crate) on_fail: Option<(String, PathBuf)>,
}

impl Appearance {
    /// For what is said before there is a session.
    pub(crate) fn with_volume(volume: Volume) -> Self {
        Self {
            volume,
            traceback: defaults::TRACEBACK,
            marks: false,
            links: None,
            alert: defaults::ALERT,
            outcome_commands: OutcomeCommands::default(),
        }
    }
}
