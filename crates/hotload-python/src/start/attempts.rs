//! Which candidate to try next, when one turns out not to be an interpreter, or not the one that was
//! asked for.
//!
//! A program that was found need not work: version managers put stubs on PATH, some of which only print
//! that no version is selected.

use std::collections::VecDeque;

use crate::discovery::candidate::Candidate;
use crate::discovery::{Candidates, KnownVersions};
use crate::start::error::StartError;
use crate::version::{Version, VersionPrefix};

/// The candidates that have not been tried.
pub(crate) struct Attempts {
    left: VecDeque<Candidate>,
    version: Option<VersionPrefix>,
    /// Candidates with other versions, for the error message.
    others: Vec<Candidate>,
    /// The error of the first candidate that failed, apart from stubs.
    problem: Option<StartError>,
}

impl Attempts {
    /// The first candidate, and those after it.
    pub(crate) fn from(candidates: Candidates) -> (Candidate, Self) {
        let mut left = VecDeque::from(candidates.list);
        let first = left
            .pop_front()
            .expect("there is a candidate for a request");
        let attempts = Self {
            left,
            version: candidates.version,
            others: candidates.others,
            problem: None,
        };
        (first, attempts)
    }

    /// Rejects a Python that there is no driver for, or that does not have the version that was asked
    /// for.
    pub(crate) fn check(&self, candidate: &Candidate, version: Version) -> Result<(), StartError> {
        if !version.is_supported() {
            return Err(StartError::TooOld(candidate.clone(), version));
        }
        match &self.version {
            Some(wanted) if !wanted.matches(version) => {
                Err(StartError::OtherVersion(candidate.clone(), version))
            }
            _ => Ok(()),
        }
    }

    /// The candidate to try after one has failed.
    pub(crate) fn next(
        &mut self,
        failed: &Candidate,
        error: StartError,
    ) -> Result<Candidate, StartError> {
        if let StartError::OtherVersion(_, version) = &error {
            let version = VersionPrefix::parse(&version.to_string());
            self.others.push(failed.clone().with_version(version));
        }
        let Some(version) = &self.version else {
            // Any other Python would be a surprise, unless this one is only a stub.
            let next = self.left.pop_front().filter(|_| error.is_stub());
            return next.ok_or(error);
        };
        let version = version.clone();
        if !error.is_stub() && !matches!(error, StartError::OtherVersion(..)) {
            self.problem.get_or_insert(error);
        }
        // Arguments that keep one Python from answering would keep the others from it too.
        if let Some(problem) = self.problem.take_if(|_| !failed.arguments.is_empty()) {
            return Err(problem);
        }
        self.left.pop_front().ok_or_else(|| {
            let no_version = || StartError::NoVersion {
                version,
                known: KnownVersions::of(&self.others),
            };
            self.problem.take().unwrap_or_else(no_version)
        })
    }
}
