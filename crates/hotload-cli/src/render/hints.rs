//! Hints: what a person may not expect, and what to do about it.

use hotload_python::outcome::leftovers::{Leftover, Pile};

use super::line::note;

/// The target has a block that a person may expect to run, and that a reload does not run.
pub(crate) fn main(target: &str) -> String {
    note(&format!(
        "hint: a reload does not run the `if __name__ == \"__main__\"` block of {target}: \
         use `--main`, or put it into a function and use `{target}:main`"
    ))
}

/// Something accumulates from reload to reload. `hook` is where user code can clean up before one.
pub(crate) fn pile(pile: Pile, hook: &str) -> String {
    let once = format!(
        "create them once (`try: x`, `except NameError: x = make()`) or end them in {hook}"
    );
    let (what, advice) = match pile.leftover {
        Leftover::Threads => ("threads running", &*once),
        Leftover::ExitHandlers => ("functions registered with `atexit`", &*once),
        Leftover::LoggingHandlers => (
            "logging handlers installed, and each of them writes every message",
            "add one only if `logger.handlers` is empty",
        ),
        Leftover::SignalHandlers => ("signal handlers installed", &*once),
        Leftover::EventLoops => ("event loops open", "close them, or use `asyncio.run`"),
        Leftover::OldClasses => (
            "classes of earlier texts in use",
            "their instances keep the old methods, so make these again",
        ),
    };
    note(&format!(
        "hint: every reload leaves more {what}, {} so far: {advice}",
        pile.count
    ))
}
