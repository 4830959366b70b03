//! From a path to watch, `--ext` and `--ignore` to a part of the watch set.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet};
use hotload_core::watching::watch_set::{Root, WatchSet};
use hotload_python::path;

use crate::arguments::defaults;
use crate::config::filter::{PathFilter, Wanted};
use crate::config::gitignore::Repository;
use crate::config::ignored::Ignored;
use crate::config::layers::Layers;
use crate::exit::Exit;

/// What counts below watched folders.
pub(super) struct Rules {
    /// Without their dots; an empty list stands for all.
    extensions: Vec<String>,
    ignored: Ignored,
    excluded: Vec<PathBuf>,
    /// Whether what `.gitignore` leaves out is left out.
    gitignore: bool,
}

impl Rules {
    pub(super) fn new(
        layers: &Layers,
        excluded: Vec<PathBuf>,
        current: &Path,
    ) -> Result<Self, Exit> {
        let extensions = layers.value(|options| options.watching.ext.clone());
        let extensions = extensions.unwrap_or_else(|| vec![defaults::EXT.into()]);
        let ignored = layers.given("ignore", |options| options.watching.ignore.clone());
        let gitignore = layers.value(|options| options.watching.gitignore());
        Ok(Self {
            extensions: stripped(&extensions),
            ignored: ignored.map_or(Ok(Ignored::default()), |given| {
                Ignored::new(&given, given.folder(current))
            })?,
            excluded,
            gitignore: gitignore.unwrap_or(true),
        })
    }

    /// The patterns of `--ignore` that match nothing in what is watched.
    pub(super) fn without_effect(&self, watch_set: &WatchSet) -> impl Iterator<Item = &str> {
        self.ignored.without_effect(watch_set)
    }

    /// Adds a file, a folder or a glob, or returns false if there is nothing of that name. `current`
    /// is the current folder.
    pub(super) fn add(
        &self,
        path: &Path,
        current: &Path,
        watch_set: &mut WatchSet,
    ) -> Result<bool, Exit> {
        let whole = current.join(path);
        if whole.is_dir() {
            let wanted = Wanted::Extensions(self.extensions.clone());
            let root = self.root(resolve(&whole, path)?, wanted);
            watch_set.roots.push(root);
        } else if whole.exists() {
            let Some((folder, name)) = whole.parent().zip(whole.file_name()) else {
                return Ok(false);
            };
            watch_set.files.push(resolve(folder, path)?.join(name));
        } else if is_glob(path) {
            let Some(root) = self.glob_root(path, current)? else {
                return Ok(false);
            };
            watch_set.roots.push(root);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// A folder of which every file counts, except for those that are left out.
    pub(super) fn whole_folder(&self, folder: &Path) -> Root {
        self.root(folder.to_path_buf(), Wanted::Extensions(Vec::new()))
    }

    fn glob_root(&self, path: &Path, current: &Path) -> Result<Option<Root>, Exit> {
        let mut folder = current.to_path_buf();
        let mut pattern = PathBuf::new();
        for component in path.components() {
            if pattern.as_os_str().is_empty() && !is_glob(Path::new(&component)) {
                folder.push(component);
            } else {
                pattern.push(component);
            }
        }
        if !folder.is_dir() {
            return Ok(None);
        }
        let folder = resolve(&folder, path)?;
        let escaped = globset::escape(&folder.to_string_lossy());
        let whole = format!("{escaped}/{}", pattern.to_string_lossy());
        // `*` stays within a folder, as in a shell.
        let glob = GlobBuilder::new(&whole).literal_separator(true).build();
        let globs = glob.and_then(|glob| GlobSet::builder().add(glob).build());
        let globs = globs.map_err(|error| cannot_watch(path, error))?;
        let given = path.to_string_lossy().into_owned();
        Ok(Some(self.root(folder, Wanted::Glob(globs, given))))
    }

    fn root(&self, folder: PathBuf, wanted: Wanted) -> Root {
        Root {
            filter: Arc::new(PathFilter {
                root: folder.clone(),
                wanted,
                ignored: self.ignored.clone(),
                excluded: self.excluded.clone(),
                repository: self
                    .gitignore
                    .then(|| Repository::around(&folder))
                    .flatten(),
            }),
            folder,
        }
    }
}

fn resolve(folder: &Path, given: &Path) -> Result<PathBuf, Exit> {
    path::folder_as_given(folder).map_err(|error| cannot_watch(given, error))
}

fn cannot_watch(given: &Path, error: impl std::error::Error + 'static) -> Exit {
    Exit::usage_because(format!("cannot watch `{}`", given.display()), error)
}

fn is_glob(path: &Path) -> bool {
    path.components().any(|component| match component {
        Component::Normal(name) => name.to_string_lossy().contains(['*', '?', '[', '{']),
        _ => false,
    })
}

/// `.py`, `*.py` and `py` all mean the same, and `*` means every file.
fn stripped(extensions: &[String]) -> Vec<String> {
    let extensions: Vec<String> = extensions
        .iter()
        .map(|extension| {
            extension
                .trim_start_matches('*')
                .trim_start_matches('.')
                .into()
        })
        .collect();
    if extensions.iter().any(String::is_empty) {
        return Vec::new();
    }
    extensions
}
