//! The answer to `--version --verbose`.

/// hotload's version, and what it was built from.
pub(super) const IN_FULL: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit: ",
    env!("HOTLOAD_COMMIT"),
    "\ndate: ",
    env!("HOTLOAD_COMMIT_DATE"),
    "\ntarget: ",
    env!("HOTLOAD_TARGET")
);
