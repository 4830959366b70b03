//! How does a value read as text? Nothing here writes.

mod causes;
pub(crate) mod cycle;
pub(crate) mod death;
pub(crate) mod error;
pub(crate) mod explained;
pub(crate) mod fatal;
pub(crate) mod graph;
pub(crate) mod guest;
pub(crate) mod header;
pub(crate) mod hints;
pub(crate) mod keys;
mod line;
pub(crate) mod locations;
pub(crate) mod patching;
mod plain;
pub(crate) mod reported;
pub(crate) mod running;
mod source_line;
pub(crate) mod starting;
pub(crate) mod step;
pub(crate) mod usage;
pub(crate) mod watching;

pub(crate) use self::causes::{causes, with_causes};
pub(crate) use self::line::{note, warning};
pub(crate) use self::plain::plain_line;
