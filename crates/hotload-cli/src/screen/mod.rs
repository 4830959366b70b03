//! What does a person, or a program that reads events, see of a session?

pub(crate) mod display;
pub(crate) mod editor;
pub(crate) mod event_file;
pub(crate) mod events;
pub(crate) mod key_commands;
pub(crate) mod terminal;
