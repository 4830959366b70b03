//! The options under "Watching".

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Watching")]
#[group(skip)]
pub(crate) struct WatchingOptions {
    /// Watch a file, folder or glob (repeatable); `-`: a list on standard input
    ///
    /// The targets' own files are watched wherever they lie.
    #[arg(long, value_name = "PATH")]
    pub(crate) watch: Option<Vec<PathBuf>>,

    /// Endings that count in watched folders (repeatable, commas)
    #[arg(long, value_name = "EXT", value_delimiter = ',')]
    pub(crate) ext: Option<Vec<String>>,

    /// Leave out what matches (repeatable)
    ///
    /// Hidden folders, `__pycache__`, `node_modules`, virtual environments and `site-packages` are
    /// always left out. What `--watch` names never is.
    #[arg(long, value_name = "GLOB")]
    pub(crate) ignore: Option<Vec<String>>,

    /// Polls per second
    #[arg(long, value_name = "HZ", allow_negative_numbers = true)]
    pub(crate) poll: Option<String>,
}
