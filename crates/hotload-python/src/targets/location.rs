//! Where a target is, and under which module name it is loaded.

use std::fs;
use std::path::{Path, PathBuf};

use super::TargetError;
use crate::ownership::Trust;
use crate::path;

/// Where a target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file, by the path by which the poller knows it.
    pub file: PathBuf,
    /// The folder, if it is a package; `file` is its `__init__.py` then.
    pub package: Option<PathBuf>,
}

/// The path by which the poller knows the file of a target.
pub(super) fn watched_file(file: &Path) -> Result<PathBuf, TargetError> {
    path::try_watched(file).map_err(|error| {
        let folder = file.parent().unwrap_or(file);
        TargetError::Folder(folder.into(), error)
    })
}

/// More links in a row are refused by the system, too.
const MOST_LINKS: usize = 40;

/// What Python puts first in `sys.path` for a script: of a link, the folder that it points into. Python
/// resolves links in the path of the folder as well; here they may lead elsewhere after a save.
pub(super) fn folder_of_script(file: &Path) -> Result<PathBuf, TargetError> {
    let mut real = file.to_path_buf();
    let failed = |error| TargetError::Folder(file.into(), error);
    for _ in 0..MOST_LINKS {
        if !real.is_symlink() {
            break;
        }
        let target = fs::read_link(&real).map_err(failed)?;
        let target = real.parent().unwrap_or(&real).join(target);
        real = path::try_watched(&target).map_err(failed)?;
    }
    Ok(real.parent().unwrap_or(&real).to_path_buf())
}

/// Whether a file is not source: what Python has compiled, or an extension module.
pub(super) fn is_compiled(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ["pyc", "pyo", "pyd", "so"].contains(&ending))
}

/// The folder that contains the outermost package of a file, and the names of its packages.
pub(super) fn packages_above(file: &Path) -> (PathBuf, Vec<String>) {
    let mut folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
    let trust = Trust::of(&folder);
    let mut names = Vec::new();
    while folder.join("__init__.py").is_file()
        && trust.is_package(&folder.join("__init__.py"))
        && let Some(name) = folder.file_name().and_then(|name| name.to_str())
        && !name.contains('.')
    {
        names.insert(0, name.to_owned());
        folder.pop();
    }
    (folder, names)
}

/// The module name of a file: any name that Python can load, even if it is not an identifier.
pub(super) fn module_name(file: &Path) -> String {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let stem = [".py", ".pyw"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name);
    // With a dot in its name Python would look for a package.
    stem.replace('.', "_")
}

/// The name of a module as its files are spelled: where `LIB` finds `lib.py`, Python imports `lib` only.
pub(super) fn module_as_listed(name: &str, location: &Location) -> String {
    let module = location.file.with_extension("");
    let path = location.package.as_ref().unwrap_or(&module);
    let names = path.iter().rev().map(|name| name.to_string_lossy());
    let mut names: Vec<_> = names.take(name.split('.').count()).collect();
    names.reverse();
    let listed = names.join(".");
    if listed.to_lowercase() == name.to_lowercase() {
        listed
    } else {
        name.into()
    }
}

/// Looks for a module as Python does with the current folder as `sys.path[0]`.
pub(super) fn find_module(name: &str, current: &Path) -> Result<Option<Location>, TargetError> {
    let path = current.join(name.replace('.', std::path::MAIN_SEPARATOR_STR));
    let module = path.with_extension("py");
    let package = path.join("__init__.py");
    match (module.is_file(), package.is_file()) {
        (true, true) => {
            let short = |path: &Path| path.strip_prefix(current).unwrap_or(path).to_path_buf();
            Err(TargetError::Ambiguous(
                name.into(),
                short(&module),
                short(&package),
            ))
        }
        (true, false) => Ok(Some(Location {
            file: watched_file(&module)?,
            package: None,
        })),
        (false, true) => {
            let file = watched_file(&package)?;
            let package = file.parent().map(Path::to_path_buf);
            Ok(Some(Location { file, package }))
        }
        (false, false) => Ok(None),
    }
}
