//! What `--ignore` leaves out.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use hotload_core::watching::watch_set::WatchSet;
use hotload_python::path;

use crate::config::layers::Given;
use crate::exit::Exit;

/// The patterns of `--ignore`.
#[derive(Clone, Default)]
pub(crate) struct Ignored {
    /// Matched against names, and against paths below the watched folder.
    below: GlobSet,
    /// Matched against whole paths.
    whole: GlobSet,
    patterns: Vec<Pattern>,
}

/// One pattern.
#[derive(Clone)]
struct Pattern {
    given: String,
    /// The path that it begins with, up to the first part that is a glob; `None` for a mere name.
    start: Option<PathBuf>,
    has_glob: bool,
}

impl Ignored {
    /// Patterns may be paths as a shell completes them: `build/`, `./build`, `/abs/build`. A path is
    /// relative to the current folder or to a watched one.
    pub(crate) fn new(given: &Given<Vec<String>>, current: &Path) -> Result<Self, Exit> {
        let (mut below, mut whole) = (GlobSet::builder(), GlobSet::builder());
        let mut patterns = Vec::new();
        for text in &given.value {
            let pattern = text.trim_end_matches(std::path::is_separator);
            let path = Path::new(pattern);
            if pattern.is_empty() {
                return Err(bad_glob(text, given, "it is empty"));
            }
            let is_anchored = path.is_absolute() || pattern.starts_with('.') && has_dots(path);
            if !is_anchored {
                add(&mut below, pattern, text, given)?;
            }
            let is_path = is_anchored || path.components().count() > 1;
            let parts = is_path.then(|| split(path, current));
            if let Some((start, rest)) = &parts {
                for start in BTreeSet::from([start.clone(), resolved(start)]) {
                    let mut glob = globset::escape(&start.to_string_lossy());
                    if !rest.is_empty() {
                        glob = format!("{}/{rest}", glob.trim_end_matches('/'));
                    }
                    add(&mut whole, &glob, text, given)?;
                }
            }
            let parts = parts.map(|(start, rest)| (resolved(&start), rest));
            patterns.push(Pattern {
                given: text.clone(),
                has_glob: parts.as_ref().is_none_or(|(_, rest)| !rest.is_empty()),
                start: parts.map(|(start, _)| start),
            });
        }
        Ok(Self {
            below: build(&below, given)?,
            whole: build(&whole, given)?,
            patterns,
        })
    }

    /// Whether a path is left out, which is `below` a watched folder.
    pub(crate) fn is_match(&self, path: &Path, below: &Path) -> bool {
        let name = path.file_name().unwrap_or_default();
        self.below.is_match(below) || self.below.is_match(name) || self.whole.is_match(path)
    }

    /// The patterns that match nothing in what is watched: they are for another place.
    pub(crate) fn without_effect(&self, watch_set: &WatchSet) -> impl Iterator<Item = &str> {
        let folders: Vec<&Path> = watch_set
            .roots
            .iter()
            .map(|root| root.folder.as_path())
            .collect();
        let is_useless = move |pattern: &&Pattern| {
            let Some(start) = &pattern.start else {
                return false;
            };
            let given = Path::new(&pattern.given);
            if pattern.has_glob && !given.is_absolute() {
                return false;
            }
            let is_there = |folder: &&Path| !given.is_absolute() && folder.join(given).exists();
            let may_match = |folder: &&Path| {
                let folder = resolved(folder);
                start.starts_with(&folder) || pattern.has_glob && folder.starts_with(start)
            };
            let is_found = pattern.has_glob || start.exists();
            let matches = is_found && folders.iter().any(may_match);
            !matches && !folders.iter().any(is_there)
        };
        let useless = self.patterns.iter().filter(is_useless);
        useless.map(|pattern| pattern.given.as_str())
    }
}

