//! The answer to `--send`: what a running session says.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use hotload_python::path;

use crate::arguments::SendCommand;
use crate::config::environment;
use crate::config::layers::Layers;
use crate::exit::Exit;
use crate::system::sessions::{SessionAddress, known};

pub(super) fn answer(command: SendCommand, layers: &Layers) -> Result<Vec<u8>, Exit> {
    let current = environment::current_folder()?;
    let current = path::real(&current).unwrap_or(current);
    let name = layers.value(|options| options.control.session.clone());
    let word = command.to_possible_value();
    let word = word.map_or_else(String::new, |word| word.get_name().to_owned());
    let mut found = sessions_for(&current, name.as_deref());
    // Those that were killed have left their files.
    let mut answers = Vec::new();
    if let [(path, address)] = &found[..] {
        match address.send(&word) {
            Ok(answer) => answers.push(answer),
            Err(_) => remove(path),
        }
    } else {
        found.retain(|(path, address)| {
            let is_there = address.send("status").is_ok();
            if !is_there {
                remove(path);
            }
            is_there
        });
        match &found[..] {
            [(_, address)] => answers.extend(address.send(&word)),
            [] => {}
            several => return Err(several_run(several)),
        }
    }
    let answer = answers
        .pop()
        .ok_or_else(|| none_runs(&current, name.as_deref()))?;
    match command {
        SendCommand::Status => Ok(answer.into_bytes()),
        _ => Ok(Vec::new()),
    }
}

/// The sessions of the nearest folder that has some, from the current one upwards.
fn sessions_for(current: &Path, name: Option<&str>) -> Vec<(PathBuf, SessionAddress)> {
    let all = environment::sessions().map_or_else(Vec::new, |folder| known(&folder));
    let is_meant = |address: &SessionAddress| name.is_none() || address.name.as_deref() == name;
    let meant = all.into_iter().filter(|(_, address)| is_meant(address));
    let meant: Vec<_> = meant.collect();
    let folder = current.ancestors().find(|folder| {
        let mut folders = meant.iter().map(|(_, address)| &address.folder);
        folders.any(|known| known == folder)
    });
    let in_folder = meant.into_iter();
    in_folder
        .filter(|(_, address)| Some(address.folder.as_path()) == folder)
        .collect()
}

fn remove(file: &Path) {
    // Another `--send` may have done it.
    let _ = fs::remove_file(file);
}

fn none_runs(current: &Path, name: Option<&str>) -> Exit {
    let named = name.map_or_else(String::new, |name| format!(" with the name `{name}`"));
    let option = name.map_or_else(String::new, |name| format!(" --session {name}"));
    Exit::usage(format!(
        "no session{named} runs in `{}` or above",
        current.display()
    ))
    .hint(format!("start one there, as in `hotload{option} lib`"))
}

fn several_run(sessions: &[(PathBuf, SessionAddress)]) -> Exit {
    let names = sessions.iter().map(|(_, address)| match &address.name {
        Some(name) => format!("--session {name}"),
        None => "one without a name".into(),
    });
    Exit::usage("several sessions run in this folder")
        .list("they are:", names.collect())
        .hint("choose one with `--session NAME`; a session gets its name from the same option")
}
