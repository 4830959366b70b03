//! Hints: what a person may not expect, and what to do about it.

use hotload_python::outcome::leftovers::{Leftover, Pile};

use super::line::note;

/// A block that a person may expect to run, and that an import does not.
pub(crate) fn main(target: &str) -> String {
    note(&format!(
        "hint: an import does not run the `if __name__ == \"__main__\"` block of {target}: \
         put it into a function and use `{target}:main`"
    ))
}

/// What piles up from reload to reload, and what to do about it.
///
/// `hook` is where user code can clean up before a reload.
pub(crate) fn pile(pile: Pile, hook: &str) -> String {
    let once = format!(
        "make them once (`try: x = x`, `except NameError: x = make()`), or end them in {hook}"
    );
    let (what, advice) = match pile.leftover {
        Leftover::Threads => ("threads that still run", &*once),
        Leftover::ExitHandlers => ("functions that `atexit` is to call", &*once),
        Leftover::LoggingHandlers => (
            "handlers of loggers, each of which writes every line",
            "add one only where `logger.handlers` is empty",
        ),
        Leftover::SignalHandlers => ("handlers of signals", &*once),
        Leftover::EventLoops => (
            "event loops that are not closed",
            "close them, or use `asyncio.run`",
        ),
    };
    note(&format!(
        "hint: each reload leaves more behind: {} {what} by now; {advice}",
        pile.count
    ))
}
