//! What is reported about guests: programs that were running already and have joined.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

/// A loop that is only used on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestLoop {
    /// A signal interrupts the program, which runs Python all the time.
    Signal,
    /// The typed line does not return until the guest leaves.
    Block,
    /// A thread of its own.
    Thread,
}

/// Where the output of a run goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestOutput {
    /// To the host and to hotload.
    #[default]
    Both,
    /// To the host only.
    Host,
    /// To hotload only.
    Here,
}

/// How a program that hotload does not know calls it: expressions over the program's modules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuestRow {
    /// The program, for people.
    pub name: String,
    /// A module that only this program has loaded.
    pub module: String,
    /// A function that takes a function from any thread and calls it on the main thread.
    pub post: Option<String>,
    /// What has `call` called again and again.
    pub every: Option<String>,
    /// Whether no step may run now.
    pub busy: Option<String>,
    /// Where output goes, if not where the session says.
    pub output: Option<GuestOutput>,
    /// By key, where it was given.
    #[serde(skip)]
    pub places: BTreeMap<String, String>,
}

/// A guest whose loop calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The program, if its loop says so.
    pub host: Option<String>,
    /// What calls it.
    pub loop_name: String,
}

/// What is reported about guests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuestNotice {
    /// A program can join from now on by running this file.
    Waiting {
        /// The file.
        file: PathBuf,
        /// Whether one had joined before.
        again: bool,
    },
    /// A line was typed, and the loop that was chosen has not called since.
    NotCalled {
        /// The loop.
        loop_name: String,
    },
    /// A program was turned away.
    Refused {
        /// Its `sys.executable`.
        program: String,
        /// Why.
        why: String,
    },
    /// An expression of a row has failed in it.
    RowFailed {
        /// The row.
        row: String,
        /// Which of its expressions.
        key: String,
        /// Where that was given, if not in hotload's own table.
        place: Option<String>,
        /// What Python says.
        why: String,
    },
    /// It has left.
    Left {
        /// Why; `None` if the program has ended.
        why: Option<String>,
    },
    /// A step does not begin yet.
    Waits {
        /// Why.
        why: String,
    },
    /// A step does not begin, and the guest does not say why.
    Silent,
    /// This much output was not shown.
    OutputDropped {
        /// In characters.
        characters: u64,
    },
}
