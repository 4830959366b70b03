//! The messages in the frames, as both sides write them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::outcome::guest::{GuestLoop, GuestOutput, GuestRow};
use crate::outcome::hint::Hint;
use crate::outcome::leftovers::Counts;
use crate::outcome::patching::Patched;
use crate::outcome::reloading::{ImportingModule, KeptFor};
use crate::protocol::registered::{LaunchStep, Watched};
use crate::targets::reach::Level;
use crate::traceback::capture::Capture;

/// What hotload asks of the driver. Each is answered by one [`Reply`], `Setup` only if
/// it asks for one.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum Request {
    /// Once, before everything else.
    Setup {
        /// Environment variables that hotload has set and user code shall not see.
        unset: Vec<String>,
        /// The file for the code of watched sources; `None`: it is not kept.
        store: Option<String>,
        /// Folders whose modules run from source.
        roots: Vec<String>,
        /// `sys.argv[1:]`
        arguments: Vec<String>,
        /// Where to leave what cannot be sent any more.
        last_words: String,
        /// Where the shim lies: `sys.path[0]` at the start of a script.
        shim_folder: String,
        /// What comes first in `sys.path`.
        folders: Vec<String>,
        /// What is reloaded and called.
        targets: Vec<SetupTarget>,
        /// Whether the driver is to answer with the targets' files: there is one that only an
        /// import finds.
        wants_files: bool,
        /// Whether imports are noted, for `Dependents`.
        observes: bool,
        /// Whether errors come with what the interpreter itself would print.
        native: bool,
    },
    /// The same for a guest.
    Join {
        /// Folders whose modules run from source.
        roots: Vec<String>,
        /// `sys.argv[1:]` while something runs.
        arguments: Vec<String>,
        /// What comes first in `sys.path` while something runs.
        folders: Vec<String>,
        /// What is reloaded and called.
        targets: Vec<SetupTarget>,
        /// Whether imports are noted, for `Dependents`.
        observes: bool,
        /// Whether errors come with what the interpreter itself would print.
        native: bool,
        /// Which loop of the host is to call the driver; `None`: the first that it has.
        #[serde(rename = "loop")]
        wanted_loop: Option<GuestLoop>,
        /// Where output goes.
        output: GuestOutput,
        /// How programs call hotload that it does not know.
        rows: Vec<GuestRow>,
    },
    /// Of a guest: have its loop call the driver, to see that it does. Not answered.
    Look,
    /// Of a guest: end the step that was asked for and has not begun.
    Withdraw,
    /// Once in a cycle, before its first reload: run the modules that changed and those that depend on
    /// them, dependencies first, and what is still pending from earlier cycles.
    Dependents {
        /// What runs besides the targets.
        level: Level,
        /// The modules of the targets that have reloads of their own in this cycle, in that order.
        targets: Vec<String>,
        /// Files that are gone for good.
        removed: Vec<String>,
        /// Modules that only run when their own file is saved.
        keep: Vec<String>,
        /// Whether targets that neither import nor read what changed are left out.
        only_affected: bool,
        /// Whether the names of a module are cleared before it runs.
        fresh: bool,
    },
    /// Say who imports whom.
    Graph,
    /// Load or reload a target.
    Reload { module: String, folder: String },
    /// Call a function, a dotted name, of a target.
    Call {
        module: String,
        folder: String,
        function: String,
    },
    /// Import a module, or run a file as one, before the targets.
    Preload {
        module: String,
        folder: String,
        /// `None`: to be imported.
        file: Option<String>,
        /// The folder, if it is a package.
        package: Option<String>,
    },
    /// Run statements in a target.
    Exec {
        module: String,
        folder: String,
        code: String,
    },
    /// Compile what the first error, and the first save at this level, needs, while nothing is to be
    /// done. Not answered.
    Prepare { level: Level },
    /// Compile all parts of the driver, for the next start of this Python.
    Compile,
    /// Store some of the code of watched sources, while nothing is to be done.
    Store,
    /// Read a launch script.
    Launch {
        file: String,
        /// `sys.argv[0]`
        spelled: String,
    },
    /// Run a step of the launch script's plan.
    Step { place: usize },
    /// Say what the launch script's watch list stands for by now.
    Watch,
    /// Interrupt the running step, where the driver reads in a thread. Not answered.
    Interrupt,
    /// To a guest: look again whether there is an interrupt. Python notices a signal only between two
    /// bytecodes, or when it ends a call of the system: not if it comes just before such a call, which
    /// may be a long sleep. Not answered.
    Remind,
    /// End.
    Quit,
}

/// A request of a step, and what has caused the cycle that it belongs to.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StepRequest<'r> {
    #[serde(flatten)]
    pub(crate) request: &'r Request,
    /// The changed files.
    pub(crate) changed: Vec<String>,
    /// The removed files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) removed: Vec<String>,
}

/// A target as the driver has to know it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SetupTarget {
    pub(crate) module: String,
    /// `None`: to be looked for as an import does.
    pub(crate) file: Option<String>,
    /// The folder, if it is a package.
    pub(crate) package: Option<String>,
    /// The module that runs as `__main__`, as after `python -m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) run_as: Option<String>,
    /// Its `sys.path[0]`.
    pub(crate) folder: String,
}

