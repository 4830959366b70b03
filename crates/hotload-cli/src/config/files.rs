//! The configuration files, `hotload.toml` of the project and of the user: where they are, and what
//! they say.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, choose_base_strategy};
use hotload_python::discovery::hosts::{ConfigError, ConfigFile, ConfigOwner, Hosts, HostsTable};
use hotload_python::ownership;
use toml::Spanned;
use toml::de::DeTable;

use crate::exit::Exit;

const NAME: &str = "hotload.toml";

/// Where the user's own file is looked for.
pub(crate) fn users_path() -> Option<PathBuf> {
    let folders = choose_base_strategy().ok()?;
    Some(folders.config_dir().join("hotload").join(NAME))
}

/// The files that were found.
pub(crate) struct Found {
    /// The user's file first: the project's overrides it.
    pub(crate) files: Vec<ConfigFile>,
    /// Files that are not read, since another user owns them and they are above the target's folder.
    pub(crate) of_others: Vec<PathBuf>,
}

/// Reads the user's file, and the nearest one in this folder and above.
pub(crate) fn read(folder: &Path) -> Result<Found, Exit> {
    let (project, of_others) = projects_path(folder);
    let mut files = Vec::new();
    for (path, owner) in [
        (users_path(), ConfigOwner::User),
        (project, ConfigOwner::Project),
    ] {
        if let Some(path) = path {
            files.extend(read_one(path, owner)?);
        }
    }
    Ok(Found { files, of_others })
}

/// The project's file, and those below it that another user owns.
fn projects_path(folder: &Path) -> (Option<PathBuf>, Vec<PathBuf>) {
    let mut of_others = Vec::new();
    let paths = folder.ancestors().map(|above| above.join(NAME));
    for path in paths.filter(|path| path.is_file()) {
        if !ownership::is_strangers(&path, folder) {
            return (Some(path), of_others);
        }
        of_others.push(path);
    }
    (None, of_others)
}

/// hotload's own hosts, with those of these files.
pub(crate) fn hosts(files: &[ConfigFile]) -> Result<Hosts, ConfigError> {
    let parsed: Vec<_> = files.iter().map(parse).collect::<Result<_, _>>()?;
    let tables = files.iter().zip(&parsed).filter_map(|(file, keys)| {
        let value = keys.get_ref().get("hosts")?;
        Some(HostsTable { file, value })
    });
    Hosts::load(&tables.collect::<Vec<_>>())
}

/// The keys and values of a file, each with its position.
fn parse(file: &ConfigFile) -> Result<Spanned<DeTable<'_>>, ConfigError> {
    let keys = DeTable::parse(&file.text).map_err(|error| file.toml_error(&error))?;
    file.check_keys(keys.get_ref(), &["hosts"], "key")?;
    Ok(keys)
}

fn read_one(path: PathBuf, owner: ConfigOwner) -> Result<Option<ConfigFile>, Exit> {
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(ConfigFile { path, text, owner })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let message = format!("cannot read `{}`", path.display());
            Err(Exit::usage_because(message, error).hint("`--no-config` ignores the file"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ConfigFile, ConfigOwner, hosts};

    #[test]
    fn what_is_wrong_in_a_file_is_reported_with_its_line() {
        let cases = [
            ("[hosts.x\n", "line 1: ", None),
            ("\nhosts = [", "line 2: ", None),
            (
                "\n[host.x]\n",
                "line 2: unknown key: `host`",
                Some("did you mean `hosts`?"),
            ),
            (
                "[hosts.x]\nrun = 1\n",
                "line 2: `run` in `[hosts.x]`: invalid type",
                Some("as in `run = [\"tools/solver\"]`"),
            ),
        ];
        for (text, said, hint) in cases {
            let file = ConfigFile {
                path: "/p/hotload.toml".into(),
                text: text.into(),
                owner: ConfigOwner::Project,
            };
            let error = hosts(&[file]).unwrap_err();
            let expected = format!("`/p/hotload.toml`, {said}");
            assert!(error.to_string().starts_with(&expected), "{error}");
            assert_eq!(error.hint().as_deref(), hint, "{text}");
        }
    }
}
