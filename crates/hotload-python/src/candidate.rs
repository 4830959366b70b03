//! From a request to a program that may be a Python. Only its hello proves that it is one.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::request::{Request, SHIM_PLACE};

/// A program that may be a Python, with the arguments around the shim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The program, with its folder.
    pub program: PathBuf,
    /// The arguments; one of them may hold the shim's place, else the shim comes last.
    pub arguments: Vec<String>,
    /// Where it came from.
    pub source: Source,
}

/// Where a candidate came from. Shown in every message about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// `--python`.
    Given,
    /// The environment variable that an activated environment sets.
    ActiveEnvironment(&'static str),
    /// A `.venv` at or above the target's folder.
    ProjectEnvironment,
    /// The search path.
    Path,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("from `--python`"),
            Self::ActiveEnvironment(variable) => write!(f, "from {variable}"),
            Self::ProjectEnvironment => f.write_str("from `.venv`"),
            Self::Path => f.write_str("from PATH"),
        }
    }
}

/// A request that nothing on this machine answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CandidateError {
    /// No such file or name.
    NotFound(String),
    /// It is a folder.
    IsFolder(PathBuf),
    /// It is a file that cannot be run.
    NotExecutable(PathBuf),
    /// Nothing was asked for, and none of the usual places has one.
    NoPython,
}

impl fmt::Display for CandidateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(name) => {
                write!(
                    f,
                    "cannot find Python interpreter `{name}` (from `--python`)"
                )
            }
            Self::IsFolder(path) => write!(
                f,
                "`{}` (from `--python`) is a folder, not a Python interpreter",
                path.display()
            ),
            Self::NotExecutable(path) => {
                write!(
                    f,
                    "`{}` (from `--python`) is not executable",
                    path.display()
                )
            }
            Self::NoPython => f.write_str("cannot find a Python interpreter"),
        }
    }
}

impl Error for CandidateError {}

impl CandidateError {
    /// The way out.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotFound(name) if name.chars().any(std::path::is_separator) => {
                "name an interpreter that exists with `--python PATH`".into()
            }
            Self::NotFound(_) => {
                "neither a file nor a program on PATH has this name; give its whole path".into()
            }
            Self::IsFolder(path) => match path.join(in_environment()) {
                program if program.is_file() => format!("name `{}`", program.display()),
                _ => "name the program in it".into(),
            },
            Self::NotExecutable(path) => {
                format!("`chmod +x {0}`, or `--python 'python {0}'`", path.display())
            }
            Self::NoPython => "looked for an active environment, a `.venv`, and `python3` and \
                               `python` on PATH; name one with `--python PATH`"
                .into(),
        }
    }
}

impl Candidate {
    /// The candidate for a request. `folder` is where the search for a `.venv` starts.
    ///
    /// # Errors
    ///
    /// When what was asked for is not there, or cannot be run.
    pub fn find(request: &Request, folder: &Path) -> Result<Self, CandidateError> {
        match request {
            Request::Default => Self::find_default(folder),
            Request::Path(path) => Self::given(check(path)?, &[]),
            Request::Name(name) => Self::given(look_up(name)?, &[]),
            Request::Command { program, arguments } => Self::given(look_up(program)?, arguments),
        }
    }

    fn given(program: PathBuf, arguments: &[String]) -> Result<Self, CandidateError> {
        Ok(Self {
            program,
            arguments: arguments.to_vec(),
            source: Source::Given,
        })
    }

    /// An active environment, a `.venv`, `python3`, `python`, in this order; never the environment
    /// that hotload's own program was installed into as a tool.
    fn find_default(folder: &Path) -> Result<Self, CandidateError> {
        let active = ["VIRTUAL_ENV", "CONDA_PREFIX"]
            .into_iter()
            .filter_map(|variable| {
                let environment =
                    PathBuf::from(env::var_os(variable).filter(|value| !value.is_empty())?);
                let program = program_of(&environment, variable)?;
                Some((program, Source::ActiveEnvironment(variable)))
            });
        let project = folder.ancestors().filter_map(|above| {
            let program = program_of(&above.join(".venv"), "")?;
            Some((program, Source::ProjectEnvironment))
        });
        let on_path = ["python3", "python"]
            .into_iter()
            .filter_map(|name| which::which_all(name).ok())
            .flatten()
            .map(|program| (program, Source::Path));
        active
            .chain(project)
            .chain(on_path)
            .find(|(program, _)| !is_own_environment(program))
            .map(|(program, source)| Self {
                program,
                arguments: Vec::new(),
                source,
            })
            .ok_or(CandidateError::NoPython)
    }

