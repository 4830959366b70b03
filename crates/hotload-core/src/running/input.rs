//! The one channel that everything comes in by: frames, ends of steps and processes, signals.

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use crate::running::report::Outcome;
use crate::running::worker::Worker;

/// Everything that can happen to a session, in the order in which it happened.
pub enum Input<W: Worker> {
    /// Something came in for the worker.
    Worker(W::Event),
    /// A step that does not run in the worker ended.
    StepEnded(StepId, Outcome<W::Failure>),
    /// Somebody wants the session to end.
    Stop(Stop),
    /// A person at the keyboard wants something else.
    Wish(Wish),
    /// Nobody reads what the steps print any more. What runs may not care, and runs to its end.
    OutputClosed,
}

/// What a person can want between two cycles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// One more cycle.
    RunAgain,
    /// A new worker, and a cycle in it.
    Restart,
    /// That saves wait, or do so no longer.
    Pause,
    /// The session's end.
    Quit,
    /// To see the last error in full. This and what follows is the observer's business.
    ShowError,
    /// To see the place of the last error in an editor.
    OpenError,
    /// To see what can be wanted.
    ListKeys,
    /// Nothing more: what `OpenError` has started is over.
    EditorEnded,
}

/// A request to end the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Why.
    pub why: StopReason,
    /// How long a running step may take to end after it was interrupted; `None`: until a second
    /// request comes.
    pub patience: Option<Duration>,
}

/// Why a session is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// A person quit between two cycles.
    Quit,
    /// Ctrl-C.
    Interrupt,
    /// The system, or whoever started hotload, terminates it.
    Terminate,
    /// The terminal is gone.
    HangUp,
}

impl Stop {
    /// Ctrl-C.
    pub const INTERRUPT: Self = Self {
        why: StopReason::Interrupt,
        patience: None,
    };

    /// A person quit between two cycles, so nothing runs that could need time.
    pub(crate) const QUIT: Self = Self {
        why: StopReason::Quit,
        patience: None,
    };
}

/// One start of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepId(u64);

/// Where inputs go in. Clones go to threads.
pub struct Inbox<W: Worker> {
    sender: Sender<Input<W>>,
    step: StepId,
}

impl<W: Worker> Clone for Inbox<W> {
    fn clone(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            step: self.step,
        }
    }
}

impl<W: Worker> Inbox<W> {
    /// An inbox and where its inputs come out.
    #[must_use]
    pub fn new() -> (Self, Receiver<Input<W>>) {
        let (sender, receiver) = mpsc::channel();
        let step = StepId(0);
        (Self { sender, step }, receiver)
    }

    /// Adds an input. When the session has ended, there is nobody left to tell.
    pub fn send(&self, input: Input<W>) {
        let _ = self.sender.send(input);
    }

    /// From now on replies are for the next step; those of earlier ones are nobody's any more.
    pub(crate) fn next_step(&mut self) {
        self.step.0 += 1;
    }

    pub(crate) fn is_for(&self, step: StepId) -> bool {
        self.step == step
    }

    /// Takes the outcome of the step that is being started.
    #[must_use]
    pub fn reply_for_step(&self) -> StepReply<W> {
        StepReply(self.clone())
    }
}

/// Takes one step's outcome, from any thread.
pub struct StepReply<W: Worker>(Inbox<W>);

impl<W: Worker> StepReply<W> {
    /// Ends the step.
    pub fn send(self, outcome: Outcome<W::Failure>) {
        let step = self.0.step;
        self.0.send(Input::StepEnded(step, outcome));
    }
}
