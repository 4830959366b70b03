//! The options under "What runs".

use clap::{Args, ValueEnum, ValueHint};

#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "What runs")]
#[group(skip)]
pub(crate) struct RunningOptions {
    /// Call FUNC in the target after each reload
    ///
    /// For targets without `:function`.
    #[arg(long, value_name = "FUNC", alias = "entrypoint")]
    pub(crate) call: Option<String>,

    /// Run the target as `__main__` on each save, like `python FILE`
    ///
    /// For scripts as they are, with `if __name__ == "__main__":`. Names are kept as in a module, and
    /// worker processes, pickle and `__file__` work as under `python FILE`. A target in a package, as
    /// in `pkg.mod`, runs like `python -m pkg.mod`.
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        conflicts_with_all = ["launch", "steps"]
    )]
    pub(crate) main: Option<bool>,

    /// What a save reloads besides the targets: `dependents`, `patch`, `changed` or `module`
    ///
    /// `dependents` runs the modules that changed and everything that imports them, in order, and then
    /// the targets. `patch` does the same, and existing functions, classes and instances take on the new
    /// behaviour. `changed` runs the modules that changed, and then the targets. `module` runs the
    /// targets only: choose it where your modules are large, stable, and reloaded where you need it.
    #[arg(
        long,
        value_name = "LEVEL",
        hide_possible_values = true,
        conflicts_with = "launch"
    )]
    pub(crate) reload: Option<ReloadLevel>,

    /// The same as `--reload changed`
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide = true,
        conflicts_with_all = ["reload", "launch"]
    )]
    pub(crate) recursive: Option<bool>,

    /// Leave MODULE as it is until its own file is saved (repeatable)
    ///
    /// For a module that takes long to load, such as a model, and that imports others.
    #[arg(
        long,
        value_name = "MODULE",
        hide_short_help = true,
        conflicts_with = "launch"
    )]
    pub(crate) keep: Option<Vec<String>>,

    /// Clear a module's names before it is reloaded
    ///
    /// Without this option they stay until they are assigned again, which is how state survives.
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true,
        conflicts_with = "launch"
    )]
    pub(crate) fresh: Option<bool>,

    /// Leave out targets that neither import nor read what changed
    ///
    /// For sessions with many targets. Without this option, each save runs all of them.
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true,
        conflicts_with = "launch"
    )]
    pub(crate) reload_only_affected: Option<bool>,

    /// Call FUNC in the target before each reload
    ///
    /// Skipped until the target has been loaded once.
    #[arg(long, value_name = "FUNC", hide_short_help = true)]
    pub(crate) before: Option<String>,

    /// Run a shell command after each reload (repeatable)
    ///
    /// Without a target, it runs on each save below the current folder, and no Python is started. The
    /// step fails if the command's exit status is not 0. The command finds the changed files in
    /// `HOTLOAD_CHANGED`, a line each; at the start that is empty.
    #[arg(long, value_name = "CMD")]
    pub(crate) run: Option<Vec<String>>,

    /// Set the whole plan step by step: `clear`, `reload:lib`, `call:lib:main`
    ///
    /// Repeat the option for each step, in order. The steps are `clear`, `reload:TARGET`,
    /// `call:TARGET:FUNCTION`, `run:COMMAND` and `exec:CODE` (statements, run in the module that the
    /// plan reloaded last).
    #[arg(long = "step", value_name = "STEP", conflicts_with_all = ["call", "before", "run"])]
    pub(crate) steps: Option<Vec<String>>,

    /// Run a launch script, which sets the watch list and the plan in Python
    ///
    /// The script calls `hotload.hotload(watch, steps)`; nothing has to be installed for its
    /// `import hotload`. When you edit the script, the change takes effect at once.
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["targets", "call", "before", "run", "steps"]
    )]
    pub(crate) launch: Option<String>,

    /// End the cycle at the first step that fails
    ///
    /// Without this option, the later steps still run.
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true
    )]
    pub(crate) fail_fast: Option<bool>,

    /// Run one cycle, then exit: with 0, or with 1 if a step failed
    #[arg(long, num_args = 0, default_missing_value = "true")]
    pub(crate) once: Option<bool>,

    /// Wait for the first save before the first run
    #[arg(
        long,
        num_args = 0,
        default_missing_value = "true",
        hide_short_help = true,
        conflicts_with = "launch"
    )]
    pub(crate) postpone: Option<bool>,

    /// A save during a run: `queue`, `interrupt` or `restart`
    ///
    /// `queue` runs one more cycle afterwards. `interrupt` raises KeyboardInterrupt in your code, and
    /// restarts the interpreter if that does not end it within 2 s. `restart` restarts the
    /// interpreter at once. While your code waits for input or is in a debugger, a save always waits.
    #[arg(
        long,
        value_name = "POLICY",
        alias = "on-busy-update",
        hide_possible_values = true
    )]
    pub(crate) busy: Option<BusyPolicy>,

    /// Interrupt a step that takes longer than this
    ///
    /// If the interrupt does not end it within 2 s, the interpreter is restarted. A step that has
    /// asked for input has no limit.
    #[arg(
        long,
        value_name = "SECONDS",
        allow_negative_numbers = true,
        hide_short_help = true
    )]
    pub(crate) timeout: Option<String>,
}

/// What a save reloads besides the targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReloadLevel {
    /// Nothing.
    Module,
    /// The modules that changed.
    Changed,
    /// The modules that changed, and those that import them.
    Dependents,
    /// The same, and the old objects of each take on what the new ones are.
    Patch,
}

/// What a save does while user code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BusyPolicy {
    /// It waits.
    Queue,
    /// It interrupts user code.
    Interrupt,
    /// It restarts the interpreter.
    Restart,
}
