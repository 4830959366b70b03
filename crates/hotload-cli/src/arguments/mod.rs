//! The command line as clap reads it. What it means is `config`'s business.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use clap_complete::Shell;

const WHAT_RUNS: &str = "What runs";
const WATCHING: &str = "Watching";
const INTERPRETER: &str = "Interpreter";
const DISPLAY: &str = "Display";
const ASK: &str = "Ask and exit";

/// Reload Python on every save, in any interpreter, with nothing installed into it.
///
/// Watches the current folder and keeps one Python warm. Each save reloads the targets in it, and
/// what they have computed stays. What your code prints goes to standard output, what hotload says
/// to standard error.
#[derive(Debug, Parser)]
#[command(
    name = "hotload",
    version,
    max_term_width = 100,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub(crate) struct Arguments {
    /// Module or file to reload: `lib`, `pkg.mod`, `src/lib.py`, `lib:main`
    ///
    /// An existing file wins over every other reading. A function behind a colon is called after
    /// each reload. A file inside a package is loaded under its dotted name.
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,

    /// Become `sys.argv[1:]`
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) arguments: Vec<String>,

    /// Call FUNC in the target after each reload
    ///
    /// For targets without `:function`.
    #[arg(long, value_name = "FUNC", alias = "entrypoint", help_heading = WHAT_RUNS)]
    pub(crate) call: Option<String>,

    /// Call FUNC in the target before each reload
    ///
    /// Left out while the target was never loaded.
    #[arg(long, value_name = "FUNC", help_heading = WHAT_RUNS)]
    pub(crate) before: Option<String>,

    /// Run a shell command after the reload (repeatable)
    #[arg(long, value_name = "CMD", help_heading = WHAT_RUNS)]
    pub(crate) run: Vec<String>,

    /// Give the plan step by step: `clear`, `reload:lib`, `call:lib:main`
    ///
    /// The steps are `clear`, `reload:TARGET`, `call:TARGET:FUNCTION`, `run:COMMAND` and
    /// `exec:CODE` (statements, in the module that the plan reloaded last).
    #[arg(
        long = "step",
        value_name = "STEP",
        conflicts_with_all = ["call", "before", "run"],
        help_heading = WHAT_RUNS
    )]
    pub(crate) steps: Vec<String>,

    /// Run a launch script, which says in Python what is watched and done
    ///
    /// It calls `hotload.hotload(watch, steps)`; `import hotload` needs no file. Editing it takes
    /// effect at once.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["targets", "call", "before", "run", "steps"],
        help_heading = WHAT_RUNS
    )]
    pub(crate) launch: Option<String>,

    /// End the cycle at the first step that fails
    #[arg(long, help_heading = WHAT_RUNS)]
    pub(crate) fail_fast: bool,

    /// Run one cycle and exit: 0, or 1 if a step failed
    #[arg(long, help_heading = WHAT_RUNS)]
    pub(crate) once: bool,

    /// A save while your code runs: `queue` a run, `interrupt` it, `restart` Python
    ///
    /// An interrupt raises KeyboardInterrupt in your code. What does not end within 2 s is restarted.
    /// While your code waits for input or is in a debugger, a save waits whatever is given here.
    #[arg(
        long,
        value_name = "POLICY",
        default_value = "queue",
        alias = "on-busy-update",
        hide_possible_values = true,
        help_heading = WHAT_RUNS
    )]
    pub(crate) busy: BusyPolicy,

    /// Interrupt a step that takes longer
    ///
    /// What does not end within 2 s is restarted. Waiting for input does not count.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, help_heading = WHAT_RUNS)]
    pub(crate) timeout: Option<String>,

    /// Watch a file, folder or glob (repeatable); `-`: a list on standard input [default: .]
    ///
    /// The targets' own files are watched wherever they lie.
    #[arg(long, value_name = "PATH", help_heading = WATCHING)]
    pub(crate) watch: Vec<PathBuf>,

    /// Endings that count in watched folders (repeatable, commas)
    #[arg(long, value_name = "EXT", value_delimiter = ',', default_value = "py", help_heading = WATCHING)]
    pub(crate) ext: Vec<String>,

    /// Leave out what matches (repeatable)
    ///
    /// Hidden folders, `__pycache__`, `node_modules`, virtual environments and `site-packages` are
    /// always left out. What `--watch` names never is.
    #[arg(long, value_name = "GLOB", help_heading = WATCHING)]
    pub(crate) ignore: Vec<String>,

    /// Polls per second
    #[arg(long, value_name = "HZ", default_value = "144", allow_negative_numbers = true, help_heading = WATCHING)]
    pub(crate) poll: String,

    /// A path, name, version (`2.7`), host (`abaqus cae`), or a command
    ///
    /// A known host is started by its recipe, wherever it lies. A command gets the script as its last
    /// argument, or where `{shim}` stands in it. A version is its first numbers, without ranges.
    ///
    /// Without it: the active environment, a `.venv` at or above the target, `python3`, `python`.
    #[arg(long, value_name = "CMD", help_heading = INTERPRETER)]
    pub(crate) python: Option<String>,

    /// Read no `hotload.toml`, neither the project's nor your own
    #[arg(long, hide_short_help = true, help_heading = INTERPRETER)]
    pub(crate) no_config: bool,

    /// How long the interpreter may take to start
    #[arg(long, value_name = "SECONDS", default_value = "60", allow_negative_numbers = true, help_heading = INTERPRETER)]
    pub(crate) start_timeout: String,

    /// Run once in each new interpreter, before the targets (repeatable)
    ///
    /// A module is imported, a file is run as one: what is slow, and lasts.
    #[arg(long, value_name = "MODULE_OR_FILE", help_heading = INTERPRETER)]
    pub(crate) preload: Vec<String>,

    /// Give each cycle an interpreter of its own
    ///
    /// It is started when the cycle before has ended.
    #[arg(long, help_heading = INTERPRETER)]
    pub(crate) restart: bool,

    /// Exit with 3 when the interpreter dies, rather than start another
    #[arg(long, hide_short_help = true, help_heading = INTERPRETER)]
    pub(crate) exit_on_crash: bool,

    /// Clear the screen first, never the scroll-back [default: on a terminal]
    #[arg(long, overrides_with = "no_clear", help_heading = DISPLAY)]
    pub(crate) clear: bool,

    /// Leave the screen as it is
    #[arg(long, overrides_with = "clear", help_heading = DISPLAY)]
    pub(crate) no_clear: bool,

    /// Append JSON events to FILE, one a line
    #[arg(long, value_name = "FILE", help_heading = DISPLAY)]
    pub(crate) events: Option<PathBuf>,

    /// How errors are shown: `short`, `full` (every frame), `native` (Python's own)
    #[arg(long, value_name = "STYLE", default_value = "short", hide_possible_values = true, help_heading = DISPLAY)]
    pub(crate) traceback: TracebackStyle,
    /// Read no keys between the runs (`?` lists them)
    #[arg(long, help_heading = DISPLAY)]
    pub(crate) no_keys: bool,

    /// When to use colours: `auto`, `always`, `never`
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_possible_values = true, help_heading = DISPLAY)]
    pub(crate) color: Color,

    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose", help_heading = DISPLAY)]
    pub(crate) quiet: bool,

    /// Say more: what changed, which steps were left out
    #[arg(short, long, help_heading = DISPLAY)]
    pub(crate) verbose: bool,

    /// Print help (`-h`: a summary)
    #[arg(short, long, action = clap::ArgAction::Help, help_heading = ASK)]
    help: Option<bool>,

    /// Print the version
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help_heading = ASK)]
    version: Option<bool>,

    /// Show the tracebacks in FILE as errors are shown; `-`: standard input
    ///
    /// Takes what any Python from 2.7 on has printed, with whatever stands around it.
    #[arg(long, value_name = "FILE", help_heading = ASK)]
    pub(crate) explain: Option<PathBuf>,

    /// Print completions for `bash`, `zsh`, `fish`, `powershell` or `elvish`
    #[arg(long, value_name = "SHELL", hide_possible_values = true, hide_short_help = true, help_heading = ASK)]
    pub(crate) completions: Option<Shell>,

    /// Print the manual page
    #[arg(long, hide_short_help = true, help_heading = ASK)]
    pub(crate) man: bool,

    /// List the Pythons of this machine
    ///
    /// Each is started to say its version, all at once, hosts that take a licence excepted. With `-v`
    /// those that do not answer are listed, too, and further ways to those that do.
    #[arg(long, conflicts_with = "doctor", help_heading = ASK)]
    pub(crate) list_pythons: bool,

    /// With `--list-pythons`: start none of them
    #[arg(long, hide_short_help = true, requires = "list_pythons", help_heading = ASK)]
    pub(crate) no_probe: bool,

    /// Start the interpreter and say what works in it
    ///
    /// How it was started and talks to hotload, its streams and encodings, what Ctrl-C does to it,
    /// what it lacks, and what helps.
    #[arg(long, help_heading = ASK)]
    pub(crate) doctor: bool,

    /// With `--list-pythons` or `--doctor`: answer in JSON
    #[arg(long, hide_short_help = true, help_heading = ASK)]
    pub(crate) json: bool,

    /// Print what a Python of this version is sent: `2.7` or `3`
    #[arg(long, value_name = "VERSION", hide_short_help = true, help_heading = ASK)]
    pub(crate) print_driver: Option<String>,

    /// Print `hotload.py`, for launch scripts where this program cannot run
    #[arg(long, hide_short_help = true, help_heading = ASK)]
    pub(crate) export_api: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR or the terminal is against it.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a save does while user code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BusyPolicy {
    /// It waits.
    Queue,
    /// It interrupts user code.
    Interrupt,
    /// It ends the interpreter.
    Restart,
}

/// How errors are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TracebackStyle {
    /// What helps most.
    Short,
    /// Every frame.
    Full,
    /// As the interpreter itself prints it.
    Native,
}

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Volume {
    /// Errors only.
    Quiet,
    /// What helps.
    Normal,
    /// More.
    Verbose,
}

/// Leaves out clap's tip to put an unknown option behind `--`: what stands there is user code's.
pub(crate) fn without_wrong_tip(mut error: clap::Error) -> clap::Error {
    if error.kind() == clap::error::ErrorKind::UnknownArgument {
        error.remove(clap::error::ContextKind::Suggested);
    }
    error
}
