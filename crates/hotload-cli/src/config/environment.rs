//! Where hotload keeps what it can make again.

use std::env;
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

/// The folder for compiled drivers: in the user's folder for caches, or in the one that
/// `HOTLOAD_CACHE_DIR` names. `None`: nothing is kept, as when that is empty.
pub(crate) fn of_code() -> Option<PathBuf> {
    let folder = match env::var_os("HOTLOAD_CACHE_DIR") {
        Some(given) => PathBuf::from(given),
        None => choose_base_strategy().ok()?.cache_dir().join("hotload"),
    };
    folder.is_absolute().then(|| folder.join("code"))
}
