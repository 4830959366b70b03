//! One running Python interpreter in which hotload reloads modules.
//!
//! Each folder answers one question and uses only those listed above it:
//!
//! ```text
//! targets      what is reloaded?                discovery    which programs may answer?
//! transport    how do bytes get across?         driver       which program is sent?
//! traceback    what was an error?               start        how does one come to say hello?
//! outcome      what is reported?                protocol     what is asked and answered?
//! interpreter  what state is it in?             steps        which steps run in it?
//! ```
//!
//! The Python that is sent is in `src/driver/`. This crate knows nothing about terminals, the
//! command line, or how a report is displayed.

// In the order of use: each may use only those above it.

pub mod version;

pub mod path;

pub mod locale;

pub mod ownership;

pub mod skipped_folders;

pub mod targets;

pub mod discovery;

pub mod transport;

pub mod driver;

pub mod traceback;

pub mod start;

pub mod outcome;

pub mod protocol;

pub mod interpreter;

pub mod steps;

pub use hotload_core::running::process::{ProcessEnd, ProcessGroup, Processes, WhenEnded};
