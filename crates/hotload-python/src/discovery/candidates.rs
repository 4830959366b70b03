//! Lists of candidates, in which each file is there once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;

use crate::discovery::candidate::Candidate;
use crate::discovery::environments::identity;
use crate::version::VersionPrefix;

/// The candidates for a request, best first; never none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    /// What is tried, in this order.
    pub list: Vec<Candidate>,
    /// The version that was asked for: what says another one is not taken.
    pub version: Option<VersionPrefix>,
    /// What else is there, to be named when none of the list answers.
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
    /// These, with others in front of them.
    pub(super) fn behind(mut self, mut first: Vec<Candidate>) -> Self {
        self.list
            .retain(|known| first.iter().all(|first| first.program != known.program));
        first.append(&mut self.list);
        Self {
            list: first,
            ..self
        }
    }
}

/// A candidate, and further ways to the same file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The first way to it.
    pub candidate: Candidate,
    /// `python3` beside `python3.11`, say.
    pub also: Vec<Candidate>,
}

/// One file may be reached in several ways: `python`, `python3` and `python3.11` are often links to
/// one. Links from an environment to its base stay apart.
pub(super) fn grouped(all: Vec<Candidate>) -> Vec<Found> {
    let mut places: HashMap<(PathBuf, Vec<String>), usize> = HashMap::new();
    let mut found: Vec<Found> = Vec::new();
    for candidate in all {
        let identity = identity(&candidate.program);
        match places.entry((identity, candidate.arguments.clone())) {
            Entry::Occupied(place) => found[*place.get()].also.push(candidate),
            Entry::Vacant(place) => {
                place.insert(found.len());
                found.push(Found {
                    candidate,
                    also: Vec::new(),
                });
            }
        }
    }
    found
}

/// The first way to each file.
pub(super) fn each_once(all: Vec<Candidate>) -> Vec<Candidate> {
    let found = grouped(all).into_iter();
    found.map(|found| found.candidate).collect()
}
