//! What only a look into a library of user code shows.

use serde::Deserialize;

/// Something that a library does, and that a person may not expect of a reload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Matplotlib's pyplot has drawn into a figure that a step had drawn into before.
    DrawnOver,
    /// Workers of dask run functions of an earlier text, which they have imported.
    OldWorkers,
}
