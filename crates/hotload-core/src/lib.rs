//! Watching files and running an ordered plan of steps after each save.
//!
//! The folders follow the flow, and each uses only those listed above it:
//!
//! ```text
//! watching (what changed on disk?) -> running (what is done about it?) -> session (what happens next?)
//! ```
//!
//! [`session`] is the loop that drives it, over one channel of inputs. This crate knows nothing
//! about Python, terminals or the command line: what a step does and how a report is displayed is
//! up to its callers.

pub mod watching;

pub mod running;

pub mod session;
