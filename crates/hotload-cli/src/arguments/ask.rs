//! The options under "Ask and exit".

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};
use clap_complete::Shell;

use crate::arguments::SendCommand;

/// How a graph of imports is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// As a tree.
    Text,
    /// For Graphviz.
    Dot,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Ask and exit")]
#[group(skip)]
pub(crate) struct Questions {
    /// Print help: `-h` a summary, `--help` every option in full
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,

    /// Print the version; with `--verbose` also the commit, its date and the target
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,

    /// Show the tracebacks in FILE the way errors are shown; `-` is standard input
    ///
    /// FILE may be a log or anything else that a Python from 2.7 on has printed, with other text
    /// around the tracebacks.
    #[arg(long, value_name = "FILE")]
    pub(crate) explain: Option<PathBuf>,

    /// Load the targets once and print who imports whom; `--graph=dot` is for Graphviz
    ///
    /// Modules that lie in a watched folder or in that of a target are listed, below those that import
    /// them.
    #[arg(
        long,
        value_name = "FORMAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text",
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub(crate) graph: Option<GraphFormat>,

    /// Print shell completions: `bash`, `zsh`, `fish`, `powershell` or `elvish`
    ///
    /// Completions that also offer interpreters, targets and profiles are printed by
    /// `COMPLETE=SHELL hotload`.
    #[arg(
        long,
        value_name = "SHELL",
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub(crate) completions: Option<Shell>,

    /// Print the manual page
    #[arg(long, hide_short_help = true)]
    pub(crate) man: bool,

    /// List the Pythons on this machine
    ///
    /// Each is started and asked for its version, all at the same time; hosts that check out a
    /// licence are not started. `-v` also lists those that do not answer, and other paths to those
    /// that do.
    #[arg(long, conflicts_with = "doctor")]
    pub(crate) list_pythons: bool,

    /// With `--list-pythons`: do not start any of them
    #[arg(long, hide_short_help = true, requires = "list_pythons")]
    pub(crate) no_probe: bool,

    /// Start the interpreter and report what works in it
    ///
    /// The report covers how it is started and talks to hotload, its streams and encodings, what
    /// Ctrl-C does to it, what it lacks, and what you can do about that.
    #[arg(long)]
    pub(crate) doctor: bool,

    /// With `--list-pythons` or `--doctor`: answer in JSON
    #[arg(long, hide_short_help = true)]
    pub(crate) json: bool,

    /// Send to the session in this folder: `rerun`, `restart`, `interrupt`, `pause`, `resume`,
    /// `status` or `quit`
    ///
    /// `status` prints what is known of the session as one line of JSON, with the last outcome and error.
    #[arg(
        long,
        value_name = "COMMAND",
        hide_short_help = true,
        hide_possible_values = true
    )]
    pub(crate) send: Option<SendCommand>,

    /// Print each setting with its value, and where that comes from
    #[arg(long, hide_short_help = true)]
    pub(crate) show_config: bool,

    /// Write a `hotload.toml` for what is here
    ///
    /// It has the options that are given with this one, or else the targets that are found. An
    /// existing file is never overwritten.
    #[arg(long, hide_short_help = true)]
    pub(crate) init: bool,

    /// Print the program that is sent to a Python of this version: `2.7` or `3`
    #[arg(long, value_name = "VERSION", hide_short_help = true)]
    pub(crate) print_driver: Option<String>,

    /// Print `hotload.py`, which runs launch scripts where hotload cannot run
    #[arg(long, hide_short_help = true)]
    pub(crate) export_api: bool,
}
