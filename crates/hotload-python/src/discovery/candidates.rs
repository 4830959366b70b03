//! Lists of candidates that contain each file once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;

use crate::discovery::candidate::Candidate;
use crate::discovery::environments::identity;
use crate::version::VersionPrefix;

/// The candidates for a request, best first; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    /// What is tried, in this order.
    pub list: Vec<Candidate>,
    /// The version that was asked for: a Python of any other version is not taken.
    pub version: Option<VersionPrefix>,
    /// What else was found. If none of the list answers, the error names these.
    pub others: Vec<Candidate>,
}

impl From<Vec<Candidate>> for Candidates {
    fn from(list: Vec<Candidate>) -> Self {
        Self {
            list,
            version: None,
            others: Vec::new(),
        }
    }
}

impl Candidates {
    /// These, after others.
    pub(super) fn after(mut self, mut first: Vec<Candidate>) -> Self {
        self.list
            .retain(|known| first.iter().all(|first| first.program != known.program));
        first.append(&mut self.list);
        Self {
            list: first,
            ..self
        }
    }
}

/// A candidate, and other ways to start the same file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The first way.
    pub candidate: Candidate,
    /// The others: `python3` if the first is `python3.11`, for example.
    pub also: Vec<Candidate>,
}

/// Groups the ways to start the same file: `python`, `python3` and `python3.11` are often links to
/// one file. An environment's link to its base interpreter stays separate.
pub(super) fn grouped(all: Vec<Candidate>) -> Vec<Found> {
    let mut indexes: HashMap<(PathBuf, Vec<String>), usize> = HashMap::new();
    let mut found: Vec<Found> = Vec::new();
    for candidate in all {
        let identity = identity(&candidate.program);
        match indexes.entry((identity, candidate.arguments.clone())) {
            Entry::Occupied(index) => found[*index.get()].also.push(candidate),
            Entry::Vacant(index) => {
                index.insert(found.len());
                found.push(Found {
                    candidate,
                    also: Vec::new(),
                });
            }
        }
    }
    found
}

/// The first way to start each file.
pub(super) fn each_once(all: Vec<Candidate>) -> Vec<Candidate> {
    let found = grouped(all).into_iter();
    found.map(|found| found.candidate).collect()
}