    /// The arguments with the shim in its place.
    #[must_use]
    pub fn arguments_with(&self, shim: &Path) -> Vec<OsString> {
        let place = self
            .arguments
            .iter()
            .position(|word| word.contains(SHIM_PLACE));
        let mut words: Vec<OsString> = self.arguments.iter().map(OsString::from).collect();
        match place {
            None => words.push(shim.into()),
            Some(place) => {
                let (before, after) = self.arguments[place]
                    .split_once(SHIM_PLACE)
                    .expect("the word was chosen because it holds the place");
                words[place] = OsString::from(before);
                words[place].push(shim);
                words[place].push(after);
            }
        }
        words
    }
}

impl fmt::Display for Candidate {
    /// The command as a person would type it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.program.display())?;
        for word in &self.arguments {
            // Braces need no quotes to a reader, and are what was typed.
            if word.contains(SHIM_PLACE) {
                write!(f, " {word}")?;
            } else {
                write!(f, " {}", shell_words::quote(word))?;
            }
        }
        Ok(())
    }
}

fn in_environment() -> &'static str {
    if cfg!(windows) {
        r"Scripts\python.exe"
    } else {
        "bin/python"
    }
}

fn program_of(environment: &Path, variable: &str) -> Option<PathBuf> {
    // Conda puts python.exe beside the folders on Windows.
    let inside = if cfg!(windows) && variable == "CONDA_PREFIX" {
        "python.exe"
    } else {
        in_environment()
    };
    let program = environment.join(inside);
    program.is_file().then_some(program)
}

fn is_own_environment(program: &Path) -> bool {
    let own = env::current_exe().ok();
    let own_folder = own.as_deref().and_then(Path::parent);
    let is_environment = |folder: &Path| {
        folder
            .parent()
            .is_some_and(|up| up.join("pyvenv.cfg").is_file())
    };
    own_folder.is_some_and(|own| program.parent() == Some(own) && is_environment(own))
}

fn look_up(name: &str) -> Result<PathBuf, CandidateError> {
    if name.chars().any(std::path::is_separator) || !on_path(name) && Path::new(name).exists() {
        return check(Path::new(name));
    }
    which::which(name).map_err(|_| CandidateError::NotFound(name.into()))
}

fn on_path(name: &str) -> bool {
    which::which(name).is_ok()
}

fn check(path: &Path) -> Result<PathBuf, CandidateError> {
    if path.is_dir() {
        return Err(CandidateError::IsFolder(path.into()));
    }
    // `which` on a path adds PATHEXT on Windows and asks for the permission to execute.
    match which::which(std::path::absolute(path).unwrap_or_else(|_| path.into())) {
        Ok(program) => Ok(program),
        Err(_) if path.exists() => Err(CandidateError::NotExecutable(path.into())),
        Err(_) => Err(CandidateError::NotFound(path.display().to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Source};
    use std::path::Path;

    #[test]
    fn the_shim_goes_to_its_place_or_to_the_end() {
        let cases: [(&[&str], &[&str]); 4] = [
            (&[], &["/s.py"]),
            (&["-S"], &["-S", "/s.py"]),
            (&["-x", "{shim}", "-q"], &["-x", "/s.py", "-q"]),
            (&["cae", "noGUI={shim}"], &["cae", "noGUI=/s.py"]),
        ];
        for (arguments, expected) in cases {
            let candidate = Candidate {
                program: "host".into(),
                arguments: arguments.iter().map(|&word| word.into()).collect(),
                source: Source::Given,
            };
            assert_eq!(candidate.arguments_with(Path::new("/s.py")), expected);
        }
    }
}
