//! What counts in a watched folder: extensions, globs, and what is always left out.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use globset::GlobSet;
use hotload_core::watching::watch_set::Filter;
use hotload_python::path;
use hotload_python::skipped_folders::{ENVIRONMENT_MARKS, SKIPPED_FOLDERS};

use crate::config::gitignore::Repository;
use crate::config::ignored::Ignored;

/// What counts below one watched folder.
pub(crate) struct PathFilter {
    /// The folder.
    pub(crate) root: PathBuf,
    /// What a file must match: an extension, or the glob that was given to `--watch`.
    pub(crate) wanted: Wanted,
    /// What is left out.
    pub(crate) ignored: Ignored,
    /// Paths of files that are left out: hotload's own output.
    pub(crate) excluded: Vec<PathBuf>,
    /// The repository that the folder is in, whose `.gitignore` files count.
    pub(crate) repository: Option<Repository>,
}

/// What a file must match.
pub(crate) enum Wanted {
    /// One of these extensions, without the dot; an empty list stands for every file.
    Extensions(Vec<String>),
    /// What `listfiles` of a launch script lists: names with this ending. If it is empty, all files
    /// except hidden ones, bytecode and what editors leave behind.
    Listed(String),
    /// A glob, matched against the whole path, and as it was given.
    Glob(GlobSet, String),
}

impl Filter for PathFilter {
    fn wants(&self, path: &Path, is_folder: bool) -> bool {
        let ignores = |it: &Repository| it.ignores(path, is_folder);
        self.wants_in_use(path, is_folder) && !self.repository.as_ref().is_some_and(ignores)
    }

    fn wants_in_use(&self, path: &Path, is_folder: bool) -> bool {
        let name = path.file_name().unwrap_or_default();
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        if self.ignored.is_match(path, below) {
            return false;
        }
        if is_folder {
            // `listfiles` does not follow links.
            let is_listed = matches!(self.wanted, Wanted::Listed(_));
            let is_left_out = is_listed && path.is_symlink();
            return !is_left_out && !is_skipped_folder(path, name);
        }
        if self.excluded.iter().any(|it| is_same_file(it, path)) {
            return false;
        }
        match &self.wanted {
            Wanted::Extensions(extensions) => has_extension(name, extensions),
            Wanted::Listed(ending) if ending.is_empty() => is_written_by_hand(name),
            Wanted::Listed(ending) => name.to_string_lossy().ends_with(ending.as_str()),
            Wanted::Glob(globs, _) => globs.is_match(path),
        }
    }

    fn glob(&self) -> Option<&str> {
        match &self.wanted {
            Wanted::Glob(_, given) => Some(given),
            Wanted::Extensions(_) | Wanted::Listed(_) => None,
        }
    }
}

/// Whether a path leads to this file, whose own path has no links.
fn is_same_file(file: &Path, path: &Path) -> bool {
    file == path
        || file.file_name() == path.file_name() && path::real(path).is_ok_and(|real| real == file)
}

fn has_extension(name: &OsStr, extensions: &[String]) -> bool {
    let name = name.to_string_lossy();
    let has = |extension: &String| {
        let stem = name.strip_suffix(extension.as_str());
        stem.is_some_and(|stem| stem.ends_with('.'))
    };
    extensions.is_empty() || extensions.iter().any(has)
}

fn is_written_by_hand(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let generated = [".pyc", ".pyo", "~"];
    !name.starts_with('.') && !generated.iter().any(|ending| name.ends_with(ending))
}

fn is_skipped_folder(path: &Path, name: &OsStr) -> bool {
    let is_hidden = name.as_encoded_bytes().first() == Some(&b'.');
    is_hidden
        || SKIPPED_FOLDERS.iter().any(|skipped| name == *skipped)
        || ENVIRONMENT_MARKS
            .iter()
            .any(|mark| path.join(mark).exists())
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Ignored, PathFilter, Wanted};
    use hotload_core::watching::watch_set::Filter;
    use std::path::Path;

    #[test]
    fn a_filter_wants_sources_and_skips_what_is_not_the_users() {
        let filter = PathFilter {
            root: "/p".into(),
            wanted: Wanted::Extensions(vec!["py".into(), "tar.gz".into()]),
            ignored: Ignored::of(&["gen_*", "docs/*.py"], Path::new("/p")),
            excluded: vec!["/p/events.py".into()],
            repository: None,
        };
        #[rustfmt::skip]
        let cases = [
            ("/p/lib.py",            false, true),
            ("/p/data.tar.gz",       false, true),
            ("/p/notpy",             false, false),
            ("/p/lib.pyc",           false, false),
            ("/p/.hidden.py",        false, true),
            ("/p/gen_lib.py",        false, false),
            ("/p/sub/gen_lib.py",    false, false),
            ("/p/docs/conf.py",      false, false),
            ("/p/events.py",         false, false),
            ("/p/src",               true,  true),
            ("/p/.git",              true,  false),
            ("/p/__pycache__",       true,  false),
            ("/p/lib/site-packages", true,  false),
        ];
        for (path, is_folder, expected) in cases {
            assert_eq!(filter.wants(Path::new(path), is_folder), expected, "{path}");
        }
    }
}
