//! The options and the environment, checked once. Nothing after this looks at them again.

pub(crate) mod appearance;
pub(crate) mod display;
pub(crate) mod durations;
pub(crate) mod environment;
pub(crate) mod files;
pub(crate) mod filter;
mod gitignore;
mod guest;
mod guest_rows;
pub(crate) mod ignored;
pub(crate) mod layers;
pub(crate) mod nearby;
mod plan;
pub(crate) mod reread;
mod running;
pub(crate) mod selection;
pub(crate) mod settings_file;
mod sources;
mod starting;
pub(crate) mod warning;
mod watch_set;
mod watching;

use std::path::PathBuf;

use crate::config::display::Display;
use crate::config::layers::Layers;
pub(crate) use crate::config::plan::StepConfig;
use crate::config::reread::Configuration;
pub(crate) use crate::config::running::Running;
pub(crate) use crate::config::starting::{Origin, Starting};
use crate::config::warning::Warning;
use crate::config::watching::{WatchedPaths, Watching};
use crate::exit::Exit;
use crate::screen::event_file::EventPath;
use crate::screen::location_file::LocationFile;

/// What a session does.
pub(crate) struct Config {
    pub(crate) running: Running,
    pub(crate) watching: Watching,
    /// `None` if nothing runs in an interpreter.
    pub(crate) starting: Option<Starting>,
    pub(crate) display: Display,
    /// What is read again when it is saved. `None` if nothing is.
    pub(crate) configuration: Option<Configuration>,
}

impl Config {
    /// Checks the options. `warnings` are to be shown even if the check fails.
    pub(crate) fn check(layers: &Layers, warnings: &mut Vec<Warning>) -> Result<Self, Exit> {
        let running = Running::check(layers, environment::current_folder()?)?;
        let current = running.current_folder.as_path();
        if !running.needs_interpreter() && layers.is_on(|options| options.interpreter.guest) {
            let refusal = Exit::usage("no target");
            return Err(refusal.hint("`--guest` is for a module or file to reload in a program"));
        }
        let starting = running
            .needs_interpreter()
            .then(|| Starting::check(layers, running.folder(), warnings))
            .transpose()?;
        let paths = WatchedPaths::check(layers, running.is_launch)?;
        let events = layers
            .value(|options| options.display.events.clone())
            .map(|given| EventPath::check(&given, current, &running.targets, &paths.list))
            .transpose()?;
        let given = layers.value(|options| options.display.locations.clone());
        let check = |given: &PathBuf| LocationFile::check(given, current, &running.targets);
        let locations = given.as_ref().map(check).transpose()?;
        let excluded = events.iter().filter_map(EventPath::file);
        let excluded = excluded.map(PathBuf::from);
        let excluded = excluded
            .chain(locations.iter().flat_map(LocationFile::files))
            .collect();
        let watching = Watching::check(layers, paths, &running, excluded, warnings)?;
        // Opened last, so that no file is created when an option is refused.
        let events = events.map(EventPath::open).transpose()?;
        let open = |(file, given): (LocationFile, &PathBuf)| file.open(given);
        let locations = locations.zip(given.as_ref()).map(open).transpose()?;
        let display = Display::check(layers, running.once, current, events, locations)?;
        let configuration = Configuration::new(layers.clone(), &running, &watching);
        Ok(Self {
            configuration: (!running.once).then_some(configuration),
            running,
            watching,
            starting,
            display,
        })
    }
}
