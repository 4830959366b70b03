//! Which key does what.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use hotload_core::running::input::{Input, KeyCommand, Stop};
use hotload_core::running::worker::Worker;

/// Keys and what they do.
struct Binding {
    /// The keys as they are listed.
    names: &'static str,
    /// What they do, in words.
    meaning: &'static str,
    keys: &'static [KeyCode],
    command: KeyCommand,
}

/// All keys, in the order in which they are listed.
const BINDINGS: [Binding; 7] = [
    Binding {
        names: "Enter, r",
        meaning: "run again",
        keys: &[KeyCode::Enter, KeyCode::Char('r')],
        command: KeyCommand::RunAgain,
    },
    Binding {
        names: "R",
        meaning: "restart the interpreter and run",
        keys: &[KeyCode::Char('R')],
        command: KeyCommand::Restart,
    },
    Binding {
        names: "p",
        meaning: "pause: saves wait until p is pressed again",
        keys: &[KeyCode::Char('p')],
        command: KeyCommand::Pause,
    },
    Binding {
        names: "e",
        meaning: "show the last error in full",
        keys: &[KeyCode::Char('e')],
        command: KeyCommand::ShowError,
    },
    Binding {
        names: "o",
        meaning: "open the last error in VISUAL or EDITOR",
        keys: &[KeyCode::Char('o')],
        command: KeyCommand::OpenError,
    },
    Binding {
        names: "q",
        meaning: "quit",
        keys: &[KeyCode::Char('q')],
        command: KeyCommand::Quit,
    },
    Binding {
        names: "?",
        meaning: "list the keys",
        keys: &[KeyCode::Char('?')],
        command: KeyCommand::ListKeys,
    },
];

/// The names of the keys and what they do.
pub(crate) fn list() -> impl Iterator<Item = (&'static str, &'static str)> {
    BINDINGS
        .iter()
        .map(|binding| (binding.names, binding.meaning))
}

/// What a key asks for. Most keys ask for nothing.
pub(super) fn input<W: Worker>(event: &Event) -> Option<Input<W>> {
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
    let binding = BINDINGS
        .iter()
        .find(|binding| binding.keys.contains(&key.code))?;
    Some(Input::Key(binding.command))
}

/// What a line asks for that holds a key, or nothing but its end.
pub(super) fn input_of_line<W: Worker>(line: &str) -> Option<Input<W>> {
    let mut letters = line.trim().chars();
    let code = match (letters.next(), letters.next()) {
        (None, _) => KeyCode::Enter,
        (Some(letter), None) => KeyCode::Char(letter),
        _ => return None,
    };
    input(&Event::Key(code.into()))
}

/// Where the terminal does not turn it into a signal, as on Windows while keys are read.
fn is_ctrl_c(key: &KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

/// Whether it is the Enter key. After a letter, and read in one go with it, it only ends the line: that is
/// how the shells in editors send what is typed.
pub(super) fn is_enter(event: &Event) -> bool {
    matches!(event, Event::Key(key) if key.code == KeyCode::Enter)
}

/// Whether further keys are still for hotload, because this one neither starts a run nor ends the session.
pub(super) fn leaves_keyboard<W: Worker>(input: &Input<W>) -> bool {
    matches!(
        input,
        Input::Key(KeyCommand::ShowError | KeyCommand::ListKeys | KeyCommand::Pause)
    )
}
