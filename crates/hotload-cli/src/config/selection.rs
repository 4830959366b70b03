//! Which interpreter was asked for, and which hosts the configuration files define.

use std::path::{Path, PathBuf};

use hotload_python::discovery::hosts::{ConfigFile, Hosts};
use hotload_python::discovery::request::PythonRequest;
use hotload_python::discovery::{self, Candidates};

use crate::config::files;
use crate::config::layers::{Given, Layers};
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
    pub(crate) fn new(layers: &Layers, folder: &Path) -> Result<Self, Exit> {
        let python = layers.given("python", |options| options.interpreter.python.clone());
        let request = python.map_or(Ok(PythonRequest::Default), |python| {
            let text = from_folder(&python);
            PythonRequest::parse(&text).map_err(|error| python.blamed(error))
        })?;
        let files = layers.files();
        Ok(Self {
            request,
            folder: folder.into(),
            hosts: files::hosts(files.unwrap_or_default())?,
            // As `--doctor` lists them: the stronger one last.
            config_files: files.map(|files| files.iter().rev().cloned().collect()),
        })
    }

    pub(crate) fn candidates(&self, warnings: &mut Vec<Warning>) -> Result<Candidates, Exit> {
        let left_out = discovery::left_out(&self.request, &self.folder);
        warnings.extend(left_out.into_iter().map(Warning::LeftOut));
        Ok(discovery::find(&self.request, &self.folder, &self.hosts)?)
    }
}

/// A Python that a file names by its path, from the folder of that file.
fn from_folder(python: &Given<String>) -> String {
    let text = &python.value;
    let path = python.folder(Path::new("")).join(text);
    let is_path = text.chars().any(std::path::is_separator);
    match path.to_str() {
        Some(path) if is_path && Path::new(path).is_file() => path.to_owned(),
        _ => text.clone(),
    }
}
