//! What is asked and answered?

pub(crate) mod message;
pub(crate) mod reply;
