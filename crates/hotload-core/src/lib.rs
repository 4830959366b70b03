//! Watching files and running an ordered plan of steps after each save.
//!
//! The flow, one module a station, plain values between them:
//!
//! ```text
//! file_system -> stamp -> poller (watch_set) -> change_set -> plan -> cycle -> report
//! ```
//!
//! [`session`] is the loop that drives it, over one channel of inputs. This crate knows nothing
//! of Python, terminals or the command line; what a step does and how a report is shown is its
//! callers' business.

pub mod busy;
pub mod change_set;
pub mod clock;
pub mod cycle;
pub mod file_system;
pub mod input;
pub mod observer;
pub mod plan;
pub mod poller;
pub mod process;
pub mod report;
pub mod run_command;
pub mod session;
pub mod stamp;
pub mod watch_set;
mod watched_file;
pub mod worker;
