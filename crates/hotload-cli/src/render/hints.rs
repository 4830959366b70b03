//! Hints: what a person may not expect, and what to do about it.

use hotload_python::outcome::hint::Hint;
use hotload_python::outcome::leftovers::{Leftover, Pile};

use super::line::note;

/// The target has a block that a person may expect to run, and that a reload does not run.
pub(crate) fn main(target: &str) -> String {
    note(&format!(
        "hint: a reload does not run the `if __name__ == \"__main__\"` block of {target}: \
         use `--main`, or put it into a function and use `{target}:main`"
    ))
}

/// The target only defines these functions.
pub(crate) fn only_functions(target: &str, functions: &[String]) -> Option<String> {
    /// How many more are named.
    const NAMED: usize = 3;
    let (first, others) = functions.split_first()?;
    let more = others.len().saturating_sub(NAMED);
    let mut named: Vec<String> = others
        .iter()
        .take(NAMED)
        .map(|it| format!("`{it}`"))
        .collect();
    named.extend((more > 0).then(|| format!("{more} more")));
    let also = if named.is_empty() {
        String::new()
    } else {
        format!(" (there is also {})", named.join(", "))
    };
    Some(note(&format!(
        "hint: {target} only defines functions; call one: `hotload {target}:{first}`{also}"
    )))
}

/// Something accumulates from reload to reload. `hook` is where user code can clean up before one.
pub(crate) fn pile(pile: Pile, hook: &str) -> String {
    let once = format!(
        "create them once (`try: x`, `except NameError: x = make()`) or end them in {hook}"
    );
    let advice = match pile.leftover {
        Leftover::Threads | Leftover::ExitHandlers | Leftover::SignalHandlers => &*once,
        Leftover::LoggingHandlers => "add one only if `logger.handlers` is empty",
        Leftover::EventLoops => "close them, or use `asyncio.run`",
        Leftover::OldClasses => "their instances keep the old methods, so make these again",
    };
    let effect = match pile.leftover {
        Leftover::LoggingHandlers => ", and each of them writes every message",
        _ => "",
    };
    note(&format!(
        "hint: every reload leaves more {}{effect}, {} so far: {advice}",
        what(pile.leftover),
        pile.count
    ))
}

/// The same, where the advice was given before.
pub(crate) fn growing_pile(pile: Pile) -> String {
    note(&format!(
        "hint: there are still more {}, {} so far",
        what(pile.leftover),
        pile.count
    ))
}

/// A library does what a person may not expect.
pub(crate) fn library(hint: Hint) -> String {
    note(match hint {
        Hint::DrawnOver => {
            "hint: this run has drawn over the figure of the last one: \
             begin with `plt.figure(1, clear=True)`"
        }
        Hint::OldWorkers => {
            "hint: dask's workers keep running the functions that they imported: \
             use `--main`, or `client.restart()` in a function for `--before`"
        }
    })
}

fn what(leftover: Leftover) -> &'static str {
    match leftover {
        Leftover::Threads => "threads running",
        Leftover::ExitHandlers => "functions registered with `atexit`",
        Leftover::LoggingHandlers => "logging handlers installed",
        Leftover::SignalHandlers => "signal handlers installed",
        Leftover::EventLoops => "event loops open",
        Leftover::OldClasses => "classes of earlier texts in use",
    }
}
