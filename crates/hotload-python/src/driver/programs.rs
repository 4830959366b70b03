//! Which files each program consists of, and in which order.

/// One of the Python files in this folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct File {
    /// Its path, relative to this folder.
    pub(super) path: &'static str,
    pub(super) text: &'static str,
}

/// The line in a file below which everything may be compiled after user code has run.
const LATER: &str = "# LATER\n";

impl File {
    /// What has to be compiled before user code runs.
    pub(super) fn first_half(&self) -> &'static str {
        self.halves().0
    }

    /// What can wait until user code has run or imports something.
    pub(super) fn later_half(&self) -> &'static str {
        self.halves().1
    }

    fn halves(&self) -> (&'static str, &'static str) {
        self.text.split_once(LATER).unwrap_or((self.text, ""))
    }
}

macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        &[$(File { path: $path, text: include_str!($path) }),+]
    };
}

/// The driver. Each file comes after those that it needs when it runs.
pub(super) const DRIVER: &[File] = files![
    "parts/base.py",
    "parts/library.py",
    "parts/imports.py",
    "parts/json.py",
    "parts/channel.py",
    "parts/streams.py",
    "parts/last_words.py",
    "parts/openings.py",
    "parts/sources.py",
    "parts/watched.py",
    "parts/finder.py",
    "parts/loading.py",
    "parts/reruns.py",
    "parts/targets.py",
    "parts/interrupts.py",
    "parts/environment.py",
    "parts/actions.py",
    "parts/error_reports.py",
    "parts/workers.py",
    "parts/event_loops.py",
    "parts/test_programs.py",
    "parts/background.py",
    "parts/stored_code.py",
    "parts/results.py",
    "parts/forks.py",
    "parts/leftovers.py",
    "parts/hints.py",
    "parts/class_names.py",
    "parts/old_classes.py",
    "parts/import_hotload.py",
];

/// The end of the driver: the loop that answers requests.
pub(super) const SERVE: &[File] = files!["parts/serve.py", "parts/start.py"];

/// What a guest's driver has besides: a program that runs already, and whose own loop calls the driver.
/// Each follows the file of the driver that it replaces parts of.
pub(super) const IN_GUESTS: &[(&str, &[File])] = &[
    ("parts/channel.py", files!["guest/own_channel.py"]),
    ("parts/finder.py", files!["guest/hooks.py"]),
    ("parts/interrupts.py", files!["guest/interruption.py"]),
];

/// The end of a guest's driver.
pub(super) const SERVE_GUEST: &[File] = files![
    "parts/serve.py",
    "guest/own_modules.py",
    "guest/output.py",
    "guest/surroundings.py",
    "guest/turns.py",
    "guest/loops.py",
    "guest/blender.py",
    "guest/vim.py",
    "guest/ipython.py",
    "guest/asyncio_loop.py",
    "guest/qt.py",
    "guest/tk.py",
    "guest/glib.py",
    "guest/posting.py",
    "guest/rows.py",
    "guest/prompt_line.py",
    "guest/prompt.py",
    "guest/loop_order.py",
    "guest/joining.py",
];

/// Replaces that when hotload only wants to know what a Python is like.
pub(super) const EXAMINE: &[File] = files!["hosts/examine.py"];

/// Comes before that in a host that swallows output.
pub(super) const OUTPUT: &[File] = files!["hosts/output.py"];

/// The part that user code imports.
pub(super) const API: &str = "api";

/// What is compiled when it is needed, under the name that the driver asks for.
pub(super) const ON_DEMAND: [(&str, &[File]); 10] = [
    (
        "errors",
        files![
            "errors/decoding.py",
            "errors/source_text.py",
            "errors/frames.py",
            "errors/messages.py",
            "errors/exceptions.py",
        ],
    ),
    ("syntax", files!["errors/syntax.py"]),
    ("suggestions", files!["errors/suggestions.py"]),
    ("native", files!["errors/native.py"]),
    // Runs the target of `--main`.
    ("main", files!["parts/main.py"]),
    // On Windows, from the start.
    (
        "windows",
        files!["parts/reader.py", "parts/text_mode.py", "parts/withheld.py"],
    ),
    // Who imports whom: from the first import on, unless only targets are reloaded.
    (
        "graph",
        files![
            "dependents/graph.py",
            "dependents/archives.py",
            "dependents/files.py",
            "dependents/observed.py",
        ],
    ),
    // What runs after a save besides the targets.
    (
        "dependents",
        files![
            "dependents/code_imports.py",
            "dependents/affected.py",
            "dependents/units.py",
            "dependents/rerun.py",
            "dependents/order.py",
            "dependents/running.py",
            "dependents/target_steps.py",
        ],
    ),
    // What lives on from a module's last run, with `--reload patch`.
    (
        "patching",
        files![
            "patching/objects.py",
            "patching/patch.py",
            "patching/functions.py",
            "patching/wrapped.py",
            "patching/enums.py",
            "patching/classes.py",
            "patching/closures.py",
            "patching/namespace.py",
            "patching/patched_run.py",
            "patching/patch_report.py",
            "patching/patch_steps.py",
        ],
    ),
    // What user code gets from `import hotload`, and what runs a launch script.
    (
        API,
        files![
            "api/plan.py",
            "api/steps.py",
            "api/levels.py",
            "api/watch_list.py",
            "api/state.py",
            "api/launched/dependents.py",
            "api/launched/errors.py",
            "api/launched/loop.py",
            "api/launched/script.py",
            "api/launched/module.py",
        ],
    ),
];

/// `hotload.py`. What a reader will look for comes first.
pub(super) const EXPORT: &[File] = files![
    "api/alone/base.py",
    "parts/library.py",
    "api/plan.py",
    "api/alone/loop.py",
    "api/steps.py",
    "api/levels.py",
    "api/watch_list.py",
    "api/state.py",
    "api/alone/poller.py",
    "api/alone/errors.py",
    "errors/native.py",
    "errors/decoding.py",
    "parts/sources.py",
    "parts/imports.py",
    "parts/watched.py",
    "parts/finder.py",
    "parts/loading.py",
    "parts/reruns.py",
    "parts/workers.py",
    "dependents/graph.py",
    "parts/openings.py",
    "dependents/archives.py",
    "dependents/files.py",
    "dependents/code_imports.py",
    "dependents/affected.py",
    "dependents/units.py",
    "dependents/rerun.py",
    "dependents/order.py",
    "dependents/running.py",
    "parts/class_names.py",
    "patching/objects.py",
    "patching/patch.py",
    "patching/functions.py",
    "patching/wrapped.py",
    "patching/enums.py",
    "patching/classes.py",
    "patching/closures.py",
    "patching/namespace.py",
    "patching/patched_run.py",
    "patching/patch_report.py",
    "api/alone/dependents.py",
    "api/alone/command_line.py",
    "api/alone/bytecode.py",
    "api/alone/start.py",
];
