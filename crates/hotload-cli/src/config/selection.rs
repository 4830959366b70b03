//! Which interpreter was asked for, and which hosts the configuration files define.

use std::path::{Path, PathBuf};

use hotload_python::discovery::hosts::{ConfigFile, Hosts};
use hotload_python::discovery::request::PythonRequest;
use hotload_python::discovery::{self, Candidates};

use crate::config::files::{self, Found};
use crate::config::layers::Layers;
use crate::config::warning::Warning;
use crate::exit::Exit;

/// The interpreter that was asked for, and what is needed to find it.
pub(crate) struct Selection {
    pub(crate) request: PythonRequest,
    /// Where the search for a `.venv` starts.
    pub(crate) folder: PathBuf,
    /// `None` with `--no-config`.
    pub(crate) config_files: Option<Vec<ConfigFile>>,
    pub(crate) hosts: Hosts,
}

impl Selection {
    pub(crate) fn new(
        layers: &Layers,
        folder: &Path,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Exit> {
        let python = layers.value(|options| options.interpreter.python.clone());
        let request = python.map_or(Ok(PythonRequest::Default), |python| {
            PythonRequest::parse(&python)
        })?;
        let reads_files = !layers.is_on(|options| options.interpreter.no_config);
        let found = reads_files.then(|| files::read(folder)).transpose()?;
        let config_files = found.map(|Found { files, left_out }| {
            warnings.extend(left_out.into_iter().map(Warning::LeftOut));
            files
        });
        Ok(Self {
            request,
            folder: folder.into(),
            hosts: files::hosts(config_files.as_deref().unwrap_or_default())?,
            config_files,
        })
    }

    pub(crate) fn candidates(&self, warnings: &mut Vec<Warning>) -> Result<Candidates, Exit> {
        let left_out = discovery::left_out(&self.request, &self.folder);
        warnings.extend(left_out.into_iter().map(Warning::LeftOut));
        Ok(discovery::find(&self.request, &self.folder, &self.hosts)?)
    }
}
