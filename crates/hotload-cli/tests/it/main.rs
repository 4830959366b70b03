//! The built program, driven over real files and real interpreters.

#![allow(clippy::unwrap_used)] // a test that cannot go on has failed

mod bad_input;
mod events;
mod harness;
mod help;
mod lifecycle;
#[path = "../../../hotload-python/tests/it/pythons.rs"]
mod pythons;
mod reload;
mod saves;
mod stale;
mod steps;
#[cfg(unix)]
mod terminal;
