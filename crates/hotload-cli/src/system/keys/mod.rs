//! Keys that a person presses between two cycles.
//!
//! While a cycle runs the terminal is user code's, type-ahead included: the terminal is in its own
//! mode, and nobody reads it here. What one presses is never echoed and needs no Enter, and output
//! is written as ever.

#[cfg(unix)]
#[path = "mode_unix.rs"]
mod mode;
#[cfg(windows)]
#[path = "mode_windows.rs"]
mod mode;

use std::io;
use std::panic;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use hotload_core::running::input::{Inbox, Input, KeyCommand, Stop};
use hotload_python::interpreter::Interpreter;

pub(crate) use mode::Mark;
use mode::Mode;

/// Between two looks whether hotload has come to the front, or a key has been pressed.
const LOOK_AGAIN: Duration = Duration::from_millis(300);

/// How long a cycle waits for the reading of the keys that came before it.
const TIME_TO_READ: Duration = Duration::from_millis(100);

/// The keys, and what they are for.
pub(crate) const KEYS: [(&str, &str); 7] = [
    ("Enter, r", "run again"),
    ("R", "restart the interpreter and run"),
    ("p", "pause: saves wait until the next p"),
    ("e", "show the last error in full"),
    ("o", "open the last error's place in VISUAL or EDITOR"),
    ("q", "quit"),
    ("?", "list the keys"),
];

/// What becomes of what was typed while a cycle ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypedAhead {
    /// There is nothing.
    Nothing,
    /// It is left for user code, and keys stay off.
    Held,
    /// It was left for user code, which has then run without asking for it.
    Dropped,
}

/// The keyboard, shared by all who have to do with the terminal.
#[derive(Clone)]
pub(crate) struct Keyboard(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// Told what has to be undone in the terminal if hotload is killed: a mark, or `None` for nothing.
type WhenChanged = Box<dyn Fn(Option<Mark>) + Send>;

struct State {
    /// Whether keys are wanted in this session, and it has not ended.
    is_on: bool,
    /// Whether no cycle runs.
    is_between_cycles: bool,
    /// Whether another group has the terminal, or hotload is stopped.
    is_lent: bool,
    /// Whether user code reads what is typed: it has asked for the terminal.
    has_reader: bool,
    /// Whether it has done so in this cycle or the last one.
    has_asked: bool,
    /// Whether what was typed during a cycle is left for the reader.
    is_held_back: bool,
    /// The terminal's own mode, while keys are read.
    own_mode: Option<Mode>,
    /// Whether keys are being read at this moment.
    is_reading: bool,
    when_changed: WhenChanged,
}

impl Keyboard {
    pub(crate) fn new(when_changed: impl Fn(Option<Mark>) + Send + 'static) -> Self {
        let state = State {
            is_on: false,
            is_between_cycles: false,
            is_lent: false,
            has_reader: false,
            has_asked: false,
            is_held_back: false,
            own_mode: None,
            is_reading: false,
            when_changed: Box::new(when_changed),
        };
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }))
    }

    /// Starts to read keys, between cycles, into `inbox`.
    pub(crate) fn start(&self, inbox: Inbox<Interpreter>) -> io::Result<()> {
        self.lock().is_on = true;
        let keyboard = self.clone();
        let read = move || keyboard.read(&inbox);
        thread::Builder::new().name("keys".into()).spawn(read)?;
        Ok(())
    }

    /// A cycle has ended; `went_through` is whether nothing has kept it from reading what was typed
    /// for it before.
    pub(crate) fn begin(&self, went_through: bool) -> TypedAhead {
        let mut state = self.lock();
        state.is_between_cycles = true;
        let is_for_nobody = state.is_held_back && went_through && !state.has_asked;
        state.has_reader &= !is_for_nobody;
        state.is_held_back = false;
        state.enter();
        self.0.changed.notify_all();
        match (is_for_nobody, state.is_held_back) {
            (true, _) => TypedAhead::Dropped,
            (false, true) => TypedAhead::Held,
            (false, false) => TypedAhead::Nothing,
        }
    }

    /// A cycle starts: what is typed from now on is user code's.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.is_between_cycles = false;
        state.has_asked = false;
        self.leave(state);
    }

    /// Another group gets the terminal, or hotload stops.
    #[cfg(unix)]
    pub(crate) fn lend(&self) {
        let mut state = self.lock();
        state.has_asked |= !state.is_between_cycles;
        state.has_reader |= state.has_asked;
        state.is_lent = true;
        self.leave(state);
    }

    /// hotload has the terminal again.
    #[cfg(unix)]
    pub(crate) fn take_back(&self) {
        let mut state = self.lock();
        state.is_lent = false;
        state.enter();
        self.0.changed.notify_all();
    }

    /// Puts the terminal back as it was, for good. Waits for nobody: it may be called while hotload
    /// panics.
    pub(crate) fn restore(&self) {
        if let Ok(mut state) = self.0.state.try_lock() {
            state.is_on = false;
            state.leave();
        }
    }

    /// A panic's message is read on a terminal that is as it was.
    pub(crate) fn restore_when_panicking(&self) {
        let keyboard = self.clone();
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            keyboard.restore();
            usual(panic);
        }));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self, mut state: MutexGuard<'_, State>) {
        if state.is_reading {
            // What has come before the cycle is still a key.
            let waited = self.0.changed.wait_timeout(state, TIME_TO_READ);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.leave();
    }

    fn read(&self, inbox: &Inbox<Interpreter>) {
        mode::prepare_thread();
        loop {
            let mut state = self.lock();
            if !state.is_on {
                return;
            }
            if state.own_mode.is_none() {
                state.enter();
            }
            if state.own_mode.is_none() {
                // Until it is time for keys, or hotload has been brought to the front.
                let waited = self.0.changed.wait_timeout(state, LOOK_AGAIN);
                drop(waited.unwrap_or_else(PoisonError::into_inner));
                continue;
            }
            drop(state);
            match mode::wait_for_key(LOOK_AGAIN) {
                Ok(true) => self.take_keys(inbox),
                Ok(false) => {}
                // The terminal is gone.
                Err(_) => return,
            }
        }
    }

    fn take_keys(&self, inbox: &Inbox<Interpreter>) {
        {
            let mut state = self.lock();
            if state.own_mode.is_none() || !mode::is_in_front() {
                return;
            }
            state.is_reading = true;
        }
        let mut wanted = Vec::new();
        while let Ok(true) = event::poll(Duration::ZERO) {
            let Ok(event) = event::read() else { break };
            wanted.extend(input(&event));
        }
        self.lock().is_reading = false;
        self.0.changed.notify_all();
        for input in wanted {
            // What comes in one piece behind a key that starts a run was not meant for hotload.
            let is_last = !matches!(
                input,
                Input::Key(KeyCommand::ShowError | KeyCommand::ListKeys | KeyCommand::Pause)
            );
            inbox.send(input);
            if is_last {
                break;
            }
        }
    }
}

