//! The configuration files, the project's and the user's: where they are.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, choose_base_strategy};
use hotload_python::discovery::LeftOut;
use hotload_python::discovery::hosts::{ConfigError, ConfigFile, ConfigOwner, Hosts, most_similar};
use hotload_python::outcome::guest::GuestRow;
use hotload_python::ownership::Trust;
use hotload_python::path;
use hotload_python::targets::Target;

use crate::config::guest_rows;
use crate::config::layers::Layers;
use crate::config::settings_file::{SHARED, parse, profiles, section, with_hosts};
use crate::config::warning::Warning;
use crate::exit::Exit;

/// The name of a file that is hotload's own.
pub(crate) const NAME: &str = "hotload.toml";

/// Where the user's own file is looked for.
pub(crate) fn users_path() -> Option<PathBuf> {
    let folders = choose_base_strategy().ok()?;
    Some(folders.config_dir().join("hotload").join(NAME))
}

/// The files that were found.
pub(crate) struct Found {
    /// The project's file, then the user's, which is weaker.
    pub(crate) files: Vec<ConfigFile>,
    pub(crate) warnings: Vec<Warning>,
}

/// Reads the project's file and the user's.
pub(crate) fn read(layers: &Layers, current: &Path) -> Result<Found, Exit> {
    let mut warnings = Vec::new();
    let mut files = Vec::new();
    let named = layers.given("config", |options| options.files.config.clone());
    if let Some(named) = named {
        files.push(read_named(&current.join(&named.value)).map_err(|error| {
            let message = format!("cannot read {}", named.with(named.value.display()));
            Exit::usage_because(message, error)
        })?);
    } else if let Some((path, file)) = open_projects(layers, current, &mut warnings) {
        files.extend(read_one(path, Ok(file), ConfigOwner::Project)?);
    }
    if let Some(path) = users_path() {
        let opened = File::open(&path);
        files.extend(read_one(path, opened, ConfigOwner::User)?);
    }
    Ok(Found { files, warnings })
}

fn read_named(path: &Path) -> io::Result<ConfigFile> {
    Ok(ConfigFile {
        text: fs::read_to_string(path)?,
        path: path::real(path)?,
        owner: ConfigOwner::Project,
    })
}

/// The nearest file in the current folder and above, or else in the first target's folder and above.
fn open_projects(
    layers: &Layers,
    current: &Path,
    warnings: &mut Vec<Warning>,
) -> Option<(PathBuf, File)> {
    if let Some(found) = open_nearest(current, warnings) {
        return Some(found);
    }
    let targets = layers.value(|options| options.targets.clone())?;
    let target = Target::parse(targets.first()?, current).ok()?;
    let is_searched = current.starts_with(&target.folder);
    let mut more = Vec::new();
    let found = (!is_searched).then(|| open_nearest(&target.folder, &mut more));
    more.retain(|warning| !warnings.contains(warning));
    warnings.extend(more);
    let found = found??;
    // The owner of the target's folder may have put there what is not trusted from here.
    warnings.retain(|warning| !warning.is_about(&found.0));
    Some(found)
}

/// Where a project's file would be read from if it were created: in the folders from these upwards, as far
/// as the file that is read, or else the repository, goes.
pub(crate) fn possible(folders: &[&Path], read: &[ConfigFile]) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for folder in folders {
        let holds = |above: &&Path| {
            let is_read = read.iter().any(|file| file.path.parent() == Some(above));
            is_read || above.join(".git").exists()
        };
        let top = folder.ancestors().find(holds).unwrap_or(folder);
        let inside = folder
            .ancestors()
            .take_while(|above| above.starts_with(top));
        paths.extend(inside.flat_map(|above| [above.join(NAME), above.join(SHARED)]));
    }
    paths.extend(users_path());
    paths
}

/// Whether this file is shared with other tools, and not with hotload.
pub(crate) fn is_others(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == SHARED) && !is_shared_with_us(path)
}

/// The nearest file in a folder and above. It is open: the file that is read is the one that was
/// checked. Those that are not trusted, and are therefore passed over, become warnings.
fn open_nearest(folder: &Path, warnings: &mut Vec<Warning>) -> Option<(PathBuf, File)> {
    let trust = Trust::of(folder);
    for above in folder.ancestors() {
        let own = above.join(NAME);
        let shared = above.join(SHARED);
        let is_shared = is_shared_with_us(&shared);
        let is_own = own.is_file();
        let found = [(own, is_own), (shared.clone(), is_shared)];
        for (path, _) in found.into_iter().filter(|(_, is_there)| *is_there) {
            match trust.open(&path) {
                Ok(file) => {
                    if is_shared && path != shared {
                        let used = path.clone();
                        warnings.push(Warning::Second { used, shared });
                    }
                    return Some((path, file));
                }
                Err(distrust) => {
                    let why = distrust.about(&path);
                    warnings.push(Warning::LeftOut(LeftOut { path, why }));
                }
            }
        }
    }
    None
}

