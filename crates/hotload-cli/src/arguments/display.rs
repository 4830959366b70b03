//! The options under "Display".

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Display")]
#[group(skip)]
pub(crate) struct DisplayOptions {
    /// Clear the screen before each cycle
    ///
    /// The scroll-back is never cleared.
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        overrides_with = "no_clear"
    )]
    clear: Option<bool>,

    /// Never clear the screen
    #[arg(
        long,
        hide_short_help = true,
        num_args = 0,
        default_missing_value = "true",
        overrides_with = "clear"
    )]
    no_clear: Option<bool>,

    /// Append events to FILE, as one JSON object per line
    ///
    /// `-` is standard output. What your code prints then goes to standard error.
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,

    /// Keep FILE up to date with the places of the errors, for editors
    ///
    /// One line each, `lib.py:3:1: error: ...`, with callers and causes as notes. FILE is replaced after
    /// each cycle, and is empty when all is well.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) locations: Option<PathBuf>,

    /// Start each cycle with a line that editors can match: `run #8  lib.py`
    ///
    /// `-v` shows that line, too.
    #[arg(
        long,
        hide_short_help = true,
        num_args = 0,
        default_missing_value = "true"
    )]
    pub(crate) marks: Option<bool>,

    /// Links around places in errors: `auto`, `always`, `never`, or a format
    ///
    /// A format is `vscode`, `cursor`, `kitty`, `file`, `none`, or a URL with `{path}`, `{line}` and
    /// `{column}`. `auto` is `file` in terminals that are known to open links.
    #[arg(long, value_name = "WHEN", hide_short_help = true)]
    pub(crate) hyperlinks: Option<String>,

    /// When the outcome changes: `bell`, `osc` (a message of the terminal) or `off`
    #[arg(
        long,
        value_name = "HOW",
        hide_short_help = true,
        hide_possible_values = true
    )]
    pub(crate) alert: Option<Alert>,

    /// Run a shell command when a cycle fails after one that did not
    ///
    /// The command finds `HOTLOAD_OUTCOME`, and file and line of the error in `HOTLOAD_FILE` and
    /// `HOTLOAD_LINE`.
    #[arg(long, value_name = "CMD", hide_short_help = true)]
    pub(crate) on_fail: Option<String>,

    /// Run a shell command when a cycle succeeds after one that failed
    #[arg(long, value_name = "CMD", hide_short_help = true)]
    pub(crate) on_ok: Option<String>,

    /// How errors are shown: `short`, `full` or `native`
    ///
    /// `full` shows every frame, and `native` what Python itself prints.
    #[arg(long, value_name = "STYLE", hide_possible_values = true)]
    pub(crate) traceback: Option<TracebackStyle>,

    /// Do not read keys between runs (`?` lists the keys)
    #[arg(
        long,
        hide_short_help = true,
        num_args = 0,
        default_missing_value = "true",
        overrides_with = "keys"
    )]
    no_keys: Option<bool>,

    /// Read keys even if standard input is not a terminal: a letter, and Enter
    ///
    /// For mintty and the consoles of some editors. Your code then finds nothing on standard input.
    #[arg(
        long,
        hide_short_help = true,
        num_args = 0,
        default_missing_value = "true",
        overrides_with = "no_keys"
    )]
    keys: Option<bool>,

    /// When to use colour: `auto`, `always` or `never`
    #[arg(long, value_name = "WHEN", hide_possible_values = true)]
    pub(crate) color: Option<Color>,

    /// Show only errors
    #[arg(
        short,
        long,
        num_args = 0,
        default_missing_value = "true",
        conflicts_with = "verbose"
    )]
    quiet: Option<bool>,

    /// Also show what changed and which steps were skipped
    #[arg(short, long, num_args = 0, default_missing_value = "true")]
    verbose: Option<bool>,
}

impl DisplayOptions {
    /// Whether the screen is cleared: `--clear` or `--no-clear`, whichever comes last.
    pub(crate) fn clear(&self) -> Option<bool> {
        self.clear.or(self.no_clear.map(|leaves| !leaves))
    }

    /// Where keys are read: `--keys` or `--no-keys`, whichever comes last.
    pub(crate) fn keys(&self) -> Option<Keys> {
        match (self.keys, self.no_keys) {
            (Some(true), _) => Some(Keys::Anywhere),
            (Some(false), _) | (_, Some(true)) => Some(Keys::Nowhere),
            (_, Some(false)) => Some(Keys::OnTerminals),
            (None, None) => None,
        }
    }

    /// How much hotload says.
    pub(crate) fn volume(&self) -> Option<Volume> {
        let volume =
            |is_on: Option<bool>, on| is_on.map(|is_on| if is_on { on } else { Volume::Normal });
        volume(self.quiet, Volume::Quiet).or(volume(self.verbose, Volume::Verbose))
    }
}

/// What happens when the outcome changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Alert {
    /// The terminal's bell.
    Bell,
    /// A message that the terminal shows.
    Osc,
    /// Nothing.
    Off,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR or the kind of terminal forbids it.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How errors are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TracebackStyle {
    /// What helps most, on few lines.
    Short,
    /// Every frame.
    Full,
    /// What the interpreter itself prints.
    Native,
}

/// Where keys are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    Nowhere,
    OnTerminals,
    /// On any standard input, line by line if it is not a terminal.
    Anywhere,
}

/// How much hotload says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Volume {
    /// Errors only.
    Quiet,
    /// What helps.
    Normal,
    /// More.
    Verbose,
}
