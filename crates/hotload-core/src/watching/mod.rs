//! What changed on disk?
//!
//! ```text
//! file_system -> stamp -> watched_file -> poller (watch_set) -> change_set
//! ```

pub mod change_set;
pub mod file_system;
pub mod poller;
pub mod stamp;
pub mod watch_set;
mod watched_file;
