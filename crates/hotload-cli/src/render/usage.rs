//! clap's errors, with the arguments that they quote made safe to show.

use clap::Error;
use clap::error::{ContextKind, ContextValue};

use super::plain::plain_line;

/// The same error. clap puts its colours around what it quotes, so that has to be safe beforehand.
pub(crate) fn plain_error(mut error: Error) -> Error {
    let quoted: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| Some((kind, plain_value(value)?)))
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    error
}

/// What a value is replaced by, if it is text as it was given.
fn plain_value(value: &ContextValue) -> Option<ContextValue> {
    match value {
        ContextValue::String(text) => Some(ContextValue::String(plain_line(text))),
        ContextValue::Strings(texts) => {
            let texts = texts.iter().map(|text| plain_line(text));
            Some(ContextValue::Strings(texts.collect()))
        }
        // Tips, which are not coloured.
        ContextValue::StyledStrs(texts) => {
            let texts = texts
                .iter()
                .map(|text| plain_line(&text.to_string()).into());
            Some(ContextValue::StyledStrs(texts.collect()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::plain_error;
    use crate::arguments::Arguments;

    #[test]
    fn what_clap_quotes_cannot_control_the_terminal() {
        let arguments: [&[&str]; 6] = [
            &["--\x1b[2J"],
            &["--evnts\u{202e}"],
            &["lib", "--busy", "\x1b]0;title\x07"],
            &["lib\x1b[2J", "--n\x1b[2J"],
            &["--once=\u{9b}31m"],
            &["--color", "a\nb\u{200b}"],
        ];
        for arguments in arguments {
            let arguments = ["hotload"].iter().chain(arguments);
            let error = Arguments::read(arguments).unwrap_err();
            let said = plain_error(error).render().ansi().to_string();
            let own = anstream::adapter::strip_str(&said).to_string();
            let foreign = ['\x1b', '\x07', '\u{9b}', '\u{202e}', '\u{200b}'];
            assert!(!own.contains(foreign), "{own:?}");
            assert!(own.contains("\\"), "{own:?}");
        }
    }
}
