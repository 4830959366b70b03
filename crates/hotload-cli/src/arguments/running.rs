//! The options under "What runs".

use clap::{Args, ValueEnum};

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What runs")]
#[group(skip)]
pub(crate) struct RunningOptions {
    /// Call FUNC in the target after each reload
    ///
    /// For targets without `:function`.
    #[arg(long, value_name = "FUNC", alias = "entrypoint")]
    pub(crate) call: Option<String>,

    /// Call FUNC in the target before each reload
    ///
    /// Left out while the target was never loaded.
    #[arg(long, value_name = "FUNC")]
    pub(crate) before: Option<String>,

    /// Run a shell command after the reload (repeatable)
    #[arg(long, value_name = "CMD")]
    pub(crate) run: Option<Vec<String>>,

    /// Give the plan step by step: `clear`, `reload:lib`, `call:lib:main`
    ///
    /// The steps are `clear`, `reload:TARGET`, `call:TARGET:FUNCTION`, `run:COMMAND` and
    /// `exec:CODE` (statements, in the module that the plan reloaded last).
    #[arg(long = "step", value_name = "STEP", conflicts_with_all = ["call", "before", "run"])]
    pub(crate) steps: Option<Vec<String>>,

    /// Run a launch script, which says in Python what is watched and done
    ///
    /// It calls `hotload.hotload(watch, steps)`; `import hotload` needs no file. Editing it takes
    /// effect at once.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["targets", "call", "before", "run", "steps"]
    )]
    pub(crate) launch: Option<String>,

    /// End the cycle at the first step that fails
    #[arg(long, num_args = 0, default_missing_value = "true")]
    pub(crate) fail_fast: Option<bool>,

    /// Run one cycle and exit: 0, or 1 if a step failed
    #[arg(long, num_args = 0, default_missing_value = "true")]
    pub(crate) once: Option<bool>,

    /// A save while your code runs: `queue` a run, `interrupt` it, `restart` Python
    ///
    /// An interrupt raises KeyboardInterrupt in your code. What does not end within 2 s is restarted.
    /// While your code waits for input or is in a debugger, a save waits whatever is given here.
    #[arg(
        long,
        value_name = "POLICY",
        alias = "on-busy-update",
        hide_possible_values = true
    )]
    pub(crate) busy: Option<BusyPolicy>,

    /// Interrupt a step that takes longer
    ///
    /// What does not end within 2 s is restarted. Waiting for input does not count.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) timeout: Option<String>,
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
