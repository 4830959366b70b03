//! Which versions there are, as far as the names of files and folders tell.

use std::fmt;

use super::search_path;
use crate::discovery::candidate::Candidate;
use crate::version::VersionPrefix;

/// The versions of candidates, by where those were found. They are taken from names: nothing was
/// started, and the name of a stub proves nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownVersions(Vec<(String, Vec<Vec<u32>>)>);

impl KnownVersions {
    /// The versions of these candidates.
    #[must_use]
    pub(crate) fn of(candidates: &[Candidate]) -> Self {
        let mut known = Self::default();
        for candidate in candidates.iter().filter(|one| !search_path::is_stub(one)) {
            let numbers = candidate.version.as_ref().map(VersionPrefix::numbers);
            if let Some(numbers) = numbers.filter(|numbers| numbers.len() > 1) {
                known.add(candidate.source.to_string(), numbers);
            }
        }
        known
    }

    fn add(&mut self, source: String, version: Vec<u32>) {
        let index = self.0.iter().position(|(known, _)| *known == source);
        let index = index.unwrap_or_else(|| {
            self.0.push((source, Vec::new()));
            self.0.len() - 1
        });
        let versions = &mut self.0[index].1;
        // `3.11` says no more than `3.11.7` does.
        if versions.iter().any(|known| known.starts_with(&version)) {
            return;
        }
        versions.retain(|known| !version.starts_with(known));
        versions.push(version);
        versions.sort();
    }

    /// What the user can do when the version that was asked for is not one of these.
    #[must_use]
    pub fn hint(&self) -> String {
        if self.0.is_empty() {
            return "no other version was found either; name a Python with `--python PATH`".into();
        }
        format!("going by their names, there are {self}; `hotload --list-pythons` checks each")
    }
}

impl fmt::Display for KnownVersions {
    /// `2.7.18, 3.11.7 (from pyenv), 3.9 (from PATH)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = self.0.iter().map(|(source, versions)| {
            let shown = versions.iter().map(|numbers| {
                let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
                numbers.join(".")
            });
            format!("{} ({source})", shown.collect::<Vec<_>>().join(", "))
        });
        f.write_str(&sources.collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::KnownVersions;
    use crate::discovery::candidate::{Candidate, Provenance};
    use crate::version::VersionPrefix;

    #[test]
    fn versions_are_told_with_their_source_each_once_and_without_stubs() {
        let candidate = |program: &str, source, version| {
            Candidate::plain(program.into(), source).with_version(VersionPrefix::parse(version))
        };
        let known = KnownVersions::of(&[
            candidate("/x/shims/python3.12", Provenance::Path, "3.12"),
            candidate("/x/python3.11", Provenance::Path, "3.11"),
            candidate("/x/python3", Provenance::Path, "3"),
            candidate("/x/python", Provenance::Path, ""),
            candidate("/p/3.9.18", Provenance::Pyenv, "3.9.18"),
            candidate("/p/3.10.13", Provenance::Pyenv, "3.10.13"),
            candidate("/p/3.9", Provenance::Pyenv, "3.9"),
        ]);
        assert_eq!(
            known.to_string(),
            "3.11 (from PATH), 3.9.18, 3.10.13 (from pyenv)"
        );
        assert!(KnownVersions::default().hint().starts_with("no other"));
    }
}
