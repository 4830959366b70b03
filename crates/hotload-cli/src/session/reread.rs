//! A configuration file that is saved during a session.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use hotload_core::running::plan::PlannedStep;
use hotload_core::running::planner::Reread;
use hotload_core::running::process::Processes;
use hotload_core::running::worker::Worker;

use crate::config::Running;
use crate::config::reread::{Changed, Configuration};
use crate::render::{fatal, reported};
use crate::screen::Screen;

/// Makes the steps of a plan.
type Steps<W> = fn(&Running, &Rc<Screen>, &Rc<dyn Processes>) -> Vec<PlannedStep<W>>;

/// Reads configuration files again.
pub(super) struct Rereader<W: Worker> {
    /// `None` in a session that is over soon.
    pub(super) configuration: Option<Configuration>,
    pub(super) steps: Steps<W>,
    pub(super) screen: Rc<Screen>,
    pub(super) processes: Rc<dyn Processes>,
}

impl<W: Worker> Rereader<W> {
    pub(super) fn reads(&self, file: &Path) -> bool {
        let configuration = self.configuration.as_ref();
        configuration.is_some_and(|configuration| configuration.reads(file))
    }

    /// The files that are read.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let configuration = self.configuration.iter();
        configuration.flat_map(Configuration::files).collect()
    }

    pub(super) fn reread(&mut self) -> Option<Reread<W>> {
        let configuration = self.configuration.as_mut()?;
        let mut warnings = Vec::new();
        let read = configuration.reread(&mut warnings);
        self.screen.warn(&warnings);
        match read {
            Ok(changed) => self.take(changed?),
            Err(exit) => {
                self.screen.show(&fatal::error(&exit));
                self.screen.say(&reported::settings_kept());
                None
            }
        }
    }

    /// What the session takes over; it says what it cannot.
    fn take(&self, changed: Changed) -> Option<Reread<W>> {
        if !changed.later.is_empty() {
            self.screen
                .say(&reported::settings_for_later(&changed.later));
        }
        if !changed.is_any_at_once {
            return None;
        }
        self.screen.set_appearance(changed.appearance);
        let files = self.files();
        let running = changed.running.as_ref();
        if let Some(running) = running {
            self.screen.set_names(&running.names());
        }
        Some(Reread {
            steps: running.map(|running| (self.steps)(running, &self.screen, &self.processes)),
            watch_set: changed.watch_set.map(|mut watch_set| {
                watch_set.files.extend(files);
                watch_set
            }),
            fail_fast: changed.fail_fast,
            poll_interval: changed.poll_interval,
            busy: changed.busy,
            step_limit: changed.step_limit,
        })
    }
}
