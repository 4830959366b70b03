//! Whether colours are used: what was asked for, then the variables that programs agree on, then what
//! the output is.

use std::env;
use std::ffi::OsString;
use std::io::IsTerminal;

use anstream::ColorChoice;

use crate::arguments::Color;

/// Whether colours are used on this output.
pub(crate) fn choice(color: Color, output: &impl IsTerminal) -> ColorChoice {
    let is_on = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
            by_environment(variable).unwrap_or_else(|| output.is_terminal())
        }
    };
    if is_on {
        ColorChoice::Always
    } else {
        ColorChoice::Never
    }
}

/// What the variables say, the first one that says something; empty ones do not.
fn by_environment(variable: impl Fn(&str) -> Option<OsString>) -> Option<bool> {
    let is_zero = |name| variable(name).is_some_and(|value| value == "0");
    let forces = |name| variable(name).is_some() && !is_zero(name);
    if variable("NO_COLOR").is_some() {
        Some(false)
    } else if forces("FORCE_COLOR") || forces("CLICOLOR_FORCE") {
        Some(true)
    } else if is_zero("CLICOLOR") || variable("TERM").is_some_and(|term| term == "dumb") {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::by_environment;

    #[test]
    fn the_first_variable_that_says_something_decides() {
        type Variables<'v> = &'v [(&'v str, &'v str)];
        let cases: [(Variables<'_>, Option<bool>); 10] = [
            (&[], None),
            (&[("NO_COLOR", "1"), ("FORCE_COLOR", "1")], Some(false)),
            (&[("NO_COLOR", ""), ("FORCE_COLOR", "1")], Some(true)),
            (&[("FORCE_COLOR", "1"), ("CLICOLOR", "0")], Some(true)),
            (&[("FORCE_COLOR", "0")], None),
            (&[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], Some(true)),
            (&[("CLICOLOR_FORCE", "0")], None),
            (&[("CLICOLOR", "0")], Some(false)),
            (&[("CLICOLOR", "1"), ("TERM", "dumb")], Some(false)),
            (&[("TERM", "xterm")], None),
        ];
        for (variables, expected) in cases {
            let value = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found
                    .map(|(_, value)| value.into())
                    .filter(|it: &std::ffi::OsString| !it.is_empty())
            };
            assert_eq!(by_environment(value), expected, "{variables:?}");
        }
    }
}
