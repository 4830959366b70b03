//! The options under "Interpreter".

use clap::Args;

#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Interpreter")]
#[group(skip)]
pub(crate) struct InterpreterOptions {
    /// A path, name, version (`2.7`), host (`abaqus cae`) or command
    ///
    /// hotload knows how to start many hosts (programs with a Python inside), wherever they are
    /// installed. In a command, `{shim}` marks where the script goes if it is not the last argument.
    /// A version is given by its first numbers, not as a range.
    ///
    /// Without this option, hotload takes the active environment, a `.venv` in the target's folder or
    /// above, `python3`, or `python`.
    #[arg(long, value_name = "CMD")]
    pub(crate) python: Option<String>,

    /// Neither use nor store compiled code
    ///
    /// hotload stores its own code, and that of large projects, below your cache folder, so that the
    /// next start need not compile it. Code is used only for the very text that it was made from.
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true
    )]
    pub(crate) no_cache: Option<bool>,

    /// How long the interpreter may take to start
    #[arg(
        long,
        value_name = "SECONDS",
        allow_negative_numbers = true,
        hide_short_help = true
    )]
    pub(crate) start_timeout: Option<String>,

    /// Load a module or file once in each new interpreter (repeatable)
    ///
    /// It is loaded before the targets, and saves do not reload it: for slow imports, a licence, a
    /// connection.
    #[arg(long, value_name = "MODULE_OR_FILE")]
    pub(crate) preload: Option<Vec<String>>,

    /// Start a fresh interpreter for every cycle
    ///
    /// It is started as soon as the previous cycle has ended.
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true
    )]
    pub(crate) restart: Option<bool>,

    /// Exit with 3 when the interpreter dies, instead of starting another
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true
    )]
    pub(crate) exit_on_crash: Option<bool>,
}
