//! The options under "Interpreter".

use clap::{Args, ValueEnum};

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

    /// Wait for a program that is already running, and reload there
    ///
    /// hotload starts no interpreter. It prints a line to type at the program's prompt. From then on
    /// each save reloads in that program, on its main thread, in its live session.
    #[arg(long, num_args = 0, default_missing_value = "true")]
    pub(crate) guest: Option<bool>,

    /// What calls hotload in the program: `signal`, `block` or `thread`
    ///
    /// Without this option it is the program's own loop, where hotload knows it. `signal` interrupts
    /// a program that runs Python all the time. `block` lends the prompt to hotload until Ctrl-C.
    /// `thread` runs your code in a thread of its own, which few programs allow.
    #[arg(
        long,
        value_name = "LOOP",
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub(crate) guest_loop: Option<GuestLoopName>,

    /// Where output goes that your code prints in the program: `both`, `host` or `here`
    #[arg(
        long,
        value_name = "WHERE",
        hide_possible_values = true,
        hide_short_help = true
    )]
    pub(crate) guest_output: Option<GuestOutputName>,

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
    #[arg(long, value_name = "MODULE_OR_FILE", hide_short_help = true)]
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

/// What calls hotload in a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GuestLoopName {
    /// A signal.
    Signal,
    /// The typed line itself.
    Block,
    /// A thread.
    Thread,
}

/// Where the output of a guest goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GuestOutputName {
    /// To the program and to hotload.
    Both,
    /// To the program.
    Host,
    /// To hotload.
    Here,
}
