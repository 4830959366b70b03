//! What does hotload need from the operating system?

pub(crate) mod control;
#[cfg(unix)]
mod descent;
#[cfg(unix)]
pub(crate) mod guard;
pub(crate) mod keys;
pub(crate) mod notify;
pub(crate) mod output;
pub(crate) mod processes;
pub(crate) mod sessions;
pub(crate) mod signals;
