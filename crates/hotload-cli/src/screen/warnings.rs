//! Shows warnings before a session or an answer begins.

use std::fmt::Display;

use crate::arguments::{Color, Volume};
use crate::render;
use crate::screen::terminal::Terminal;

/// Shows each warning, unless only errors are to be shown.
pub(crate) fn show(warnings: &[impl Display], color: Color, volume: Volume) {
    if volume == Volume::Quiet {
        return;
    }
    for warning in warnings {
        Terminal::new(color).write(&render::warning(&warning.to_string()));
    }
}
