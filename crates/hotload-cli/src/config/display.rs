//! What is shown of a session, and how.

use std::io::{self, IsTerminal};

use crate::arguments::{Color, TracebackStyle, Volume, defaults};
use crate::config::environment;
use crate::config::layers::Layers;
use crate::screen::editor::Editor;
use crate::screen::event_file::EventFile;
use crate::screen::terminal;
use crate::system::output;

/// What is shown of a session.
pub(crate) struct Display {
    pub(crate) events: Option<EventFile>,
    /// Whether steps may clear the screen.
    pub(crate) may_clear: bool,
    pub(crate) has_keys: bool,
    pub(crate) editor: Option<Editor>,
    pub(crate) color: Color,
    pub(crate) traceback: TracebackStyle,
    pub(crate) volume: Volume,
    pub(crate) unicode: bool,
}

impl Display {
    pub(super) fn check(layers: &Layers, once: bool, events: Option<EventFile>) -> Self {
        let has_keys = layers.value(|options| options.display.keys());
        Self {
            events,
            may_clear: may_clear(layers),
            has_keys: has_keys.unwrap_or(true)
                && !once
                && io::stdin().is_terminal()
                && !output::is_pipe(),
            editor: Editor::from_environment(),
            color: color(layers),
            traceback: traceback(layers),
            volume: volume(layers),
            unicode: environment::is_unicode(),
        }
    }
}

/// Whether steps may clear the screen.
pub(super) fn may_clear(layers: &Layers) -> bool {
    clear(layers).unwrap_or(true)
}

/// Whether a plan that is not given step by step starts with an empty screen.
pub(super) fn clears(layers: &Layers) -> bool {
    clear(layers).unwrap_or_else(terminal::is_dashboard)
}

/// `None` if neither `--clear` nor `--no-clear` was given.
fn clear(layers: &Layers) -> Option<bool> {
    layers.value(|options| options.display.clear())
}

/// When to use colours.
pub(crate) fn color(layers: &Layers) -> Color {
    let color = layers.value(|options| options.display.color);
    color.unwrap_or(defaults::COLOR)
}

/// How errors are shown.
pub(crate) fn traceback(layers: &Layers) -> TracebackStyle {
    let style = layers.value(|options| options.display.traceback);
    style.unwrap_or(defaults::TRACEBACK)
}

/// How much hotload says.
pub(crate) fn volume(layers: &Layers) -> Volume {
    let volume = layers.value(|options| options.display.volume());
    volume.unwrap_or(defaults::VOLUME)
}
