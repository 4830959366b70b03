//! Which configuration files there are: `hotload.toml` of the project, and of the user.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, choose_base_strategy};
use hotload_python::hosts::{ConfigFile, Owner};

use crate::exit::Exit;

const NAME: &str = "hotload.toml";

/// Where the user's own file is looked for.
pub(crate) fn users_place() -> Option<PathBuf> {
    let folders = choose_base_strategy().ok()?;
    Some(folders.config_dir().join("hotload").join(NAME))
}

/// Where the project's file is looked for: in this folder, then in those above it.
fn projects_place(folder: &Path) -> Option<PathBuf> {
    let mut places = folder.ancestors().map(|above| above.join(NAME));
    places.find(|place| place.is_file())
}

/// The files that there are, the user's first: what the project says wins.
pub(crate) fn read(folder: &Path) -> Result<Vec<ConfigFile>, Exit> {
    let places = [
        (users_place(), Owner::User),
        (projects_place(folder), Owner::Project),
    ];
    let mut files = Vec::new();
    for (place, owner) in places {
        let Some(path) = place else { continue };
        match fs::read_to_string(&path) {
            Ok(text) => files.push(ConfigFile { path, text, owner }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let message = format!("cannot read `{}`", path.display());
                return Err(Exit::usage_because(message, error));
            }
        }
    }
    Ok(files)
}