/// Whether a `pyproject.toml` has a part for hotload, or might have one if it were TOML.
fn is_shared_with_us(path: &Path) -> bool {
    let Ok(text) = fs::read_to_string(path) else {
        return false;
    };
    if !text.contains("hotload") {
        return false;
    }
    let file = ConfigFile {
        path: path.into(),
        text,
        owner: ConfigOwner::Project,
    };
    match parse(&file) {
        Ok(parsed) => section(&file, &parsed).is_some(),
        Err(_) => file.text.contains("[tool.hotload"),
    }
}

/// hotload's own hosts, with those of these files, the strongest first.
pub(crate) fn hosts(files: &[ConfigFile]) -> Result<Hosts, ConfigError> {
    let weakest_first: Vec<ConfigFile> = files.iter().rev().cloned().collect();
    with_hosts(&weakest_first, Hosts::load)
}

/// There is no such profile in these files.
pub(crate) fn no_profile(name: &str, files: &[ConfigFile]) -> Exit {
    let names: Vec<String> = files.iter().flat_map(profiles).collect();
    let error = Exit::usage(format!("there is no profile `{name}`"));
    if files.is_empty() {
        return error.hint(format!(
            "a profile is a table `[profile.{name}]` in `{NAME}`, and there is no such file here"
        ));
    }
    error.hint(match most_similar(name, names.iter().map(String::as_str)) {
        Some(similar) => format!("did you mean `@{similar}`?"),
        None if names.is_empty() => format!(
            "`{}` has no profiles; one is a table `[profile.{name}]`",
            files[0].path.display()
        ),
        None => format!("the profiles are `@{}`", names.join("`, `@")),
    })
}

/// The rows `[guests.NAME]` of these files, those of the strongest first.
pub(crate) fn guests(files: &[ConfigFile]) -> Result<Vec<GuestRow>, ConfigError> {
    let mut found = Vec::new();
    for file in files {
        let parsed = parse(file)?;
        let value = section(file, &parsed).and_then(|table| table.get("guests"));
        if let Some(value) = value {
            found.append(&mut guest_rows::rows(file, value)?);
        }
    }
    Ok(found)
}

fn read_one(
    path: PathBuf,
    opened: io::Result<File>,
    owner: ConfigOwner,
) -> Result<Option<ConfigFile>, Exit> {
    match opened.and_then(io::read_to_string) {
        Ok(text) => Ok(Some(ConfigFile { path, text, owner })),
        // HOME may name anything.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(error) => {
            let message = format!("cannot read `{}`", path.display());
            Err(Exit::usage_because(message, error).hint("`--no-config` ignores the file"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ConfigFile, ConfigOwner, hosts};
    use crate::config::settings_file;

    /// A text, its error, and the hint.
    const CASES: &[(&str, &str, Option<&str>)] = &[
        ("[hosts.x\n", "1: ", None),
        ("\nhosts = [", "2: ", None),
        (
            "\n[host.x]\n",
            "2: unknown setting: `host`",
            Some("did you mean `hosts`?"),
        ),
        (
            "[hosts.x]\nrun = 1\n",
            "2: `run` in `[hosts.x]`: invalid type",
            Some("as in `run = [\"tools/solver\"]`"),
        ),
        (
            "ext = ['py']\npol = 3\n",
            "2: unknown setting: `pol`",
            Some("did you mean `poll`?"),
        ),
        (
            "start_timeout = 3\n",
            "1: unknown setting: `start_timeout`",
            Some("did you mean `start-timeout`?"),
        ),
        (
            "zzz = 3\n",
            "1: unknown setting: `zzz`",
            Some("`hotload --show-config` lists the settings"),
        ),
        (
            "no-config = true\n",
            "1: `no-config` cannot be set in a file",
            None,
        ),
        (
            "poll = '3'\n",
            "1: `poll` must be a number, not a string",
            Some("as in `poll = 2.5`"),
        ),
        (
            "ext = 'py'\n",
            "1: `ext` must be a list of strings, not a string",
            Some("as in `ext = [\"...\"]`"),
        ),
        (
            "fresh = 1\n",
            "1: `fresh` must be `true` or `false`, not an integer",
            Some("as in `fresh = true`"),
        ),
        (
            "busy = 'interupt'\n",
            "1: `busy` cannot be `interupt`",
            Some("did you mean `interrupt`?"),
        ),
        (
            "call = 'main'\nstep = ['clear']\n",
            "2: `step` cannot be combined with `call`",
            None,
        ),
    ];

    #[test]
    fn what_is_wrong_in_a_file_is_reported_with_its_line() {
        for (text, said, hint) in CASES {
            let file = ConfigFile {
                path: "/p/hotload.toml".into(),
                text: (*text).into(),
                owner: ConfigOwner::Project,
            };
            let settings = settings_file::layers(&file).map(|_| ());
            let error = settings.and_then(|()| hosts(&[file]).map(|_| ()));
            let error = error.unwrap_err();
            let expected = format!("`/p/hotload.toml:{said}");
            let text = error.to_string().replacen("`: ", ": ", 1);
            assert!(text.starts_with(&expected), "{error}");
            if hint.is_some() {
                assert_eq!(error.hint().as_deref(), *hint, "{text}");
            }
        }
    }
}
