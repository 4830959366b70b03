//! What the parts do together with real interpreters.

#![allow(clippy::unwrap_used)] // a test that cannot go on has failed

mod any_capture;
mod any_frame;
mod any_message;
mod any_text;
#[cfg(unix)] // it forks
mod dependents;
mod drivers;
#[cfg(unix)]
mod patching;
mod pythons;
mod recordings;
