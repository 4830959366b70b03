//! Private folders that a hotload which was killed has left behind, on Windows: there is no guard that
//! would have removed them. A file in each is open as long as it is in use.

use std::fs::{self, File};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;

const HELD: &str = "in_use";

/// Marks a folder as in use, until the result is dropped.
pub(super) fn hold(folder: &Path) -> io::Result<File> {
    let mut options = File::options();
    // Shared with nobody, so that nobody can remove it.
    let options = options.write(true).create_new(true).share_mode(0);
    options.open(folder.join(HELD))
}

/// Removes the folders in `parent` that nothing uses, with the tokens in them.
pub(super) fn sweep(parent: &Path, prefix: &str) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_ours = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(prefix));
        // Without that file it is being made, or removed.
        if is_ours && fs::remove_file(entry.path().join(HELD)).is_ok() {
            // What cannot be removed now is removed by no one: its mark is gone.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
