//! The first line from an interpreter. Only that proves that a program is one.

use subtle::ConstantTimeEq;

use crate::version::Version;

/// The first line from an interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Its version.
    pub version: Version,
    /// `cpython`, `pypy`, `jython`, …
    pub implementation: String,
    /// Its `sys.platform`.
    pub platform: String,
    /// Its own process id. If a launcher started it, the launcher has a different one.
    pub process_id: u32,
    /// Its `sys.executable`. In a host that is not a Python.
    pub executable: String,
    /// The type of its `sys.stdout`, which hosts may have replaced.
    pub stdout: String,
    /// Its `sys.version`, and the flags that affect the code that it compiles.
    pub build: String,
}

impl Hello {
    /// Parses `hotload TOKEN 3.11.7 cpython linux 4711 2f.62 TextIOWrapper 33.2e`; `None` if this is
    /// not a hello, or its token is wrong.
    pub(crate) fn parse(line: &str, token: &str) -> Option<Self> {
        let mut words = line.strip_suffix('\n')?.split(' ');
        let (name, proof) = (words.next()?, words.next()?);
        if name != "hotload" || !bool::from(proof.as_bytes().ct_eq(token.as_bytes())) {
            return None;
        }
        let version: Version = words.next()?.parse().ok()?;
        Some(Self {
            version,
            implementation: words.next()?.into(),
            platform: words.next()?.into(),
            process_id: words.next()?.parse().ok()?,
            executable: unhex(words.next()?, version.major)?,
            stdout: words.next()?.into(),
            build: unhex(words.next()?, version.major)?,
        })
    }

    /// Whether there is any `sys.stdout`.
    #[must_use]
    pub fn has_stdout(&self) -> bool {
        self.stdout != "NoneType"
    }
}

/// Text from the numbers of its characters, or in 2.x of its bytes.
fn unhex(numbers: &str, major: u32) -> Option<String> {
    let numbers: Result<Vec<u32>, _> = numbers
        .split('.')
        .map(|number| u32::from_str_radix(number, 16))
        .collect();
    let numbers = numbers.ok()?;
    if major == 2 {
        let bytes: Vec<u8> = numbers
            .iter()
            .filter_map(|&byte| u8::try_from(byte).ok())
            .collect();
        return Some(String::from_utf8_lossy(&bytes).into_owned());
    }
    let character = |&number: &u32| char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(numbers.iter().map(character).collect())
}

#[cfg(test)]
mod tests {
    use super::Hello;

    #[test]
    fn a_hello_needs_the_right_token() {
        let hello = Hello::parse(
            "hotload abc 2.7.18 cpython linux2 42 2f.70 file 32\n",
            "abc",
        );
        assert_eq!(hello.map(|hello| hello.process_id), Some(42));
        let strangers = [
            "hotload abd 2.7.18 cpython linux2 42 2f.70 file 32\n",
            "hotload ab 2.7.18 cpython linux2 42 2f.70 file 32\n",
            "hotload abc 2.7.18 cpython linux2 42 2f.70 file 32",
            "hotload abc two cpython linux2 42 2f.70 file 32\n",
            "hotload abc 2.7.18 cpython linux2 42 2f.70 file\n",
            "hotload abc 2.7.18 cpython linux2 42 2f.xx file 32\n",
            "GET / HTTP/1.1\r\n",
            "",
        ];
        for stranger in strangers {
            assert_eq!(Hello::parse(stranger, "abc"), None, "{stranger:?}");
        }
    }
}
