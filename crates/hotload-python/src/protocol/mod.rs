//! What is asked and answered?
//!
//! # `dependents`
//!
#![doc = include_str!("dependents.md")]

pub(crate) mod message;
pub mod registered;
pub mod reply;
