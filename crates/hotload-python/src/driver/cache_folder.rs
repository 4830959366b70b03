//! The folder below the user's cache folder in which compiled code is kept: who may write to it, and what
//! is removed from it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use crate::ownership;

/// How many files with one ending are kept: those that were used last.
const MOST_FILES: usize = 20;

/// How the name of a file begins that is being written.
pub(crate) const UNFINISHED: &str = ".hotload-unfinished-";

/// A number for a value, the same in each build with one version of the compiler.
pub(crate) fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Whether only the user can write to the folder, or, if it does not exist, whether the user or root
/// owns the folder in which it would be created. So nothing is left in the home of another user
/// (`sudo`).
pub(crate) fn may_be_used(folder: &Path) -> bool {
    match fs::symlink_metadata(folder) {
        Ok(found) => found.is_dir() && ownership::is_ours_alone(&found),
        Err(_) => {
            let there = folder
                .ancestors()
                .find_map(|above| fs::metadata(above).ok());
            there.is_some_and(|there| there.is_dir() && ownership::is_ours_or_roots(&there))
        }
    }
}

/// Creates the folder if need be. Returns whether it may be used.
///
/// # Errors
///
/// It cannot be created.
pub(crate) fn is_made(folder: &Path) -> io::Result<bool> {
    create_private(folder)?;
    Ok(may_be_used(folder))
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Removes the oldest files with this ending, and what was left unfinished. Files with other names stay.
///
/// # Errors
///
/// The folder cannot be listed, or a file cannot be removed.
pub(crate) fn remove_oldest(folder: &Path, ending: &str) -> io::Result<()> {
    for name in newest_first(folder, ending)?.iter().skip(MOST_FILES) {
        fs::remove_file(folder.join(name))?;
    }
    Ok(())
}

/// The names of the files with this ending, and of what was left unfinished.
///
/// # Errors
///
/// The folder cannot be listed.
pub(crate) fn newest_first(folder: &Path, ending: &str) -> io::Result<Vec<String>> {
    let mut files: Vec<(SystemTime, String)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (name, found) = (entry.file_name(), entry.metadata()?);
        let name = name.into_string().ok();
        if let Some(name) = name.filter(|name| found.is_file() && is_name(name, ending)) {
            files.push((found.modified()?, name));
        }
    }
    files.sort();
    Ok(files.into_iter().rev().map(|(_, name)| name).collect())
}

fn is_name(name: &str, ending: &str) -> bool {
    let digits = name.strip_suffix(ending);
    let is_digit = |digit: char| digit.is_ascii_hexdigit();
    // One number or two.
    let are_ours = |digits: &str| matches!(digits.len(), 16 | 32) && digits.chars().all(is_digit);
    name.starts_with(UNFINISHED) || digits.is_some_and(are_ours)
}
