//! Virtual environments: the active one, the project's, conda's.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::discovery::candidate::{Candidate, Provenance};
use crate::discovery::left_out::LeftOut;
use crate::ownership::Trust;
use crate::version::VersionPrefix;

/// The interpreters of the active environments, the innermost first.
pub(super) fn active() -> Vec<Candidate> {
    named()
        .filter_map(|(variable, folder, program)| {
            let source = Provenance::ActiveEnvironment(variable);
            Some(candidate(&folder, program?, source))
        })
        .collect()
}

/// The active environments that have no interpreter.
pub(super) fn broken_active() -> Vec<LeftOut> {
    named()
        .filter(|(_, _, program)| program.is_none())
        .map(|(variable, path, _)| LeftOut {
            why: format!("{variable} names it, and {}", why_broken(&path)),
            path,
        })
        .collect()
}

/// The environments that variables name, with their programs.
fn named() -> impl Iterator<Item = (&'static str, PathBuf, Option<PathBuf>)> {
    let variables = ["VIRTUAL_ENV", "CONDA_PREFIX"].into_iter();
    variables.filter_map(|variable| {
        let folder = env::var_os(variable).filter(|value| !value.is_empty())?;
        let folder = PathBuf::from(folder);
        let program = if variable == "CONDA_PREFIX" {
            conda_program(&folder)
        } else {
            program_of(&folder)
        };
        Some((variable, folder, program))
    })
}

/// Each `.venv` without an interpreter that comes before the first one with one.
pub(super) fn broken(folder: &Path) -> Vec<LeftOut> {
    let folders = folder.ancestors().map(|above| above.join(".venv"));
    // A file of this name is something else: a shell's plug-in reads it.
    let there = folders.filter(|venv| venv.is_dir() || venv.is_symlink() && !venv.exists());
    there
        .take_while(|venv| program_of(venv).is_none())
        .map(|path| LeftOut {
            why: why_broken(&path),
            path,
        })
        .collect()
}

fn why_broken(folder: &Path) -> String {
    let program = folder.join(in_environment());
    match fs::read_link(&program) {
        _ if !folder.exists() && !folder.is_symlink() => "it does not exist".into(),
        Ok(target) => format!(
            "its `{}` leads to `{}`, which is not there",
            in_environment(),
            target.display()
        ),
        Err(_) if !folder.exists() => "what it leads to is not there".into(),
        Err(_) => format!("it has no `{}`", in_environment()),
    }
}

/// The interpreter of each `.venv` in a folder or above it, except those of other users.
pub(super) fn of_project(folder: &Path) -> Vec<Candidate> {
    let trust = Arc::new(Trust::of(folder));
    let trusted = venvs(folder).filter(|(_, program)| trust.check_program(program).is_ok());
    trusted
        .map(|(venv, program)| Candidate {
            trust: Some(Arc::clone(&trust)),
            ..candidate(&venv, program, Provenance::ProjectEnvironment)
        })
        .collect()
}

/// Each `.venv` in a folder or above it that another user may have put there.
pub(super) fn of_strangers(folder: &Path) -> Vec<LeftOut> {
    let trust = Trust::of(folder);
    venvs(folder)
        .filter_map(|(venv, program)| {
            let distrust = trust.check_program(&program).err()?;
            let why = distrust.about(&venv);
            Some(LeftOut { path: venv, why })
        })
        .collect()
}

/// The interpreter of an environment that lies in one of these folders and has this module installed.
pub(crate) fn with_module(module: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
    let environments = entries.flatten().map(|entry| entry.path());
    let mut environments: Vec<PathBuf> = environments
        .filter(|folder| folder.join("pyvenv.cfg").is_file() && has_module(folder, module))
        .collect();
    environments.sort();
    environments.iter().find_map(|folder| program_of(folder))
}

fn has_module(environment: &Path, module: &str) -> bool {
    let libraries = fs::read_dir(environment.join("lib"))
        .into_iter()
        .flatten()
        .flatten();
    let folders = libraries.map(|library| library.path().join("site-packages"));
    let on_windows = environment.join("Lib").join("site-packages");
    let mut folders = folders.chain([on_windows]);
    folders
        .any(|folder| folder.join(module).is_dir() || folder.join(format!("{module}.py")).is_file())
}

