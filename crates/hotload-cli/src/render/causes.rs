//! An error, and what caused it.

use std::error::Error;
use std::iter;

/// What caused an error, the nearest first.
pub(crate) fn causes<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    iter::successors(error.source(), |&cause| cause.source())
}

/// An error with its causes in one line, for where there is no room for more.
pub(crate) fn with_causes(error: &(dyn Error + 'static)) -> String {
    let parts = iter::once(error).chain(causes(error));
    let parts: Vec<String> = parts.map(ToString::to_string).collect();
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::{causes, with_causes};
    use crate::exit::Exit;
    use std::io;

    #[test]
    fn an_error_keeps_its_causes_in_one_line() {
        let cause = io::Error::other("no room");
        let exit = Exit::usage_because("cannot write `x`", cause);
        assert_eq!(with_causes(&*exit.error), "cannot write `x`: no room");
        assert_eq!(causes(&*exit.error).count(), 1);
        assert_eq!(with_causes(&*Exit::usage("no").error), "no");
    }
}
