//! What the environment says: folders, and the terminal's encoding.

use std::env;
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

use hotload_python::locale;

use crate::exit::Exit;

/// The folder for compiled code: below the user's cache folder, or below the folder that
/// `HOTLOAD_CACHE_DIR` names. `None` if nothing is kept, as when that variable is empty.
pub(crate) fn compiled_code() -> Option<PathBuf> {
    let folder = match env::var_os("HOTLOAD_CACHE_DIR") {
        Some(given) => PathBuf::from(given),
        None => choose_base_strategy().ok()?.cache_dir().join("hotload"),
    };
    folder.is_absolute().then(|| folder.join("code"))
}

/// The folder that HOTLOAD_DIR names, which hotload and the interpreter see under the same path.
pub(crate) fn shared_folder() -> Result<Option<PathBuf>, Exit> {
    let Some(given) = env::var_os("HOTLOAD_DIR").filter(|given| !given.is_empty()) else {
        return Ok(None);
    };
    let folder = PathBuf::from(given);
    if !folder.is_dir() || !folder.is_absolute() {
        let message = format!(
            "HOTLOAD_DIR: `{}` is not an absolute path to a folder",
            folder.display()
        );
        return Err(Exit::usage(message)
            .hint("name a folder that hotload and the interpreter see under the same path"));
    }
    Ok(Some(folder))
}

/// Whether the terminal's encoding is Unicode.
pub(crate) fn is_unicode() -> bool {
    if cfg!(windows) {
        return true;
    }
    locale::of_text().is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// The current folder.
pub(crate) fn current_folder() -> Result<PathBuf, Exit> {
    env::current_dir()
        .map_err(|error| Exit::usage_because("cannot determine the current folder", error))
}
