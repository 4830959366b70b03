//! One warm Python interpreter that hotload reloads modules in.
//!
//! The way of a request to an interpreter, and of a step to its outcome:
//!
//! ```text
//! request -> discovery (hosts) -> candidate -> launch (shim) -> transport (hello) -> interpreter
//! steps -> message -> frame -> driver (Python) -> frame -> message -> failure | notice
//! ```
//!
//! The Python that is sent lies in `src/driver/`. This crate knows nothing of terminals, the
//! command line, or how a report is shown.

pub mod api;
mod attempts;
pub mod candidate;
mod code_cache;
pub mod death;
pub mod discovery;
pub mod driver;
pub mod examination;
pub mod failure;
pub mod frame;
pub mod hello;
pub mod hosts;
pub mod interpreter;
pub mod launch;
pub mod launch_script;
pub mod leftovers;
mod message;
pub mod notice;
pub mod ownership;
pub mod probe;
mod reply;
pub mod request;
pub mod setup;
mod shim;
pub mod start_error;
pub mod steps;
pub mod target;
pub mod traceback;
pub mod transport;

pub use hotload_core::process::{ProcessEnd, ProcessGroup, Processes, WhenEnded};
