//! What is asked and answered?

pub(crate) mod message;
pub mod registered;
pub mod reply;
