//! The thread that reads keys.

use std::sync::PoisonError;
use std::time::Duration;

use crossterm::event;
use hotload_core::running::input::Inbox;
use hotload_core::running::worker::Worker;

use super::{Keyboard, bindings, mode};

/// How often to check whether hotload has come to the foreground or a key was pressed.
const LOOK_AGAIN: Duration = Duration::from_millis(300);

impl Keyboard {
    /// Reads keys whenever it is time to, until the session ends.
    pub(super) fn read<W: Worker>(&self, inbox: &Inbox<W>) {
        mode::prepare_thread();
        loop {
            let mut terminal = self.lock();
            if terminal.state.is_off() {
                return;
            }
            terminal.enter();
            if !terminal.state.is_reading() {
                // Until it is time for keys, or hotload has been brought to the foreground.
                let waited = self.0.changed.wait_timeout(terminal, LOOK_AGAIN);
                drop(waited.unwrap_or_else(PoisonError::into_inner));
                continue;
            }
            drop(terminal);
            match mode::wait_for_key(LOOK_AGAIN) {
                Ok(true) => self.take_keys(inbox),
                Ok(false) => {}
                // The terminal is gone.
                Err(_) => return,
            }
        }
    }

    fn take_keys<W: Worker>(&self, inbox: &Inbox<W>) {
        {
            let mut terminal = self.lock();
            if !terminal.state.is_reading() || !mode::is_in_front() {
                return;
            }
            terminal.is_taking_keys = true;
        }
        let mut inputs = Vec::new();
        let mut is_in_line = false;
        while let Ok(true) = event::poll(Duration::ZERO) {
            let Ok(event) = event::read() else { break };
            let is_enter = bindings::is_enter(&event);
            if !(is_enter && is_in_line) {
                inputs.extend(bindings::input(&event));
            }
            is_in_line = !is_enter;
        }
        self.lock().is_taking_keys = false;
        self.0.changed.notify_all();
        for input in inputs {
            // Keys after one that starts a run, read in one go with it, were not meant for hotload.
            let goes_on = bindings::leaves_keyboard(&input);
            inbox.send(input);
            if !goes_on {
                break;
            }
        }
    }
}
