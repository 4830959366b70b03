//! The configuration files, `hotload.toml` of the project and of the user: where they are, and what
//! they say.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, choose_base_strategy};
use hotload_python::discovery::LeftOut;
use hotload_python::discovery::hosts::{ConfigError, ConfigFile, ConfigOwner, Hosts, HostsTable};
use hotload_python::ownership::Trust;
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
    /// Files that are not read, since another user may have put them above the target's folder.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Reads the user's file, and the nearest one in this folder and above.
pub(crate) fn read(folder: &Path) -> Result<Found, Exit> {
    let mut files = Vec::new();
    if let Some(path) = users_path() {
        let opened = File::open(&path);
        files.extend(read_one(path, opened, ConfigOwner::User)?);
    }
    let (project, left_out) = open_projects(folder);
    if let Some((path, file)) = project {
        files.extend(read_one(path, Ok(file), ConfigOwner::Project)?);
    }
    Ok(Found { files, left_out })
}

/// The project's file, and those below it that are not trusted. It is open: the file that is read is
/// the one that was checked.
fn open_projects(folder: &Path) -> (Option<(PathBuf, File)>, Vec<LeftOut>) {
    let trust = Trust::of(folder);
    let mut left_out = Vec::new();
    let paths = folder.ancestors().map(|above| above.join(NAME));
    for path in paths.filter(|path| path.is_file()) {
        match trust.open(&path) {
            Ok(file) => return (Some((path, file)), left_out),
            Err(distrust) => {
                let why = distrust.about(&path);
                left_out.push(LeftOut { path, why });
            }
        }
    }
    (None, left_out)
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
