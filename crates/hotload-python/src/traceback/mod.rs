//! What an exception was, the same from every Python.
//!
//! ```text
//! driver   -> capture --.
//!                        >-- raised --> territory, fold --> report --> terminal | event
//! any text -> text -----'
//!               '-> capture, for what other processes report as text
//! ```
//!
//! `raised` is what an interpreter reports. `report` is the normal form: it says whose code each frame
//! is, repetitions are folded, and one location is the primary one. The front end decides how to show
//! it.

pub mod advice;
mod brackets;
pub mod capture;
pub mod fold;
pub mod raised;
mod remote;
pub mod report;
pub mod territory;
pub mod text;
