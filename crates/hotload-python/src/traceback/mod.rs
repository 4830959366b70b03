//! What an exception was, the same from every Python.
//!
//! ```text
//! driver   -> capture --.
//!                        >-- raised --> territory, fold --> report --> terminal | event
//! any text -> text -----'
//!               '-> capture, of what other processes tell as text
//! ```
//!
//! `raised` is what an interpreter tells. `report` is the normal form: each frame sorted by whose it
//! is, repetitions folded, one place named as the primary one. How it is shown is the front end's
//! business.

pub mod advice;
mod brackets;
pub mod capture;
pub mod fold;
pub mod raised;
mod remote;
pub mod report;
pub mod territory;
pub mod text;
