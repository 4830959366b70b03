//! What is shown of a session, and how.

use std::io::{self, IsTerminal};
use std::path::Path;

use crate::arguments::{Alert, Color, Options, TracebackStyle, Volume, defaults};
use crate::config::environment;
use crate::config::layers::Layers;
use crate::exit::Exit;
use crate::screen::alerts::OutcomeCommands;
use crate::screen::editor::Editor;
use crate::screen::event_file::EventFile;
use crate::screen::links::Links;
use crate::screen::location_file::LocationFile;
use crate::screen::terminal;
use crate::system::output;

/// What is shown of a session.
pub(crate) struct Display {
    pub(crate) events: Option<EventFile>,
    /// Whether steps may clear the screen.
    pub(crate) may_clear: bool,
    pub(crate) has_keys: bool,
    pub(crate) editor: Option<Editor>,
    pub(crate) links: Option<Links>,
    pub(crate) locations: Option<LocationFile>,
    /// Whether each cycle starts with a line for programs.
    pub(crate) marks: bool,
    pub(crate) alert: Alert,
    pub(crate) outcome_commands: OutcomeCommands,
    /// The session's name.
    pub(crate) session: Option<String>,
    pub(crate) color: Color,
    pub(crate) traceback: TracebackStyle,
    pub(crate) volume: Volume,
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
        let hyperlinks = layers.value(|options| options.display.hyperlinks.clone());
        let hyperlinks = hyperlinks.as_deref().unwrap_or(defaults::HYPERLINKS);
        let alert = layers.value(|options| options.display.alert);
        let has_keys = layers.value(|options| options.display.keys());
        Ok(Self {
            links: Links::check(hyperlinks, current, terminal::knows_escapes())?,
            events,
            may_clear: may_clear(layers),
            has_keys: has_keys.unwrap_or(true)
                && !once
                && io::stdin().is_terminal()
                && !output::is_pipe(),
            editor: Editor::from_environment(),
            locations,
            session: layers.value(|options| options.control.session.clone()),
            marks: layers.is_on(|options| options.display.marks),
            alert: alert.unwrap_or(defaults::ALERT),
            outcome_commands: outcome_commands(layers, current),
            color: color(layers),
            traceback: traceback(layers),
            volume: volume(layers),
            unicode: environment::is_unicode(),
        })
    }
}

/// A command of a file runs where the file is.
fn outcome_commands(layers: &Layers, current: &Path) -> OutcomeCommands {
    let command = |name, option: fn(&Options) -> Option<String>| {
        let given = layers.given(name, option)?;
        let folder = given.folder(current).to_owned();
        Some((given.value, folder))
    };
    OutcomeCommands {
        on_ok: command("on-ok", |options| options.display.on_ok.clone()),
        on_fail: command("on-fail", |options| options.display.on_fail.clone()),
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
