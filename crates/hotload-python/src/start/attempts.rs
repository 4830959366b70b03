//! Which candidate to try next, when one turns out not to be an interpreter, or not the one that was
//! asked for.
//!
//! A program that was found need not work: version managers put stubs on PATH, some of which only print
//! that no version is selected.

use std::collections::VecDeque;

use crate::discovery;
use crate::discovery::candidate::{Candidate, Provenance};
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

    /// Whether this candidate is to be asked whether it has a Python before it is started: there is
    /// another to turn to, or it would advertise the Microsoft Store.
    pub(crate) fn is_doubtful(&self, candidate: &Candidate) -> bool {
        let is_alias = || discovery::is_store_alias(&candidate.program);
        discovery::is_stub(candidate) && (!self.left.is_empty() || is_alias())
    }

    /// Whether a version was asked for, so that it is no surprise when some candidates do not have it.
    pub(crate) fn is_for_version(&self) -> bool {
        self.version.is_some()
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
            return self.next_unasked(failed, error);
        };
        let version = version.clone();
        if matches!(
            error,
            StartError::NoTarget { .. } | StartError::Launch { .. }
        ) {
            // The others would not find it either.
            return Err(error);
        }
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

    /// The same if no version was asked for. What was named is not replaced by something else, unless
    /// it has never been a Python; but of those on PATH any will do.
    fn next_unasked(
        &mut self,
        failed: &Candidate,
        error: StartError,
    ) -> Result<Candidate, StartError> {
        let was_found = matches!(
            failed.source,
            Provenance::Path | Provenance::Registry | Provenance::Launcher
        );
        let is_unnamed = was_found && error.is_of_program();
        if !error.is_stub() && !is_unnamed {
            return Err(error);
        }
        // Of several that are broken, the first is the one to repair.
        if !error.is_stub() {
            self.problem.get_or_insert(error.clone());
        }
        let next = self.left.pop_front();
        next.ok_or_else(|| self.problem.take().unwrap_or(error))
    }
}
