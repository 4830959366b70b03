//! Is what a person types for hotload or for user code? Only decides; does not touch the terminal.

/// The state of the keyboard. `M` is the mode that the terminal had before keys were read.
pub(super) struct State<M> {
    phase: Phase<M>,
    terminal: Holder,
    reader: Reader,
}

enum Phase<M> {
    /// This session reads no keys, or it has ended.
    Off,
    /// A cycle runs, and what is typed is for user code. `has_text` is whether text that was typed before
    /// the cycle was left in the terminal for it.
    Cycle { has_text: bool },
    /// No cycle runs.
    Between(Keys<M>),
}

/// What happens to keys between two cycles.
enum Keys<M> {
    /// They cannot be read: the terminal is lent, or hotload is in the background.
    NotRead,
    /// They are read. The terminal is in the mode for that.
    Read(M),
    /// They are not read, so that text in the terminal stays there for user code.
    HeldBack,
}

/// Who has the terminal.
enum Holder {
    Hotload,
    /// Another process group, or the shell while hotload is stopped.
    Other,
}

/// Whether user code reads what is typed, which it does by asking for the terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    No,
    /// It did in an earlier cycle.
    Earlier,
    /// It did in the running cycle, or, between two cycles, in the last one.
    Now,
}

/// What happens to what was typed before keys could be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed<M> {
    /// There is nothing.
    Nothing,
    /// User code may ask for it: it stays, and the terminal gets its mode back.
    Keep(M),
    /// User code does not read, so it is discarded.
    Discard,
}

impl<M> State<M> {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Off,
            terminal: Holder::Hotload,
            reader: Reader::No,
        }
    }

    /// Keys are to be read, as soon as the first cycle has ended.
    pub(super) fn start(&mut self) {
        self.phase = Phase::Cycle { has_text: false };
    }

    /// Keys are not to be read any more.
    pub(super) fn stop(&mut self) -> Option<M> {
        let mode = self.take_mode();
        self.phase = Phase::Off;
        mode
    }

    pub(super) fn is_off(&self) -> bool {
        matches!(self.phase, Phase::Off)
    }

    /// A cycle starts.
    pub(super) fn cycle_started(&mut self) -> Option<M> {
        let mode = self.take_mode();
        if !self.is_off() {
            let has_text = self.has_text();
            self.phase = Phase::Cycle { has_text };
        }
        if self.reader == Reader::Now {
            self.reader = Reader::Earlier;
        }
        mode
    }

    /// A cycle has ended. Returns whether it did not read text that was left for it, though it could have.
    pub(super) fn cycle_ended(&mut self, went_through: bool) -> bool {
        let is_unread = self.has_text() && went_through && self.reader != Reader::Now;
        if is_unread {
            self.reader = Reader::No;
        }
        if !self.is_off() && !self.is_reading() {
            self.phase = Phase::Between(Keys::NotRead);
        }
        is_unread
    }

    /// Another process group gets the terminal, or hotload is stopped.
    #[cfg_attr(windows, allow(dead_code))] // a console has no foreground job
    pub(super) fn lend(&mut self) -> Option<M> {
        if !matches!(self.phase, Phase::Between(_)) {
            self.reader = Reader::Now;
        }
        self.terminal = Holder::Other;
        self.take_mode()
    }

    /// hotload has the terminal again.
    #[cfg_attr(windows, allow(dead_code))] // as above
    pub(super) fn take_back(&mut self) {
        self.terminal = Holder::Hotload;
    }

    /// Whether keys should be read and are not.
    pub(super) fn is_due(&self) -> bool {
        let may_read = matches!(self.phase, Phase::Between(Keys::NotRead));
        may_read && matches!(self.terminal, Holder::Hotload)
    }

    /// The terminal is in the mode for keys. `has_typed` is whether something was typed before.
    pub(super) fn entered(&mut self, mode: M, has_typed: bool) -> Typed<M> {
        if has_typed && self.reader != Reader::No {
            self.phase = Phase::Between(Keys::HeldBack);
            return Typed::Keep(mode);
        }
        self.phase = Phase::Between(Keys::Read(mode));
        if has_typed {
            Typed::Discard
        } else {
            Typed::Nothing
        }
    }

    pub(super) fn is_reading(&self) -> bool {
        matches!(self.phase, Phase::Between(Keys::Read(_)))
    }

    /// Whether something that was typed is left in the terminal for user code.
    pub(super) fn has_text(&self) -> bool {
        matches!(
            self.phase,
            Phase::Between(Keys::HeldBack) | Phase::Cycle { has_text: true }
        )
    }

    /// Stops reading keys. Returns the mode to put back, if they were read.
    fn take_mode(&mut self) -> Option<M> {
        let Phase::Between(keys) = &mut self.phase else {
            return None;
        };
        match std::mem::replace(keys, Keys::NotRead) {
            Keys::Read(mode) => Some(mode),
            other => {
                *keys = other;
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{State, Typed};

    /// The state after a cycle in which user code asked for the terminal, or did not.
    fn after_a_cycle(asks: bool) -> State<()> {
        let mut state = State::new();
        state.start();
        if asks {
            assert_eq!(state.lend(), None);
            state.take_back();
        }
        assert!(!state.cycle_ended(true) && state.is_due());
        state
    }

    #[test]
    fn keys_are_read_between_two_cycles_and_only_there() {
        let mut state = State::new();
        state.start();
        assert!(!state.is_due());
        state.cycle_ended(true);
        assert!(state.is_due());
        assert_eq!(state.entered((), false), Typed::Nothing);
        assert!(state.is_reading() && !state.is_due());
        assert_eq!(state.cycle_started(), Some(()));
        assert!(!state.is_reading() && !state.is_due());
    }

    #[test]
    fn what_is_typed_ahead_is_for_code_that_reads_and_else_for_none() {
        assert_eq!(after_a_cycle(false).entered((), true), Typed::Discard);
        assert_eq!(after_a_cycle(true).entered((), true), Typed::Keep(()));
    }

    #[test]
    fn text_that_was_left_for_a_cycle_is_discarded_once_that_has_not_asked() {
        #[rustfmt::skip]
        let cases = [
            // asks again   went through    unread   the next text
            (false,         true,           true,    Typed::Discard),
            (false,         false,          false,   Typed::Keep(())),
            (true,          true,           false,   Typed::Keep(())),
        ];
        for (asks, went_through, is_unread, next) in cases {
            let mut state = after_a_cycle(true);
            state.entered((), true);
            assert!(state.has_text() && !state.is_due());
            assert_eq!(state.cycle_started(), None);
            if asks {
                state.lend();
                state.take_back();
            }
            assert_eq!(state.cycle_ended(went_through), is_unread);
            assert_eq!(state.entered((), true), next);
        }
    }

    #[test]
    fn no_keys_are_read_while_another_has_the_terminal() {
        let mut state = after_a_cycle(false);
        state.entered((), false);
        assert_eq!(state.lend(), Some(()));
        assert!(!state.is_due());
        state.take_back();
        assert!(state.is_due());
        // That was Ctrl-Z between two cycles: user code did not ask for the terminal.
        assert_eq!(state.entered((), true), Typed::Discard);
    }

    #[test]
    fn after_the_end_no_keys_are_read() {
        let mut state = after_a_cycle(false);
        state.entered((), false);
        assert_eq!(state.stop(), Some(()));
        state.cycle_started();
        state.cycle_ended(true);
        assert!(state.is_off() && !state.is_due());
    }
}
