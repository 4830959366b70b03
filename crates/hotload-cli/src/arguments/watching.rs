//! The options under "Watching".

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Watching")]
#[group(skip)]
pub(crate) struct WatchingOptions {
    /// Watch a file, folder or glob (repeatable); `-` reads a list
    ///
    /// The list comes from standard input, one path per line; your code then reads from the terminal.
    /// The targets' own files are always watched, wherever they are.
    #[arg(long, value_name = "PATH")]
    pub(crate) watch: Option<Vec<PathBuf>>,

    /// Extensions of the files to watch in folders (repeatable)
    ///
    /// Several can be separated by commas. `*` stands for every file.
    #[arg(long, value_name = "EXT", value_delimiter = ',')]
    pub(crate) ext: Option<Vec<String>>,

    /// Leave out files and folders that match (repeatable)
    ///
    /// The glob is matched against names, and against paths below the watched folder. Hidden folders,
    /// `__pycache__`, `node_modules`, virtual environments and `site-packages` are always left out; a
    /// path that `--watch` names never is.
    #[arg(long, value_name = "GLOB")]
    pub(crate) ignore: Option<Vec<String>>,

    /// How many times per second files are checked for changes
    #[arg(
        long,
        value_name = "HZ",
        allow_negative_numbers = true,
        hide_short_help = true
    )]
    pub(crate) poll: Option<String>,
}