/// What the driver answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub(crate) enum Reply {
    /// To a `Setup` that asks for it.
    Found {
        /// The file of each target; `None` where there is none.
        files: Vec<Option<String>>,
    },
    /// To a step, before it runs anything.
    Begun,
    /// To a step.
    Result(Box<StepResult>),
    /// To no request: errors that ended no step, such as a thread's.
    Errors { errors: Vec<Capture> },
    /// To no request: user code has printed something.
    Printed {
        text: String,
        /// Whether it belongs to standard error.
        #[serde(default)]
        is_error: bool,
    },
    /// To no request: user code has entered a GUI's event loop; without a name, it has left it.
    Loop { name: Option<String> },
    /// To no request: nothing can live on in this Python, because of such an exception.
    Unpatched { why: String },
    /// From a guest: this much output was not sent, since hotload did not read.
    OutputDropped { characters: u64 },
    /// From a guest: which loop it has found.
    Chosen {
        #[serde(rename = "loop")]
        name: String,
        /// The program, if its loop says so.
        host: Option<String>,
    },
    /// From a guest: an expression of a row has failed.
    RowFailed {
        row: String,
        key: String,
        why: String,
    },
    /// From a guest: its loop has called.
    Joined,
    /// From a guest: why a step does not begin yet.
    Waits { why: String },
    /// From a guest, at its end.
    Left { why: String },
    /// To no request: an interrupt came while there was none.
    Interrupted,
    /// To no request: what reloads have left behind.
    Leftovers { counts: Counts },
    /// To no request: what a library does that a person may not expect, each kind once.
    Hint { kind: Hint },
    /// To no request: the driver has come up.
    Up,
    /// To `Graph`.
    Graph {
        /// In the order in which they first ran.
        modules: Vec<ImportingModule>,
    },
    /// To `Compile`: the code of each part, in base64; none where that cannot be told.
    Compiled { parts: BTreeMap<String, String> },
    /// To `Store`.
    Stored { progress: Stored },
    /// To `Quit`.
    Bye,
}

/// How far the code of watched sources is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stored {
    /// There was nothing that is worth it.
    Nothing,
    /// There is more to be done.
    Partly,
    /// It has been written.
    Written,
}

/// How a step ended.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StepResult {
    pub(crate) outcome: StepOutcome,
    /// What ended it, where it was not an error.
    #[serde(default)]
    pub(crate) what: String,
    pub(crate) error: Option<Capture>,
    /// Errors that ended no step.
    #[serde(default)]
    pub(crate) errors: Vec<Capture>,
    /// How many more of them there were.
    #[serde(default)]
    pub(crate) errors_dropped: u64,
    /// The source that did not compile.
    pub(crate) half_written: Option<String>,
    #[serde(default)]
    pub(crate) output_closed: bool,
    #[serde(default)]
    pub(crate) sources: Vec<Source>,
    /// The steps that a launch script has registered.
    pub(crate) plan: Option<Vec<LaunchStep>>,
    /// What its watch list stands for, if that may have changed.
    pub(crate) watched: Option<Watched>,
    /// A `hotload.py` that `import hotload` did not give.
    pub(crate) newer_api: Option<NewerApi>,
    /// What modules still have although their files no longer define it.
    #[serde(default)]
    pub(crate) old_definitions: Vec<OldDefinitions>,
    /// What ran to its end because of a change, or for the first time.
    #[serde(default)]
    pub(crate) modules: Vec<RanModule>,
    /// What did not run, since something that it needs failed.
    #[serde(default)]
    pub(crate) stayed_old: Vec<StayedOld>,
    /// What would have run but for `keep` or a preload.
    #[serde(default)]
    pub(crate) kept: Vec<KeptModule>,
    /// Files of loaded C extensions that have changed.
    #[serde(default)]
    pub(crate) restart: Vec<String>,
    /// What has lived on in the modules that ran.
    #[serde(default)]
    pub(crate) patched: Vec<Patched>,
    /// Watched files that user code has opened for reading.
    #[serde(default)]
    pub(crate) reads: Vec<String>,
    /// Watched files that user code has opened for writing.
    #[serde(default)]
    pub(crate) writes: Vec<String>,
    /// C extensions that are loaded from watched folders.
    #[serde(default)]
    pub(crate) extensions: Vec<String>,
}

/// A module that ran, and why.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RanModule {
    pub(crate) module: String,
    /// The saved modules, or the paths of other files, on which it depends. Empty on a first load.
    pub(crate) because: Vec<String>,
}

/// A module that did not run.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StayedOld {
    pub(crate) module: String,
    /// What failed.
    pub(crate) needs: String,
}

/// A module that was left as it is.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct KeptModule {
    pub(crate) module: String,
    pub(crate) why: KeptFor,
}

/// Functions and classes that only earlier texts of a module have defined.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OldDefinitions {
    pub(crate) module: String,
    pub(crate) names: Vec<String>,
}

/// A `hotload.py` that is newer than this hotload.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct NewerApi {
    pub(crate) file: String,
    pub(crate) version: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepOutcome {
    Ok,
    Failed,
    /// `sys.exit()` with something else than 0.
    Exited,
    Interrupted,
    /// The target's file is not there.
    Missing,
    /// The target was never loaded.
    Skipped,
    /// A launch script asks for something that cannot be done.
    Unusable,
}

/// A source that was read to be run.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Source {
    pub(crate) module: String,
    pub(crate) file: String,
    pub(crate) modified: f64,
    /// Base64 of its bytes.
    pub(crate) source: String,
    /// Whether it compiled.
    pub(crate) ran: bool,
}
