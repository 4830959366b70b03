//! What changed on disk?
//!
//! ```text
//! file_system -> stamp -> watched_file -> hot_files, folders -> poller (watch_set) -> change_set
//!                            how often, and where: schedule, hints -^    -> remark
//! ```

pub mod change_set;
pub mod file_system;
mod folders;
pub mod hints;
mod hot_files;
#[cfg(any(windows, test))]
mod listings;
pub mod poller;
pub mod remark;
pub mod schedule;
pub mod stamp;
pub mod watch_set;
mod watched_file;
