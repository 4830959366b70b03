//! The options under "Interpreter".

use clap::Args;

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Interpreter")]
#[group(skip)]
pub(crate) struct InterpreterOptions {
    /// A path, name, version (`2.7`), host (`abaqus cae`), or a command
    ///
    /// A known host is started by its recipe, wherever it lies. A command gets the script as its last
    /// argument, or where `{shim}` stands in it. A version is its first numbers, without ranges.
    ///
    /// Without it: the active environment, a `.venv` at or above the target, `python3`, `python`.
    #[arg(long, value_name = "CMD")]
    pub(crate) python: Option<String>,

    /// Read no `hotload.toml`, neither the project's nor your own
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true
    )]
    pub(crate) no_config: Option<bool>,

    /// How long the interpreter may take to start
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) start_timeout: Option<String>,

    /// Run once in each new interpreter, before the targets (repeatable)
    ///
    /// A module is imported, a file is run as one: what is slow, and lasts.
    #[arg(long, value_name = "MODULE_OR_FILE")]
    pub(crate) preload: Option<Vec<String>>,

    /// Give each cycle an interpreter of its own
    ///
    /// It is started when the cycle before has ended.
    #[arg(long, num_args = 0, default_missing_value = "true")]
    pub(crate) restart: Option<bool>,

    /// Exit with 3 when the interpreter dies, rather than start another
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true
    )]
    pub(crate) exit_on_crash: Option<bool>,
}