/// Each `.venv` in a folder or above it, with its program.
fn venvs(folder: &Path) -> impl Iterator<Item = (PathBuf, PathBuf)> {
    let folders = folder.ancestors().map(|above| above.join(".venv"));
    folders.filter_map(|venv| program_of(&venv).map(|program| (venv, program)))
}

/// The environments that conda has recorded, and those next to them.
pub(super) fn conda() -> Vec<Candidate> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(home) = env::home_dir() {
        let recorded = fs::read_to_string(home.join(".conda/environments.txt"));
        folders.extend(recorded.unwrap_or_default().lines().map(PathBuf::from));
        for name in ["miniconda3", "anaconda3", "miniforge3", "mambaforge"] {
            folders.push(home.join(name));
        }
    }
    let root = |variable| env::var_os(variable).map(PathBuf::from);
    folders.extend(root("MAMBA_ROOT_PREFIX"));
    let launcher = root("CONDA_EXE");
    folders.extend(
        launcher
            .iter()
            .filter_map(|file| file.ancestors().nth(2))
            .map(PathBuf::from),
    );
    let inner: Vec<PathBuf> = folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder.join("envs")).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
        .collect();
    let all = folders.into_iter().chain(inner);
    all.filter_map(|folder| {
        Some(candidate(
            &folder,
            conda_program(&folder)?,
            Provenance::Conda,
        ))
    })
    .collect()
}

fn candidate(folder: &Path, program: PathBuf, source: Provenance) -> Candidate {
    Candidate::plain(program, source).with_version(version_in(folder))
}

/// Where the interpreter of an environment is.
pub(super) fn in_environment() -> &'static str {
    if cfg!(windows) {
        r"Scripts\python.exe"
    } else {
        "bin/python"
    }
}

fn program_of(folder: &Path) -> Option<PathBuf> {
    let program = folder.join(in_environment());
    program.is_file().then_some(program)
}

fn conda_program(folder: &Path) -> Option<PathBuf> {
    if !cfg!(windows) {
        return program_of(folder);
    }
    // In the environment's folder itself.
    let program = folder.join("python.exe");
    program.is_file().then_some(program)
}

/// The version in `pyvenv.cfg`.
fn version_in(folder: &Path) -> Option<VersionPrefix> {
    let text = fs::read_to_string(folder.join("pyvenv.cfg")).ok()?;
    let line = text.lines().find(|line| line.starts_with("version"))?;
    let (key, value) = line.split_once('=')?;
    let numbers: Vec<&str> = value.trim().split('.').take(3).collect();
    let is_version = ["version", "version_info"].contains(&key.trim());
    VersionPrefix::parse(&numbers.join(".")).filter(|_| is_version)
}

/// Whether a program is in the environment that a tool runner (pipx, uv) has made for hotload itself.
///
/// Such an environment is first on PATH and may be named by `VIRTUAL_ENV`, and has nothing of the user's.
/// An environment of the user's with hotload in it, next to their other packages, is not one of these.
pub(super) fn is_own(program: &Path) -> bool {
    let own = env::current_exe().and_then(dunce::canonicalize);
    let (Ok(own), Some(folder)) = (own, program.parent()) else {
        return false;
    };
    let is_beside = dunce::canonicalize(folder).is_ok_and(|folder| own.parent() == Some(&folder));
    is_beside && is_environment(program) && own.ancestors().nth(2).is_some_and(is_of_tool_runner)
}

fn is_of_tool_runner(environment: &Path) -> bool {
    // The last two are where `uvx` and `uv run --with` keep environments for a single run.
    ["pipx_metadata.json", "uv-receipt.toml"]
        .iter()
        .any(|mark| environment.join(mark).is_file())
        || environment.parent().is_some_and(|store| {
            store.ends_with("archive-v0") || store.ends_with("environments-v2")
        })
}

fn is_environment(program: &Path) -> bool {
    let folder = program.parent().and_then(Path::parent);
    folder.is_some_and(|folder| folder.join("pyvenv.cfg").is_file())
}

/// The file that a path leads to. An environment's program is often a link to its base interpreter,
/// but is a different interpreter.
pub(crate) fn identity(program: &Path) -> PathBuf {
    let folder = program.parent().filter(|_| is_environment(program));
    let resolved = match folder {
        Some(folder) => dunce::canonicalize(folder).map(|folder| folder.join("python")),
        None => dunce::canonicalize(program),
    };
    resolved.unwrap_or_else(|_| program.into())
}
