//! The options under "Configuration".

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Configuration")]
#[group(skip)]
pub(crate) struct FileOptions {
    /// Read this file instead of the project's
    ///
    /// The project's is the nearest `hotload.toml`, or `pyproject.toml` with `[tool.hotload]`, in the
    /// current folder or above it, or else in the first target's folder or above that.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "no_config",
        hide_short_help = true
    )]
    pub(crate) config: Option<PathBuf>,

    /// Do not read any configuration file, neither the project's nor your own
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true
    )]
    pub(crate) no_config: Option<bool>,
}
