//! What an interpreter says first. Only that proves that a program is one.

use subtle::ConstantTimeEq;

use crate::driver::Version;

/// What the interpreter says first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Its version.
    pub version: Version,
    /// `cpython`, `pypy`, `jython`, …
    pub implementation: String,
    /// Its `sys.platform`.
    pub platform: String,
    /// Its own process id; a launcher's may be another.
    pub process_id: u32,
}

impl Hello {
    /// Reads `hotload TOKEN 3.11.7 cpython linux 4711`; `None` from a stranger.
    pub(crate) fn parse(line: &str, token: &str) -> Option<Self> {
        let mut words = line.strip_suffix('\n')?.split(' ');
        let (name, proof) = (words.next()?, words.next()?);
        if name != "hotload" || !bool::from(proof.as_bytes().ct_eq(token.as_bytes())) {
            return None;
        }
        Some(Self {
            version: words.next()?.parse().ok()?,
            implementation: words.next()?.into(),
            platform: words.next()?.into(),
            process_id: words.next()?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Hello;

    #[test]
    fn a_hello_needs_the_right_token() {
        let hello = Hello::parse("hotload abc 2.7.18 cpython linux2 42\n", "abc");
        assert_eq!(hello.map(|hello| hello.process_id), Some(42));
        let strangers = [
            "hotload abd 2.7.18 cpython linux2 42\n",
            "hotload ab 2.7.18 cpython linux2 42\n",
            "hotload abc 2.7.18 cpython linux2 42",
            "hotload abc two cpython linux2 42\n",
            "GET / HTTP/1.1\r\n",
            "",
        ];
        for stranger in strangers {
            assert_eq!(Hello::parse(stranger, "abc"), None, "{stranger:?}");
        }
    }
}
