//! What the environment says about folders and the terminal's encoding.

use std::env;
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

use crate::exit::Exit;

/// The folder for compiled drivers: in the user's folder for caches, or in the one that
/// `HOTLOAD_CACHE_DIR` names. `None`: nothing is kept, as when that is empty.
pub(crate) fn compiled_drivers() -> Option<PathBuf> {
    let folder = match env::var_os("HOTLOAD_CACHE_DIR") {
        Some(given) => PathBuf::from(given),
        None => choose_base_strategy().ok()?.cache_dir().join("hotload"),
    };
    folder.is_absolute().then(|| folder.join("code"))
}

/// The folder that HOTLOAD_DIR names: hotload and the interpreter see it under one path.
pub(crate) fn shared_folder() -> Result<Option<PathBuf>, Exit> {
    let Some(given) = env::var_os("HOTLOAD_DIR").filter(|given| !given.is_empty()) else {
        return Ok(None);
    };
    let folder = PathBuf::from(given);
    if !folder.is_dir() || !folder.is_absolute() {
        let message = format!(
            "HOTLOAD_DIR: `{}` is no absolute path of a folder",
            folder.display()
        );
        return Err(Exit::usage(message)
            .hint("it names a folder that hotload and the interpreter see under the same path"));
    }
    Ok(Some(folder))
}

/// Whether the terminal's encoding has more than ASCII.
pub(crate) fn is_unicode() -> bool {
    if cfg!(windows) {
        return true;
    }
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty())
        .is_some_and(|value| {
            let value = value.to_ascii_lowercase();
            value.contains("utf-8") || value.contains("utf8")
        })
}

/// The current folder.
pub(crate) fn current_folder() -> Result<PathBuf, Exit> {
    env::current_dir().map_err(|error| Exit::usage_because("cannot find the current folder", error))
}
