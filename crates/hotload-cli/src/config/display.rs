//! What is shown of a session, and how.

use std::io::{self, IsTerminal};
use std::path::Path;

use crate::arguments::{Color, Keys, defaults};
use crate::config::layers::Layers;
use crate::config::{appearance, environment};
use crate::exit::Exit;
use crate::screen::appearance::Appearance;
use crate::screen::editor::Editor;
use crate::screen::event_file::EventFile;
use crate::screen::location_file::LocationFile;
use crate::screen::terminal;
use crate::system::keys::KeySource;
use crate::system::output;

/// What is shown of a session.
pub(crate) struct Display {
    pub(crate) events: Option<EventFile>,
    /// Whether steps may clear the screen.
    pub(crate) may_clear: bool,
    pub(crate) keys: KeySource,
    pub(crate) editor: Option<Editor>,
    pub(crate) locations: Option<LocationFile>,
    pub(crate) appearance: Appearance,
    /// The session's name.
    pub(crate) session: Option<String>,
    pub(crate) color: Color,
    pub(crate) unicode: bool,
}

impl Display {
    pub(super) fn check(
        layers: &Layers,
        once: bool,
        current: &Path,
        events: Option<EventFile>,
        locations: Option<LocationFile>,
    ) -> Result<Self, Exit> {
        Ok(Self {
            appearance: appearance::check(layers, current)?,
            events,
            may_clear: may_clear(layers),
            keys: keys(layers, once),
            editor: Editor::from_environment(),
            locations,
            session: layers.value(|options| options.control.session.clone()),
            color: color(layers),
            unicode: environment::is_unicode(),
        })
    }
}

/// How keys are read. A pager that shows standard output reads the terminal's keys itself.
fn keys(layers: &Layers, once: bool) -> KeySource {
    let keys = layers.value(|options| options.display.keys());
    let keys = keys.unwrap_or(Keys::OnTerminals);
    match (keys, io::stdin().is_terminal()) {
        (Keys::Nowhere, _) | (Keys::OnTerminals, false) => KeySource::None,
        _ if once => KeySource::None,
        (_, true) if output::is_pipe() => KeySource::None,
        (_, true) => KeySource::Keyboard,
        (Keys::Anywhere, false) => KeySource::Lines,
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
