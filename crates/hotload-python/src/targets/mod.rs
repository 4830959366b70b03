//! What is reloaded: a module or a file, and the function in it to call.

mod error;
pub mod launch_script;
mod location;
pub mod reach;
mod similar;

use std::path::{Path, PathBuf};

pub use self::error::TargetError;
pub use self::location::Location;
use self::location::{
    find_module, folder_of_script, is_compiled, module_as_listed, module_name, packages_above,
    watched_file,
};
pub(crate) use self::similar::similar_file;

/// What is reloaded, and what is called in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The module or file as given, without the function.
    pub spelled: String,
    /// The dotted name under which it is loaded.
    pub module: String,
    /// Where it is; `None` for a module that only the interpreter can find.
    pub location: Option<Location>,
    /// Its `sys.path[0]`.
    pub folder: PathBuf,
    /// The function after the colon.
    pub function: Option<String>,
    /// The module that runs as `__main__` as after `python -m`; `None` for files, and for all that runs
    /// under its own name.
    pub run_as: Option<String>,
}

impl Target {
    /// Parses a target as given on the command line; `current` is the current folder.
    ///
    /// If the text names an existing file, it is that file. Otherwise what follows the last colon is
    /// the function.
    ///
    /// # Errors
    ///
    /// When nothing can have this name. A module that is not found here has no location: the
    /// interpreter may still find it.
    pub fn parse(text: &str, current: &Path) -> Result<Self, TargetError> {
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        if current.join(text).is_file() {
            return Self::from_file(text, current);
        }
        if let Some((head, function)) = text.rsplit_once(':') {
            let is_file = current.join(head).is_file();
            if is_dotted_name(function) {
                let mut target = if is_file {
                    Self::from_file(head, current)?
                } else {
                    Self::from_module(head, current)?
                };
                target.function = Some(function.into());
                return Ok(target);
            }
            if is_file || is_dotted_name(head) {
                return Err(TargetError::NoFunction(text.into(), function.into()));
            }
        }
        Self::from_module(text, current)
    }

    /// A launch script. It runs as `python FILE` would run it, with its folder first in `sys.path`.
    ///
    /// # Errors
    ///
    /// When there is no such file.
    pub fn script(text: &str, current: &Path) -> Result<Self, TargetError> {
        let path = current.join(text);
        if path.is_dir() {
            return Err(TargetError::NoScript(text.into(), "it is a folder"));
        }
        if !path.is_file() {
            return Err(TargetError::NoScript(text.into(), "no such file"));
        }
        let file = watched_file(&path)?;
        let folder = folder_of_script(&file)?;
        Ok(Self {
            spelled: text.into(),
            module: "__main__".into(),
            location: Some(Location {
                file,
                package: None,
            }),
            folder,
            function: None,
            run_as: None,
        })
    }

    /// The same to be run as `__main__`: a file or a plain module as `python FILE` runs it, anything in a
    /// package as `python -m` does.
    ///
    /// # Errors
    ///
    /// When there is no such file, or none that can be run.
    pub fn into_main(self, current: &Path) -> Result<Self, TargetError> {
        let Some(mut location) = self.location else {
            return Err(TargetError::NoMain(
                self.spelled,
                "it is not below the current folder",
            ));
        };
        let is_file = current.join(&self.spelled).is_file();
        let (mut folder, mut run_as) = (self.folder, None);
        if is_file || location.package.is_none() && !self.module.contains('.') {
            folder = folder_of_script(&location.file)?;
        } else if let Some(package) = &location.package {
            location.file = package.join("__main__.py");
            if !location.file.is_file() {
                return Err(TargetError::NoMain(
                    self.spelled,
                    "the package has no `__main__.py`",
                ));
            }
            run_as = Some(format!("{}.__main__", self.module));
        } else {
            run_as = Some(self.module);
        }
        location.package = None;
        Ok(Self {
            spelled: self.spelled,
            module: "__main__".into(),
            location: Some(location),
            folder,
            function: self.function,
            run_as,
        })
    }

    fn from_file(text: &str, current: &Path) -> Result<Self, TargetError> {
        if is_compiled(Path::new(text)) {
            return Err(TargetError::NoSource(
                text.into(),
                similar_file(text, current),
            ));
        }
        let file = watched_file(&current.join(text))?;
        let (mut folder, mut names) = packages_above(&file);
        if names.is_empty() {
            folder = folder_of_script(&file)?;
        }
        let stem = module_name(&file);
        let mut package = None;
        if stem == "__init__" && !names.is_empty() {
            package = file.parent().map(Path::to_path_buf);
        } else {
            names.push(stem);
        }
        let module = match names.join(".") {
            // `__main__` is the program itself.
            name if name == "__main__" => "main".into(),
            name => name,
        };
        Ok(Self {
            spelled: text.into(),
            module,
            location: Some(Location { file, package }),
            folder,
            function: None,
            run_as: None,
        })
    }

