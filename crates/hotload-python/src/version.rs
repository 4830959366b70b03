//! Versions of Python: what an interpreter has, and what the user may ask for.

use std::fmt;
use std::str::FromStr;

/// The version that an interpreter says it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// 2 or 3.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number.
    pub micro: u32,
}

impl Version {
    /// Whether there is a driver for this version.
    #[must_use]
    pub fn is_supported(&self) -> bool {
        (self.major, self.minor) == (2, 7) || self.major == 3 && self.minor >= 4
    }

    /// Which of the two drivers this version takes.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        if self.major == 2 {
            Dialect::Two
        } else {
            Dialect::Three
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.micro)
    }
}

impl FromStr for Version {
    type Err = std::num::ParseIntError;

    /// Parses `3`, `3.11` or `3.11.7`; missing numbers are 0.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.splitn(3, '.');
        let mut next = || numbers.next().map_or(Ok(0), str::parse);
        Ok(Self {
            major: next()?,
            minor: next()?,
            micro: next()?,
        })
    }
}

/// Which of the two kinds of Python: each has its own driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// 2.7
    Two,
    /// 3.4 and newer
    Three,
}

/// The first numbers of a version: `2`, `2.7`, `3.11.7`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionPrefix(Box<[u32]>);

impl VersionPrefix {
    /// Parses up to three numbers, separated by dots.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Box<[u32]>> = text.split('.').map(number).collect();
        numbers.filter(|numbers| numbers.len() <= 3).map(Self)
    }

    /// Whether a version starts with these numbers.
    #[must_use]
    pub fn matches(&self, version: Version) -> bool {
        let numbers = [version.major, version.minor, version.micro];
        numbers.starts_with(&self.0)
    }

    pub(crate) fn numbers(&self) -> Vec<u32> {
        self.0.to_vec()
    }

    /// Whether a version that starts with the numbers of `known` may match.
    pub(crate) fn may_match(&self, known: &Self) -> bool {
        self.0
            .iter()
            .zip(&known.0)
            .all(|(wanted, known)| wanted == known)
    }

    /// Whether every version that starts with the numbers of `known` matches.
    pub(crate) fn surely_matches(&self, known: &Self) -> bool {
        known.0.starts_with(&self.0)
    }
}

impl fmt::Display for VersionPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

/// Digits only: `parse` would accept a sign.
fn number(digits: &str) -> Option<u32> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::{Version, VersionPrefix};

    #[test]
    fn two_seven_and_three_four_and_newer_are_supported() {
        let cases = [
            ("2.6.9", false),
            ("2.7", true),
            ("3.3", false),
            ("3.4", true),
            ("3.14.1", true),
        ];
        for (text, supported) in cases {
            let version: Version = text.parse().unwrap();
            assert_eq!(version.is_supported(), supported, "{text}");
        }
    }

    #[test]
    fn a_version_is_asked_for_by_its_first_numbers() {
        let cases = [
            ("3", "3.11.7", true),
            ("3.1", "3.11.7", false),
            ("3.11", "3.11.7", true),
            ("3.11.7", "3.11.7", true),
            ("2", "3.11.7", false),
        ];
        for (wanted, version, expected) in cases {
            let prefix = VersionPrefix::parse(wanted).unwrap();
            assert_eq!(
                prefix.matches(version.parse().unwrap()),
                expected,
                "{wanted}"
            );
        }
        let known = |text| VersionPrefix::parse(text).unwrap();
        assert!(known("3.11").may_match(&known("3")) && !known("3.11").surely_matches(&known("3")));
        assert!(known("3").surely_matches(&known("3.11")) && !known("3").may_match(&known("2")));
    }
}
