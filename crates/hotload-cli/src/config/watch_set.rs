//! From `--watch`, `--ext` and `--ignore` to a watch set.

use std::io::{self, BufRead};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::{Glob, GlobBuilder, GlobSet};
use hotload_core::watching::watch_set::{Root, WatchSet};

use crate::config::filter::{PathFilter, Wanted};
use crate::exit::Exit;

/// What was given on the command line.
pub(crate) struct Watching {
    /// `--watch`, without `-`.
    pub(crate) paths: Vec<PathBuf>,
    /// `--ext`.
    pub(crate) endings: Vec<String>,
    /// `--ignore`.
    pub(crate) ignored: Vec<String>,
    /// Files that are never watched: hotload's own output.
    pub(crate) excluded: Vec<PathBuf>,
}

impl Watching {
    /// The endings that count; none stands for all, as `--ext '*'` does.
    fn stripped_endings(&self) -> Vec<String> {
        let endings: Vec<String> = self.endings.iter().map(|ending| stripped(ending)).collect();
        if endings.iter().any(String::is_empty) {
            return Vec::new();
        }
        endings
    }

    /// The watch set. `current` is the current folder.
    pub(crate) fn watch_set(&self, current: &Path) -> Result<WatchSet, Exit> {
        let mut watch_set = WatchSet::default();
        for path in &self.paths {
            let whole = current.join(path);
            if whole.is_dir() {
                let wanted = Wanted::Endings(self.stripped_endings());
                watch_set
                    .roots
                    .push(self.root(resolve(&whole, path)?, wanted)?);
            } else if whole.exists() {
                let Some((folder, name)) = whole.parent().zip(whole.file_name()) else {
                    return Err(missing(path));
                };
                watch_set.files.push(resolve(folder, path)?.join(name));
            } else if is_glob(path) {
                watch_set.roots.push(self.glob_root(path, current)?);
            } else {
                return Err(missing(path));
            }
        }
        Ok(watch_set)
    }

    fn glob_root(&self, path: &Path, current: &Path) -> Result<Root, Exit> {
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
            return Err(missing(path));
        }
        let folder = resolve(&folder, path)?;
        let escaped = globset::escape(&folder.to_string_lossy());
        let whole = format!("{escaped}/{}", pattern.to_string_lossy());
        // `*` stays within a folder, as in a shell.
        let glob = GlobBuilder::new(&whole).literal_separator(true).build();
        let glob = glob.map_err(|error| bad_glob("--watch", &error))?;
        self.root(folder, Wanted::Glob(set([glob])?))
    }

    fn root(&self, folder: PathBuf, wanted: Wanted) -> Result<Root, Exit> {
        let globs: Result<Vec<Glob>, Exit> = self
            .ignored
            .iter()
            .map(|glob| Glob::new(glob).map_err(|error| bad_glob("--ignore", &error)))
            .collect();
        Ok(Root {
            filter: Arc::new(PathFilter {
                root: folder.clone(),
                wanted,
                ignored: set(globs?)?,
                excluded: self.excluded.clone(),
            }),
            folder,
        })
    }
}

/// Reads the list of `--watch -`: one path a line.
pub(crate) fn read_list() -> Result<Vec<PathBuf>, Exit> {
    let lines: io::Result<Vec<Vec<u8>>> = io::stdin().lock().split(b'\n').collect();
    let lines =
        lines.map_err(|error| Exit::usage_because("cannot read the list of `--watch -`", error))?;
    let paths: Vec<PathBuf> = lines
        .iter()
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .filter(|line| !line.is_empty())
        .map(path_of)
        .collect();
    if paths.is_empty() {
        return Err(
            Exit::usage("the list that `--watch -` read from standard input is empty").hint(
                "pipe one path a line into it, as in `find . -name '*.py' | hotload --watch - lib`",
            ),
        );
    }
    Ok(paths)
}

#[cfg(unix)]
fn path_of(line: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(line))
}

#[cfg(not(unix))]
fn path_of(line: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(line).into_owned())
}

fn resolve(folder: &Path, given: &Path) -> Result<PathBuf, Exit> {
    dunce::canonicalize(folder)
        .map_err(|error| Exit::usage_because(format!("cannot watch `{}`", given.display()), error))
}

fn missing(path: &Path) -> Exit {
    Exit::usage(format!(
        "nothing to watch at `{}` (from `--watch`)",
        path.display()
    ))
    .hint("name a file, a folder or a glob that exists; targets are watched anyway")
}

fn bad_glob(option: &str, error: &globset::Error) -> Exit {
    Exit::usage(format!("`{option}`: {error}"))
}

fn set(globs: impl IntoIterator<Item = Glob>) -> Result<GlobSet, Exit> {
    let mut builder = GlobSet::builder();
    for glob in globs {
        builder.add(glob);
    }
    builder
        .build()
        .map_err(|error| bad_glob("--ignore", &error))
}

fn is_glob(path: &Path) -> bool {
    path.components().any(|component| match component {
        Component::Normal(name) => name.to_string_lossy().contains(['*', '?', '[', '{']),
        _ => false,
    })
}

/// `.py`, `*.py` and `py` all mean the same.
fn stripped(ending: &str) -> String {
    ending
        .trim_start_matches('*')
        .trim_start_matches('.')
        .to_owned()
}
