//! Where a Python keeps the code of a project's sources between sessions, so that a large project starts
//! without being compiled. The driver reads and writes the file (`parts/stored_code.py`), and uses a code
//! only for the very bytes that it was made from.

use std::path::{Path, PathBuf};

use crate::driver::cache_folder::{self, hash_of, may_be_used};
use crate::driver::code_cache::has_code;
use crate::transport::hello::Hello;

const ENDING: &str = ".sources";

/// The file for this build of Python and these watched folders, if there may be one.
pub(crate) fn file(folder: &Path, hello: &Hello, roots: &[String]) -> Option<PathBuf> {
    let is_usable = has_code(hello) && may_be_used(folder);
    let python = (&hello.implementation, &hello.build);
    is_usable.then(|| folder.join(format!("{:016x}{ENDING}", hash_of(&(python, roots)))))
}

/// Removes what is too much.
pub(crate) fn clean(folder: &Path) {
    // What cannot be removed only takes space.
    let _ = cache_folder::remove_oldest(folder, ENDING);
}
