//! The interpreter that is asked for, and what configuration files say of it.

use std::path::{Path, PathBuf};

use hotload_python::discovery::{self, Candidates};
use hotload_python::hosts::{ConfigFile, Hosts};
use hotload_python::request::Request;

use crate::arguments::Arguments;
use crate::config_files;
use crate::exit::Exit;

/// Which interpreter is asked for, and what that means here.
pub(crate) struct Asked {
    pub(crate) request: Request,
    /// Where the search for a `.venv` starts.
    pub(crate) folder: PathBuf,
    pub(crate) config_files: Vec<ConfigFile>,
    pub(crate) hosts: Hosts,
}

impl Asked {
    pub(crate) fn from_arguments(arguments: &Arguments, folder: &Path) -> Result<Self, Exit> {
        let python = arguments.python.as_deref();
        let config_files = config_files::read(folder)?;
        Ok(Self {
            request: python.map_or(Ok(Request::Default), Request::parse)?,
            folder: folder.into(),
            hosts: Hosts::load(&config_files)?,
            config_files,
        })
    }

    pub(crate) fn candidates(&self) -> Result<Candidates, Exit> {
        Ok(discovery::find(&self.request, &self.folder, &self.hosts)?)
    }
}
