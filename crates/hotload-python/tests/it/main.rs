//! What the parts do together with real interpreters.

mod drivers;
mod pythons;
