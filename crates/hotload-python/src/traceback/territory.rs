//! Whose code a frame is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::raised::Frame;
use super::report::Kind;
use crate::skipped_folders::PACKAGE_FOLDERS;

/// Which folders belong to whom.
#[derive(Debug, Clone, Default)]
pub struct Territory {
    /// The folder that shown paths are relative to.
    current: Option<String>,
    /// The user's folders.
    project: Vec<String>,
    /// The interpreter's own library. Empty if no interpreter was asked; then the names of folders have
    /// to do.
    stdlib: Vec<String>,
    /// Modules whose name is left out before the names of their classes.
    entry_modules: Vec<String>,
    /// Modules of the user's that were loaded, without their packages' submodules. Their files may be
    /// gone by now.
    loaded: BTreeSet<String>,
}

/// Whose code a frame is, including the frames that are not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeOwner {
    Tool,
    Import,
    Listed(Kind),
}

/// The files of the import system, as 2.7 to 3.13 and PyPy name them.
const IMPORT_FILES: [&str; 4] = [
    "<frozen importlib",
    "<frozen runpy>",
    "<frozen zipimport>",
    "<builtin>/frozen importlib",
];

/// Modules of the import system in the interpreter's own library.
const IMPORT_MODULES: [&str; 4] = ["runpy.py", "pkgutil.py", "imp.py", "zipimport.py"];

/// The end of the name of a file that Jython has compiled.
const JYTHON_ENDING: &str = "$py.class";

impl Territory {
    /// The user's folders: the current one, what hotload watches, and those of the targets.
    #[must_use]
    pub fn new<'p>(
        current: Option<&'p Path>,
        project: impl IntoIterator<Item = &'p Path>,
        entry_modules: Vec<String>,
    ) -> Self {
        let project = project.into_iter().chain(current);
        Self {
            current: current.map(normal_path),
            project: project.flat_map(both_spellings).collect(),
            stdlib: Vec::new(),
            entry_modules,
            loaded: BTreeSet::new(),
        }
    }

    /// With the folders of the interpreter's own library.
    #[must_use]
    pub fn with_stdlib(&self, folders: &[String]) -> Self {
        Self {
            stdlib: folders.iter().map(|folder| normal(folder)).collect(),
            ..self.clone()
        }
    }

    /// Whether the name of the module is left out before the names of its classes.
    pub(crate) fn is_entry_module(&self, module: &str) -> bool {
        self.entry_modules.iter().any(|entry| entry == module)
    }

    /// Remembers that these modules are the user's.
    pub(crate) fn add_modules<'m>(&mut self, modules: impl Iterator<Item = &'m str>) {
        for module in modules {
            let outermost = module.split('.').next().unwrap_or(module);
            if !self.loaded.contains(outermost) {
                self.loaded.insert(outermost.into());
            }
        }
    }

    /// Whether a module is or was the user's.
    pub(crate) fn has_module(&self, module: &str) -> bool {
        let is_in = |folder: &Path| {
            folder.join(module).is_dir() || folder.join(format!("{module}.py")).is_file()
        };
        self.loaded.contains(module) || self.project().any(is_in)
    }

    /// The folders of the user's code.
    pub(crate) fn project(&self) -> impl Iterator<Item = &Path> {
        self.project.iter().map(Path::new)
    }

    pub(crate) fn owner(&self, frame: &Frame) -> CodeOwner {
        let named = normal(&frame.file);
        if named == "<hotload driver>" || named.contains("/hotload_shim") {
            return CodeOwner::Tool;
        }
        if IMPORT_FILES.iter().any(|start| named.starts_with(start)) {
            return CodeOwner::Import;
        }
        if named.starts_with("<frozen ") || named.starts_with("<builtin>") {
            return CodeOwner::Listed(Kind::Stdlib);
        }
        let path = frame.absolute.as_deref().map_or(named, normal);
        let stdlib = self.below_stdlib(&path);
        if stdlib.is_some_and(is_of_importing) {
            return CodeOwner::Import;
        }
        CodeOwner::Listed(self.kind(frame, &path, stdlib.is_some()))
    }

    fn kind(&self, frame: &Frame, path: &str, is_stdlib: bool) -> Kind {
        if is_installed(path) {
            // Checked before the project's folders, which may contain a virtual environment.
            Kind::Library
        } else if is_stdlib {
            Kind::Stdlib
        } else if self.is_of_project(path) {
            Kind::User
        } else if frame.absolute.is_some() || (self.is_guessing() && !path.starts_with('<')) {
            if self.is_guessing() {
                Kind::User
            } else {
                Kind::Library
            }
        } else {
            Kind::Generated
        }
    }

    fn is_guessing(&self) -> bool {
        self.stdlib.is_empty()
    }

    fn is_of_project(&self, path: &str) -> bool {
        self.project
            .iter()
            .any(|folder| below(path, folder).is_some())
    }

    /// The path within the interpreter's own library.
    fn below_stdlib<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.is_guessing() {
            return usual_stdlib(path);
        }
        self.stdlib.iter().find_map(|folder| below(path, folder))
    }

    /// The path as it is shown: relative if the file is below the current folder, with `/`.
    pub(crate) fn shown(&self, path: &str) -> String {
        let whole = normal(path);
        let relative = self
            .current
            .as_deref()
            .and_then(|current| below(&whole, current));
        match relative {
            Some(relative) => spelled(path, relative.len()),
            None => spelled(path, path.len()),
        }
    }
}

