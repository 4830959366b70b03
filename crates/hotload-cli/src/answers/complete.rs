//! What a shell offers after Tab, asked of hotload itself: interpreters, targets and profiles that are
//! there.

use std::env;
use std::ffi::OsStr;
use std::path::Path;

use clap::Command;
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};
use clap_complete::env::CompleteEnv;
use hotload_python::discovery;
use hotload_python::discovery::hosts::Hosts;

use crate::arguments::{self, Options};
use crate::config::layers::Layers;
use crate::config::nearby::{self, Candidate};
use crate::config::{files, settings_file};

/// Answers a shell, and ends, if the variable COMPLETE says that one asks.
pub(crate) fn answer_shell() {
    CompleteEnv::with_factory(command).complete();
}

fn command() -> Command {
    // Not `mut_arg`, which puts the argument at the end: positional ones would change places.
    arguments::command().mut_args(|argument| match argument.get_id().as_str() {
        "targets" => argument.add(completer(targets_here)),
        "python" => argument.add(completer(pythons)),
        _ => argument,
    })
}

fn completer(all: fn(&Path, &str) -> Vec<String>) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| offered(current, all))
}

/// Those that start with what was typed, and else the files.
fn offered(current: &OsStr, all: fn(&Path, &str) -> Vec<String>) -> Vec<CompletionCandidate> {
    let Some(typed) = current.to_str() else {
        return Vec::new();
    };
    let folder = env::current_dir().unwrap_or_default();
    let all = all(&folder, typed).into_iter();
    let fitting = all.filter(|offered| offered.starts_with(typed));
    let mut fitting: Vec<CompletionCandidate> = fitting.map(CompletionCandidate::new).collect();
    if fitting.is_empty() {
        fitting = PathCompleter::any().complete(current);
    }
    fitting
}

/// Profiles after `@`, otherwise modules and files here.
fn targets_here(folder: &Path, typed: &str) -> Vec<String> {
    if typed.starts_with('@') {
        let files = configuration(folder);
        let profiles = files.iter().flat_map(settings_file::profiles);
        return profiles.map(|name| format!("@{name}")).collect();
    }
    let names = nearby::candidates(folder)
        .into_iter()
        .filter_map(|it| match it {
            Candidate::Target(name) => Some(name),
            Candidate::Launch(_) => None,
        });
    names
        .flat_map(|file| {
            let module = file.strip_suffix(".py").map(String::from);
            module.into_iter().chain([file])
        })
        .collect()
}

/// The hosts by name, and each program that may be a Python.
fn pythons(folder: &Path, _typed: &str) -> Vec<String> {
    let Ok(hosts) = files::hosts(&configuration(folder)) else {
        return Vec::new();
    };
    let mut offered = names(&hosts);
    let found = discovery::find_all(folder, &hosts).into_iter();
    offered.extend(found.map(|found| found.candidate.program.display().to_string()));
    offered
}

fn names(hosts: &Hosts) -> Vec<String> {
    let names = hosts.iter().flat_map(|host| {
        let aliases = host.aliases.iter().cloned();
        [host.name.clone()].into_iter().chain(aliases)
    });
    names.collect()
}

/// The files that count here. One that cannot be read offers nothing.
fn configuration(folder: &Path) -> Vec<hotload_python::discovery::hosts::ConfigFile> {
    let layers = Layers::of_command_line(Options::default(), Vec::new());
    files::read(&layers, folder).map_or_else(|_| Vec::new(), |found| found.files)
}