/// Whether a path starts at the current folder or above it: `./build`, `../build`.
fn has_dots(path: &Path) -> bool {
    let first = path.components().next();
    matches!(first, Some(Component::CurDir | Component::ParentDir))
}

/// The path that a pattern begins with, and the globs after that.
fn split(path: &Path, current: &Path) -> (PathBuf, String) {
    let mut start = current.to_path_buf();
    let mut rest = Vec::new();
    for component in path.components() {
        let text = component.as_os_str().to_string_lossy();
        let is_glob = text.contains(['*', '?', '[', '{']);
        match component {
            Component::Normal(_) if is_glob || !rest.is_empty() => rest.push(text.into_owned()),
            Component::ParentDir => {
                start.pop();
            }
            Component::CurDir => {}
            _ => start.push(component),
        }
    }
    (start, rest.join("/"))
}

/// A path with the links in the part of it that exists resolved.
fn resolved(path: &Path) -> PathBuf {
    match (path::real(path), path.parent(), path.file_name()) {
        (Ok(whole), ..) => whole,
        (Err(_), Some(folder), Some(name)) => resolved(folder).join(name),
        (Err(_), ..) => path.to_path_buf(),
    }
}

fn add(
    globs: &mut GlobSetBuilder,
    glob: &str,
    text: &str,
    given: &Given<Vec<String>>,
) -> Result<(), Exit> {
    let glob = Glob::new(glob).map_err(|error| bad_glob(text, given, &error.kind().to_string()))?;
    globs.add(glob);
    Ok(())
}

fn build(globs: &GlobSetBuilder, given: &Given<Vec<String>>) -> Result<GlobSet, Exit> {
    globs.build().map_err(|error| {
        let message = format!("{} cannot be used", given.name());
        Exit::usage_because(message, error)
    })
}

fn bad_glob(text: &str, given: &Given<Vec<String>>, why: &str) -> Exit {
    let message = format!("`{text}` (from {}) is not a glob", given.name());
    Exit::usage_because(message, why.to_owned())
}

#[cfg(all(test, unix))]
impl Ignored {
    /// Those of a session in this folder.
    pub(crate) fn of(patterns: &[&str], current: &Path) -> Self {
        let layers = crate::config::layers::Layers::of_command_line(
            crate::arguments::Options {
                watching: crate::arguments::WatchingOptions {
                    ignore: Some(patterns.iter().map(ToString::to_string).collect()),
                    ..Default::default()
                },
                ..Default::default()
            },
            Vec::new(),
        );
        let given = layers.given("ignore", |options| options.watching.ignore.clone());
        let given = given.expect("there are patterns");
        Self::new(&given, current).expect("they are globs")
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use super::Ignored;

    #[test]
    fn a_pattern_may_be_a_path_as_a_shell_completes_it() {
        #[rustfmt::skip]
        let cases = [
            // pattern            path below /no/p      ignored
            ("build",             "sub/build",          true),
            ("build/",            "build",              true),
            ("build/",            "sub/build",          true),
            ("./build",           "build",              true),
            ("./build/",          "sub/build",          false),
            ("/no/p/build",       "build",              true),
            ("/no/p/build/",      "sub/build",          false),
            ("/no/p/gen_*",       "gen_x.py",           true),
            ("../p/build",        "build",              true),
            ("sub/gen*",          "sub/gen.py",         true),
            ("p/build/",          "build",              false),
            (".cache",            "sub/.cache",         true),
        ];
        for (pattern, below, expected) in cases {
            let ignored = Ignored::of(&[pattern], Path::new("/no/p"));
            let path = Path::new("/no/p").join(below);
            assert_eq!(
                ignored.is_match(&path, Path::new(below)),
                expected,
                "{pattern} {below}"
            );
        }
        // The current folder is above the watched one.
        let ignored = Ignored::of(&["p/build/"], Path::new("/no"));
        assert!(ignored.is_match(Path::new("/no/p/build"), Path::new("build")));
    }
}
