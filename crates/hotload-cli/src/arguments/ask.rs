//! The options under "Ask and exit".

use std::path::PathBuf;

use clap::{ArgAction, Args};
use clap_complete::Shell;

#[derive(Debug, Args)]
#[command(next_help_heading = "Ask and exit")]
#[group(skip)]
pub(crate) struct Questions {
    /// Print help (`-h`: a summary)
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,

    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,

    /// Show the tracebacks in FILE as errors are shown; `-`: standard input
    ///
    /// Takes what any Python from 2.7 on has printed, with whatever stands around it.
    #[arg(long, value_name = "FILE")]
    pub(crate) explain: Option<PathBuf>,

    /// Print completions for `bash`, `zsh`, `fish`, `powershell` or `elvish`
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

    /// List the Pythons of this machine
    ///
    /// Each is started to say its version, all at once, hosts that take a licence excepted. With `-v`
    /// those that do not answer are listed, too, and further ways to those that do.
    #[arg(long, conflicts_with = "doctor")]
    pub(crate) list_pythons: bool,

    /// With `--list-pythons`: start none of them
    #[arg(long, hide_short_help = true, requires = "list_pythons")]
    pub(crate) no_probe: bool,

    /// Start the interpreter and say what works in it
    ///
    /// How it was started and talks to hotload, its streams and encodings, what Ctrl-C does to it,
    /// what it lacks, and what helps.
    #[arg(long)]
    pub(crate) doctor: bool,

    /// With `--list-pythons` or `--doctor`: answer in JSON
    #[arg(long, hide_short_help = true)]
    pub(crate) json: bool,

    /// Print what a Python of this version is sent: `2.7` or `3`
    #[arg(long, value_name = "VERSION", hide_short_help = true)]
    pub(crate) print_driver: Option<String>,

    /// Print `hotload.py`, for launch scripts where this program cannot run
    #[arg(long, hide_short_help = true)]
    pub(crate) export_api: bool,
}
