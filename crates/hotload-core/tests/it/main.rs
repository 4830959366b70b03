//! What changes on disk are seen, and what a session makes of them.
//!
//! Everything but `disk` runs against a disk and a clock of its own, so each moment is exact.

mod bursts;
mod busy;
mod ctrl_c;
mod cycles;
mod disk;
mod endings;
mod fake_disk;
mod folders;
mod half_saves;
mod hints;
mod loaded_files;
mod missing_files;
mod pace;
mod poll;
mod rehearsal;
mod replaced_plans;
mod requests;
mod run_commands;
mod saves;
mod scripted_worker;
mod simulation;
mod timed;
