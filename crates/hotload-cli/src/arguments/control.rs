//! The options under "Control".

use clap::{Args, ValueEnum};

/// What can be sent to a running session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SendCommand {
    /// Run again.
    Rerun,
    /// Run again in a fresh interpreter.
    Restart,
    /// Stop what runs.
    Interrupt,
    /// Let saves wait.
    Pause,
    /// Let them run again.
    Resume,
    /// Print what is known of the session, as JSON.
    Status,
    /// End the session.
    Quit,
}

#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Control")]
#[group(skip)]
pub(crate) struct ControlOptions {
    /// Name this session, or the one that `--send` is for
    ///
    /// Needed only where several sessions run in one folder.
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub(crate) session: Option<String>,
}
