//! The built program, driven over real files and real interpreters.

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