/// The form in which paths are compared: with `/`, and a Windows path in lower case.
fn normal(path: &str) -> String {
    let is_windows = path.contains('\\') || path.as_bytes().get(1) == Some(&b':');
    let path = path.strip_prefix(r"\\?\").unwrap_or(path);
    if is_windows {
        path.replace('\\', "/").to_ascii_lowercase()
    } else {
        path.to_owned()
    }
}

fn normal_path(path: &Path) -> String {
    normal(&path.to_string_lossy())
}

/// The folder as given, and with its links resolved.
fn both_spellings(folder: &Path) -> Vec<String> {
    let real: Option<PathBuf> = dunce::canonicalize(folder).ok();
    let mut spellings = vec![normal_path(folder)];
    spellings.extend(real.as_deref().map(normal_path));
    spellings.dedup();
    spellings
}

/// The last `length` bytes of a path, with `/`.
fn spelled(path: &str, length: usize) -> String {
    let start = path.len().saturating_sub(length);
    let path = path.get(start..).unwrap_or(path);
    if path.contains('\\') {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    }
}

/// The path within a folder.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder)?.strip_prefix('/')
}

fn is_installed(path: &str) -> bool {
    path.split('/').any(|part| PACKAGE_FOLDERS.contains(&part))
}

/// The path within a folder that is named like an interpreter's library: `lib/python3.11`,
/// `C:/Python27/Lib`, or Jython's `Lib` if the file is compiled. Other folders called `lib` may well be
/// the user's.
fn usual_stdlib(path: &str) -> Option<&str> {
    let ends = path.match_indices('/').map(|(end, _)| end);
    for end in ends {
        let (folder, rest) = (&path[..end], &path[end + 1..]);
        let name = folder.rsplit('/').next().unwrap_or_default();
        let is_python = ["python", "conda"].iter().any(|part| folder.contains(part));
        let is_windows = path.as_bytes().get(1) == Some(&b':') && name == "lib" && is_python;
        let is_jython = name == "Lib" && rest.ends_with(JYTHON_ENDING);
        let version = name.strip_prefix("python").or(name.strip_prefix("pypy"));
        let has_version = version
            .is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()));
        let is_unix = has_version && (folder.contains("/lib/") || folder.contains("/lib64/"));
        if is_windows || is_unix || is_jython {
            return Some(rest);
        }
    }
    None
}

