//! What is the session told?

pub mod death;
pub mod failure;
pub mod guest;
pub mod hint;
pub mod leftovers;
pub mod notice;
pub mod patching;
pub mod reloading;