impl State {
    /// Turns to reading keys, if this is the time for it.
    fn enter(&mut self) {
        let is_time = self.is_on && self.is_between_cycles && !self.is_lent && !self.is_held_back;
        if !is_time || self.own_mode.is_some() || !mode::is_in_front() {
            return;
        }
        let Ok(mode) = Mode::enter() else { return };
        (self.when_changed)(Some(mode.mark()));
        let has_input = mode::has_input();
        self.own_mode = Some(mode);
        if has_input && self.has_reader {
            self.leave();
            self.is_held_back = true;
        } else if has_input {
            // Typed while user code ran that asks for nothing: no key, and for nobody.
            mode::drop_input();
        }
    }

    fn leave(&mut self) {
        if let Some(mode) = self.own_mode.take() {
            mode.leave();
            (self.when_changed)(None);
        }
    }
}

/// What a key means; most mean nothing.
fn input(event: &Event) -> Option<Input<Interpreter>> {
    let Event::Key(key) = event else { return None };
    if key.kind == KeyEventKind::Release {
        return None;
    }
    if is_ctrl_c(key) {
        return Some(Input::Stop(Stop::INTERRUPT));
    }
    if key
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
    {
        return None;
    }
    let wish = match key.code {
        KeyCode::Enter | KeyCode::Char('r') => KeyCommand::RunAgain,
        KeyCode::Char('R') => KeyCommand::Restart,
        KeyCode::Char('p') => KeyCommand::Pause,
        KeyCode::Char('e') => KeyCommand::ShowError,
        KeyCode::Char('o') => KeyCommand::OpenError,
        KeyCode::Char('q') => KeyCommand::Quit,
        KeyCode::Char('?') => KeyCommand::ListKeys,
        _ => return None,
    };
    Some(Input::Key(wish))
}

/// Where the terminal makes no signal of it, as on Windows while keys are read.
fn is_ctrl_c(key: &KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

#[cfg(all(test, unix))]
mod tests {
    use std::env;
    use std::io::stdin;
    use std::time::Duration;

    use hotload_core::running::input::Inbox;
    use nix::sys::termios::{LocalFlags, tcgetattr};
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    use super::Keyboard;

    fn echoes() -> bool {
        let mode = tcgetattr(stdin()).expect("there is a terminal");
        mode.local_flags.contains(LocalFlags::ECHO)
    }

    #[test]
    #[ignore = "run by the next one, in front of a terminal"]
    fn panics_while_keys_are_read() {
        let keyboard = Keyboard::new(|_| ());
        keyboard.restore_when_panicking();
        keyboard.start(Inbox::new().0).unwrap();
        keyboard.begin(true);
        while echoes() {
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("while keys are read");
    }

    #[test]
    fn a_panic_leaves_the_terminal_as_it_was() {
        let terminal = native_pty_system().openpty(PtySize::default()).unwrap();
        let before = terminal.master.get_termios().unwrap().local_flags;
        let mut program = CommandBuilder::new(env::current_exe().unwrap());
        let test = "system::keys::tests::panics_while_keys_are_read";
        program.args(["--ignored", "--exact", test, "--nocapture"]);
        let mut child = terminal.slave.spawn_command(program).unwrap();
        let mut screen = terminal.master.try_clone_reader().unwrap();
        let mut shown = String::new();
        while !shown.contains("test result: FAILED") {
            let mut buffer = [0; 1024];
            let count = screen.read(&mut buffer).unwrap();
            shown.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
        child.wait().unwrap();
        assert!(shown.contains("while keys are read"), "{shown}");
        let after = terminal.master.get_termios().unwrap().local_flags;
        assert_eq!(after, before, "{shown}");
    }
}
