//! The options under "Watching".

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Default, Clone, Args)]
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
    /// The glob is matched against names, and against paths below the watched folder or the current one:
    /// `build/`, `./build` and absolute paths work, too. Hidden folders,
    /// `__pycache__`, `node_modules`, virtual environments and `site-packages` are always left out; a
    /// path that `--watch` names never is.
    #[arg(long, value_name = "GLOB")]
    pub(crate) ignore: Option<Vec<String>>,

    /// How many times per second the files in use are checked for changes
    #[arg(
        long,
        value_name = "HZ",
        allow_negative_numbers = true,
        hide_short_help = true
    )]
    pub(crate) poll: Option<String>,

    /// Find saves by polling alone
    ///
    /// Without this option the operating system reports them, and polling is the safety net. Where it
    /// does not (network drives, containers), hotload notices that by itself.
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true
    )]
    pub(crate) no_notify: Option<bool>,

    /// Also watch what `.gitignore` leaves out
    ///
    /// A file that your code has loaded is always watched.
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true
    )]
    pub(crate) no_gitignore: Option<bool>,
}

impl WatchingOptions {
    /// Whether the operating system is to report changes.
    pub(crate) fn notify(&self) -> Option<bool> {
        self.no_notify.map(|no_notify| !no_notify)
    }

    /// Whether `.gitignore` files count.
    pub(crate) fn gitignore(&self) -> Option<bool> {
        self.no_gitignore.map(|no_gitignore| !no_gitignore)
    }
}