    fn from_module(text: &str, current: &Path) -> Result<Self, TargetError> {
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        if !is_dotted_name(text) {
            let path = current.join(text);
            return Err(if path.is_dir() {
                TargetError::IsFolder(text.into())
            } else if is_file_like(text) {
                TargetError::NoFile(text.into(), similar_file(text, current))
            } else {
                TargetError::NoName(text.into(), similar_file(text, current))
            });
        }
        let folder = crate::path::real(current)
            .map_err(|error| TargetError::Folder(current.into(), error))?;
        let location = find_module(text, &folder)?;
        let module = location.as_ref().map(|found| module_as_listed(text, found));
        if location.is_none() && is_file_like(text) {
            return Err(TargetError::NoFile(
                text.into(),
                similar_file(text, current),
            ));
        }
        Ok(Self {
            spelled: text.into(),
            module: module.unwrap_or_else(|| text.into()),
            location,
            folder,
            function: None,
            run_as: None,
        })
    }
}

/// What may have been meant by the target at this index, which neither hotload nor Python finds.
pub(crate) fn hint_at_missing(targets: &[Target], index: usize, current: &Path) -> String {
    let text = &targets[index].spelled;
    if let Some(similar) = similar_file(text, current) {
        return format!("did you mean `{similar}`?");
    }
    if index == 0 {
        return format!("to name a file, give its folder and ending, as in `src/{text}.py`");
    }
    let words = |targets: &[Target]| {
        let words: Vec<&str> = targets
            .iter()
            .map(|target| target.spelled.as_str())
            .collect();
        words.join(" ")
    };
    let (before, after) = targets.split_at(index);
    format!(
        "arguments for your code come after `--`: `hotload {} -- {}`",
        words(before),
        words(after)
    )
}

fn is_file_like(text: &str) -> bool {
    text.chars().any(std::path::is_separator)
        || text.ends_with(".py")
        || text.ends_with(".pyw")
        || is_compiled(Path::new(text))
}

/// Whether a text can name a module, or something in one.
#[must_use]
pub fn is_dotted_name(text: &str) -> bool {
    text.split('.').all(is_identifier)
}

fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|first| first == '_' || first.is_alphabetic())
        && characters.all(|character| character == '_' || character.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::Target;
    use std::fs;
    use std::path::Path;

    fn project() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "lib.py",
            "my-script.py",
            "a.b.py",
            "tool",
            "odd:name.py",
            "pkg/__init__.py",
            "pkg/mod.py",
            "pkg/sub/__init__.py",
            "pkg/sub/deep.py",
            "src/lib.py",
            "both.py",
            "both/__init__.py",
            "plain/readme",
            "__main__.py",
        ] {
            if cfg!(windows) && file.contains(':') {
                continue;
            }
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        folder
    }

    fn describe(text: &str, current: &Path) -> String {
        let target = match Target::parse(text, current) {
            Ok(target) => target,
            Err(error) => return error.to_string(),
        };
        let root = dunce::canonicalize(current).unwrap();
        let short = |path: &Path| {
            let below = path.strip_prefix(&root).unwrap();
            format!("./{}", below.display()).replace('\\', "/")
        };
        let file = target
            .location
            .map_or("?".into(), |location| short(&location.file));
        let function = target.function.unwrap_or_default();
        format!(
            "{} {} in {} call {}",
            target.module,
            file,
            short(&target.folder),
            function
        )
    }

    #[test]
    fn a_target_is_a_file_or_a_module_with_or_without_a_function() {
        let project = project();
        #[rustfmt::skip]
        let cases = [
            ("lib",                 "lib ./lib.py in ./ call "),
            ("lib.py",              "lib ./lib.py in ./ call "),
            ("lib:main",            "lib ./lib.py in ./ call main"),
            ("lib.py:App.run",      "lib ./lib.py in ./ call App.run"),
            ("src/lib.py:main",     "lib ./src/lib.py in ./src call main"),
            ("src/../lib.py",       "lib ./lib.py in ./ call "),
            ("my-script.py",        "my-script ./my-script.py in ./ call "),
            ("a.b.py",              "a_b ./a.b.py in ./ call "),
            ("tool",                "tool ./tool in ./ call "),
            ("__main__.py",         "main ./__main__.py in ./ call "),
            ("pkg",                 "pkg ./pkg/__init__.py in ./ call "),
            ("pkg.mod",             "pkg.mod ./pkg/mod.py in ./ call "),
            ("pkg/__init__.py",     "pkg ./pkg/__init__.py in ./ call "),
            ("pkg/sub/deep.py",     "pkg.sub.deep ./pkg/sub/deep.py in ./ call "),
            ("json.tool",           "json.tool ? in ./ call "),
            ("both",                "`both` is both a module and a package"),
            ("both.py",             "both ./both.py in ./ call "),
            ("",                    "the target is empty"),
            ("src/",                "target `src/` is a folder"),
            ("nope.py",             "no such file: `nope.py`"),
            ("nope/lib.py",         "no such file: `nope/lib.py`"),
            ("no-such",             "`no-such` is neither a file nor the name of a module"),
            ("lib:two words",       "`two words` in target `lib:two words` is not the name of a function"),
            ("lib:",                "`` in target `lib:` is not the name of a function"),
        ];
        for (text, expected) in cases {
            assert_eq!(describe(text, project.path()), expected, "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_existing_file_wins_over_a_function() {
        let project = project();
        let expected = "odd:name ./odd:name.py in ./ call ";
        assert_eq!(describe("odd:name.py", project.path()), expected);
    }
}
