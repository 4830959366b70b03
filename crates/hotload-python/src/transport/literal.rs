//! Writes and reads bytes as they appear between the quotes of a Python literal.

/// The bytes as they appear between the quotes of a Python literal, in ASCII.
pub(crate) fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for byte in bytes {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\\' => text.push_str("\\\\"),
            b'\'' => text.push_str("\\'"),
            b' '..=b'~' => text.push(char::from(*byte)),
            other => text.push_str(&format!("\\x{other:02x}")),
        }
    }
    text
}

/// The bytes of which Python's `repr` has made this text.
pub(super) fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'\\' {
            bytes.push(first);
            continue;
        }
        let Some((&kind, after)) = rest.split_first() else {
            break;
        };
        rest = after;
        bytes.push(match kind {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'x' => {
                let digits = rest
                    .get(..2)
                    .and_then(|digits| std::str::from_utf8(digits).ok());
                let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                rest = rest.get(2..).unwrap_or_default();
                byte.unwrap_or(b'?')
            }
            other => other,
        });
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{escape, unescape};

    #[test]
    fn any_bytes_come_back_from_a_line() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(unescape(escape(&all).as_bytes()), all);
        assert!(escape(&all).is_ascii() && !escape(&all).contains(['\n', '\r']));
        // As Python writes it.
        assert_eq!(unescape(br#"a\tb\r\n\\\x00\xff'"#), b"a\tb\r\n\\\x00\xff'");
    }
}
