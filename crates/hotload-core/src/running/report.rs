//! What a cycle did, as data.

use std::path::Path;
use std::time::Duration;

use crate::running::cut::Cut;
use crate::running::step_name::StepName;

/// What the loop asks about a step's failure. The worker defines what failed; the front end displays
/// it.
pub trait StepFailure {
    /// The file that does not compile, and may do so once it has been written completely.
    fn half_written(&self) -> Option<&Path> {
        None
    }

    /// Whether a person interrupted the step at the terminal, which ends the session.
    fn is_interrupt(&self) -> bool {
        false
    }
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<F> {
    /// It succeeded.
    Ok,
    /// It did not succeed.
    Failed(F),
    /// It was stopped from outside, or a debugger was quit.
    Interrupted(F),
    /// It was not started.
    Skipped(Skip),
}

/// Why a step was not started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// In words.
    pub reason: String,
    /// To whom it is worth mentioning.
    pub mention: Mention,
}

/// To whom it is worth mentioning that a step was not started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mention {
    /// To whoever is at the screen.
    Always,
    /// To whoever wants to know everything: a person expects it, or has already seen the reason.
    OnRequest,
    /// To no one: there was nothing for it to do.
    Never,
}

impl Skip {
    /// A step that is skipped as a person would expect.
    pub fn expected(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            mention: Mention::OnRequest,
        }
    }

    /// A step that had nothing to do, as if it were not in the plan.
    pub fn unmentioned(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            mention: Mention::Never,
        }
    }

    /// A step that is skipped, which has to be reported.
    pub fn reported(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            mention: Mention::Always,
        }
    }
}

impl<F> Outcome<F> {
    /// Whether it had nothing to do, which is worth no mention.
    #[must_use]
    pub fn is_unmentioned(&self) -> bool {
        matches!(self, Self::Skipped(skip) if skip.mention == Mention::Never)
    }

    /// Whether it failed or was interrupted.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Interrupted(_))
    }

    /// What failed.
    #[must_use]
    pub fn failure(&self) -> Option<&F> {
        match self {
            Self::Failed(failure) | Self::Interrupted(failure) => Some(failure),
            Self::Ok | Self::Skipped(_) => None,
        }
    }
}

/// How one step of a cycle ended.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReport<F> {
    /// What the step is called.
    pub name: StepName,
    /// How it ended.
    pub outcome: Outcome<F>,
    /// Why it was cut short, if it was.
    pub cut: Option<Cut>,
    /// From its start to its end.
    pub duration: Duration,
}

/// How a cycle ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CycleOutcome {
    /// No step failed.
    Ok,
    /// A step failed, or what the steps had done was lost.
    Failed,
    /// A step was interrupted or killed, and none failed.
    Interrupted,
}

/// What one cycle did.
#[derive(Debug, Clone, PartialEq)]
pub struct Report<F> {
    /// Cycles are counted from 1.
    pub cycle: u64,
    /// How it ended.
    pub outcome: CycleOutcome,
    /// Its steps, in the order of the plan.
    pub steps: Vec<StepReport<F>>,
    /// From the first step's start to the last one's end.
    pub duration: Duration,
    /// From the tick that noticed the change to the last step's end; `None` for a cycle that no change
    /// caused.
    pub latency: Option<Duration>,
    /// Whether a newer save made it pointless: another cycle follows at once.
    pub superseded: bool,
    /// How many files are watched.
    pub files_watched: usize,
}

impl<F> Report<F> {
    /// The outcome of a cycle with these steps.
    pub(crate) fn outcome_of(steps: &[StepReport<F>]) -> CycleOutcome {
        let any = |wanted: fn(&Outcome<F>) -> bool| steps.iter().any(|step| wanted(&step.outcome));
        if any(|outcome| matches!(outcome, Outcome::Failed(_))) {
            CycleOutcome::Failed
        } else if any(|outcome| matches!(outcome, Outcome::Interrupted(_))) {
            CycleOutcome::Interrupted
        } else {
            CycleOutcome::Ok
        }
    }
}
