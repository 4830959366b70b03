//! Which candidate is tried when one turns out to be no interpreter, or not the one asked for.
//!
//! Found is not usable: version managers put programs on PATH that only say that they are none.

use std::collections::VecDeque;

use crate::discovery::candidate::Candidate;
use crate::discovery::{Candidates, KnownVersions};
use crate::start::error::StartError;
use crate::version::Version;
use crate::version::VersionPrefix;

/// What is left to be tried.
pub(crate) struct Attempts {
    left: VecDeque<Candidate>,
    version: Option<VersionPrefix>,
    /// What there is of other versions.
    others: Vec<Candidate>,
    /// Why the first one that is there, and no stub, did not answer.
    problem: Option<StartError>,
}

impl Attempts {
    /// The first candidate, and what comes behind it.
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

    /// Refuses a Python that the driver is not for, or that is not the one that was asked for.
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

    /// What to try in place of a candidate that has failed.
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
            // Something else would be a surprise, unless this one has never been a Python.
            let next = self.left.pop_front().filter(|_| error.is_stub());
            return next.ok_or(error);
        };
        let version = version.clone();
        if !error.is_stub() && !matches!(error, StartError::OtherVersion(..)) {
            self.problem.get_or_insert(error);
        }
        // With words that keep one Python from answering, the others would not either.
        if let Some(problem) = self.problem.take_if(|_| !failed.arguments.is_empty()) {
            return Err(problem);
        }
        self.left.pop_front().ok_or_else(|| {
            let nobody = || StartError::NoVersion {
                version,
                known: KnownVersions::of(&self.others),
            };
            self.problem.take().unwrap_or_else(nobody)
        })
    }
}