fn is_of_importing(module: &str) -> bool {
    let name = module.strip_suffix(JYTHON_ENDING);
    let is_one = |file: &&str| file.strip_suffix(".py") == name || *file == module;
    module.starts_with("importlib/") || IMPORT_MODULES.iter().any(is_one)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{CodeOwner, Territory, normal};
    use crate::traceback::raised::Frame;
    use crate::traceback::report::Kind;

    fn frame(file: &str, exists: bool) -> Frame {
        Frame {
            file: file.into(),
            absolute: exists.then(|| file.into()),
            ..Frame::default()
        }
    }

    #[test]
    fn a_frame_is_sorted_by_its_file() {
        let territory = Territory::new(Some(Path::new("/project")), [], Vec::new())
            .with_stdlib(&["/py/lib/python3.11".into()]);
        let cases = [
            ("/project/app.py", true, CodeOwner::Listed(Kind::User)),
            ("/projector/app.py", true, CodeOwner::Listed(Kind::Library)),
            (
                "/project/.venv/lib/python3.11/site-packages/x.py",
                true,
                CodeOwner::Listed(Kind::Library),
            ),
            (
                "/py/lib/python3.11/json/decoder.py",
                true,
                CodeOwner::Listed(Kind::Stdlib),
            ),
            (
                "/py/lib/python3.11/site-packages/x.py",
                true,
                CodeOwner::Listed(Kind::Library),
            ),
            (
                "/py/lib/python3.11/importlib/__init__.py",
                true,
                CodeOwner::Import,
            ),
            ("/py/lib/python3.11/runpy.py", true, CodeOwner::Import),
            ("<frozen importlib._bootstrap>", false, CodeOwner::Import),
            ("<frozen posixpath>", false, CodeOwner::Listed(Kind::Stdlib)),
            ("<string>", false, CodeOwner::Listed(Kind::Generated)),
            ("<hotload driver>", false, CodeOwner::Tool),
            ("/tmp/hotload-a1/hotload_shim.py", true, CodeOwner::Tool),
        ];
        for (file, exists, owner) in cases {
            assert_eq!(territory.owner(&frame(file, exists)), owner, "{file}");
        }
    }

    #[test]
    fn without_an_interpreter_the_names_of_folders_have_to_do() {
        let territory = Territory::new(Some(Path::new("/project")), [], Vec::new());
        let cases = [
            ("/elsewhere/app.py", CodeOwner::Listed(Kind::User)),
            ("app.py", CodeOwner::Listed(Kind::User)),
            (
                "/usr/lib/python2.7/json/decoder.py",
                CodeOwner::Listed(Kind::Stdlib),
            ),
            (
                "/usr/lib/python3/dist-packages/x.py",
                CodeOwner::Listed(Kind::Library),
            ),
            (
                "C:\\Python27\\Lib\\json\\decoder.py",
                CodeOwner::Listed(Kind::Stdlib),
            ),
            ("C:\\Python27\\Lib\\runpy.py", CodeOwner::Import),
            ("C:\\work\\lib.py", CodeOwner::Listed(Kind::User)),
            ("C:\\work\\lib\\tool.py", CodeOwner::Listed(Kind::User)),
            (
                "/usr/share/jython/Lib/threading$py.class",
                CodeOwner::Listed(Kind::Stdlib),
            ),
            ("/usr/share/jython/Lib/runpy$py.class", CodeOwner::Import),
            ("/project/Lib/tool.py", CodeOwner::Listed(Kind::User)),
            ("<stdin>", CodeOwner::Listed(Kind::Generated)),
        ];
        for (file, owner) in cases {
            assert_eq!(territory.owner(&frame(file, false)), owner, "{file}");
        }
    }

    #[test]
    fn a_path_is_shown_from_the_current_folder() {
        let cases = [
            ("/project", "/project/a/b.py", "a/b.py"),
            ("/project", "/other/b.py", "/other/b.py"),
            ("C:\\Work", "c:\\work\\A\\b.py", "A/b.py"),
            ("/project", "<string>", "<string>"),
        ];
        for (current, path, shown) in cases {
            let territory = Territory {
                current: Some(normal(current)),
                ..Territory::default()
            };
            assert_eq!(territory.shown(path), shown);
        }
    }
}
