//! How a session is shown, as far as that can change while it runs.

use std::path::Path;

use crate::arguments::{Options, TracebackStyle, Volume, defaults};
use crate::config::layers::Layers;
use crate::exit::Exit;
use crate::screen::appearance::{Appearance, OutcomeCommands};
use crate::screen::links::Links;
use crate::screen::terminal;

/// How a session in this folder is shown.
pub(super) fn check(layers: &Layers, current: &Path) -> Result<Appearance, Exit> {
    let hyperlinks = layers.value(|options| options.display.hyperlinks.clone());
    let hyperlinks = hyperlinks.as_deref().unwrap_or(defaults::HYPERLINKS);
    let alert = layers.value(|options| options.display.alert);
    Ok(Appearance {
        volume: volume(layers),
        traceback: traceback(layers),
        marks: layers.is_on(|options| options.display.marks),
        links: Links::check(hyperlinks, current, terminal::knows_escapes())?,
        alert: alert.unwrap_or(defaults::ALERT),
        outcome_commands: outcome_commands(layers, current),
    })
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
