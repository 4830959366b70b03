//! Reads the sources of options, the strongest first.

use std::path::Path;

use hotload_python::discovery::hosts::ConfigFile;

use crate::config::files::Found;
use crate::config::layers::Layers;
use crate::config::warning::Warning;
use crate::config::{environment, files, settings_file};
use crate::exit::Exit;

impl Layers {
    /// Adds what the environment gives.
    pub(crate) fn read_environment(&mut self) -> Result<(), Exit> {
        self.add(environment::layers()?);
        Ok(())
    }

    /// Adds what the configuration files give, in this folder and above and in the user's own.
    pub(crate) fn read_files(
        &mut self,
        current: &Path,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), Exit> {
        if self.is_on(|options| options.files.no_config) {
            return match self.profile() {
                Some(name) => Err(files::no_profile(name, &[])),
                None => Ok(()),
            };
        }
        let Found {
            files,
            warnings: found,
        } = files::read(self, current)?;
        warnings.extend(found);
        if let Some(name) = self.profile().map(String::from) {
            self.read_profile(&name, &files)?;
        }
        for file in &files {
            self.add(settings_file::layers(file)?);
        }
        self.set_files(files);
        Ok(())
    }

    fn read_profile(&mut self, name: &str, files: &[ConfigFile]) -> Result<(), Exit> {
        let mut is_found = false;
        for file in files {
            if let Some(layers) = settings_file::profile(file, name)? {
                is_found = true;
                self.add(layers);
            }
        }
        if is_found {
            return Ok(());
        }
        Err(files::no_profile(name, files))
    }
}
