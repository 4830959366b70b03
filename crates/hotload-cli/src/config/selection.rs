//! The interpreter that is asked for, and what configuration files say of it.

use std::path::{Path, PathBuf};

use hotload_python::discovery::hosts::{ConfigFile, Hosts};
use hotload_python::discovery::request::PythonRequest;
use hotload_python::discovery::{self, Candidates};

use crate::arguments::{Arguments, Color};
use crate::config::files::{self, Found};
use crate::exit::Exit;
use crate::render;
use crate::screen::terminal::Terminal;

/// Which interpreter is asked for, and what that means here.
pub(crate) struct Asked {
    pub(crate) request: PythonRequest,
    /// Where the search for a `.venv` starts.
    pub(crate) folder: PathBuf,
    /// None where they are not to be read.
    pub(crate) config_files: Option<Vec<ConfigFile>>,
    pub(crate) hosts: Hosts,
    /// How to tell what is left out; not at all with `-q`.
    color: Option<Color>,
}

impl Asked {
    pub(crate) fn from_arguments(arguments: &Arguments, folder: &Path) -> Result<Self, Exit> {
        let python = arguments.python.as_deref();
        let request = python.map_or(Ok(PythonRequest::Default), PythonRequest::parse)?;
        let color = (!arguments.quiet).then_some(arguments.color);
        let found = (!arguments.no_config).then(|| files::read(folder));
        let files = found.transpose()?.map(|Found { files, strangers }| {
            warn_of(&strangers, color);
            files
        });
        Ok(Self {
            request,
            folder: folder.into(),
            hosts: files::hosts(files.as_deref().unwrap_or_default())?,
            config_files: files,
            color,
        })
    }

    pub(crate) fn candidates(&self) -> Result<Candidates, Exit> {
        warn_of(
            &discovery::left_out(&self.request, &self.folder),
            self.color,
        );
        Ok(discovery::find(&self.request, &self.folder, &self.hosts)?)
    }
}

/// At once: what is left out here may be why something fails later.
fn warn_of(strangers: &[PathBuf], color: Option<Color>) {
    let Some(color) = color else { return };
    for path in strangers {
        Terminal::new(color).write(&render::reported::strangers(path));
    }
}
