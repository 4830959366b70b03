//! Which configuration files there are: `hotload.toml` of the project, and of the user.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, choose_base_strategy};
use hotload_python::discovery::hosts::{ConfigFile, Owner};
use hotload_python::ownership;

use crate::exit::Exit;

const NAME: &str = "hotload.toml";

/// Where the user's own file is looked for.
pub(crate) fn users_place() -> Option<PathBuf> {
    let folders = choose_base_strategy().ok()?;
    Some(folders.config_dir().join("hotload").join(NAME))
}

/// The files that there are, and those that are not read.
pub(crate) struct Found {
    /// The user's first: what the project says wins.
    pub(crate) files: Vec<ConfigFile>,
    /// Another user's, in a folder above the target's.
    pub(crate) strangers: Vec<PathBuf>,
}

/// Looks for the user's file, and for the project's in this folder and those above it.
pub(crate) fn read(folder: &Path) -> Result<Found, Exit> {
    let mut strangers = Vec::new();
    let mut places = folder.ancestors().map(|above| above.join(NAME));
    let projects_place = places.find(|place| {
        let is_strangers = place.is_file() && ownership::is_strangers(place, folder);
        strangers.extend(is_strangers.then(|| place.clone()));
        place.is_file() && !is_strangers
    });
    let places = [
        (users_place(), Owner::User),
        (projects_place, Owner::Project),
    ];
    let mut files = Vec::new();
    for (place, owner) in places {
        files.extend(
            place
                .map(|path| read_one(path, owner))
                .transpose()?
                .flatten(),
        );
    }
    Ok(Found { files, strangers })
}

fn read_one(path: PathBuf, owner: Owner) -> Result<Option<ConfigFile>, Exit> {
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(ConfigFile { path, text, owner })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let message = format!("cannot read `{}`", path.display());
            Err(Exit::usage_because(message, error).hint("`--no-config` leaves the file out"))
        }
    }
}
