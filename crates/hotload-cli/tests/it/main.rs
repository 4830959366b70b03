//! The built program, driven over real files and real interpreters.

#![allow(clippy::unwrap_used)] // a test that cannot go on has failed

mod as_plain_python;
mod bad_input;
mod busy;
mod code_cache;
mod commands_only;
mod configuration;
mod control;
mod deaths;
#[cfg(unix)]
mod demo;
#[cfg(unix)]
mod descendants;
mod discovery;
mod doctor;
#[cfg(unix)]
mod editors;
#[cfg(unix)]
mod emulator;
mod environment;
mod error_events;
mod errors;
mod errors_beside;
mod errors_by_hand;
mod errors_callers;
mod errors_changed;
mod errors_in_full;
mod events;
mod explain;
mod explain_logs;
#[cfg(unix)]
mod guests;
mod harness;
mod help;
mod hosts;
mod import_hooks;
#[cfg(unix)]
mod keys;
mod launch_scripts;
mod left_behind;
mod libraries;
mod lifecycle;
#[cfg(unix)]
mod links;
mod main_target;
#[cfg(unix)]
mod narrow;
mod old_definitions;
#[cfg(windows)]
mod on_windows;
mod outcomes;
mod outputs;
mod patch;
mod preload;
mod processes;
mod programs;
#[path = "../../../hotload-python/tests/it/pythons.rs"]
mod pythons;
mod readme;
mod recipes;
mod recorded;
mod reload;
mod reload_cases;
mod samples;
mod saves;
#[cfg(unix)]
mod screen;
mod scripting;
mod security;
mod signals;
mod source_cache;
mod sources;
mod stale;
mod steps;
mod streams;
mod survival;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod terminal_left;
#[cfg(unix)]
mod terminal_state;
mod tidy;
mod transports;
mod watching;
mod workers;
