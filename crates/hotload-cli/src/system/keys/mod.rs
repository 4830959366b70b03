//! Keys that a person presses between two cycles.
//!
//! While a cycle runs the terminal belongs to user code, type-ahead included: it is in its own mode, and
//! hotload does not read it. A key is never echoed and needs no Enter, and output is written as usual.

mod bindings;
#[cfg(unix)]
#[path = "mode_unix.rs"]
mod mode;
#[cfg(windows)]
#[path = "mode_windows.rs"]
mod mode;
mod reader;
mod state;

use std::io::{self, BufRead};
use std::panic;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use hotload_core::running::input::Inbox;
use hotload_core::running::worker::Worker;

pub(crate) use bindings::list;
pub(crate) use mode::Mark;
use mode::Mode;
#[cfg(unix)]
pub(crate) use mode::mode_before_hotload;
use state::{State, Typed};

use crate::system::output::Traces;

/// How long a cycle waits until the keys that were pressed before it have been read.
const TIME_TO_READ: Duration = Duration::from_millis(100);

/// How keys are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// They are not.
    None,
    /// One by one, on a terminal.
    Keyboard,
    /// Each with Enter, where standard input is no terminal.
    Lines,
}

/// Sends the keys to `inbox` that come as lines of standard input. User code reads nothing there.
pub(crate) fn read_lines<W: Worker + 'static>(inbox: Inbox<W>) -> io::Result<()>
where
    Inbox<W>: Send,
{
    let read = move || {
        let lines = io::stdin().lock().lines();
        let inputs = lines.map_while(Result::ok);
        let inputs = inputs.filter_map(|line| bindings::input_of_line(&line));
        inputs.for_each(|input| inbox.send(input));
    };
    thread::Builder::new().name("keys".into()).spawn(read)?;
    Ok(())
}

/// What happens to text that was typed while a cycle ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TypedAhead {
    /// There is none.
    Nothing,
    /// It is left for user code, and keys are not read.
    Held,
    /// It was left for user code, which then ran without asking for it.
    Discarded,
}

/// The keyboard, shared by everything that uses the terminal.
#[derive(Clone)]
pub(crate) struct Keyboard(Arc<Shared>);

struct Shared {
    terminal: Mutex<Terminal>,
    changed: Condvar,
}

/// What would have to be undone in the terminal if hotload were killed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undo {
    /// The mode for keys; `None` if the terminal is in its own mode.
    Keys(Option<Mark>),
    /// What is shown beside the text.
    Traces(Traces),
}

/// Called when that changes.
type WhenChanged = Box<dyn Fn(Undo) + Send>;

/// The terminal as keys are read from it.
struct Terminal {
    state: State<Mode>,
    /// Whether the thread is reading keys at this moment.
    is_taking_keys: bool,
    when_changed: WhenChanged,
}

impl Keyboard {
    pub(crate) fn new(when_changed: impl Fn(Undo) + Send + 'static) -> Self {
        let terminal = Terminal {
            state: State::new(),
            is_taking_keys: false,
            when_changed: Box::new(when_changed),
        };
        Self(Arc::new(Shared {
            terminal: Mutex::new(terminal),
            changed: Condvar::new(),
        }))
    }

    /// From now on, sends the keys that are pressed between cycles to `inbox`.
    pub(crate) fn start<W: Worker + 'static>(&self, inbox: Inbox<W>) -> io::Result<()>
    where
        Inbox<W>: Send,
    {
        self.lock().state.start();
        let keyboard = self.clone();
        let read = move || keyboard.read(&inbox);
        thread::Builder::new().name("keys".into()).spawn(read)?;
        Ok(())
    }

    /// A cycle has ended. `went_through` is whether it had every chance to read what was typed for it.
    pub(crate) fn begin(&self, went_through: bool) -> TypedAhead {
        let mut terminal = self.lock();
        let is_unread = terminal.state.cycle_ended(went_through);
        terminal.enter();
        self.0.changed.notify_all();
        if is_unread {
            TypedAhead::Discarded
        } else if terminal.state.has_text() {
            TypedAhead::Held
        } else {
            TypedAhead::Nothing
        }
    }

    /// A cycle starts: from now on what is typed is for user code.
    pub(crate) fn end(&self) {
        let mut terminal = self.lock_after_keys();
        let mode = terminal.state.cycle_started();
        terminal.leave(mode);
    }

    /// Another process group gets the terminal, or hotload is stopped.
    #[cfg(unix)]
    pub(crate) fn lend(&self) {
        let mut terminal = self.lock_after_keys();
        let mode = terminal.state.lend();
        terminal.leave(mode);
    }

    /// hotload has the terminal again.
    #[cfg(unix)]
    pub(crate) fn take_back(&self) {
        let mut terminal = self.lock();
        terminal.state.take_back();
        terminal.enter();
        self.0.changed.notify_all();
    }

    /// The session shows something beside the text, or no longer.
    pub(crate) fn leaves(&self, traces: Traces) {
        (self.lock().when_changed)(Undo::Traces(traces));
    }

    /// Whether user code draws on the whole screen, as curses programs and editors do.
    pub(crate) fn is_screen_taken(&self) -> bool {
        mode::is_screen_taken()
    }

    /// Puts the terminal back as it was, for good. Never waits: it may be called while hotload panics.
    pub(crate) fn restore(&self) {
        if let Ok(mut terminal) = self.0.terminal.try_lock() {
            let mode = terminal.state.stop();
            terminal.leave(mode);
        }
    }

    /// Has a panic restore the terminal before its message is printed.
    pub(crate) fn restore_when_panicking(&self) {
        let keyboard = self.clone();
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            keyboard.restore();
            usual(panic);
        }));
    }

    fn lock(&self) -> MutexGuard<'_, Terminal> {
        let terminal = self.0.terminal.lock();
        terminal.unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until keys that were pressed before this have been read.
    fn lock_after_keys(&self) -> MutexGuard<'_, Terminal> {
        let terminal = self.lock();
        if !terminal.is_taking_keys {
            return terminal;
        }
        let waited = self.0.changed.wait_timeout(terminal, TIME_TO_READ);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Terminal {
    /// Starts reading keys, if it is time to and hotload is in the foreground.
    fn enter(&mut self) {
        if !self.state.is_due() || !mode::is_in_front() {
            return;
        }
        let Ok(mode) = Mode::enter() else { return };
        (self.when_changed)(Undo::Keys(Some(mode.mark())));
        match self.state.entered(mode, mode::has_input()) {
            Typed::Nothing => {}
            Typed::Keep(mode) => self.leave(Some(mode)),
            Typed::Discard => mode::drop_input(),
        }
    }

    /// Puts the terminal's own mode back, if it was in the mode for keys.
    fn leave(&self, mode: Option<Mode>) {
        if let Some(mode) = mode {
            mode.leave();
            (self.when_changed)(Undo::Keys(None));
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::env;
    use std::io::stdin;
    use std::time::Duration;

    use hotload_core::running::input::Inbox;
    use hotload_python::interpreter::Interpreter;
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
        keyboard.start(Inbox::<Interpreter>::new().0).unwrap();
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
