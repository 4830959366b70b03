//! The one channel through which everything arrives: frames, ends of steps and processes, signals,
//! keys, hints.

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use crate::running::report::Outcome;
use crate::running::worker::Worker;
use crate::watching::hints::Hint;

/// Everything that can happen to a session, in the order in which it happened.
pub enum Input<W: Worker> {
    /// Something arrived for the worker.
    Worker(W::Event),
    /// A step that does not run in the worker ended.
    StepEnded(StepId, Outcome<W::Failure>),
    /// The session is asked to end.
    Stop(Stop),
    /// A person pressed a key.
    Key(KeyCommand),
    /// Another program asks for something.
    Request(SessionRequest),
    /// The operating system says where files may have changed.
    Hint(Hint),
    /// Standard output's reader is gone. A running step may not print, and runs to its end.
    OutputClosed,
}

/// What a person can ask for with a key, between two cycles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyCommand {
    /// One more cycle.
    RunAgain,
    /// A new worker, and a cycle in it.
    Restart,
    /// Saves wait from now on, or no longer.
    Pause,
    /// The end of the session.
    Quit,
    /// The last error in full. This command and those below are the observer's business.
    ShowError,
    /// The last error's location, in an editor.
    OpenError,
    /// The list of keys.
    ListKeys,
    /// Not a key: the editor that `OpenError` started has ended.
    EditorEnded,
}

/// What another program can ask for, at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionRequest {
    /// One more cycle, after the one that runs.
    Rerun,
    /// A new worker, and a cycle in it. What runs is ended.
    Restart,
    /// The end of what runs, as by Ctrl-C; nothing if nothing runs.
    Interrupt,
    /// Saves wait from now on.
    Pause,
    /// They no longer do.
    Resume,
    /// The end of the session.
    Quit,
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

/// Where inputs are sent. Threads get clones.
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
    /// An inbox, and the receiver of what is sent to it.
    #[must_use]
    pub fn new() -> (Self, Receiver<Input<W>>) {
        let (sender, receiver) = mpsc::channel();
        let step = StepId(0);
        (Self { sender, step }, receiver)
    }

    /// Adds an input.
    pub fn send(&self, input: Input<W>) {
        // Fails once the session has ended, when no input matters any more.
        let _ = self.sender.send(input);
    }

    /// From now on replies are for the next step; late replies for earlier ones are ignored.
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
